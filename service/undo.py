"""Takes back a person's own last decision on a record, for a while."""

from __future__ import annotations

from datetime import datetime

from domain.access import Caller, Scope
from domain.errors import BadInput, InvalidQuestion, NotFound, Stale
from domain.ports import RecordChange
from domain.record import StoredRecord
from service.seen import changes_seen, the_record
from service.wiring import App, now

#: Seconds within which a decision can be taken back; what came after it may rest on it by then.
WITHIN = 600

_PERSONS = frozenset({"record.decided", "record.edited"})


def undo(app: App, caller: Caller, record_id: str, *, seen: int) -> StoredRecord:
    """The record as it was before, as a new version. ``seen``: its present revision, which the decision made.

    Raises NotFound, Stale where something happened to it since, and InvalidQuestion where the last thing that happened to it is no
    decision of the caller's, or too old.
    """
    caller.need(Scope.READ)
    caller.need(Scope.REVIEW)
    present = the_record(app, caller, record_id)
    if present.revision != seen:
        raise Stale(record_id, present.revision)
    last = _last(app, caller, record_id, seen)
    if last is None or last.action not in _PERSONS or last.actor != caller.name:
        raise InvalidQuestion("the last thing that happened to this record is no decision of yours: decide again instead")
    if (datetime.fromisoformat(now()) - datetime.fromisoformat(last.at)).total_seconds() > WITHIN:
        raise InvalidQuestion(f"this was decided more than {WITHIN // 60} minutes ago: decide again instead")
    told = f"takes back revision {seen}"
    try:
        return app.ledger.undo(caller.workspace, record_id, actor=caller.name, at=now(), reason=told, seen=seen)
    except BadInput as error:
        if isinstance(error, NotFound | Stale):
            raise
        raise InvalidQuestion(str(error)) from error


def _last(app: App, caller: Caller, record_id: str, revision: int) -> RecordChange | None:
    found = changes_seen(app, caller, after=0, since=revision - 1, until=revision, limit=1000)
    return next((change for change in found if change.record_id == record_id), None)
