"""A record says when what it rests on has changed."""

from __future__ import annotations

from dataclasses import replace

from domain.record import RecordKind, Status, StoredRecord
from service.flags import flags_of
from tests.contract.builders import full_record

DAY = "2026-03-01"
RULE = replace(full_record(), id="rec_rule", kind=RecordKind.RULE, overrides=None, superseded_by=None, valid_from=None, valid_to=None)
EXCEPTION = StoredRecord(replace(RULE, id="rec_exception", kind=RecordKind.EXCEPTION, overrides="rec_rule"), 3)


def flags(rule: StoredRecord | None, exception: StoredRecord = EXCEPTION) -> tuple[str, ...]:
    held = {exception.record.id: exception, **({rule.record.id: rule} if rule else {})}
    return flags_of(exception, held, DAY)


def test_a_rule_that_is_as_it_was_raises_no_flag() -> None:
    assert flags(StoredRecord(RULE, 3)) == ()
    assert flags(StoredRecord(RULE, 5)) == ()  # another document repeats it: no word of it is different


def test_an_edit_of_the_rule_flags_what_bends_it() -> None:
    assert flags(StoredRecord(RULE, 5, pinned=("values",))) == (
        "the rule it overrides was edited at revision 5, after this was last looked at",
    )
    assert flags(StoredRecord(RULE, 5, pinned=("status",))) == ()
    assert flags(StoredRecord(RULE, 2, pinned=("values",))) == ()


def test_a_rule_that_ended_or_was_rejected_flags_what_bends_it() -> None:
    assert flags(StoredRecord(replace(RULE, valid_to="2026-02-01"), 3)) == ("the rule it overrides is expired on 2026-03-01",)
    assert flags(StoredRecord(replace(RULE, status=Status.REJECTED), 3)) == ("the rule it overrides was rejected",)
    assert flags(None) == ("what it overrides is no longer in force",)


def test_what_its_source_no_longer_says_is_flagged() -> None:
    assert flags(StoredRecord(RULE, 3), replace(EXCEPTION, orphaned=True)) == (
        "its source says it no longer; it stays for the sake of what a person set",
    )
