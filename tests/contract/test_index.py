"""The contract of domain.ports.Index, and of the projection that fills it: in memory, in process and on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.ports import Hit, Index, Point
from domain.record import Status
from store.memory_ledger import MemoryLedger
from store.projection import follow, rebuild
from tests.contract.builders import commit, paper, put, record, refuse, vector

SENTENCES = (
    "Every invoice must carry a purchase order number.",
    "Kestrel Metals may send invoices without a number.",
    "Suppliers shall deliver within two business days.",
    "Travel must be booked through the portal.",
    "Late deliveries are charged with a fee of EUR 50.",
    "The fee is waived for Kestrel Metals.",
)

QUESTIONS = (*SENTENCES, "invoice without purchase order", "who waives a late fee", "the", "", "zebra")


def points(*texts: str, kind: str = "passage", workspace: str = "a") -> list[Point]:
    return [Point(f"{kind}_{n}", workspace, kind, text, vector(text)) for n, text in enumerate(texts)]


def ask(index: Index, text: str, *, like: str = "nothing", kind: str = "passage", workspace: str = "a", limit: int = 10) -> list[Hit]:
    return index.search(workspace, vector=vector(like), text=text, kind=kind, limit=limit)


def answers(index: Index, workspace: str = "a") -> list[list[Hit]]:
    """What an index says to many questions: two that agree hold the same."""
    kinds = ("passage", "record")
    return [ask(index, text, like=text, kind=kind, workspace=workspace, limit=100) for text in QUESTIONS for kind in kinds]


def test_an_empty_index_finds_nothing(index: Index) -> None:
    assert (index.position("a"), index.count("a"), ask(index, "invoice")) == (0, 0, [])
    index.ping()


def test_words_and_meaning_both_find(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    both = index.search("a", vector=vector(SENTENCES[2]), text="deliver two business days", kind="passage", limit=3)
    assert both[0].id == "passage_2"
    by_meaning = ask(index, "zebra", like=SENTENCES[3])
    assert by_meaning[0].id == "passage_3"
    by_words = index.search("a", vector=(), text="Which fees are waived?", kind="passage", limit=10)
    assert [hit.id for hit in by_words] == ["passage_5", "passage_4"]


def test_scores_fall_and_the_limit_holds(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    hits = ask(index, "invoice fee", limit=4)
    assert len(hits) == 4
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    assert ask(index, "invoice fee", limit=0) == []
    assert ask(index, "invoice fee", limit=4) == hits


def test_equal_points_come_in_the_order_of_their_ids(index: Index) -> None:
    same = [Point(f"passage_{n:03}", "a", "passage", "The fee is waived.", vector("same")) for n in range(120)]
    index.apply("a", put=same[60:] + same[:60], drop=(), position=1)
    hits = ask(index, "fee waived", like="same", limit=7)
    assert [hit.id for hit in hits] == [f"passage_{n:03}" for n in range(7)]


def test_kinds_are_searched_apart(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES[:3]) + points(*SENTENCES[3:], kind="record"), drop=(), position=1)
    assert {hit.id for hit in ask(index, "fee invoice")} == {"passage_0", "passage_1", "passage_2"}
    assert {hit.id for hit in ask(index, "fee invoice", kind="record")} == {"record_0", "record_1", "record_2"}
    assert index.count("a") == 6


def test_a_point_put_again_replaces_the_old_one(index: Index) -> None:
    old, new = points("Zebras are striped.")[0], points("Travel must be booked.")[0]
    index.apply("a", put=[old], drop=(), position=1)
    index.apply("a", put=[replace(new, kind="record")], drop=(), position=2)
    assert index.count("a") == 1
    assert ask(index, "zebra", like=old.text) == []
    assert [hit.id for hit in ask(index, "travel", kind="record")] == [old.id]


def test_dropping_what_is_not_there_is_nothing_special(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    index.apply("a", put=(), drop=["passage_0", "passage_9"], position=8)
    assert index.count("a") == 5
    assert "passage_0" not in {hit.id for hit in ask(index, "invoice", limit=100)}
    assert index.position("a") == 8


def test_applying_twice_is_applying_once(index: Index) -> None:
    for _ in range(2):
        index.apply("a", put=points(*SENTENCES), drop=["passage_7"], position=6)
    assert (index.count("a"), index.position("a")) == (6, 6)


def test_the_position_moves_where_there_is_nothing_to_do(index: Index) -> None:
    index.apply("a", put=(), drop=(), position=5)
    assert (index.position("a"), index.position("b"), index.count("a")) == (5, 0, 0)


def test_workspaces_with_the_same_papers_do_not_touch_each_other(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES[:2]), drop=(), position=2)
    before = answers(index)
    index.apply("b", put=points(*SENTENCES, workspace="b"), drop=(), position=6)
    assert (index.count("a"), index.count("b"), index.position("a"), index.position("b")) == (2, 6, 2, 6)
    assert answers(index) == before, "not even the weights of words tell what another workspace holds"
    index.apply("b", put=(), drop=["passage_0", "passage_1"], position=8)
    assert answers(index) == before


def test_a_wiped_index_has_forgotten_everything(index: Index) -> None:
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    index.wipe()
    assert (index.count("a"), index.position("a"), ask(index, "invoice")) == (0, 0, [])
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    assert index.count("a") == 6


def busy_ledger() -> MemoryLedger:
    """With papers superseded, refused and restored, and records changed and gone."""
    ledger = MemoryLedger()
    commit(ledger, paper("one.txt", *SENTENCES[:3]))
    commit(ledger, paper("two.txt", *SENTENCES[3:]))
    put(ledger, *(record(f"{n}", text) for n, text in enumerate(SENTENCES)))
    commit(ledger, paper("one.txt", SENTENCES[0], "Zebras are striped."))
    refuse(ledger, paper("two.txt", "Unreadable."))
    commit(ledger, paper("two.txt", *SENTENCES[3:]))
    put(ledger, *(record(f"{n}", text) for n, text in enumerate(SENTENCES[1:], 1)))
    put(ledger, record("1", "Kestrel Metals pays within a week."), record("9", "A new rule about travel.", status=Status.REJECTED))
    return ledger


def test_an_index_follows_its_ledger_to_the_end(index: Index) -> None:
    ledger = busy_ledger()
    lines = len(ledger.changes("a", after=0))
    assert follow(ledger, index, "a") == lines
    assert index.position("a") == lines
    assert index.count("a") == len(ledger.passages("a")) + len(ledger.records("a")) == 7
    assert follow(ledger, index, "a") == 0
    commit(ledger, paper("three.txt", "Another paper about zebras."))
    assert follow(ledger, index, "a") == 1
    assert index.count("a") == 8


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_an_index_that_was_followed_equals_one_that_was_rebuilt(make_index: Callable[[], Index], batch: int) -> None:
    ledger = busy_ledger()
    followed, rebuilt = make_index(), make_index()
    follow(ledger, followed, "a", batch)
    rebuild(ledger, rebuilt, "a")
    assert rebuilt.count("a") == followed.count("a")
    assert rebuilt.position("a") == followed.position("a")
    assert answers(rebuilt) == answers(followed)
    rebuild(ledger, followed, "a")
    assert answers(rebuilt) == answers(followed)


def test_an_index_followed_while_the_ledger_grew_equals_one_that_came_late(make_index: Callable[[], Index]) -> None:
    ledger, early, late = MemoryLedger(), make_index(), make_index()
    for n, sentence in enumerate(SENTENCES):
        commit(ledger, paper("one.txt", sentence, *SENTENCES[:n]))
        put(ledger, record(f"{n}", sentence), record("stays"))
        follow(ledger, early, "a")
    follow(ledger, late, "a")
    assert answers(early) == answers(late)
    assert early.count("a") == late.count("a") == 8


def test_an_index_ahead_of_a_restored_ledger_is_rebuilt(index: Index) -> None:
    follow(busy_ledger(), index, "a")
    restored = MemoryLedger()
    commit(restored, paper("one.txt", *SENTENCES[:3]))
    follow(restored, index, "a")
    assert (index.count("a"), index.position("a")) == (3, 3)


def test_all_kinds_of_index_rank_alike(make_index: Callable[[], Index]) -> None:
    from store.memory_index import MemoryIndex

    ledger, other, twin = busy_ledger(), make_index(), MemoryIndex()
    follow(ledger, other, "a")
    follow(ledger, twin, "a")
    assert answers(other) == answers(twin)
