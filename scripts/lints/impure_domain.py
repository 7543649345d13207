"""Accident: a library's type in the domain, from where it spreads to every package. The domain knows the standard library only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from scripts.lints.tree import File, Finding, imports

ALLOWED = sys.stdlib_module_names | {"domain"}


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if file.is_python and file.package == "domain":
            for imported in imports(file.tree):
                if imported.top not in ALLOWED:
                    yield Finding(file.path, imported.line, f"the domain imports {imported.module}")
