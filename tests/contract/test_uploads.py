"""A file that was handed in waits, comes to one end, and is forgotten with its source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.errors import NotFound
from domain.ports import Ledger, Removal
from domain.upload import Upload, UploadState
from tests.contract.builders import AT, commit, paper

LATER = "2026-03-02T08:00:00+00:00"


def handed_in(name: str, path: str = "a.txt") -> Upload:
    return Upload(name, path, "0" * 64, 4, "auto", UploadState.WAITING, "ines", AT)


def test_what_is_handed_in_waits_in_order_and_ends_once(ledger: Ledger) -> None:
    first = ledger.add_upload("a", handed_in("upl_1"), b"one")
    second = ledger.add_upload("b", handed_in("upl_2"), b"two")
    assert [(name, it.id) for name, it in ledger.waiting_uploads()] == [("a", "upl_1"), ("b", "upl_2")]
    assert first.number < second.number
    assert ledger.upload_bytes("b", "upl_2") == b"two"
    ledger.end_upload("a", "upl_1", state=UploadState.REFUSED, reason="not a file that can be read", at=LATER)
    ledger.end_upload("a", "upl_1", state=UploadState.READ, reason=None, at=LATER)
    ended = ledger.upload("a", "upl_1")
    assert (ended.state, ended.reason, ended.at) == (UploadState.REFUSED, "not a file that can be read", LATER)
    assert [it.id for _, it in ledger.waiting_uploads()] == ["upl_2"]
    with pytest.raises(NotFound):
        ledger.upload_bytes("a", "upl_1")
    assert [row.action for row in ledger.audit("a")] == ["upload.refused", "upload.accepted"]


def test_the_same_again_waits_once_and_again_when_it_was_done(ledger: Ledger) -> None:
    kept = ledger.add_upload("a", handed_in("upl_1"), b"one")
    assert ledger.add_upload("a", handed_in("upl_1"), b"one") == kept
    assert len(ledger.waiting_uploads()) == 1
    ledger.end_upload("a", "upl_1", state=UploadState.READ, reason=None, at=LATER)
    again = ledger.add_upload("a", handed_in("upl_1"), b"one")
    assert (again.state, ledger.upload_bytes("a", "upl_1")) == (UploadState.WAITING, b"one")


def test_an_upload_belongs_to_its_workspace(ledger: Ledger) -> None:
    ledger.add_upload("a", handed_in("upl_1"), b"one")
    for ask in (ledger.upload, ledger.upload_bytes):
        with pytest.raises(NotFound):
            ask("b", "upl_1")


def test_removing_a_source_forgets_what_was_read_from_its_path_and_keeps_what_waits(make_ledger: Callable[..., Ledger]) -> None:
    ledger = make_ledger()
    commit(ledger, paper("a.txt", "A rule."))
    ledger.add_upload("a", handed_in("upl_1"), b"one")
    ledger.end_upload("a", "upl_1", state=UploadState.READ, reason=None, at=LATER)
    ledger.add_upload("a", handed_in("upl_2"), b"two")
    ledger.add_upload("a", handed_in("upl_3", "b.txt"), b"three")
    ledger.end_upload("a", "upl_3", state=UploadState.READ, reason=None, at=LATER)
    ledger.remove_sources("a", Removal(frozenset({"a.txt"}), ledger.entry("a"), "test"), [], actor="x", at=LATER)
    with pytest.raises(NotFound):
        ledger.upload("a", "upl_1")
    assert [ledger.upload("a", name).state for name in ("upl_2", "upl_3")] == [UploadState.WAITING, UploadState.READ]
