"""Accident: a path of somebody's machine, or a secret, in a file that everybody gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding

# Written in pieces, so that this file does not find itself.
PATHS = re.compile(r"(?<![\w.\-/])/(?:work|root|home/\w+|Users/\w+|tmp/venv)(?=/|\b)(?:/)" + r"|/tmp/" + r"venv\b")
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bxox[abprs]-[A-Za-z0-9-]{20,}"
    r"|\bsk-[A-Za-z0-9_-]{32,}"
)


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        for number, line in enumerate(file.text.splitlines(), 1):
            if found := PATHS.search(line):
                yield Finding(file.path, number, f"{found.group()!r} is a path of one machine")
            if SECRETS.search(line):
                yield Finding(file.path, number, "this looks like a secret")
