"""Runs every lint, or those named on the command line, over the repository."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

from scripts.lints import (
    code_from_data,
    impure_domain,
    junk_drawer,
    leaked_machine,
    shadowed_name,
    slow_start,
    swallowed_defect,
    undeclared_library,
    unexplained_module,
    unreadable_file,
    unreadable_function,
)
from scripts.lints.tree import File, Finding, read

Lint = Callable[[Sequence[File]], Iterator[Finding]]

LINTS: dict[str, Lint] = {
    "code_from_data": code_from_data.check,
    "impure_domain": impure_domain.check,
    "junk_drawer": junk_drawer.check,
    "leaked_machine": leaked_machine.check,
    "shadowed_name": shadowed_name.check,
    "slow_start": slow_start.check,
    "swallowed_defect": swallowed_defect.check,
    "undeclared_library": undeclared_library.check,
    "unexplained_module": unexplained_module.check,
    "unreadable_file": unreadable_file.check,
    "unreadable_function": unreadable_function.check,
}


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in LINTS]
    if unknown:
        print(f"no such lint: {', '.join(unknown)}; there are {', '.join(LINTS)}", file=sys.stderr)
        return 2
    files = read()
    findings = 0
    for name in names or LINTS:
        for finding in LINTS[name](files):
            findings += 1
            print(f"{finding}  [{name}]")
    print(f"{len(names or LINTS)} lints over {len(files)} files: {findings or 'no'} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
