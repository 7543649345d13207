"""A decision can be taken back: the version before it is in force again, pins and all, and nothing is lost from the history."""

from __future__ import annotations

import pytest

from domain.errors import BadInput, NotFound, Stale
from domain.ports import Ledger
from domain.record import Status
from tests.contract.builders import AT, put, record


def test_the_version_before_is_in_force_again_with_its_pins(ledger: Ledger) -> None:
    put(ledger, record("a"))
    ledger.pin("a", "rec_a", {"handler": "Dana"}, status=None, actor="ines", at=AT, reason="")
    decided = ledger.pin("a", "rec_a", {"subject": "clerk"}, status=Status.REJECTED, actor="ines", at=AT, reason="no")
    undone = ledger.undo("a", "rec_a", actor="ines", at=AT, reason="back", seen=decided.revision)
    assert (undone.record.handler, undone.record.subject, undone.record.status) == ("Dana", record("a").subject, Status.PROPOSED)
    assert (undone.pinned, undone.revision) == (("handler",), decided.revision + 1)
    assert ledger.record("a", "rec_a") == undone
    assert len(ledger.record_history("a", "rec_a")) == 4
    assert (ledger.audit("a")[0].action, ledger.audit("a")[0].reason) == ("record.undone", "back")


def test_what_was_taken_back_is_no_longer_pinned_when_the_papers_are_read_again(ledger: Ledger) -> None:
    put(ledger, record("a"))
    decided = ledger.pin("a", "rec_a", {"handler": "Dana"}, status=Status.APPROVED, actor="ines", at=AT, reason="")
    ledger.undo("a", "rec_a", actor="ines", at=AT, reason="", seen=decided.revision)
    put(ledger, record("a", handler="Tom"))
    found = ledger.record("a", "rec_a")
    assert (found.record.handler, found.record.status, found.pinned) == ("Tom", Status.PROPOSED, ())


def test_only_the_last_version_is_taken_back_and_only_where_there_is_one_before(ledger: Ledger) -> None:
    put(ledger, record("a"))
    first = ledger.record("a", "rec_a").revision
    with pytest.raises(BadInput):
        ledger.undo("a", "rec_a", actor="ines", at=AT, reason="", seen=first)
    ledger.pin("a", "rec_a", {}, status=Status.APPROVED, actor="ines", at=AT, reason="")
    with pytest.raises(Stale):
        ledger.undo("a", "rec_a", actor="ines", at=AT, reason="", seen=first)
    with pytest.raises(NotFound):
        ledger.undo("b", "rec_a", actor="ines", at=AT, reason="", seen=first)
