"""The contract of labels: by path, with an audit row each, seen by whoever follows, and gone with a removal."""

from __future__ import annotations

from dataclasses import replace

from domain.access import ApiKey, Scope
from domain.label_port import Labelling, removed_name
from domain.ports import Ledger, Removal
from tests.contract.builders import ACTOR, AT, commit, paper

PAPER = paper("hr/pay.txt", "Salaries are paid on the 25th.")
HR, LEGAL = frozenset({"hr"}), frozenset({"legal"})


def label(ledger: Ledger, *paths: str, add: frozenset[str] = frozenset(), remove: frozenset[str] = frozenset()) -> list[str]:
    return list(ledger.label_sources("a", Labelling(frozenset(paths), add, remove), actor="dana", at=AT))


def test_labels_are_added_and_taken_away_by_path(ledger: Ledger) -> None:
    commit(ledger, PAPER)
    assert ledger.labels("a") == {}
    assert label(ledger, "hr/pay.txt", "b.txt", add=HR | LEGAL) == ["b.txt", "hr/pay.txt"]
    assert label(ledger, "b.txt", remove=HR) == ["b.txt"]
    assert ledger.labels("a") == {"b.txt": LEGAL, "hr/pay.txt": HR | LEGAL}
    assert label(ledger, "b.txt", add=HR, remove=HR | LEGAL) == ["b.txt"], "a label in both is lost"
    assert ledger.labels("a") == {"hr/pay.txt": HR | LEGAL}
    assert ledger.labels("b") == {}


def test_a_change_has_an_audit_row_and_an_outbox_line_and_nothing_else_has(ledger: Ledger) -> None:
    commit(ledger, PAPER)
    entry, end = ledger.entry("a"), ledger.changes("a", after=0)[-1].sequence
    label(ledger, "hr/pay.txt", add=HR)
    row = ledger.audit("a", limit=1)[0]
    assert (row.actor, row.action, row.target, row.reason) == ("dana", "label.set", PAPER.source.id, "hr")
    assert [(it.kind, it.op) for it in ledger.changes("a", after=end)] == [("label", "put")]
    assert ledger.entry("a") == entry + 1
    assert label(ledger, "hr/pay.txt", add=HR) == []
    assert ledger.entry("a") == entry + 1
    label(ledger, "hr/pay.txt", remove=HR)
    assert ledger.audit("a", limit=1)[0].reason == "none"


def test_a_path_may_be_labelled_before_it_comes_and_its_name_is_not_in_the_audit(ledger: Ledger) -> None:
    label(ledger, "hr/pay.txt", add=HR)
    assert commit(ledger, PAPER)
    assert ledger.labels("a") == {"hr/pay.txt": HR}
    assert "pay" not in repr(ledger.audit("a"))


def test_a_removal_keeps_the_labels_and_forgets_the_path(ledger: Ledger) -> None:
    commit(ledger, PAPER)
    label(ledger, "hr/pay.txt", "b.txt", add=HR)
    ledger.remove_sources("a", Removal(frozenset({"hr/pay.txt"}), ledger.entry("a"), ""), [], actor=ACTOR, at=AT)
    assert ledger.labels("a") == {"b.txt": HR, removed_name("hr/pay.txt"): HR}
    assert "pay" not in removed_name("hr/pay.txt")
    commit(ledger, PAPER)
    label(ledger, "hr/pay.txt", add=LEGAL)
    ledger.remove_sources("a", Removal(frozenset({"hr/pay.txt"}), ledger.entry("a"), ""), [], actor=ACTOR, at=AT)
    assert ledger.labels("a") == {"b.txt": HR, removed_name("hr/pay.txt"): LEGAL}


def test_a_key_keeps_its_labels_or_all_of_them(ledger: Ledger) -> None:
    plain = ApiKey("key_1", "a", "agent", "d1", frozenset({Scope.READ}), AT)
    two, every = replace(plain, id="key_2", digest="d2", labels=HR | LEGAL), replace(plain, id="key_3", digest="d3", labels=None)
    for key in (plain, two, every):
        ledger.add_key(key)
    assert [ledger.key_by_digest(key.digest) for key in (plain, two, every)] == [plain, two, every]
    assert [key.labels for key in ledger.keys("a")] == [frozenset(), HR | LEGAL, None]
