"""The command that lists cases."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import AsJson
from cli.console import clean, say, stdout, write_json
from cli.session import opened
from domain.access import LOCAL

if TYPE_CHECKING:
    from domain.case import Case


class State(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


def cases(
    ctx: typer.Context,
    state: Annotated[State, typer.Option(help="Those in this state; waiting are open and overdue ones.")] = State.WAITING,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many, newest first.")] = 50,
) -> None:
    """List steps that could not proceed: who catches them, until when, and what was decided."""
    from domain.case import CaseFilter
    from service.case_view import case_json
    from service.cases import list_cases
    from service.wiring import now

    with opened(ctx) as app:
        page = list_cases(app, LOCAL, CaseFilter(now(), state.value, limit=limit))
        if as_json:
            items = [case_json(app, LOCAL, case, moment=page.now) for case in page.items]
            write_json({"items": items, "next": page.next_cursor})
            return
    _show(page.items, page.now)


def _show(found: Sequence[Case], moment: str) -> None:
    from rich import box
    from rich.table import Table

    if not found:
        say("there are no such cases")
        return
    table = Table("id", "state", "caught by", "until", "task", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for case in found:
        caught, until = case.routing.catcher.value or "not known", case.routing.deadline.value or "not known"
        table.add_row(case.id, case.state_at(moment), clean(caught), until, clean(case.task[:80]))
    stdout().print(table)
