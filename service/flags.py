"""What about a record somebody should look at again, since something that it rests on has changed."""

from __future__ import annotations

from collections.abc import Mapping

from domain.record import Status, StoredRecord

#: A person's decision alone changes no word of a record.
_DECISION = "status"


def flags_of(stored: StoredRecord, records: Mapping[str, StoredRecord], day: str) -> tuple[str, ...]:
    """In plain words, the plainest first; ``records``: those in force, by id."""
    found = []
    if stored.orphaned:
        found.append("its source says it no longer; it stays for the sake of what a person set")
    bent = stored.record.overrides
    if bent is not None:
        found += _of_what_it_bends(stored, records.get(bent), day)
    return tuple(found)


def _of_what_it_bends(stored: StoredRecord, bent: StoredRecord | None, day: str) -> list[str]:
    if bent is None:
        return ["what it overrides is no longer in force"]
    what = f"the {bent.record.kind} it overrides"
    if bent.record.status is Status.REJECTED:
        return [f"{what} was rejected"]
    found = []
    if bent.revision > stored.revision and set(bent.pinned) - {_DECISION}:
        found.append(f"{what} was edited at revision {bent.revision}, after this was last looked at")
    validity = bent.record.validity(day)
    if validity != "active":
        found.append(f"{what} is {validity.replace('_', ' ')} on {day}")
    return found
