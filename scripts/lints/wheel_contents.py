"""Accident: a wheel that lacks the weights, a migration, a template or the demo. Every file of a package is in it, and no other.

``python -m scripts.lints.wheel_contents WHEEL``; scripts/wheel-test calls it.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scripts.lints.tree import ROOT, RUNTIME, Finding

#: Folders and files of a package that stay at home.
AT_HOME = ("demo/source/",)
NOISE = ("__pycache__/", ".pyc", ".DS_Store")


def wanted(root: Path) -> set[str]:
    """What the wheel must hold, relative to its root."""
    names = set()
    for package in (*RUNTIME, "demo"):
        for path in (root / package).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not name.startswith(AT_HOME) and not any(noise in name for noise in NOISE):
                names.add(name)
    return names


def check(root: Path, held: set[str]) -> Iterator[Finding]:
    """``held``: the names in the wheel."""
    packages = {name for name in held if ".dist-info/" not in name}
    for name in sorted(wanted(root) - packages):
        yield Finding(name, 0, "is not in the wheel")
    for name in sorted(packages - wanted(root)):
        yield Finding(name, 0, "is in the wheel and should not be")


def main() -> int:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        findings = list(check(ROOT, {name for name in wheel.namelist() if not name.endswith("/")}))
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
