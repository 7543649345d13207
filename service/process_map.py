"""The map of processes and the visible part of what governs them, as a caller may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.coverage import Coverage, Covered, Hidden, Share, coverage
from domain.document import Document, DocumentKind
from domain.errors import NotFound
from domain.process import Bound, Paper, Passing, Process, ProcessMap, Step
from domain.process_map import process_map
from domain.record import Record
from service.wiring import App

#: Their titles are subjects, days and the like, which name no process.
_NAMELESS = frozenset({DocumentKind.EMAIL, DocumentKind.NOTES, DocumentKind.CASE})
#: Characters of the one line that a record has on a drawing.
LINE = 120


@dataclass(frozen=True, slots=True)
class Mapped:
    revision: int
    as_of: str
    map: ProcessMap


@dataclass(frozen=True, slots=True)
class Measured:
    revision: int
    as_of: str
    coverage: Coverage


def map_processes(app: App, caller: Caller, *, as_of: str, process: str | None = None) -> Mapped:
    """``process``: the id of one; then what is unplaced is left out too. Raises NotFound where no process has it on that day."""
    caller.need(Scope.READ)
    snapshot = app.snapshot(caller)
    governing = [stored.record for stored in snapshot.records.values() if stored.record.governs(as_of)]
    mapped = process_map(governing, papers_of(snapshot.documents))
    if process is not None:
        chosen = tuple(p for p in mapped.processes if p.id == process)
        if not chosen:
            raise NotFound(f"there is no process {process} on {as_of}; ask without a process for the ids of all")
        mapped = ProcessMap(chosen, ())
    return Mapped(snapshot.revision, as_of, mapped)


def measure_coverage(app: App, caller: Caller, *, as_of: str) -> Measured:
    mapped = map_processes(app, caller, as_of=as_of)
    documents = app.snapshot(caller).documents
    return Measured(mapped.revision, as_of, coverage(mapped.map, papers_of(documents), as_of))


def papers_of(documents: Mapping[str, Document]) -> dict[str, Paper]:
    return {key: Paper(d.title, d.formal, d.kind not in _NAMELESS, d.issued or d.effective) for key, d in documents.items()}


def one_line(record: Record) -> str:
    text = " ".join(record.statement.split())
    return text if len(text) <= LINE else text[:LINE].rsplit(" ", 1)[0] + " ..."


def map_json(mapped: Mapped) -> dict[str, object]:
    """What GET /v1/process-map answers."""
    return {
        "revision": mapped.revision,
        "as_of": mapped.as_of,
        "processes": [_process(process) for process in mapped.map.processes],
        "unplaced": [{**_norm(one.record), "kind": one.record.kind.value, "why": one.why} for one in mapped.map.unplaced],
    }


def _process(process: Process) -> dict[str, object]:
    return {
        "id": process.id,
        "name": process.name,
        "papers": list(process.papers),
        "actors": list(process.actors),
        "owners": [{"who": owner.who, "records": list(owner.records)} for owner in process.owners],
        "steps": [_step(step) for step in process.steps],
        "handoffs": [_handoff(handoff) for handoff in process.handoffs],
        "rules": [_bound(bound) for bound in process.rules],
        "exceptions": [_exception(record) for record in process.exceptions],
    }


def _norm(record: Record) -> dict[str, object]:
    citation = record.evidence[0].citation
    return {
        "record": record.id,
        "statement": record.statement,
        "documentation": record.documentation.value,
        "line": one_line(record),
        "citation": {
            "document": citation.document_id,
            "path": citation.path,
            "quote": citation.quote,
            "start": citation.span.start,
            "end": citation.span.end,
            "place": citation.place.shown(),
        },
    }


def _exception(record: Record) -> dict[str, object]:
    return {**_norm(record), "bends": record.overrides, "effect": record.effect.value if record.effect else None}


def _step(step: Step) -> dict[str, object]:
    modality = step.record.modality
    return {
        "id": step.id,
        "actor": step.actor,
        "action": step.action,
        "modality": modality.value if modality else None,
        **_norm(step.record),
        "exceptions": [_exception(record) for record in step.exceptions],
    }


def _handoff(handoff: Passing) -> dict[str, object]:
    record = handoff.record
    return {
        "from": record.sender,
        "to": record.receiver,
        "artifact": record.artifact,
        "channel": record.channel,
        "fields": [{"name": field.name, "required": field.required} for field in record.fields],
        **_norm(record),
        "then": list(handoff.then),
        "exceptions": [_exception(record) for record in handoff.exceptions],
    }


def _bound(bound: Bound) -> dict[str, object]:
    modality = bound.record.modality
    return {
        "modality": modality.value if modality else None,
        **_norm(bound.record),
        "exceptions": [_exception(record) for record in bound.exceptions],
    }


def coverage_json(measured: Measured) -> dict[str, object]:
    """What GET /v1/coverage answers."""
    found = measured.coverage
    return {
        "revision": measured.revision,
        "as_of": measured.as_of,
        "total": _share(found.total),
        "processes": [_covered(covered) for covered in found.processes],
        "unplaced": _share(found.unplaced),
    }


def _covered(covered: Covered) -> dict[str, object]:
    return {"id": covered.id, "name": covered.name, **_share(covered.share)}


def _share(share: Share) -> dict[str, object]:
    return {
        "visible": share.visible,
        "documented": share.documented,
        "total": share.total,
        "kinds": {kind: {"documented": of, "total": out_of} for kind, (of, out_of) in share.kinds.items()},
        "one_off_exceptions": share.favours,
        "exceptions_without_rule": share.ruleless,
        "only_in_practice": [_hidden(hidden) for hidden in share.hidden],
    }


def _hidden(hidden: Hidden) -> dict[str, object]:
    record = hidden.record
    return {
        "id": record.id,
        "kind": record.kind.value,
        "statement": record.statement,
        "owner": hidden.owner,
        "first_seen": hidden.first_seen,
        "age_days": hidden.age,
        "occasions": record.occasions,
        "last_seen": hidden.last_seen,
    }
