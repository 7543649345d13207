"""The commands that show how work goes: the map of processes, and how much of it papers show."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import AsJson, AsOf
from cli.console import stdout, write_json
from cli.exporting import write_whole
from cli.session import opened
from cli.values import day_of
from domain.access import LOCAL

if TYPE_CHECKING:
    from service.process_map import Mapped


class Form(StrEnum):
    JSON = "json"
    MERMAID = "mermaid"
    BPMN = "bpmn"


def process_map(
    ctx: typer.Context,
    as_of: AsOf = None,
    form: Annotated[Form, typer.Option("--format", help="json is complete; mermaid and bpmn are drawings.")] = Form.JSON,
    output: Annotated[Path | None, typer.Option(dir_okay=False, help="A file in place of stdout.")] = None,
) -> None:
    """Draw who does what, what passes between whom, and the exceptions that bend it."""
    from service.process_map import map_processes

    with opened(ctx) as app:
        text = _written(map_processes(app, LOCAL, as_of=day_of(as_of)), form)
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, [text])


def _written(mapped: Mapped, form: Form) -> str:
    if form is Form.MERMAID:
        from service.mermaid import mermaid

        return mermaid(mapped.map)
    if form is Form.BPMN:
        from service.bpmn import bpmn

        return bpmn(mapped.map).decode()
    import json

    from service.process_map import map_json

    return json.dumps(map_json(mapped), ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def coverage(ctx: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Tell how much of what governs the work formal documents show, and what only practice does."""
    from service.process_map import coverage_json, measure_coverage

    with opened(ctx) as app:
        measured = measure_coverage(app, LOCAL, as_of=day_of(as_of))
    if as_json:
        write_json(coverage_json(measured))
        return
    from cli.coverage_view import show_coverage

    show_coverage(stdout(), measured)
