"""Sessions of the pages are kept, seen, ended, and let go of when they are stale."""

from __future__ import annotations

from domain.ports import Ledger
from domain.session import Session

EIGHT, NINE, TEN = (f"2026-02-01T{hour}:00:00+00:00" for hour in ("08", "09", "10"))


def test_a_session_is_there_until_it_ends(ledger: Ledger) -> None:
    ledger.begin_session(Session("a", "key", EIGHT, EIGHT), stale=EIGHT)
    assert ledger.session("a") == Session("a", "key", EIGHT, EIGHT)
    ledger.see_session("a", at=NINE)
    assert ledger.session("a") == Session("a", "key", EIGHT, NINE)
    ledger.end_session("a")
    assert ledger.session("a") is None
    ledger.see_session("a", at=TEN)
    ledger.end_session("a")


def test_beginning_one_lets_go_of_those_long_unseen(ledger: Ledger) -> None:
    ledger.begin_session(Session("old", "key", EIGHT, EIGHT), stale=EIGHT)
    ledger.begin_session(Session("seen", "key", EIGHT, TEN), stale=EIGHT)
    ledger.begin_session(Session("new", "key", TEN, TEN), stale=NINE)
    assert [ledger.session(digest) is not None for digest in ("old", "seen", "new")] == [False, True, True]
