"""What a person decides on a record: approve, edit, reject, or merge it into the one that it repeats."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.access import Caller, Scope
from domain.errors import BadInput, InvalidQuestion, NotFound, Stale
from domain.record import SERVED, Status, StoredRecord
from service.seen import the_record
from service.wiring import App, now
from store.pins import PINNABLE


class Verb(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    MERGE = "merge"


#: A record's JSON calls two fields by words that code cannot have.
_NAMES = {"from": "sender", "to": "receiver"}
EDITABLE = (PINNABLE - set(_NAMES.values())) | set(_NAMES)
_LINKS = ("overrides", "superseded_by")

#: Two records that are merged into each other at the same time would both be gone.
_MERGING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Decision:
    """``fields``: as in the record's JSON. ``into``: with merge, the record that this one repeats."""

    verb: Verb
    reason: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    into: str | None = None


def decide(app: App, caller: Caller, record_id: str, decision: Decision, *, seen: int) -> StoredRecord:
    """The record as decided, with one audit row that names the caller.

    ``seen``: the revision that was looked at. Raises NotFound, Stale where the record is at another one, InvalidQuestion where the
    decision makes no sense.
    """
    caller.need(Scope.READ)
    caller.need(Scope.REVIEW)
    check_decision(decision)
    present = the_record(app, caller, record_id)
    if present.revision != seen:
        raise Stale(record_id, present.revision)
    if decision.verb is not Verb.MERGE:
        return _set(app, caller, present, decision, seen)
    with _MERGING:
        _check_target(app, caller, present, decision.into or "")
        told = f"the same as {decision.into}" + (f": {decision.reason}" if decision.reason else "")
        return _set(app, caller, present, Decision(Verb.REJECT, told), seen)


def check_decision(decision: Decision) -> None:
    """Raises InvalidQuestion where its parts do not go together."""
    verb = decision.verb
    if verb is Verb.REJECT and not decision.reason.strip():
        raise InvalidQuestion("reason: say why it is rejected, in a sentence")
    if verb is Verb.EDIT and not decision.fields:
        raise InvalidQuestion("fields: name what is to be set, as in the record's JSON")
    if verb in (Verb.REJECT, Verb.MERGE) and decision.fields:
        raise InvalidQuestion(f"fields: go with edit and approve, not with {verb}")
    if (verb is Verb.MERGE) != (decision.into is not None):
        raise InvalidQuestion("into: names the record that this one repeats, with merge and only there")
    unknown = sorted(set(decision.fields) - EDITABLE)
    if unknown:
        raise InvalidQuestion(f"fields: {unknown[0]!r} cannot be set; these can: {', '.join(sorted(EDITABLE))}")


def _set(app: App, caller: Caller, present: StoredRecord, decision: Decision, seen: int) -> StoredRecord:
    fields = {_NAMES.get(name, name): value for name, value in decision.fields.items()}
    status = {Verb.APPROVE: Status.APPROVED, Verb.REJECT: Status.REJECTED}.get(decision.verb)
    for name in _LINKS:
        if fields.get(name) is not None:
            _check_link(app, caller, present.record.id, name, fields[name])
    try:
        return app.ledger.pin(
            caller.workspace, present.record.id, fields, status=status, actor=caller.name, at=now(), reason=decision.reason, seen=seen
        )
    except BadInput as error:
        if isinstance(error, NotFound | Stale):
            raise
        raise InvalidQuestion(f"fields: {error}") from error


def _check_link(app: App, caller: Caller, record_id: str, name: str, target: object) -> None:
    """A link leads to a record that is there, and not back to where it began."""
    records = app.snapshot(caller).records
    if not isinstance(target, str) or target not in records:
        raise InvalidQuestion(f"fields.{name}: there is no such record")
    at: str | None = target
    passed: set[str] = set()
    while at is not None and at in records and at not in passed:
        if at == record_id:
            raise InvalidQuestion(f"fields.{name}: that would lead back to {record_id}")
        passed.add(at)
        at = getattr(records[at].record, name)


def _check_target(app: App, caller: Caller, present: StoredRecord, into: str) -> None:
    if into == present.record.id:
        raise InvalidQuestion("into: a record does not repeat itself")
    try:
        other = the_record(app, caller, into)
    except NotFound as error:
        raise InvalidQuestion(f"into: {error}") from error
    if other.record.kind is not present.record.kind or other.record.status not in SERVED:
        raise InvalidQuestion(f"into: {into} is no {present.record.kind} that is proposed or approved")
