"""The contract of domain.ports.Ledger, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest

from domain.errors import BadInput, Defect, NotFound
from domain.ports import Change, Ledger
from domain.record import Status
from tests.contract.builders import ACTOR, AT, Paper, commit, full_record, key, paper, put, record, refuse, vector

ONE = paper("b/one.txt", "Every invoice must carry a number.", "Kestrel Metals need none.", ordinals=2)
TWO = paper("a/two.txt", "Suppliers shall deliver within two days.")
ONE_LATER = paper("b/one.txt", "Every invoice must carry a number.", "Nobody is exempt.")


def ids(made: Paper) -> list[str]:
    return [passage.id for passage in made.reading.passages]


def lines(ledger: Ledger, after: int = 0) -> list[tuple[str, str, str]]:
    return [(change.kind, change.op, change.target) for change in ledger.changes("a", after=after)]


def end(ledger: Ledger) -> int:
    return max((change.sequence for change in ledger.changes("a", after=0)), default=0)


def everything(ledger: Ledger) -> tuple[object, ...]:
    """All that a workspace holds."""
    read = (ledger.sources("a"), ledger.documents("a"), ledger.passages("a"), ledger.statements("a"))
    return (*read, ledger.records("a"), ledger.audit("a"), ledger.changes("a", after=0), ledger.keys("a"), ledger.revision("a"))


def test_an_empty_workspace_answers_with_nothing(ledger: Ledger) -> None:
    assert everything(ledger) == ([], [], [], [], [], [], [], [], 0)
    ledger.ping()


def test_what_was_read_comes_back_as_it_was(ledger: Ledger) -> None:
    assert commit(ledger, ONE)
    assert [(state.source, state.state, state.reason, state.pipeline) for state in ledger.sources("a")] == [
        (ONE.source, "read", None, "pipeline-1")
    ]
    assert ledger.source_bytes("a", ONE.source.id) == ONE.data
    assert ledger.documents("a") == list(ONE.reading.documents)
    assert ledger.document("a", ONE.reading.documents[1].id) == ONE.reading.documents[1]
    assert ledger.passages("a") == list(zip(ONE.reading.passages, ONE.reading.vectors, strict=True))
    assert ledger.statements("a") == list(ONE.reading.statements)


def test_lists_are_ordered_by_path_ordinal_and_start(ledger: Ledger) -> None:
    strange = paper("b/Zoë & Ü.txt", "Capital letters come before small ones.")
    for made in (ONE, strange, TWO):
        commit(ledger, made)
    expected = [TWO, strange, ONE]
    assert [state.source.path for state in ledger.sources("a")] == [made.source.path for made in expected]
    assert ledger.documents("a") == [document for made in expected for document in made.reading.documents]
    assert [passage.id for passage, _ in ledger.passages("a")] == [key for made in expected for key in ids(made)]
    assert ledger.statements("a") == [statement for made in expected for statement in made.reading.statements]


def test_passages_by_id_come_in_the_order_asked_without_those_that_are_not_there(ledger: Ledger) -> None:
    commit(ledger, ONE)
    first, second, *_ = ids(ONE)
    assert [passage.id for passage, _ in ledger.passages_by_id("a", [second, "pas_none", first, second])] == [second, first]
    assert ledger.passages_by_id("a", []) == []


def test_committing_the_same_reading_again_changes_nothing(ledger: Ledger) -> None:
    commit(ledger, ONE)
    before = everything(ledger)
    assert not commit(ledger, ONE)
    assert everything(ledger) == before


def test_a_newer_source_at_the_same_path_takes_the_place_of_the_older(ledger: Ledger) -> None:
    commit(ledger, ONE)
    commit(ledger, TWO)
    after = end(ledger)
    assert commit(ledger, ONE_LATER)
    assert [state.source for state in ledger.sources("a")] == [TWO.source, ONE_LATER.source]
    assert [passage.id for passage, _ in ledger.passages("a")] == ids(TWO) + ids(ONE_LATER)
    assert ledger.passages_by_id("a", ids(ONE)) == []
    assert ledger.source_bytes("a", ONE.source.id) == ONE.data, "the older bytes are kept"
    assert ledger.document("a", ONE.reading.documents[0].id) == ONE.reading.documents[0], "older records still cite it"
    assert lines(ledger, after) == [("passage", "drop", key) for key in sorted(ids(ONE))] + [
        ("passage", "put", key) for key in ids(ONE_LATER)
    ]


def test_a_file_that_is_changed_back_is_current_again(ledger: Ledger) -> None:
    commit(ledger, ONE)
    commit(ledger, ONE_LATER)
    after = end(ledger)
    assert commit(ledger, ONE)
    assert [passage.id for passage, _ in ledger.passages("a")] == ids(ONE)
    assert {target for _, op, target in lines(ledger, after) if op == "put"} == set(ids(ONE))
    assert {target for _, op, target in lines(ledger, after) if op == "drop"} == set(ids(ONE_LATER))
    assert not commit(ledger, ONE)


def test_a_newer_pipeline_reads_a_source_anew(ledger: Ledger) -> None:
    commit(ledger, ONE)
    after = end(ledger)
    fewer = replace(ONE.reading, passages=ONE.reading.passages[:1], vectors=(vector("another"),), statements=())
    assert commit(ledger, replace(ONE, reading=fewer), pipeline="pipeline-2")
    assert [state.pipeline for state in ledger.sources("a")] == ["pipeline-2"]
    assert ledger.passages("a") == [(ONE.reading.passages[0], vector("another"))]
    assert ledger.statements("a") == []
    assert set(lines(ledger, after)) == {("passage", "drop", key) for key in ids(ONE)[1:]} | {("passage", "put", ids(ONE)[0])}


def test_a_refused_source_is_kept_with_its_reason(ledger: Ledger) -> None:
    assert refuse(ledger, ONE)
    assert not refuse(ledger, ONE)
    assert [(state.source, state.state, state.reason) for state in ledger.sources("a")] == [(ONE.source, "refused", "encrypted")]
    assert ledger.source_bytes("a", ONE.source.id) == ONE.data
    assert ledger.documents("a") == []
    assert [row.action for row in ledger.audit("a")] == ["source.refused"]


def test_a_source_that_was_refused_can_still_be_read(ledger: Ledger) -> None:
    refuse(ledger, ONE)
    assert commit(ledger, ONE)
    assert [(state.state, state.reason) for state in ledger.sources("a")] == [("read", None)]
    assert not refuse(ledger, ONE), "what this pipeline has read it does not refuse afterwards"
    assert [state.state for state in ledger.sources("a")] == ["read"]


def test_a_refused_file_takes_the_place_of_what_was_at_its_path(ledger: Ledger) -> None:
    commit(ledger, ONE)
    assert refuse(ledger, ONE_LATER)
    assert [(state.source, state.state) for state in ledger.sources("a")] == [(ONE_LATER.source, "refused")]
    assert ledger.passages("a") == []


def test_a_reading_that_does_not_fit_together_is_our_own_defect_and_leaves_nothing(ledger: Ledger) -> None:
    broken = [
        replace(ONE, data=b"other bytes"),
        replace(ONE, reading=TWO.reading),
        replace(ONE, reading=replace(ONE.reading, vectors=())),
        replace(ONE, reading=replace(ONE.reading, documents=ONE.reading.documents[:1])),
        replace(ONE, reading=replace(ONE.reading, documents=ONE.reading.documents[:1] * 2)),
    ]
    for made in broken:
        with pytest.raises(Defect):
            commit(ledger, made)
    assert everything(ledger) == ([], [], [], [], [], [], [], [], 0)


@pytest.mark.parametrize("read", [lambda it: it.source_bytes("a", "x"), lambda it: it.document("a", "x"), lambda it: it.record("a", "x")])
def test_what_is_not_there_is_not_found(ledger: Ledger, read: Callable[[Ledger], object]) -> None:
    with pytest.raises(NotFound):
        read(ledger)
    with pytest.raises(NotFound):
        ledger.record_history("a", "x")
    with pytest.raises(NotFound):
        ledger.revoke_key("a", "x", at=AT)


def test_records_come_back_as_they_were_with_their_revision(ledger: Ledger) -> None:
    full = full_record()
    assert put(ledger, record("one"), full) == 1
    assert [(stored.record, stored.revision) for stored in ledger.records("a")] == [(full, 1), (record("one"), 1)]
    assert ledger.record("a", full.id).record == full
    assert ledger.revision("a") == 1


def test_only_what_is_new_different_or_gone_makes_a_version(ledger: Ledger) -> None:
    put(ledger, record("gone"), record("same"), record("other"))
    after = end(ledger)
    changed = record("other", confidence=0.84)
    assert put(ledger, record("same"), changed, record("new")) == 2
    assert [(stored.record, stored.revision) for stored in ledger.records("a")] == [
        (record("new"), 2),
        (changed, 2),
        (record("same"), 1),
    ]
    assert lines(ledger, after) == [("record", "drop", "rec_gone"), ("record", "put", "rec_new"), ("record", "put", "rec_other")]
    with pytest.raises(NotFound):
        ledger.record("a", "rec_gone")


def test_where_nothing_differs_there_is_no_revision(ledger: Ledger) -> None:
    put(ledger, record("one"), record("two"))
    before = everything(ledger)
    assert put(ledger, record("two"), record("one")) == 1
    assert everything(ledger) == before


def test_a_changed_embedding_alone_is_a_difference(ledger: Ledger) -> None:
    put(ledger, record("one"))
    assert put(ledger, record("one", vector=vector("elsewhere"))) == 2


def test_two_records_with_one_id_are_our_own_defect(ledger: Ledger) -> None:
    with pytest.raises(Defect):
        put(ledger, record("one"), record("one", confidence=0.5))
    assert ledger.revision("a") == 0


def test_the_past_can_be_read_at_its_revision(ledger: Ledger) -> None:
    put(ledger, record("one"))
    put(ledger, record("one", confidence=0.5), record("two"))
    put(ledger, record("two"))
    put(ledger, record("one"), record("two"))
    states = [[(it.record.id, it.record.confidence, it.revision) for it in ledger.records("a", at_revision=n)] for n in range(6)]
    assert states == [
        [],
        [("rec_one", 0.83, 1)],
        [("rec_one", 0.5, 2), ("rec_two", 0.83, 2)],
        [("rec_two", 0.83, 2)],
        [("rec_one", 0.83, 4), ("rec_two", 0.83, 2)],
        [("rec_one", 0.83, 4), ("rec_two", 0.83, 2)],
    ]


def test_a_record_has_every_version_in_its_history(ledger: Ledger) -> None:
    put(ledger, record("one"))
    put(ledger)
    put(ledger, record("one", confidence=0.5))
    assert [(it.record.confidence, it.revision) for it in ledger.record_history("a", "rec_one")] == [(0.83, 1), (0.5, 3)]


@pytest.mark.parametrize("decided", [Status.APPROVED, Status.REJECTED])
def test_a_persons_decision_outlasts_extraction(ledger: Ledger, decided: Status) -> None:
    put(ledger, record("one", status=decided))
    assert put(ledger, record("one")) == 1, "the same record, once more as a proposal"
    assert put(ledger, record("one", confidence=0.5)) == 2
    assert (ledger.record("a", "rec_one").record.status, ledger.record("a", "rec_one").record.confidence) == (decided, 0.5)
    put(ledger)
    put(ledger, record("one"))
    assert ledger.record("a", "rec_one").record.status is decided, "also after the record was gone for a while"


def test_every_change_has_its_audit_row(ledger: Ledger) -> None:
    commit(ledger, ONE)
    commit(ledger, ONE_LATER)
    put(ledger, record("one"), record("two"))
    put(ledger, record("two"))
    ledger.add_key(key("k"))
    ledger.revoke_key("a", "key_k", at=AT)
    rows = ledger.audit("a")
    assert [(row.revision, row.action, row.target) for row in rows] == [
        (2, "key.revoked", "key_k"),
        (2, "key.added", "key_k"),
        (2, "record.drop", "rec_one"),
        (1, "record.put", "rec_two"),
        (1, "record.put", "rec_one"),
        (0, "source.read", ONE_LATER.source.id),
        (0, "source.superseded", ONE.source.id),
        (0, "source.read", ONE.source.id),
    ]
    assert {(row.actor, row.at) for row in rows[2:]} == {(ACTOR, AT)}
    assert ledger.audit("a", limit=2) == rows[:2]


def test_the_outbox_is_read_on_from_a_position(ledger: Ledger) -> None:
    commit(ledger, ONE)
    put(ledger, record("one"))
    changes = ledger.changes("a", after=0)
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert ledger.changes("a", after=2, limit=2) == changes[2:4]
    assert changes[-1] == Change(5, "record", "rec_one", "put")
    assert ledger.changes("a", after=5) == []


def test_keys_are_found_by_digest_until_they_are_revoked(ledger: Ledger) -> None:
    first, second = key("first"), key("second")
    ledger.add_key(second)
    ledger.add_key(first)
    assert ledger.keys("a") == [first, second]
    assert ledger.key_by_digest(first.digest) == first
    assert ledger.key_by_digest("unknown") is None
    ledger.revoke_key("a", first.id, at="2026-04-01")
    ledger.revoke_key("a", first.id, at="2026-05-01")
    assert ledger.key_by_digest(first.digest) is None
    assert ledger.keys("a") == [replace(first, revoked_at="2026-04-01"), second]


def test_a_key_can_be_added_once(ledger: Ledger) -> None:
    ledger.add_key(key("k"))
    for same in (key("k"), replace(key("k", "b"), digest=key("k").digest), replace(key("k"), digest="another")):
        with pytest.raises(BadInput):
            ledger.add_key(same)
    assert len(ledger.keys("a")) == 1
    assert ledger.keys("b") == []


def test_workspaces_see_nothing_of_each_other(ledger: Ledger) -> None:
    commit(ledger, ONE, workspace="b")
    put(ledger, record("one"), workspace="b")
    ledger.add_key(key("k", "b"))
    assert everything(ledger) == ([], [], [], [], [], [], [], [], 0)
    assert ledger.passages_by_id("a", ids(ONE)) == []
    for read in (
        lambda: ledger.source_bytes("a", ONE.source.id),
        lambda: ledger.document("a", ONE.reading.documents[0].id),
        lambda: ledger.record("a", "rec_one"),
        lambda: ledger.record_history("a", "rec_one"),
        lambda: ledger.revoke_key("a", "key_k", at=AT),
    ):
        with pytest.raises(NotFound):
            read()
    assert commit(ledger, ONE), "the same papers in another workspace are a commit of their own"
    assert put(ledger, workspace="a") == 0
    assert [it.record.id for it in ledger.records("b")] == ["rec_one"]


class Stopped(RuntimeError):
    """What the failpoint raises."""


@pytest.mark.parametrize("step", ["begun", "written", "finished"])
def test_a_write_that_fails_midway_leaves_nothing(make_ledger: Callable[..., Ledger], step: str) -> None:
    armed = False

    def failpoint(name: str) -> None:
        if armed and name.endswith(f".{step}"):
            raise Stopped(name)

    ledger = make_ledger(failpoint)
    commit(ledger, ONE)
    put(ledger, record("one"))
    ledger.add_key(key("k"))
    before = everything(ledger)
    armed = True
    writes: list[Callable[[], object]] = [
        lambda: commit(ledger, ONE_LATER),
        lambda: refuse(ledger, TWO),
        lambda: put(ledger, record("two")),
        lambda: ledger.add_key(key("l")),
        lambda: ledger.revoke_key("a", "key_k", at=AT),
    ]
    for write in writes:
        with pytest.raises(Stopped):
            write()
    assert everything(ledger) == before
    armed = False
    assert commit(ledger, ONE_LATER)
    assert put(ledger, record("two")) == 2


def test_a_follower_of_the_outbox_misses_nothing_while_others_write(ledger: Ledger) -> None:
    papers = [[paper(f"{writer}/{n}.txt", f"Rule {n} of writer {writer}.") for n in range(8)] for writer in range(4)]

    def write(mine: list[Paper]) -> None:
        for made in mine:
            commit(ledger, made)

    writers = [Thread(target=write, args=(mine,)) for mine in papers]
    for writer in writers:
        writer.start()
    seen: list[Change] = []
    while True:
        alive = any(writer.is_alive() for writer in writers)
        fresh = ledger.changes("a", after=seen[-1].sequence if seen else 0, limit=3)
        seen += fresh
        if not alive and not fresh:
            break
    assert [change.sequence for change in seen] == list(range(1, 33))
    assert {change.target for change in seen} == {key for mine in papers for made in mine for key in ids(made)}


def test_of_many_that_commit_the_same_reading_at_once_one_does(ledger: Ledger) -> None:
    outcomes: list[bool] = []
    writers = [Thread(target=lambda: outcomes.append(commit(ledger, ONE))) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(outcomes) == [False] * 5 + [True]
    assert len(ledger.changes("a", after=0)) == len(ids(ONE))
