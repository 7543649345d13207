"""The command that reads files and folders."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import exits, progress
from cli.console import say, write_json
from cli.session import opened
from cli.values import listed
from domain.access import LOCAL

if TYPE_CHECKING:
    from service.ingest_files import IngestSummary


class Kind(StrEnum):
    AUTO = "auto"
    POLICY = "policy"
    CONTRACT = "contract"
    EMAIL = "email"
    OTHER = "other"


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    kind: Annotated[Kind, typer.Option(help="What they are; auto looks at each.")] = Kind.AUTO,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes that read; as many as cores by default.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="Only keys with this label see them; may be repeated.")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove what is held of files that are no longer among these.")] = False,
) -> int:
    """Read files and folders; what was read before is left alone."""
    from service.ingest_files import ingest as read

    labels = frozenset(listed(label or []) or ())
    with opened(ctx) as app, progress.shown() as report:
        if not app.settings.org_domains:
            say("no mail domain of your own is set (GROUNDRULE_ORG_DOMAINS): nobody's mail counts as an employee's")
        summary = read(app, LOCAL, paths, kind=kind.value, workers=workers, prune=prune, labels=labels, progress=report)
    if summary.llm is not None and summary.llm.stopped:
        say(f"the language model was not asked about everything: {summary.llm.stopped}")
    for refusal in summary.refused:
        say(f"refused {refusal.path}: {refusal.reason}")
    if as_json:
        write_json({name: value for name, value in asdict(summary).items() if name != "llm" or value is not None})
    else:
        print(summarised(summary))
    return exits.PARTLY if summary.refused else exits.DONE


def summarised(summary: IngestSummary) -> str:
    """Two sentences: what was read, what is held now."""
    parts = [f"{summary.read} read", f"{summary.unchanged} unchanged", f"{len(summary.refused)} refused"]
    files = f"{counted(summary.files, 'file')} in {summary.seconds:.1f} s: {', '.join(parts)}."
    if summary.removed:
        files += f"\nRemoved {counted(len(summary.removed), 'file')} no longer there, with everything derived from them."
    if line := asked(summary):
        files += f"\n{line}"
    held = ", ".join(counted(summary.records.get(kind, 0), kind) for kind in ("rule", "exception", "handoff"))
    return f"{files}\nHeld now: {held} (revision {summary.revision})."


def asked(summary: IngestSummary) -> str:
    """One sentence on the language model: windows answered, known from before, and left as the network saw them; "" where none is set."""
    tally = summary.llm
    if tally is None:
        return ""
    parts = [f"{tally.asked} answered", f"{tally.cached} known", f"{tally.unusable} without a usable answer", f"{tally.left} left"]
    spent = f"{counted(tally.calls, 'call')}, {counted(tally.tokens, 'token')}"
    return f"Language model: {counted(tally.windows, 'window')} in question: {', '.join(parts)} ({spent})."


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
