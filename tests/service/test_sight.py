"""What a caller is shown of a record that rests on several files, and what an answer tells of what is withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.access import LOCAL, Caller, Scope
from domain.errors import Forbidden, InvalidQuestion, NotFound
from domain.question import ContextAnswer, Question
from domain.record import Evidence, EvidenceRole, Record
from service.ask import context
from service.labels import label_arriving, list_labels, matching, relabel
from service.present import record_json
from service.search import search
from service.settings import Settings
from service.wiring import App
from tests.api.papers import AT, GRANT, LETTER, PO_EXCEPTION, PO_RULE, POLICY, RECORDS, RULE, evidence, filled
from tests.hostile.sight_world import Still

DAY = "2026-03-01"
PUBLIC = Caller("default", "agent", frozenset(Scope))
HR = replace(PUBLIC, labels=frozenset({"hr"}))
QUESTION = Question("Pay the Kestrel Metals invoice without a purchase order number.", (("vendor", "Kestrel Metals"),), DAY)
MAIL = "mail/kestrel.eml"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as opened:
        opened._encoder = opened._topics = Still()  # type: ignore[assignment] # no model is loaded for what is looked at here
        yield opened


def put(app: App, *records: Record) -> None:
    changed = {record.id: record for record in (*RECORDS, *records)}
    app.ledger.commit_records("default", list(changed.values()), actor="test", at=AT)


def hide(app: App, path: str = MAIL) -> None:
    relabel(app, LOCAL, [path], add=frozenset({"hr"}), remove=frozenset())


def answers(app: App) -> tuple[ContextAnswer, ContextAnswer]:
    return context(app, PUBLIC, QUESTION), context(app, HR, QUESTION)


def repeated(quote: str, *, role: EvidenceRole) -> tuple[Evidence, ...]:
    return (*PO_RULE.evidence, evidence(LETTER, quote, role))


def test_without_labels_and_with_all_of_them_the_snapshot_is_the_very_same(app: App) -> None:
    assert app.snapshot(PUBLIC) is app.snapshot(LOCAL)
    hide(app)
    assert app.snapshot(PUBLIC) is not app.snapshot(LOCAL)
    assert app.snapshot(HR) is app.snapshot(LOCAL)
    assert app.snapshot(PUBLIC) is app.snapshot(PUBLIC)


def test_a_record_goes_with_what_carries_it_and_links_to_it_are_null(app: App) -> None:
    put(app, replace(PO_EXCEPTION, statement=GRANT, subject="Kestrel", action="pay without a PO", handler=None, values=(), scope=()))
    hide(app, "policies/ap.md")
    seen = app.snapshot(PUBLIC).records
    assert PO_RULE.id not in seen
    shown = record_json(app, PUBLIC, seen[PO_EXCEPTION.id], as_of=DAY)
    assert (shown["overrides"], shown["effect"], shown["flags"]) == (None, None, [])
    assert shown["documentation_check"] == {"searched": 0, "revision": 2, "nearest": []}


def test_evidence_that_only_repeats_is_left_out_and_occasions_are_counted_anew(app: App) -> None:
    put(app, replace(PO_RULE, evidence=repeated(GRANT, role=EvidenceRole.REPEATS), occasions=2, last_seen="2026-01-14"))
    hide(app)
    record = app.snapshot(PUBLIC).records[PO_RULE.id].record
    assert (len(record.evidence), record.occasions, record.last_seen) == (1, 1, None)
    assert app.snapshot(HR).records[PO_RULE.id].record.occasions == 2


@pytest.mark.parametrize("role", [EvidenceRole.STATES, EvidenceRole.REQUESTS, EvidenceRole.GRANTS])
def test_evidence_that_states_requests_or_grants_must_all_be_readable(app: App, role: EvidenceRole) -> None:
    put(app, replace(PO_RULE, evidence=repeated(GRANT, role=role)))
    hide(app)
    assert PO_RULE.id not in app.snapshot(PUBLIC).records


def test_a_record_that_only_a_hidden_paper_documents_is_hidden(app: App) -> None:
    mixed = (evidence(LETTER, GRANT), evidence(POLICY, RULE, EvidenceRole.REPEATS))
    put(app, replace(PO_RULE, evidence=mixed))
    hide(app, "policies/ap.md")
    assert PO_RULE.id not in app.snapshot(PUBLIC).records


def test_a_name_that_only_hidden_files_hold_hides_the_record(app: App) -> None:
    put(app, replace(PO_RULE, handler="Dana Whitcombe"))
    assert PO_RULE.id in app.snapshot(PUBLIC).records
    hide(app)
    assert PO_RULE.id not in app.snapshot(PUBLIC).records


def test_an_answer_tells_that_something_is_withheld_and_to_whom_not(app: App) -> None:
    before, same = answers(app)
    assert before == same and before.complete
    hide(app)
    public, hr = answers(app)
    assert (public.complete, hr.complete) == (False, True)
    assert hr == before
    assert "Kestrel Metals is paid" not in repr(public) and PO_EXCEPTION.id not in repr(public)
    assert {hit.stored.record.id for hit in search(app, PUBLIC, "purchase order").records}.isdisjoint({PO_EXCEPTION.id})


def test_what_does_not_bear_on_the_case_restricts_nothing(app: App) -> None:
    hide(app, "mail/claim.eml")
    public, hr = answers(app)
    assert (public.complete, hr.complete) == (True, True)


def test_nobody_labels_what_they_cannot_read_or_with_what_they_lack(app: App) -> None:
    hide(app)
    nothing, hr = frozenset[str](), frozenset({"hr"})
    with pytest.raises(Forbidden):
        relabel(app, PUBLIC, [MAIL], add=nothing, remove=hr)
    legal = replace(PUBLIC, labels=frozenset({"legal"}))
    for path in (MAIL, "no.md"):
        with pytest.raises(NotFound, match=f"nothing was ingested at the path '{path}'"):
            relabel(app, legal, [path], add=frozenset({"legal"}), remove=nothing)
    with pytest.raises(InvalidQuestion, match="a label is"):
        relabel(app, LOCAL, [MAIL], add=frozenset({"all"}), remove=nothing)
    assert list_labels(app, legal).items == ()
    assert [(it.path, it.labels) for it in list_labels(app, HR).items] == [(MAIL, ("hr",))]


def test_what_arrives_is_labelled_before_it_is_read(app: App) -> None:
    label_arriving(app, PUBLIC, ["new.md"], frozenset({"hr"}))
    assert app.ledger.labels("default") == {"new.md": frozenset({"hr"})}


def test_patterns_of_the_settings_label_what_arrives(tmp_path: Path) -> None:
    patterns = Settings(data_dir=tmp_path, labels={"hr/*": "hr, board", "*/secret.md": ["legal"]}).labels
    assert matching(patterns, "hr/a/secret.md") == {"hr", "board", "legal"}
    assert matching(patterns, "mail/hr/x.eml") == frozenset()
    with pytest.raises(ValueError, match="a label is"):
        Settings(data_dir=tmp_path, labels={"x": "No Label"})
