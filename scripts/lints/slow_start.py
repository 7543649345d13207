"""Accident: ``groundrule --help`` that takes seconds, since a module loads a model library when it is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding, imports

HEAVY = frozenset({"openvino", "sentence_transformers", "sklearn", "spacy", "thinc", "torch", "transformers"})

#: Calls that do something to the world; at module level they happen to whoever imports the module.
EFFECTS = frozenset(
    {"open", "print", "create_engine", "sqlalchemy.create_engine", "logging.basicConfig", "structlog.configure", "spacy.load"}
)


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if not file.is_runtime:
            continue
        for imported in imports(file.tree):
            if imported.top in HEAVY and not imported.lazy:
                yield Finding(file.path, imported.line, f"import {imported.top} inside the function that needs it")
        for call in _calls_at_import(file.tree):
            if ast.unparse(call.func) in EFFECTS:
                yield Finding(file.path, call.lineno, f"{ast.unparse(call.func)}() happens when this module is imported")


def _calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "__name__" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls_at_import(child)
