"""The contract of pins: what a person set on a record outlasts extraction, new versions of the file, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from domain import statement as parts
from domain.errors import BadInput, NotFound
from domain.ports import Ledger, Removal
from domain.record import Effect, Evidence, EvidenceRole, Record, RecordKind, Status, StoredRecord
from domain.statement import Condition, ScopeItem
from domain.value import Value, ValueKind
from tests.contract.builders import ACTOR, AT, Paper, commit, full_record, paper, put, record

OLD = paper("a/ap.txt", "Every invoice above EUR 500 must carry a purchase order number.")
NEW = paper("a/ap.txt", "Every invoice above EUR 1,000 must carry a purchase order number.")
OTHER = paper("a/ap.txt", "Visitors wear a badge.")


def resting(name: str, made: Paper, number: int = 0, **fields: object) -> Record:
    citation = made.reading.statements[number].citation
    return record(name, citation.quote, evidence=(Evidence(citation, EvidenceRole.STATES),), **fields)


def pin(ledger: Ledger, name: str, status: Status | None = None, reason: str = "Dana said so", **fields: Any) -> StoredRecord:
    return ledger.pin("a", f"rec_{name}", fields, status=status, actor="dana", at=AT, reason=reason)


def held(ledger: Ledger) -> list[tuple[str, str | None, tuple[str, ...], bool]]:
    return [(it.record.id, it.record.handler, it.pinned, it.orphaned) for it in ledger.records("a")]


def test_a_pinned_field_outlasts_extraction_and_the_others_follow_it(ledger: Ledger) -> None:
    put(ledger, record("one"))
    assert pin(ledger, "one", handler="Dana") == StoredRecord(record("one", handler="Dana"), 2, ("handler",))
    put(ledger, record("one"))
    assert ledger.revision("a") == 2, "extraction has nothing new to say"
    put(ledger, record("one", handler="Tom", confidence=0.5))
    assert ledger.record("a", "rec_one") == StoredRecord(record("one", handler="Dana", confidence=0.5), 3, ("handler",))
    assert [(it.revision, it.pinned) for it in ledger.record_history("a", "rec_one")] == [(1, ()), (2, ("handler",)), (3, ("handler",))]


def test_pins_add_up_and_the_last_word_on_a_field_counts(ledger: Ledger) -> None:
    put(ledger, record("one"))
    pin(ledger, "one", handler="Dana")
    pin(ledger, "one", re_entry="back to Payables", handler="Tom")
    put(ledger, record("one", confidence=0.5))
    found = ledger.record("a", "rec_one")
    assert (found.record.handler, found.record.re_entry, found.pinned) == ("Tom", "back to Payables", ("handler", "re_entry"))


def test_a_pin_is_one_revision_with_its_audit_row_and_a_line_for_the_index(ledger: Ledger) -> None:
    put(ledger, record("one"))
    pin(ledger, "one", handler="Dana")
    pin(ledger, "one", Status.APPROVED, "checked with Dana")
    assert [(row.revision, row.actor, row.action, row.target, row.reason) for row in ledger.audit("a", limit=2)] == [
        (3, "dana", "record.decided", "rec_one", "checked with Dana"),
        (2, "dana", "record.edited", "rec_one", "Dana said so"),
    ]
    assert [(it.kind, it.op, it.target) for it in ledger.changes("a", after=1)] == [("record", "put", "rec_one")] * 2


def test_the_same_pin_again_changes_nothing(ledger: Ledger) -> None:
    put(ledger, record("one"))
    first = pin(ledger, "one", Status.APPROVED, handler="Dana")
    rows = ledger.audit("a")
    assert pin(ledger, "one", Status.APPROVED, handler="Dana") == first
    assert (ledger.revision("a"), ledger.audit("a")) == (2, rows)


def test_a_value_that_extraction_has_found_as_well_is_pinned_all_the_same(ledger: Ledger) -> None:
    put(ledger, record("one", handler="Dana"))
    assert pin(ledger, "one", handler="Dana").pinned == ("handler",)
    put(ledger, record("one", handler=None))
    assert ledger.record("a", "rec_one").record.handler == "Dana"


def test_a_decision_can_be_changed_and_outlasts_extraction(ledger: Ledger) -> None:
    put(ledger, record("one"))
    for status in (Status.APPROVED, Status.REJECTED, Status.PROPOSED):
        pin(ledger, "one", status)
        put(ledger, record("one", confidence=0.4))
        put(ledger, record("one"))
        assert (ledger.record("a", "rec_one").record.status, ledger.record("a", "rec_one").pinned) == (status, ("status",))


def test_a_decision_comes_back_with_its_record(ledger: Ledger) -> None:
    put(ledger, record("one"))
    pin(ledger, "one", Status.REJECTED, handler="Dana")
    put(ledger)
    assert ledger.records("a") == [], "what was rejected is not kept for its edits"
    put(ledger, record("one"))
    assert ledger.record("a", "rec_one") == StoredRecord(record("one", handler="Dana", status=Status.REJECTED), 4, ("handler", "status"))


def test_every_kind_of_field_can_be_pinned(ledger: Ledger) -> None:
    put(ledger, full_record())
    value = {"kind": "duration", "value": 2, "unit": "business_day", "text": "two business days"}
    condition = {"text": "above EUR 500", "test": {"fact": "amount", "op": ">", "value": 500, "unit": "EUR"}}
    pin(
        ledger, "full", statement="Said anew.", scope=[{"type": "party", "value": "Kestrel"}], values=[value], conditions=[condition],
        effect="relaxes", overrides=None, fields=[{"name": "cost centre"}], valid_from="2026-02-01", valid_to=None, sender="Sales",
    )  # fmt: skip
    found = ledger.record("a", "rec_full").record
    assert found.scope == (ScopeItem("party", "Kestrel"),)
    assert found.values == (Value(ValueKind.DURATION, 2, "business_day", "two business days"),)
    assert found.conditions == (Condition("above EUR 500", test=parts.Test("amount", ">", 500, "EUR")),)
    assert (found.effect, found.overrides, found.valid_from, found.valid_to, found.sender) == (
        Effect.RELAXES, None, "2026-02-01", None, "Sales",
    )  # fmt: skip
    assert (found.fields[0].name, found.fields[0].required, found.statement, found.vector) == (
        "cost centre", True, "Said anew.", full_record().vector,
    )  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "rec_x"},
        {"kind": "exception"},
        {"evidence": []},
        {"authority": 4},
        {"confidence": 1.0},
        {"nonsense": 1},
        {"statement": None},
        {"statement": ""},
        {"handler": 5},
        {"handler": ["Dana"]},
        {"modality": "wish"},
        {"scope": "Kestrel"},
        {"scope": [{"type": "party"}]},
        {"scope": [{"type": "party", "value": "K", "more": 1}]},
        {"values": [{"kind": "duration", "value": 2, "unit": "EUR", "text": "2"}]},
        {"values": [{"kind": "date", "value": 2, "unit": "", "text": "2"}]},
        {"conditions": [{"text": "x", "inferred": "no"}]},
        {"valid_from": "1 March"},
        {"valid_to": "2026-02-30"},
        {"sender": None},
    ],
)
def test_what_makes_no_sense_is_not_pinned(ledger: Ledger, fields: dict[str, Any]) -> None:
    put(ledger, full_record())
    with pytest.raises(BadInput):
        pin(ledger, "full", **fields)
    assert ledger.revision("a") == 1


def test_a_decision_is_not_made_as_an_edit(ledger: Ledger) -> None:
    put(ledger, record("one"))
    with pytest.raises(BadInput):
        ledger.pin("a", "rec_one", {"status": "approved"}, status=None, actor=ACTOR, at=AT, reason="")


def test_what_is_not_in_force_is_not_found(ledger: Ledger) -> None:
    put(ledger, record("one"))
    put(ledger)
    for name in ("one", "never"):
        with pytest.raises(NotFound):
            pin(ledger, name, handler="Dana")
    put(ledger, record("one"))
    with pytest.raises(NotFound):
        ledger.pin("b", "rec_one", {"handler": "Dana"}, status=None, actor=ACTOR, at=AT, reason="")


def test_a_new_version_of_the_file_takes_the_pins_along_but_not_a_decision_on_other_words(ledger: Ledger) -> None:
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    pin(ledger, "old", Status.APPROVED, handler="Dana")
    commit(ledger, NEW)
    put(ledger, resting("new", NEW))
    assert held(ledger) == [("rec_new", "Dana", ("handler",), False)]
    assert ledger.record("a", "rec_new").record.status is Status.PROPOSED
    assert [row.action for row in ledger.audit("a", limit=3)] == ["record.pins_carried", "record.drop", "record.put"]
    put(ledger, resting("new", NEW, handler="Tom"))
    assert held(ledger) == [("rec_new", "Dana", ("handler",), False)]
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    assert held(ledger) == [("rec_old", "Dana", ("handler",), False)], "and back again"


def test_a_decision_goes_along_where_the_words_are_the_same(ledger: Ledger) -> None:
    put(ledger, resting("old", OLD))
    pin(ledger, "old", Status.APPROVED, handler="Dana")
    put(ledger, resting("moved", OLD))
    assert ledger.record("a", "rec_moved").record.status is Status.APPROVED
    assert held(ledger) == [("rec_moved", "Dana", ("handler", "status"), False)]


def test_without_a_successor_the_record_stays_in_force_as_an_orphan_with_its_old_evidence(ledger: Ledger) -> None:
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    pin(ledger, "old", handler="Dana")
    commit(ledger, OTHER)
    put(ledger, resting("other", OTHER))
    assert held(ledger) == [("rec_old", "Dana", ("handler",), True), ("rec_other", None, (), False)]
    kept = ledger.record("a", "rec_old").record.evidence[0].citation
    assert ledger.document("a", kept.document_id).text[kept.span.start : kept.span.end] == kept.quote
    revision = ledger.revision("a")
    put(ledger, resting("other", OTHER))
    assert ledger.revision("a") == revision
    assert pin(ledger, "old", handler="Tom").orphaned, "a person may go on editing it"
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    assert held(ledger) == [("rec_old", "Tom", ("handler",), False)], "its file says it again"


@pytest.mark.parametrize(
    "fresh",
    [
        [resting("a", NEW), resting("b", NEW)],
        [resting("a", NEW, kind=RecordKind.EXCEPTION)],
        [resting("a", paper("b/else.txt", OLD.data.decode()))],
        [],
    ],
    ids=["two that are near", "another kind", "another file", "none"],
)
def test_pins_are_not_put_on_a_record_that_may_be_another(ledger: Ledger, fresh: list[Record]) -> None:
    put(ledger, resting("old", OLD))
    pin(ledger, "old", handler="Dana")
    put(ledger, *fresh)
    assert [it for it in held(ledger) if it[1] or it[2] or it[3]] == [("rec_old", "Dana", ("handler",), True)]


def test_a_record_that_was_there_before_is_no_successor(ledger: Ledger) -> None:
    put(ledger, resting("old", OLD), resting("near", NEW))
    pin(ledger, "old", handler="Dana")
    put(ledger, resting("near", NEW))
    assert held(ledger) == [("rec_near", None, (), False), ("rec_old", "Dana", ("handler",), True)]


def test_a_mere_decision_does_not_keep_what_no_file_says(ledger: Ledger) -> None:
    put(ledger, resting("old", OLD))
    pin(ledger, "old", Status.APPROVED)
    put(ledger)
    assert ledger.records("a") == []


def test_a_removed_source_takes_pinned_records_with_it(ledger: Ledger) -> None:
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    pin(ledger, "old", handler="Dana")
    commit(ledger, OTHER)
    put(ledger)
    assert held(ledger) == [("rec_old", "Dana", ("handler",), True)]
    removal = Removal(frozenset({OLD.source.path}), ledger.entry("a"), "asked to")
    assert ledger.remove_sources("a", removal, (), actor=ACTOR, at=AT).records == ("rec_old",)
    assert ledger.records("a") == []
    commit(ledger, OLD)
    put(ledger, resting("old", OLD))
    assert held(ledger) == [("rec_old", None, (), False)], "what was pinned went too"


def test_a_removal_elsewhere_leaves_pins_and_orphans_as_they_are(ledger: Ledger) -> None:
    gone = paper("z/gone.txt", "Nobody reads this.")
    commit(ledger, OLD)
    commit(ledger, gone)
    put(ledger, resting("old", OLD), resting("gone", gone))
    pin(ledger, "old", handler="Dana")
    put(ledger, resting("gone", gone))
    before = held(ledger)[1:]
    removal = Removal(frozenset({gone.source.path}), ledger.entry("a"), "asked to")
    ledger.remove_sources("a", removal, (), actor=ACTOR, at=AT)
    assert held(ledger) == before == [("rec_old", "Dana", ("handler",), True)]
