"""The one JSON shape of a case, for every door."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from domain.access import Caller
from domain.case import Case, Resolution, Stop, Told
from domain.record import StoredRecord
from service.seen import may_read
from service.wiring import App, now


def case_json(app: App, caller: Caller, case: Case, *, moment: str | None = None) -> dict[str, object]:
    """``moment``: that which tells whether it is overdue, ISO 8601 in UTC; now where it is None."""
    snapshot = app.snapshot(caller)
    records = snapshot.records
    case = case if snapshot.sight is None else _as_seen(case, records.keys(), resolved=may_read(app, caller, case.path))
    routing = case.routing
    answered = {"record": routing.answered_by, "case": routing.answered_in} if routing.answered_by and routing.answered_in else None
    return {
        "id": case.id,
        "state": case.state_at(moment or now()),
        "revision": case.revision,
        "opened_by": case.opener,
        "opened_at": case.opened_at,
        "as_of": case.as_of,
        "task": case.task,
        "step": case.step or None,
        "facts": {fact.name: fact.value for fact in case.facts},
        "stopped": _stop(case.stop),
        "verdict": routing.verdict or None,
        "decides": routing.decides,
        "known_at": routing.revision,
        "catcher": _told(routing.catcher, records),
        "deadline": _told(routing.deadline, records),
        "re_entry": _told(routing.re_entry, records),
        "answered_by": answered,
        "resolution": _resolution(case.resolution, records) if case.resolution else None,
        "withdrawn_because": case.withdrawn_because or None,
        "history": [{"what": event.what, "actor": event.actor, "at": event.at} for event in case.events],
        "erased": case.erased,
    }


def _as_seen(case: Case, known: Collection[str], *, resolved: bool) -> Case:
    """Without what was worked out from records that the caller may not see. ``resolved``: whether what was decided may be read."""
    hidden = {name for name in _named(case) if name not in known}
    routing = case.routing.without(hidden)
    if routing.decides is None and case.routing.decides is not None:
        routing = replace(routing, verdict="")
    if routing.answered_by in hidden:
        routing = replace(routing, answered_by=None, answered_in=None)
    stop = case.stop
    if stop.handoff in hidden:
        stop = replace(stop, handoff=None, faults=())
    stop = replace(stop, faults=tuple(fault for fault in stop.faults if fault.record not in hidden))
    resolution = case.resolution if resolved else None
    if resolution is not None and resolution.record in hidden:
        resolution = replace(resolution, record=None)
    return replace(case, routing=routing, stop=stop, resolution=resolution)


def _named(case: Case) -> set[str]:
    """Ids of all records that a case names."""
    routing = case.routing
    told = (routing.catcher.record, routing.deadline.record, routing.re_entry.record, routing.decides, routing.answered_by)
    more = (case.stop.handoff, *(fault.record for fault in case.stop.faults), case.resolution.record if case.resolution else None)
    return {name for name in (*told, *more) if name is not None}


def tag_of(case: Case, moment: str) -> str:
    """Its ETag: another one once it is overdue."""
    return f'"{case.revision}{"-overdue" if case.state_at(moment) == "overdue" else ""}"'


def _stop(stop: Stop) -> dict[str, object]:
    faults = [{"pointer": it.pointer, "expected": it.expected, "got": it.got, "fix": it.fix, "record": it.record} for it in stop.faults]
    return {"reason": stop.reason or None, "handoff": stop.handoff, "violations": faults}


def _told(told: Told, records: dict[str, StoredRecord]) -> dict[str, object]:
    """With the quotes of its record as they stand today."""
    stored = records.get(told.record or "")
    cited = [item.citation for item in stored.record.evidence] if stored else []
    return {
        "value": told.value,
        "basis": "not known" if told.value is None else "inferred" if told.inferred else "said",
        "words": told.text or None,
        "record": told.record,
        "citations": [{"path": it.path, "quote": it.quote, "place": it.place.shown()} for it in cited],
    }


def _resolution(made: Resolution, records: dict[str, StoredRecord]) -> dict[str, object]:
    stored = records.get(made.record or "")
    return {
        "outcome": made.outcome.value,
        "statement": made.statement,
        "note": made.note or None,
        "decided_by": made.decided_by or None,
        "kind": made.kind.value if made.kind else None,
        "recurrence": made.recurrence.value if made.recurrence else None,
        "record": made.record,
        "status": stored.record.status.value if stored else None,
        "path": made.path,
    }
