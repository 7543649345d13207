"""The one JSON shape of records and answers, for every door."""

from __future__ import annotations

from domain.access import Caller
from domain.question import ContextAnswer, Governing
from domain.record import Documentation, Evidence, Record, StoredRecord
from domain.statement import Condition
from domain.value import Value
from service.conflicts import Conflict
from service.flags import flags_of
from service.search import SearchResult
from service.seen import shown_to
from service.wiring import App


def record_json(app: App, caller: Caller, stored: StoredRecord, *, as_of: str) -> dict[str, object]:
    """The contract's record; ``validity`` is that of ``as_of``."""
    snapshot = app.snapshot(caller)
    stored = shown_to(app, caller, stored)
    record = stored.record
    check = None
    if record.documentation is Documentation.UNDOCUMENTED:
        nearest = [
            {"record": n.record_id, "path": n.path, "quote": n.quote, "score": n.score, "why_not": n.why_not} for n in record.nearest
        ]
        check = {"searched": snapshot.formal, "revision": snapshot.revision, "nearest": nearest}
    return {
        "id": record.id,
        "kind": record.kind.value,
        "statement": record.statement,
        "modality": record.modality.value if record.modality else None,
        "subject": record.subject,
        "action": record.action,
        "scope": [{"type": item.type, "value": item.value} for item in record.scope],
        "conditions": [_condition(condition) for condition in record.conditions],
        "values": [_value(value) for value in record.values],
        "overrides": record.overrides,
        "effect": record.effect.value if record.effect else None,
        "handler": record.handler,
        "re_entry": record.re_entry,
        **_handoff(record),
        "documentation": record.documentation.value,
        "documentation_check": check,
        "recurrence": record.recurrence.value,
        "occasions": record.occasions,
        "last_seen": record.last_seen,
        "validity": record.validity(as_of),
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
        "superseded_by": record.superseded_by,
        "authority": record.authority,
        "authority_reason": record.authority_reason,
        "status": record.status.value,
        "confidence": record.confidence,
        "revision": stored.revision,
        "flags": list(flags_of(stored, snapshot.records, as_of)),
        "evidence": evidence_json(stored),
    }


def _handoff(record: Record) -> dict[str, object]:
    fields = [{"name": field.name, "required": field.required} for field in record.fields]
    return {"from": record.sender, "to": record.receiver, "artifact": record.artifact, "channel": record.channel, "fields": fields}


def _condition(condition: Condition) -> dict[str, object]:
    test = condition.test
    shown = {"fact": test.fact, "op": test.op, "value": test.value, "unit": test.unit} if test else None
    return {"text": condition.text, "inferred": condition.inferred, "test": shown}


def _value(value: Value) -> dict[str, object]:
    return {"kind": value.kind.value, "value": value.value, "unit": value.unit, "text": value.text}


def evidence_json(stored: StoredRecord) -> list[dict[str, object]]:
    return [_evidence(evidence) for evidence in stored.record.evidence]


def _evidence(evidence: Evidence) -> dict[str, object]:
    citation = evidence.citation
    place = citation.place
    return {
        "document": citation.document_id,
        "path": citation.path,
        "message_id": place.message_id,
        "sender": place.sender,
        "sent_at": place.sent_at,
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "place": place.shown(),
        "page": place.page,
        "boxes": [list(box) for box in place.boxes],
        "role": evidence.role.value,
    }


def conflict_json(app: App, caller: Caller, conflict: Conflict, *, as_of: str) -> dict[str, object]:
    """Both sides in full."""
    found = conflict.disagreement
    sides = [record_json(app, caller, side, as_of=as_of) for side in conflict.sides]
    return {"id": conflict.id, "records": list(found.records), "on": found.on, "precedence": found.precedence, "sides": sides}


def answer_json(app: App, caller: Caller, answer: ContextAnswer) -> dict[str, object]:
    """What POST /v1/context answers."""
    return {
        "as_of": answer.as_of,
        "revision": answer.revision,
        "completeness": "full" if answer.complete else "restricted",
        "verdict": answer.verdict.value,
        "why": answer.why,
        "governing": [_governing(app, caller, item, answer.as_of) for item in answer.governing],
        "missing_facts": list(answer.missing_facts),
        "ask": [{"who": ask.who, "about": ask.about} for ask in answer.ask],
        "conflicts": [{"records": list(c.records), "on": c.on, "precedence": c.precedence} for c in answer.conflicts],
        "passages": [{"path": p.path, "quote": p.quote, "place": p.place} for p in answer.passages],
        "trimmed": [],
    }


def _governing(app: App, caller: Caller, item: Governing, as_of: str) -> dict[str, object]:
    return {
        "record": record_json(app, caller, item.stored, as_of=as_of),
        "applies": item.applies.value,
        "because": list(item.because),
        "overridden_by": item.overridden_by,
        "score": item.score,
    }


def search_json(app: App, caller: Caller, result: SearchResult, as_of: str) -> dict[str, object]:
    """What POST /v1/search answers."""
    passages = [
        {"id": hit.passage.id, "document": hit.passage.document_id, "path": hit.path, "quote": hit.passage.text,
         "place": hit.passage.place.shown(), "page": hit.passage.place.page, "score": round(hit.score, 6)}
        for hit in result.passages
    ]  # fmt: skip
    records = [{"record": record_json(app, caller, hit.stored, as_of=as_of), "score": round(hit.score, 6)} for hit in result.records]
    return {"revision": result.revision, "passages": passages, "records": records}
