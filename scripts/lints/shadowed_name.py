"""Accident: a flat package or a module with the name of somebody else's, so that an import finds the wrong one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import PurePosixPath

from scripts.lints.tree import RUNTIME, File, Finding

OURS = "groundrule"

#: Folders at the top that must never become packages: an installed library has that name.
NOT_PACKAGES = frozenset({"docker", "docs", "mcp"})


def check(files: Sequence[File]) -> Iterator[Finding]:
    yield from foreign_owners(packages_distributions())
    for file in files:
        if not file.is_python:
            continue
        path = PurePosixPath(file.path)
        if file.package in NOT_PACKAGES:
            yield Finding(file.path, 0, f"no Python in {file.package}/: a library has that name")
        if file.is_runtime and path.stem in sys.stdlib_module_names and path.stem != "__future__":
            yield Finding(file.path, 0, f"the standard library has a module {path.stem!r}: find another noun")


def foreign_owners(owners: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Our top-level names that an installed distribution other than ours claims too, or that the standard library has."""
    for name in (*RUNTIME, "demo"):
        others = sorted({owner for owner in owners.get(name, ()) if owner.lower() != OURS})
        if others:
            yield Finding(name, 0, f"{', '.join(others)} installs a top-level {name!r} too")
        if name in sys.stdlib_module_names:
            yield Finding(name, 0, f"the standard library has a module {name!r}")
