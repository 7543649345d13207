"""The command that removes files and everything derived from them."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli import exits
from cli.console import say, write_json
from cli.ingesting import counted
from cli.session import opened
from domain.access import LOCAL

if TYPE_CHECKING:
    from service.remove import RemovalSummary


def remove(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="PATH...", help="Paths as they were ingested, or ids of documents.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, on a terminal either.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")] = "removed on request",
) -> int:
    """Remove files, in all their versions, and everything derived from them."""
    from service.remove import remove as remove_sources

    with opened(ctx) as app:
        if not yes and sys.stdin.isatty() and sys.stderr.isatty():
            shown = f"Remove {counted(len(set(names)), 'file')}, all versions, and what rests on them? This cannot be undone."
            if not typer.confirm(shown, err=True):
                raise typer.Abort
        summary = remove_sources(app, LOCAL, names, reason=reason)
    if not summary.cleared:
        say("another process kept the store's files from being cleared; that is done when the data folder is opened next")
    if as_json:
        write_json(asdict(summary))
    else:
        print(summarised(summary))
    return exits.DONE


def summarised(summary: RemovalSummary) -> str:
    went = [counted(summary.sources, "version"), counted(summary.documents, "document"), counted(summary.records, "record")]
    return f"Removed {counted(len(summary.paths), 'file')}: {', '.join(went)} (revision {summary.revision})."
