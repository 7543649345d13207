"""Accident: a file that grew until nobody reads it whole. At most 400 lines of code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scripts.lints.tree import AS_RECEIVED, File, Finding

LIMIT = 400


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if file.is_python and not file.path.startswith(AS_RECEIVED) and len(file.code_lines) > LIMIT:
            yield Finding(file.path, 0, f"{len(file.code_lines)} lines of code, at most {LIMIT}: one noun a file")
