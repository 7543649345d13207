"""Handoffs in force, their data contracts, the check of a live payload, and what changed between two versions of a contract."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from answer.contract_diff import ContractChange, contract_diff
from answer.contract_schema import Schema, citations, schema_of
from answer.contracts import Contract, contract_of
from answer.payload_check import Violation, violations_of
from domain.access import Caller, Scope
from domain.errors import InvalidQuestion, NotFound
from domain.record import SERVED, RecordKind, StoredRecord
from service.records import RecordPage, check_limit, first_page
from service.seen import believed, versions_of
from service.wiring import App


@dataclass(frozen=True, slots=True)
class HandoffFilter:
    """Only what is set filters, without regard to case. ``text``: in the statement, the artifact, the channel or a field's name."""

    as_of: str
    sender: str | None = None
    receiver: str | None = None
    text: str | None = None
    cursor: str | None = None
    limit: int = 50


def list_handoffs(app: App, caller: Caller, wanted: HandoffFilter) -> RecordPage:
    """One page by id of those proposed or approved that hold on the day. ``cursor``: the last id of the page before."""
    caller.need(Scope.READ)
    check_limit(wanted.limit)
    snapshot = app.snapshot(caller)
    found = (
        stored
        for key, stored in sorted(snapshot.records.items())
        if (wanted.cursor is None or key > wanted.cursor) and _is_served(stored) and _matches(stored, wanted)
    )
    items, more = first_page(found, wanted.limit)
    return RecordPage(items, items[-1].record.id if more else None, snapshot.revision)


def handoff_contract(app: App, caller: Caller, record_id: str, *, as_of: str) -> Contract:
    """Raises NotFound, and InvalidQuestion where the handoff does not hold on the day."""
    caller.need(Scope.READ)
    records = app.snapshot(caller).records
    stored = _handoff(records.get(record_id), record_id)
    validity = stored.record.validity(as_of)
    if validity != "active":
        later = f"; {stored.record.superseded_by} took its place" if validity == "superseded" else ""
        raise InvalidQuestion(f"the handoff is {validity.replace('_', ' ')} on {as_of}{later}; ask as_of a day on which it holds")
    return contract_of(stored, records, as_of)


def handoff_schema(app: App, caller: Caller, record_id: str, *, as_of: str) -> Schema:
    """JSON Schema; raises as handoff_contract."""
    return schema_of(handoff_contract(app, caller, record_id, as_of=as_of), as_of)


def validate_payload(app: App, caller: Caller, record_id: str, payload: object, *, as_of: str) -> dict[str, object]:
    """Valid or not, each violation explained, who catches it and where it re-enters; raises as handoff_contract."""
    contract = handoff_contract(app, caller, record_id, as_of=as_of)
    found = violations_of(contract, payload, as_of)
    unchecked = [
        {"field": c.field, "statement": c.stored.record.statement, "record": c.stored.record.id, "citations": citations(c.stored)}
        for c in contract.clauses
        if c.keyword == "description"
    ]
    return {
        "record": record_id,
        "revision": contract.handoff.revision,
        "as_of": as_of,
        "valid": not found,
        "violations": [_violation(contract, violation) for violation in found],
        "unchecked": unchecked,
        "handling": _handling(contract) if found else None,
    }


def contract_changes(app: App, caller: Caller, record_id: str, *, before: int, after: int, as_of: str) -> dict[str, object]:
    """From the contract as it was believed at revision ``before`` to that at ``after``; raises NotFound, InvalidQuestion."""
    caller.need(Scope.READ)
    old, new = (_contract_at(app, caller, record_id, revision, as_of) for revision in (before, after))
    changes = contract_diff(old, new)
    return {
        "record": record_id,
        "as_of": as_of,
        "from_revision": before,
        "to_revision": after,
        "breaking": [_change(change) for change in changes if change.breaking],
        "other": [_change(change) for change in changes if not change.breaking],
    }


def _contract_at(app: App, caller: Caller, record_id: str, revision: int, as_of: str) -> Contract:
    records = {stored.record.id: stored for stored in believed(app, caller, revision)}
    if record_id not in records:
        versions = [stored.revision for stored in versions_of(app, caller, record_id)]
        shown = ", ".join(map(str, versions[:20])) or "none"
        raise InvalidQuestion(f"at revision {revision} there was no handoff {record_id}; its versions are of revisions {shown}")
    return contract_of(_handoff(records[record_id], record_id), records, as_of)


def _is_served(stored: StoredRecord) -> bool:
    return stored.record.kind is RecordKind.HANDOFF and stored.record.status in SERVED


def _handoff(stored: StoredRecord | None, record_id: str) -> StoredRecord:
    if stored is None or not _is_served(stored):
        raise NotFound(f"there is no proposed or approved handoff {record_id}; GET /v1/handoffs lists them")
    return stored


def _matches(stored: StoredRecord, wanted: HandoffFilter) -> bool:
    record = stored.record
    said = " ".join([record.statement, record.artifact or "", record.channel or "", *(field.name for field in record.fields)])
    asked = ((wanted.sender, record.sender), (wanted.receiver, record.receiver), (wanted.text, said))
    return record.validity(wanted.as_of) == "active" and all(
        part is None or part.casefold() in (whole or "").casefold() for part, whole in asked
    )


def _violation(contract: Contract, violation: Violation) -> dict[str, object]:
    """The form of the whole, which no clause states, rests on the handoff itself."""
    clause = violation.clause
    stored = clause.stored if clause else contract.handoff
    return {
        "pointer": violation.pointer,
        "field": violation.field,
        "expected": violation.expected,
        "got": violation.got,
        "clause": clause.id if clause else None,
        "record": stored.record.id,
        "citations": citations(stored),
        "fix": violation.fix,
    }


def _handling(contract: Contract) -> dict[str, object]:
    """The sender's side catches it before it is sent; whom the record names as handler, where it names one."""
    record = contract.handoff.record
    through = f" through {record.channel}" if record.channel else ""
    inferred = f"{record.sender} sends {record.artifact or 'it'} to {record.receiver}{through} again, mended"
    return {
        "caught_by": record.handler or record.sender,
        "side": "handler" if record.handler else "sender",
        "receiver": record.receiver,
        "re_entry": record.re_entry or inferred,
        "re_entry_inferred": record.re_entry is None,
    }


def _change(change: ContractChange) -> dict[str, object]:
    return {**asdict(change), "records": list(change.records)}
