"""Accident: a broad ``except`` that hides our own mistake. Only a door, which must answer whatever happens, may have one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding

BROAD = frozenset({"Exception", "BaseException"})

#: Where something outside waits for an answer: a request, a shell, the parent of a parsing process.
DOORS = ("api/", "cli/main.py", "ingest/worker.py")


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if not file.is_python or file.path.startswith(DOORS):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node):
                yield Finding(file.path, node.lineno, "a broad except, not at a door: name the errors that are expected here")


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in BROAD for kind in caught)
