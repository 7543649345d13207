"""The command that says who may see which files."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import clean, write_json
from cli.session import opened
from cli.values import listed
from domain.access import LOCAL

Labels = list[str] | None


def label(
    ctx: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="As they were ingested; without any all labelled files.")
    ] = None,
    add: Annotated[Labels, typer.Option(help="Only keys with this label see them from now on; may be repeated.")] = None,
    remove: Annotated[Labels, typer.Option(help="Keys do not need this label any more; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Set or show who may see which files; what is derived from them follows at once."""
    from service.labels import labelled, relabel

    with opened(ctx) as app:
        if paths or add or remove:
            found = relabel(app, LOCAL, paths or [], add=frozenset(listed(add or []) or ()), remove=frozenset(listed(remove or []) or ()))
        else:
            found = labelled(app, LOCAL)
    if as_json:
        write_json([{"path": it.path, "labels": list(it.labels)} for it in found])
    else:
        for it in found:
            print(f"{clean(it.path)}: {', '.join(it.labels) or 'everybody'}")
