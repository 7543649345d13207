"""The map shows what records state and nothing more, the same in any order; coverage counts what governs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from domain.actors import is_actor, key_of
from domain.coverage import coverage
from domain.passage import Place
from domain.process import OTHER, Paper, Process, ProcessMap
from domain.process_map import process_map
from domain.record import Documentation, Evidence, EvidenceRole, Record, RecordKind, Recurrence, Status
from domain.span import Span
from domain.statement import Citation, Modality
from tests.contract.builders import full_record, record

PAPERS = {
    "doc_buying": Paper("Buying Policy", True, True, "2025-01-01"),
    "doc_mail": Paper("Re: Kestrel", False, False),
}


def stated(made: Record, document: str, *headings: str) -> Record:
    citation = Citation(document, f"{document}.txt", Span(0, 4), "text", Place(headings))
    return replace(made, evidence=(Evidence(citation, EvidenceRole.STATES),))


def mailed(made: Record, sent_at: str = "2026-01-14T09:00:00+01:00", sender: str = "dana@northwell.example") -> Record:
    place = Place(message_id="m1", sender=sender, sent_at=sent_at, subject="Re: Kestrel")
    evidence = Evidence(Citation("doc_mail", "mail/k.eml", Span(0, 4), "text", place), EvidenceRole.GRANTS)
    return replace(made, evidence=(evidence,), documentation=Documentation.UNDOCUMENTED)


def handoff(name: str, sender: str, receiver: str, artifact: str) -> Record:
    said = f"{sender} sends {receiver} the {artifact}."
    return record(name, said, kind=RecordKind.HANDOFF, modality=None, sender=sender, receiver=receiver, artifact=artifact)


def exception(name: str, bends: str | None, text: str = "Kestrel is paid without one.", **fields: object) -> Record:
    return record(name, text, kind=RecordKind.EXCEPTION, overrides=bends, **fields)


ORDER = stated(handoff("h1", "purchasing", "accounts payable", "signed order"), "doc_buying", "Ordering")
ONWARD = mailed(handoff("h2", "the Accounts Payable team", "Finance", "signed orders"))
APART = mailed(handoff("h3", "warehouse", "carrier", "pallet note"))
NAMELESS = mailed(handoff("h4", "they", "audit", "list"))
PAY = stated(
    record("r1", "Accounts payable pays in 30 days.", subject="accounts payable", action="pays in 30 days"), "doc_buying", "Paying"
)
NUMBER = stated(record("r2"), "doc_buying", "Paying")
CHANGES = "change the signed order"
NEVER = stated(
    record("r3", f"Finance must not {CHANGES}.", modality=Modality.PROHIBITION, subject="Finance", action=CHANGES), "doc_buying", "Paying"
)
LOST = mailed(record("r4", "It stays closed.", subject="door", action="stays closed"))
CLERK = mailed(record("r5", "The clerk waters the plants.", subject="the clerk", action="waters the plants"))
BENDS = mailed(exception("x1", "rec_r2", handler="Dana Whitcombe", occasions=3, last_seen="2026-02-01"))
DEEPER = mailed(exception("x2", "rec_x1", "But not in August."))
FAVOUR = mailed(exception("x3", "rec_r1", "This once.", recurrence=Recurrence.ONE_OFF))
RULELESS = mailed(exception("x4", None, "As ever then."))
EVERY = [ORDER, ONWARD, APART, NAMELESS, PAY, NUMBER, NEVER, LOST, CLERK, BENDS, DEEPER, FAVOUR, RULELESS]


def named(mapped: ProcessMap, name: str) -> Process:
    [process] = [process for process in mapped.processes if process.name == name]
    return process


def ids(records: object) -> list[str]:
    return [getattr(one, "record", one).id for one in records]  # type: ignore[attr-defined]


def test_handoffs_that_share_an_end_or_an_artifact_are_one_process_and_the_paper_names_it() -> None:
    mapped = process_map(EVERY, PAPERS)
    ordering = named(mapped, "Ordering")
    assert ids(ordering.handoffs) == ["rec_h1", "rec_h2"]
    assert ordering.papers == ("Buying Policy",)
    assert [passing.then for passing in ordering.handoffs] == [("rec_h2",), ()]
    assert ids(named(mapped, "pallet note: warehouse to carrier").handoffs) == ["rec_h3"]


def test_a_rule_goes_with_the_chain_of_whose_actor_and_artifact_it_speaks_before_its_own_section() -> None:
    assert ids(named(process_map(EVERY, PAPERS), "Ordering").rules) == ["rec_r3"]
    assert "rec_r3" in ids(named(process_map([PAY, NEVER], PAPERS), "Paying").rules)


def test_only_a_rule_that_says_who_acts_is_a_step() -> None:
    paying = named(process_map(EVERY, PAPERS), "Paying")
    assert [(step.actor, step.action) for step in paying.steps] == [("accounts payable", "pays in 30 days")]
    assert ids(paying.rules) == ["rec_r2"]


def test_exceptions_stand_at_what_they_bend_also_through_another() -> None:
    paying = named(process_map(EVERY, PAPERS), "Paying")
    assert ids(paying.rules[0].exceptions) == ["rec_x1", "rec_x2"]
    assert ids(paying.steps[0].exceptions) == ["rec_x3"]
    assert [(owner.who, owner.records) for owner in paying.owners] == [("Dana Whitcombe", ("rec_x1",))]


def test_exceptions_that_bend_each_other_in_a_circle_end() -> None:
    circle = [stated(exception("a", "rec_b"), "doc_buying", "Paying"), stated(exception("b", "rec_a"), "doc_buying", "Paying")]
    assert ids(named(process_map(circle, PAPERS), "Paying").exceptions) == ["rec_a", "rec_b"]


def test_what_has_no_place_is_other_or_listed_with_its_reason() -> None:
    mapped = process_map(EVERY, PAPERS)
    assert mapped.processes[-1].id == OTHER
    assert ids(mapped.processes[-1].steps) == ["rec_r5"]
    assert ids(mapped.unplaced) == ["rec_h4", "rec_r4", "rec_x4"]
    assert "no name" in mapped.unplaced[0].why


def test_every_record_is_on_the_map_or_unplaced_exactly_once() -> None:
    mapped = process_map(EVERY, PAPERS)
    on_it = [one.id for process in mapped.processes for one in process.records()] + ids(mapped.unplaced)
    assert sorted(on_it) == sorted(one.id for one in EVERY)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    shuffled = random.Random(seed).sample(EVERY, len(EVERY))
    assert process_map(shuffled, PAPERS) == process_map(EVERY, PAPERS)


def test_where_many_handoffs_could_be_the_next_none_is_said_to_be() -> None:
    onward = [replace(ONWARD, id=f"rec_n{number}") for number in range(11)]
    [few] = [p for p in named(process_map([ORDER, *onward[:10]], PAPERS), "Ordering").handoffs if p.record is ORDER]
    [many] = [p for p in named(process_map([ORDER, *onward], PAPERS), "Ordering").handoffs if p.record is ORDER]
    assert (len(few.then), many.then) == (10, ())


def test_a_full_handoff_and_nothing_at_all_can_be_mapped() -> None:
    assert process_map([], PAPERS) == ProcessMap((), ())
    [process] = process_map([full_record()], {}).processes
    assert process.actors == ("Finance", "Payables")


def test_only_what_is_proposed_or_approved_and_holds_governs() -> None:
    assert NUMBER.governs("2026-03-01")
    assert not replace(NUMBER, status=Status.CLAIMED).governs("2026-03-01")
    assert not replace(NUMBER, valid_to="2026-02-28").governs("2026-03-01")


@pytest.mark.parametrize("name", ["the Head of Finance", "Drivers", "packing team", "Dana Whitcombe", "Yusra Haddad (Order Desk Lead)"])
def test_roles_and_people_act(name: str) -> None:
    assert is_actor(name, frozenset())


@pytest.mark.parametrize("name", ["every invoice", "door", "it", "", None, "at least a quarter of a tank", "Roasted coffee"])
def test_things_and_pronouns_do_not_act(name: str | None) -> None:
    assert not is_actor(name, frozenset())


def test_names_of_one_role_have_one_key() -> None:
    assert key_of("the Accounts Payable team") == key_of("accounts payable (AP)")
    assert key_of("which") == frozenset()


def test_coverage_counts_norms_and_leaves_favours_out() -> None:
    found = coverage(process_map(EVERY, PAPERS), PAPERS, "2026-03-01")
    total = found.total
    assert (total.documented, total.total, total.favours, total.ruleless) == (4, 12, 1, 1)
    assert total.visible == 0.3333
    assert total.kinds == {"rule": (3, 5), "exception": (0, 3), "handoff": (1, 4)}
    assert sum(covered.share.total for covered in found.processes) + found.unplaced.total == total.total
    assert "rec_x3" not in ids(total.hidden)


def test_what_only_practice_shows_has_owner_age_and_when_it_was_seen() -> None:
    hidden = {one.record.id: one for one in coverage(process_map(EVERY, PAPERS), PAPERS, "2026-03-01").total.hidden}
    bent = hidden["rec_x1"]
    assert (bent.owner, bent.first_seen, bent.age, bent.last_seen) == ("Dana Whitcombe", "2026-01-14", 46, "2026-02-01")
    assert hidden["rec_x4"].owner == "dana@northwell.example"


def test_a_date_that_cannot_be_read_gives_no_age_and_nothing_gives_no_share() -> None:
    odd = mailed(record("r9", "Odd."), sent_at="yesterday")
    share = coverage(process_map([odd], PAPERS), PAPERS, "2026-03-01").total
    assert (share.hidden[0].first_seen, share.hidden[0].age) == (None, None)
    assert coverage(process_map([], PAPERS), PAPERS, "2026-03-01").total.visible is None
