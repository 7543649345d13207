"""Accident: a function that does not fit on a screen. At most 80 lines of code, and in a package 95 in 100 at most 40."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from scripts.lints.tree import AS_RECEIVED, RUNTIME, File, Finding

LIMIT = 80
USUAL = 40
SHARE_ABOVE_USUAL = 0.05


def check(files: Sequence[File]) -> Iterator[Finding]:
    lengths: defaultdict[str, list[tuple[int, str, int, str]]] = defaultdict(list)
    for file in files:
        if not file.is_python or file.path.startswith(AS_RECEIVED):
            continue
        for name, line, length in functions(file):
            lengths[file.package].append((length, file.path, line, name))
            if length > LIMIT:
                yield Finding(file.path, line, f"{name} has {length} lines of code, at most {LIMIT}")
    for package in RUNTIME:
        yield from _too_many_long(package, sorted(lengths[package], reverse=True))


def functions(file: File) -> Iterator[tuple[str, int, int]]:
    """Name, first line and lines of code of every function; a nested one counts for itself and for what holds it."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            yield node.name, node.lineno, sum(line in file.code_lines for line in span)


def _too_many_long(package: str, lengths: list[tuple[int, str, int, str]]) -> Iterator[Finding]:
    long = [entry for entry in lengths if entry[0] > USUAL]
    # One long function is allowed to a package too small for a share to mean anything.
    allowed = max(1, int(len(lengths) * SHARE_ABOVE_USUAL))
    if len(long) > allowed:
        for length, path, line, name in long:
            yield Finding(path, line, f"{name} has {length} lines of code; {package} may have {allowed} above {USUAL} and has {len(long)}")
