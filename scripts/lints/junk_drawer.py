"""Accident: a module whose name takes in everything, so that everything ends up in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from scripts.lints.tree import File, Finding

NAMES = frozenset({"common", "core", "helper", "helpers", "misc", "models", "util", "utils"})


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if file.is_python:
            parts = PurePosixPath(file.path).with_suffix("").parts
            for part in parts:
                if part.strip("_") in NAMES:
                    yield Finding(file.path, 0, f"{part!r} says nothing about what is inside: name the noun")
