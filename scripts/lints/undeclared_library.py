"""Accident: an import that works here because something else happens to install it. What is imported is declared in pyproject.toml."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions

from scripts.lints.tree import RUNTIME, File, Finding, imports

#: Module -> the declared distribution whose public interface it is part of, although another distribution carries it.
PART_OF = {"starlette": "fastapi", "click": "typer", "pydantic": "fastapi", "anyio": "fastapi"}

#: Not of this distribution, and caught elsewhere where they must not be imported (import-linter: no-workshop).
WORKSHOP = frozenset({"training", "bench", "tests", "scripts", "demo"})


def check(files: Sequence[File]) -> Iterator[Finding]:
    pyproject = next((file.text for file in files if file.path == "pyproject.toml"), None)
    if pyproject is None:
        yield Finding("pyproject.toml", 0, "not found")
        return
    yield from undeclared(files, declared(pyproject), packages_distributions())


def declared(pyproject: str) -> frozenset[str]:
    """Normalised names of the run-time dependencies."""
    requirements: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    return frozenset(normalised(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements)


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def undeclared(files: Sequence[File], known: frozenset[str], owners: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """``owners``: top-level module -> the distributions that install it."""
    for file in files:
        if not file.is_runtime:
            continue
        for imported in imports(file.tree):
            top = imported.top
            if top in sys.stdlib_module_names or top in RUNTIME or top in WORKSHOP:
                continue
            carriers = {PART_OF.get(top, ""), *map(normalised, owners.get(top, ())), normalised(top)}
            if not carriers & known:
                yield Finding(file.path, imported.line, f"{top} is not among the dependencies in pyproject.toml")
