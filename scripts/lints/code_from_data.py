"""Accident: data that runs. No pickle and its kin, no yaml.load, eval, exec, shell or trust_remote_code; no exceptions to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding, imports

MODULES = frozenset({"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle5", "shelve"})
NAMES = frozenset({"eval", "exec", "__import__"})
#: Called as module.function.
ATTRIBUTES = frozenset({"yaml.load", "yaml.full_load", "yaml.unsafe_load", "torch.load", "os.system", "os.popen", "pandas.read_pickle"})
#: Keyword arguments that must not be given a true value.
KEYWORDS = frozenset({"trust_remote_code", "allow_pickle", "shell"})


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if not file.is_python:
            continue
        for imported in imports(file.tree):
            if imported.top in MODULES:
                yield Finding(file.path, imported.line, f"{imported.module} turns data into code; use JSON or safetensors")
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call):
                yield from (Finding(file.path, node.lineno, message) for message in _call(node))


def _call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    if name in NAMES:
        yield f"{name}() runs text"
    if name in ATTRIBUTES:
        yield f"{name}() runs what it reads"
    for keyword in node.keywords:
        off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
        if keyword.arg in KEYWORDS and not off:
            yield f"{keyword.arg} lets data choose the code"
