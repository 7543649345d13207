"""The register of exceptions, the conflicts, the handoffs, the map and the visible part."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.pages.frame import Form, Guest, Reading, own_form, page
from api.schemas import IsoDay, today

if TYPE_CHECKING:
    from service.process_map import Mapped

router = APIRouter(include_in_schema=False)

#: Days before the one asked about on which the visible part is shown too.
BEFORE = (365, 180, 90, 30, 0)


class Day(BaseModel):
    """What stands in the address: the day asked about, and where in a list."""

    as_of: IsoDay | None = None
    cursor: str = Field("", max_length=300)
    process: str = Field("", max_length=100)
    sender: str = Field("", max_length=200)
    receiver: str = Field("", max_length=200)
    text: str = Field("", max_length=200)

    @property
    def day(self) -> str:
        return self.as_of or today()


Asked = Annotated[Day, Query()]


@router.get("/exceptions")
def exceptions(here: Reading, asked: Asked) -> Response:
    from service.register import exceptions_register

    return page(here, "exceptions.html", register=exceptions_register(here.app, here.caller, as_of=asked.day), day=asked.day)


@router.get("/exceptions/register.csv")
def exceptions_csv(here: Reading, asked: Asked) -> Response:
    from service.register import exceptions_register, register_csv

    return _file(register_csv(exceptions_register(here.app, here.caller, as_of=asked.day)), "text/csv", f"exceptions-{asked.day}.csv")


@router.get("/exceptions/register.md")
def exceptions_markdown(here: Reading, asked: Asked) -> Response:
    from service.register import exceptions_register, register_markdown

    text = register_markdown(exceptions_register(here.app, here.caller, as_of=asked.day))
    return _file(text, "text/markdown", f"exceptions-{asked.day}.md")


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/conflicts")
def conflicts(here: Reading, asked: Asked) -> Response:
    from service.conflicts import list_conflicts

    found = list_conflicts(here.app, here.caller, as_of=asked.day, cursor=asked.cursor or None, limit=25)
    onto = urlencode({"as_of": asked.day, "cursor": found.next_cursor}) if found.next_cursor else ""
    return page(here, "conflicts.html", found=found, onto=onto, day=asked.day)


@router.get("/handoffs")
def handoffs(here: Reading, asked: Asked) -> Response:
    from service.handoffs import HandoffFilter, list_handoffs

    view = {name: value for name in ("sender", "receiver", "text") if (value := getattr(asked, name))}
    wanted = HandoffFilter(
        asked.day, asked.sender or None, asked.receiver or None, asked.text or None, asked.cursor or None, 50
    )  # fmt: skip
    found = list_handoffs(here.app, here.caller, wanted)
    onto = urlencode({**view, "as_of": asked.day, "cursor": found.next_cursor}) if found.next_cursor else ""
    return page(here, "handoffs.html", found=found, onto=onto, view=view, day=asked.day)


@router.get("/handoffs/{record_id}")
def handoff(here: Reading, record_id: str, asked: Asked) -> Response:
    return _handoff(here, record_id, asked.day)


@router.post("/handoffs/{record_id}/try")
def try_payload(here: Reading, record_id: str, form: Form) -> Response:
    """Checks a payload and keeps nothing of it."""
    from service.handoffs import validate_payload

    own_form(here, form)
    text, day = form.get("payload", ""), _day(form.get("as_of", ""))
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return _handoff(here, record_id, day, payload=text, fault="This is not JSON: it must be an object with the fields above.")
    checked = validate_payload(here.app, here.caller, record_id, payload, as_of=day)
    return _handoff(here, record_id, day, payload=text, checked=checked)


def _day(text: str) -> str:
    """The day in a form; today where there is none that makes sense."""
    try:
        return Day.model_validate({"as_of": text or None}).day
    except ValueError:
        return today()


def _handoff(here: Guest, record_id: str, day: str, **more: Any) -> Response:
    from service.handoffs import handoff_contract, handoff_schema

    contract = handoff_contract(here.app, here.caller, record_id, as_of=day)
    schema = json.dumps(handoff_schema(here.app, here.caller, record_id, as_of=day), indent=2, ensure_ascii=False)
    example = json.dumps({field.name: None for field in contract.fields}, indent=2, ensure_ascii=False)
    values = {"payload": more.get("payload", example), "fault": more.get("fault", ""), "checked": more.get("checked")}
    return page(here, "handoff.html", contract=contract, schema=schema, day=day, **values)


@router.get("/map")
def process_map(here: Reading, asked: Asked) -> Response:
    """One process at a time as a drawing, and all of them by name."""
    from service.process_map import map_processes
    from service.svg import drawing_of

    mapped = map_processes(here.app, here.caller, as_of=asked.day)
    chosen = _chosen(mapped, asked.process)
    drawing = drawing_of(chosen) if chosen else None
    return page(here, "map.html", mapped=mapped, chosen=chosen, drawing=drawing, day=asked.day)


def _chosen(mapped: Mapped, wanted: str) -> Any:
    """The process asked for, else the one that exceptions bend most."""
    found = [process for process in mapped.map.processes if process.id == wanted]
    by_exceptions = sorted(mapped.map.processes, key=lambda p: (-sum(len(s.exceptions) for s in p.steps), p.name, p.id))
    return next(iter(found or by_exceptions), None)


@router.get("/coverage")
def coverage(here: Reading, asked: Asked) -> Response:
    from domain.coverage import share_of
    from service.process_map import measure_coverage, papers_of

    measured = measure_coverage(here.app, here.caller, as_of=asked.day)
    snapshot = here.app.snapshot(here.caller)
    papers = papers_of(snapshot.documents)
    over_time = []
    for days in BEFORE:
        day = (date.fromisoformat(asked.day) - timedelta(days=days)).isoformat()
        share = share_of([s.record for s in snapshot.records.values() if s.record.governs(day)], papers, day)
        over_time.append((day, share))
    return page(here, "coverage.html", measured=measured, over_time=over_time, day=asked.day)
