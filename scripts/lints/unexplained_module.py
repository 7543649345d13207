"""Accident: a file whose purpose must be guessed. Every module opens with one sentence on what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if file.is_python and file.text.strip() and not ast.get_docstring(file.tree):
            yield Finding(file.path, 1, "no docstring: open with one sentence on what this module is for")
