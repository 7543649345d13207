"""The contract of removals, in memory, on SQLite and on PostgreSQL: everything goes in one transaction, and the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import Defect, Moved, NotFound
from domain.ports import Ledger, Removal, Removed, Tombstone
from domain.record import Evidence, EvidenceRole, NearMiss, Record, Status
from store.memory_index import MemoryIndex
from store.projection import follow
from tests.contract.builders import ACTOR, AT, Paper, commit, paper, put, record, refuse

GOES = paper("hr/secret.txt", "The otter sleeps at nine.", "Otters must not park here.")
GOES_LATER = paper("hr/secret.txt", "The otter sleeps at ten.")
STAYS = paper("a/two.txt", "Suppliers shall deliver within two days.")
WORDS = ("otter", "Otter")


def resting(name: str, *papers: Paper, **fields: object) -> Record:
    """A record with the first statement of each paper as evidence."""
    evidence = tuple(Evidence(made.reading.statements[0].citation, EvidenceRole.STATES) for made in papers)
    return record(name, evidence[0].citation.quote, evidence=evidence, **fields)


def remove(ledger: Ledger, *records: Record, path: str = GOES.source.path, entry: int | None = None) -> Removed:
    removal = Removal(frozenset({path}), ledger.entry("a") if entry is None else entry, "asked to")
    return ledger.remove_sources("a", removal, records, actor=ACTOR, at=AT)


def shown(ledger: Ledger) -> str:
    """All that can be read of a workspace, at every revision."""
    past = [ledger.records("a", at_revision=number) for number in range(ledger.revision("a") + 1)]
    names = {change.target for change in ledger.changes("a", after=0, limit=10_000) if change.kind == "record"}
    histories = [ledger.record_history("a", name) for name in sorted(names)]
    read = (ledger.sources("a"), ledger.documents("a"), ledger.passages("a"), ledger.statements("a"), ledger.audit("a"))
    return repr((past, histories, read, ledger.changes("a", after=0, limit=10_000)))


def test_nothing_of_a_removed_source_can_be_read_any_more(ledger: Ledger) -> None:
    for made in (STAYS, GOES, GOES_LATER):
        commit(ledger, made)
    commit(ledger, GOES, pipeline="pipeline-2")
    put(ledger, resting("goes", GOES), resting("stays", STAYS), resting("both", STAYS, GOES))
    put(ledger, resting("goes", GOES_LATER), resting("stays", STAYS), resting("both", STAYS, GOES_LATER))
    assert all(word in shown(ledger) for word in WORDS)
    done = remove(ledger, resting("stays", STAYS), resting("both", STAYS))
    assert done == Removed(3, 2, 2, ("rec_goes",))
    assert not any(word in shown(ledger) for word in WORDS)
    assert [state.source for state in ledger.sources("a")] == [STAYS.source]
    assert [it.record.id for it in ledger.records("a")] == ["rec_both", "rec_stays"]
    for made in (GOES, GOES_LATER):
        with pytest.raises(NotFound):
            ledger.source_bytes("a", made.source.id)
        with pytest.raises(NotFound):
            ledger.document("a", made.reading.documents[0].id)
    assert ledger.versions("a", GOES.source.path) == []
    assert ledger.scrub()


def test_versions_that_quoted_it_stay_as_tombstones_that_say_so(ledger: Ledger) -> None:
    commit(ledger, STAYS)
    commit(ledger, GOES)
    put(ledger, resting("goes", GOES), resting("both", STAYS, GOES))
    put(ledger, resting("goes", GOES, confidence=0.5), resting("both", STAYS))
    put(ledger, resting("both", STAYS))
    remove(ledger, resting("both", STAYS))
    assert ledger.revision("a") == 3, "what is in force stayed as it was"
    assert ledger.record_history("a", "rec_goes") == []
    assert ledger.tombstones("a", "rec_goes") == [Tombstone(1, True), Tombstone(2, True), Tombstone(3, False)]
    assert [it.revision for it in ledger.record_history("a", "rec_both")] == [2]
    assert ledger.tombstones("a", "rec_both") == [Tombstone(1, True)]
    assert [it.record.id for it in ledger.records("a", at_revision=2)] == ["rec_both"]


def test_a_near_miss_from_it_goes_and_the_version_stays(ledger: Ledger) -> None:
    commit(ledger, STAYS)
    commit(ledger, GOES)
    near, other = NearMiss(GOES.source.path, "The otter sleeps at nine.", 0.7, "older"), NearMiss("q.txt", "quote", 0.5, "older")
    put(ledger, resting("one", STAYS, nearest=(near, other)), resting("two", STAYS, nearest=(near,)))
    remove(ledger, resting("one", STAYS, nearest=(other,)), resting("two", STAYS))
    assert not any(word in shown(ledger) for word in WORDS)
    assert [it.record.nearest for it in ledger.record_history("a", "rec_one")] == [(other,), (other,)]
    assert [it.record.nearest for it in ledger.record_history("a", "rec_two")] == [(), ()]
    assert ledger.revision("a") == 2, "a reader who kept the first sees that it changed"


def test_a_removal_has_its_audit_rows_and_no_words_in_them(ledger: Ledger) -> None:
    commit(ledger, GOES)
    put(ledger, resting("goes", GOES))
    before = len(ledger.audit("a"))
    remove(ledger)
    fresh = ledger.audit("a")[: len(ledger.audit("a")) - before][::-1]
    assert [(row.action, row.target, row.reason) for row in fresh] == [
        ("source.removed", GOES.source.id, "asked to"),
        ("record.redacted", "rec_goes", "revision 1"),
        ("record.drop", "rec_goes", ""),
    ]
    assert {(row.actor, row.at) for row in fresh} == {(ACTOR, AT)}


def test_the_index_drops_what_was_removed(ledger: Ledger) -> None:
    index = MemoryIndex()
    commit(ledger, STAYS)
    commit(ledger, GOES)
    put(ledger, resting("goes", GOES))
    follow(ledger, index, "a")
    remove(ledger)
    follow(ledger, index, "a")
    assert index.count("a") == len(STAYS.reading.passages)


def test_a_refused_source_goes_too_and_the_outbox_tells_of_it(ledger: Ledger) -> None:
    refuse(ledger, GOES, "the otter has a password")
    end = len(ledger.changes("a", after=0))
    assert remove(ledger) == Removed(0, 1, 0, ())
    assert not any(word in shown(ledger) for word in WORDS)
    assert [(it.kind, it.op, it.target) for it in ledger.changes("a", after=end)] == [("source", "drop", GOES.source.id)]


def test_what_was_removed_can_be_ingested_again(ledger: Ledger) -> None:
    commit(ledger, GOES)
    put(ledger, resting("goes", GOES))
    remove(ledger)
    assert commit(ledger, GOES)
    put(ledger, resting("goes", GOES))
    assert [it.record.id for it in ledger.records("a")] == ["rec_goes"]
    assert [it.revision for it in ledger.record_history("a", "rec_goes")] == [3]


def test_a_path_without_a_source_is_not_found_and_nothing_is_removed(ledger: Ledger) -> None:
    commit(ledger, GOES)
    commit(ledger, STAYS, workspace="b")
    removal = Removal(frozenset({GOES.source.path, STAYS.source.path}), ledger.entry("a"), "asked to")
    with pytest.raises(NotFound):
        ledger.remove_sources("a", removal, (), actor=ACTOR, at=AT)
    assert len(ledger.sources("a")) == 1
    assert len(ledger.sources("b")) == 1


def test_another_workspace_keeps_the_same_paper(ledger: Ledger) -> None:
    commit(ledger, GOES)
    commit(ledger, GOES, workspace="b")
    put(ledger, resting("goes", GOES), workspace="b")
    remove(ledger)
    assert ledger.source_bytes("b", GOES.source.id) == GOES.data
    assert len(ledger.statements("b")) == 2
    assert ledger.record("b", "rec_goes").record == resting("goes", GOES)


def test_a_record_that_is_to_stay_may_not_rest_on_what_goes(ledger: Ledger) -> None:
    commit(ledger, GOES)
    near = NearMiss(GOES.source.path, "The otter sleeps at nine.", 0.7, "older")
    for left in (resting("goes", GOES), resting("stays", STAYS, nearest=(near,))):
        with pytest.raises(Defect):
            remove(ledger, left)
    assert len(ledger.sources("a")) == 1


@pytest.mark.parametrize("change", [lambda it: commit(it, STAYS), lambda it: refuse(it, STAYS), remove])
def test_records_derived_before_the_sources_changed_are_not_committed(ledger: Ledger, change: Callable[[Ledger], object]) -> None:
    commit(ledger, GOES)
    entry = ledger.entry("a")
    put(ledger, resting("goes", GOES))
    change(ledger)
    before = shown(ledger)
    with pytest.raises(Moved):
        remove(ledger, entry=entry)
    with pytest.raises(Moved):
        ledger.commit_records("a", [resting("goes", GOES)], actor=ACTOR, at=AT, entry=entry)
    assert shown(ledger) == before


def test_records_and_keys_do_not_make_a_removal_begin_again(ledger: Ledger) -> None:
    commit(ledger, GOES)
    entry = ledger.entry("a")
    put(ledger, resting("goes", GOES))
    assert remove(ledger, entry=entry).records == ("rec_goes",)


def test_a_persons_decision_on_what_remains_outlasts_a_removal(ledger: Ledger) -> None:
    commit(ledger, STAYS)
    commit(ledger, GOES)
    put(ledger, resting("both", STAYS, GOES, status=Status.REJECTED))
    remove(ledger, resting("both", STAYS))
    assert ledger.record("a", "rec_both").record.status is Status.REJECTED


def test_the_versions_of_a_path_come_oldest_first_and_the_current_one_last(ledger: Ledger) -> None:
    commit(ledger, GOES)
    commit(ledger, STAYS)
    commit(ledger, GOES_LATER)
    commit(ledger, GOES_LATER, pipeline="pipeline-2")
    found = ledger.versions("a", GOES.source.path)
    assert [(it.state.source, it.state.state, it.at, it.current) for it in found] == [
        (GOES.source, "read", AT, False),
        (GOES_LATER.source, "read", AT, True),
    ]
    assert [it.documents for it in found] == [(GOES.reading.documents[0].id,), (GOES_LATER.reading.documents[0].id,)]
    assert [it.state.pipeline for it in found] == ["pipeline-1", "pipeline-2"]
    commit(ledger, GOES)
    assert [it.state.source for it in ledger.versions("a", GOES.source.path)] == [GOES_LATER.source, GOES.source]
    refuse(ledger, replace(GOES, source=GOES_LATER.source, data=GOES_LATER.data), pipeline="pipeline-3")
    assert [(it.state.state, it.documents) for it in ledger.versions("a", GOES.source.path)][-1] == ("refused", ())
    assert ledger.versions("a", "nowhere") == []
    assert ledger.versions("b", GOES.source.path) == []


class Stopped(RuntimeError):
    """What the failpoint raises."""


@pytest.mark.parametrize("step", ["begun", "written", "finished"])
def test_a_removal_that_fails_midway_leaves_everything(make_ledger: Callable[..., Ledger], step: str) -> None:
    armed = False

    def failpoint(name: str) -> None:
        if armed and name.endswith(f".{step}"):
            raise Stopped(name)

    ledger = make_ledger(failpoint)
    commit(ledger, GOES)
    put(ledger, resting("goes", GOES))
    ledger.pin("a", "rec_goes", {"handler": "Dana"}, status=None, actor=ACTOR, at=AT, reason="")
    before = shown(ledger)
    armed = True
    with pytest.raises(Stopped):
        remove(ledger)
    with pytest.raises(Stopped):
        ledger.pin("a", "rec_goes", {"handler": "Tom"}, status=None, actor=ACTOR, at=AT, reason="")
    assert shown(ledger) == before
    armed = False
    assert remove(ledger).records == ("rec_goes",)
