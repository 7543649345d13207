"""The contract of what a reader hears of changed records: in order, once, and never of claims."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Stale
from domain.ports import Ledger
from domain.record import Record, Status
from tests.contract.builders import ACTOR, AT, put, record


def told(ledger: Ledger, after: int = 0, since: int = 0, until: int = 99, limit: int = 99) -> list[tuple[int, str, str, str, str]]:
    found = ledger.record_changes("a", after=after, since=since, until=until, limit=limit)
    assert [it.position for it in found] == sorted({it.position for it in found})
    return [(it.revision, it.op, it.record_id, it.status.value if it.status else "", it.action) for it in found]


def with_status(name: str, status: Status) -> Record:
    return replace(record(name), status=status)


def test_every_version_is_told_in_order_with_who_and_why(ledger: Ledger) -> None:
    put(ledger, record("one"), record("two"))
    ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor="dana", at=AT, reason="seen it")
    put(ledger, record("one"))
    assert told(ledger) == [
        (1, "put", "rec_one", record("one").status.value, "record.put"),
        (1, "put", "rec_two", record("two").status.value, "record.put"),
        (2, "put", "rec_one", "approved", "record.decided"),
        (3, "drop", "rec_two", "", "record.drop"),
    ]
    last = ledger.record_changes("a", after=0, since=1, until=2, limit=9)
    assert [(it.actor, it.at, it.reason) for it in last] == [("dana", AT, "seen it")]


def test_pages_by_position_and_revision(ledger: Ledger) -> None:
    put(ledger, record("one"), record("two"))
    put(ledger, record("one"))
    every = ledger.record_changes("a", after=0, since=0, until=9, limit=9)
    assert ledger.record_changes("a", after=every[0].position, since=0, until=9, limit=1) == [every[1]]
    assert ledger.record_changes("a", after=0, since=1, until=9, limit=9) == [every[2]]
    assert ledger.record_changes("a", after=0, since=0, until=1, limit=9) == every[:2]
    assert ledger.record_changes("b", after=0, since=0, until=9, limit=9) == []


def test_of_a_claim_nothing_is_told_until_it_is_none_any_more(ledger: Ledger) -> None:
    put(ledger, with_status("one", Status.CLAIMED))
    put(ledger, replace(with_status("one", Status.CLAIMED), confidence=0.1))
    assert told(ledger) == []
    put(ledger, with_status("one", Status.PROPOSED))
    put(ledger, with_status("one", Status.CLAIMED))
    put(ledger)
    assert told(ledger) == [(3, "put", "rec_one", "proposed", "record.put"), (4, "drop", "rec_one", "", "record.drop")]
    put(ledger, with_status("one", Status.CLAIMED))
    assert len(told(ledger)) == 2


def test_a_claim_that_comes_back_after_a_record_that_went_is_not_told(ledger: Ledger) -> None:
    put(ledger, with_status("one", Status.PROPOSED))
    put(ledger)
    put(ledger, with_status("one", Status.CLAIMED))
    assert [op for _, op, *_ in told(ledger)] == ["put", "drop"]


def test_a_decision_on_what_has_changed_since_is_refused_whole(ledger: Ledger) -> None:
    put(ledger, record("one"))
    put(ledger, replace(record("one"), confidence=0.5))
    with pytest.raises(Stale) as refused:
        ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor=ACTOR, at=AT, reason="", seen=1)
    assert (refused.value.revision, ledger.revision("a")) == (2, 2)
    assert ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor=ACTOR, at=AT, reason="", seen=2).revision == 3
