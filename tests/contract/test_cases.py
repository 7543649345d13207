"""The contract of cases, in memory, on SQLite and on PostgreSQL: opened once, ended once, and emptied with what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.case import (
    CASE_HINT,
    Case,
    CaseFilter,
    CaseState,
    Event,
    Fact,
    Fault,
    Outcome,
    Resolution,
    Routing,
    Stop,
    Told,
)
from domain.case_port import Closing
from domain.errors import BadInput, Defect, InvalidQuestion, Moved, NotFound, Stale
from domain.ports import Ledger, Removal
from domain.record import Evidence, EvidenceRole, Record, RecordKind
from domain.source import source_of
from tests.contract.builders import ACTOR, AT, Paper, commit, paper, put, record

NOW = "2026-03-02T09:00:00+00:00"
RULES = paper("policies/ap.txt", "Walrus invoices must carry a number.")
RULE = record("rule", evidence=(Evidence(RULES.reading.statements[0].citation, EvidenceRole.STATES),))
NORM = "Heron Metals may be paid without a number up to EUR 5,000."
#: Words that stand nowhere but in the case and in what was decided on it.
SECRETS = ("Heron", "heron")


def a_case(name: str = "one", **fields: object) -> Case:
    told = Told("Dana Whitcombe", "rec_rule")
    routing = Routing(1, "needs_approval", told, Told("2026-03-05", "rec_rule", "within three days"), Told(), "rec_rule")
    made = Case(
        "agent",
        f"print-{name}",
        AT,
        "2026-03-01",
        "Pay the Heron Metals invoice.",
        routing,
        (Fact("amount", 3400), Fact("number", None), Fact("rush", True), Fact("vendor", "Heron Metals"), Fact("share", 2.5)),
        Stop("No number at Heron.", "rec_handoff", (Fault("/number", "a number", "nothing", "add it", "rec_rule"),)),
        "Pay Invoice",
        events=(Event("opened", "agent", AT),),
    )
    return replace(made, **fields)  # type: ignore[arg-type] # a builder's shortcut


def opened(ledger: Ledger, case: Case | None = None, workspace: str = "a") -> Case:
    return ledger.open_case(workspace, case or a_case(), actor="agent", at=AT)[0]


def decision(case: Case) -> Paper:
    made = paper(case.path, f"Case {case.id} of Heron.", NORM)
    source = source_of(made.data, case.path, "text/plain", CASE_HINT)
    return replace(made, source=source, reading=replace(made.reading, statements=made.reading.statements[1:]))


def norm_of(made: Paper) -> Record:
    evidence = (Evidence(made.reading.statements[0].citation, EvidenceRole.STATES),)
    return record("norm", NORM, kind=RecordKind.EXCEPTION, evidence=evidence)


def closing(ledger: Ledger, case: Case, **fields: object) -> tuple[Closing, Paper]:
    made = decision(case)
    resolution = Resolution(Outcome.PROCEED, "Dana at Heron", case.path, NORM, "as Heron asked", record="rec_norm")
    after = replace(case.ended(CaseState.RESOLVED, "dana", AT), resolution=resolution)
    parts = made.reading
    given = Closing(
        after, 1, made.source, made.data, parts.documents[0], parts.passages, parts.vectors, parts.statements, "case-1",
        ledger.entry("a"), "rec_norm", {"handler": "Dana Whitcombe", "overrides": "rec_rule", "effect": "relaxes"},
    )  # fmt: skip
    return replace(given, **fields), made  # type: ignore[arg-type] # a builder's shortcut


def resolved(ledger: Ledger, case: Case) -> tuple[Case, Paper]:
    given, made = closing(ledger, case)
    return ledger.resolve_case("a", given, [RULE, norm_of(made)], actor="dana", at=AT), made


def shown(ledger: Ledger) -> str:
    """All that can be read of a workspace, at every revision."""
    past = [ledger.records("a", at_revision=number) for number in range(ledger.revision("a") + 1)]
    names = {change.target for change in ledger.changes("a", after=0, limit=10_000) if change.kind == "record"}
    read = (ledger.sources("a"), ledger.documents("a"), ledger.passages("a"), ledger.statements("a"), ledger.audit("a"))
    return repr((past, [ledger.record_history("a", name) for name in sorted(names)], read, ledger.cases("a", CaseFilter(NOW))))


def actions(ledger: Ledger, since: int) -> list[tuple[str, str]]:
    return [(row.action, row.actor) for row in ledger.audit("a")[: len(ledger.audit("a")) - since][::-1]]


def test_a_case_comes_back_as_it_was_opened_with_an_id_and_its_audit_row(ledger: Ledger) -> None:
    case, new = ledger.open_case("a", a_case(), actor="agent", at=AT)
    assert (new, case.number, case.id[:5]) == (True, 1, "case_")
    assert ledger.case("a", case.id) == case == replace(a_case(), id=case.id, number=1)
    assert [(row.action, row.target, row.actor, row.reason) for row in ledger.audit("a")] == [("case.opened", case.id, "agent", "")]
    with pytest.raises(NotFound):
        ledger.case("a", "case_x")


def test_the_same_content_by_the_same_opener_is_one_case_while_it_is_open(ledger: Ledger) -> None:
    first = opened(ledger)
    assert ledger.open_case("a", a_case(opened_at=NOW), actor="agent", at=NOW) == (first, False)
    assert len(ledger.audit("a")) == 1
    other = opened(ledger, a_case(opener="second"))
    assert other.id != first.id
    ledger.withdraw_case("a", first.ended(CaseState.WITHDRAWN, "agent", AT), seen=1, actor="agent", at=AT)
    again, new = ledger.open_case("a", a_case(), actor="agent", at=NOW)
    assert new and again.id not in (first.id, other.id)


def test_a_workspace_sees_its_own_cases_only(ledger: Ledger) -> None:
    case = opened(ledger)
    assert opened(ledger, workspace="b").id == case.id, "ids come from content; the workspace keeps them apart"
    ledger.withdraw_case("b", case.ended(CaseState.WITHDRAWN, "agent", AT), seen=1, actor="agent", at=AT)
    assert ledger.case("a", case.id).state is CaseState.OPEN
    assert ledger.cases("c", CaseFilter(NOW)) == []


def test_cases_are_listed_newest_first_by_state_catcher_and_step(ledger: Ledger) -> None:
    routing = a_case().routing
    one = opened(ledger, a_case("one"))
    late = opened(ledger, a_case("two", routing=replace(routing, deadline=Told("2026-03-01", "rec_rule")), step="ship"))
    hours = opened(ledger, a_case("three", routing=replace(routing, deadline=Told("2026-03-02T10:00:00+00:00", "rec_rule"))))
    nobody = opened(ledger, a_case("four", routing=Routing(1, "unknown")))
    ended = opened(ledger, a_case("five"))
    ended = ledger.withdraw_case("a", ended.ended(CaseState.WITHDRAWN, "agent", AT), seen=1, actor="agent", at=AT)

    def ids(**fields: object) -> list[str]:
        return [case.id for case in ledger.cases("a", CaseFilter(**{"now": NOW, **fields}))]  # type: ignore[arg-type]

    assert ids() == [ended.id, nobody.id, hours.id, late.id, one.id]
    assert ids(state="open") == [nobody.id, hours.id, one.id]
    assert ids(state="overdue") == [late.id]
    assert ids(state="waiting") == [nobody.id, hours.id, late.id, one.id]
    assert ids(state="overdue", now="2026-03-02T11:00:00+00:00") == [hours.id, late.id]
    assert ids(state="withdrawn") == [ended.id]
    assert ids(state="resolved") == []
    assert ids(catcher=" dana  WHITCOMBE", state="open") == [hours.id, one.id]
    assert ids(step="SHIP") == [late.id]
    assert ids(before=late.number) == [one.id]
    assert ids(limit=2) == [ended.id, nobody.id]


def test_a_resolution_is_a_source_a_record_and_the_cases_new_state_at_once(ledger: Ledger) -> None:
    commit(ledger, RULES)
    put(ledger, RULE)
    case = opened(ledger)
    before = len(ledger.audit("a"))
    done, made = resolved(ledger, case)
    assert done == ledger.case("a", case.id)
    assert (done.state, done.revision, [event.what for event in done.events]) == (CaseState.RESOLVED, 2, ["opened", "resolved"])
    assert actions(ledger, before) == [("source.read", "dana"), ("record.put", "dana"), ("case.resolved", "dana")]
    stored = ledger.record("a", "rec_norm")
    assert (stored.record.handler, stored.record.overrides, stored.pinned) == (
        "Dana Whitcombe",
        "rec_rule",
        ("effect", "handler", "overrides"),
    )
    [cited] = stored.record.evidence
    assert ledger.document("a", cited.citation.document_id).text[cited.citation.span.start : cited.citation.span.end] == NORM
    assert ledger.source_bytes("a", made.source.id) == made.data
    put(ledger, RULE, norm_of(made))
    assert ledger.record("a", "rec_norm") == stored, "what is derived again keeps what the person set"


def test_a_resolution_that_makes_no_record_changes_none(ledger: Ledger) -> None:
    commit(ledger, RULES)
    put(ledger, RULE)
    given, _ = closing(ledger, opened(ledger), statements=(), record=None, pins={})
    done = ledger.resolve_case("a", given, [RULE], actor="dana", at=AT)
    assert (done.state, ledger.revision("a")) == (CaseState.RESOLVED, 1)
    assert [state.source.path for state in ledger.sources("a")] == [done.path, RULES.source.path]


@pytest.mark.parametrize(
    ("wrong", "fields", "records"),
    [
        (Stale, {"seen": 2}, True),
        (Moved, {"entry": 0}, True),
        (BadInput, {"pins": {"handler": 7}}, True),
        (Defect, {}, False),
    ],
)
def test_a_resolution_that_cannot_be_stored_leaves_nothing(
    ledger: Ledger, wrong: type[Exception], fields: dict[str, object], records: bool
) -> None:
    commit(ledger, RULES)
    put(ledger, RULE)
    case = opened(ledger)
    given, made = closing(ledger, case, **fields)
    before = shown(ledger)
    with pytest.raises(wrong):
        ledger.resolve_case("a", given, [RULE, norm_of(made)] if records else [RULE], actor="dana", at=AT)
    assert shown(ledger) == before


@pytest.mark.parametrize("step", ["begun", "written", "finished"])
def test_a_resolution_that_breaks_half_way_leaves_neither_half(make_ledger: Callable[..., Ledger], step: str) -> None:
    class Cut(Exception):
        pass

    def at(name: str) -> None:
        if name == f"resolve_case.{step}":
            raise Cut

    ledger = make_ledger(at)
    commit(ledger, RULES)
    put(ledger, RULE)
    case = opened(ledger)
    before = shown(ledger)
    with pytest.raises(Cut):
        resolved(ledger, case)
    assert shown(ledger) == before
    assert ledger.case("a", case.id).state is CaseState.OPEN


def test_a_case_ends_once(ledger: Ledger) -> None:
    case = opened(ledger)
    done, _ = resolved(ledger, case)
    with pytest.raises(Stale):
        ledger.withdraw_case("a", case.ended(CaseState.WITHDRAWN, "agent", AT), seen=1, actor="agent", at=AT)
    with pytest.raises(InvalidQuestion):
        ledger.withdraw_case("a", done.ended(CaseState.WITHDRAWN, "agent", AT), seen=2, actor="agent", at=AT)
    assert ledger.case("a", case.id) == done


def test_removing_what_was_decided_empties_the_case_and_takes_its_record(ledger: Ledger) -> None:
    commit(ledger, RULES)
    put(ledger, RULE)
    case, _ = resolved(ledger, opened(ledger))
    assert all(word in shown(ledger) for word in SECRETS[:1])
    removal = Removal(frozenset({case.path}), ledger.entry("a"), "asked to")
    ledger.remove_sources("a", removal, [RULE], actor=ACTOR, at=AT)
    left = ledger.case("a", case.id)
    assert not any(word in shown(ledger) for word in SECRETS)
    assert (left.erased, left.state, left.task, left.facts, left.stop) == (True, CaseState.RESOLVED, "", (), Stop())
    assert [event.what for event in left.events] == ["opened", "resolved"]
    with pytest.raises(NotFound):
        ledger.record("a", "rec_norm")
    assert ("case.redacted", ACTOR) in actions(ledger, 0)


def test_removing_what_a_case_was_routed_by_leaves_that_unknown_and_the_case_as_it_is(ledger: Ledger) -> None:
    commit(ledger, RULES)
    put(ledger, RULE)
    case = opened(ledger)
    apart = opened(ledger, a_case("apart", routing=Routing(1, "unknown"), stop=Stop("no")))
    removal = Removal(frozenset({RULES.source.path}), ledger.entry("a"), "asked to")
    ledger.remove_sources("a", removal, [], actor=ACTOR, at=AT)
    left = ledger.case("a", case.id)
    assert (left.routing, left.stop.faults) == (Routing(1, "needs_approval"), ())
    assert (left.task, left.facts) == (case.task, case.facts)
    assert ledger.cases("a", CaseFilter(NOW, catcher="Dana Whitcombe")) == []
    assert ledger.case("a", apart.id) == apart
