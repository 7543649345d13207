"""Whom a norm binds, what limits it, who handles it and between whom things pass are chosen among what the papers name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.document import BlockKind, Document, DocumentKind
from domain.passage import Passage, Place
from domain.record import EvidenceRole, RecordKind
from domain.span import Span
from domain.statement import Statement
from extract.authority import Channels
from extract.choose import crossed, odds
from extract.draft import Draft, Papers
from extract.ends import ends_of_draft, passed_in
from extract.handlers import handler_of_draft
from extract.mentions import lead_subject, mentions_of
from extract.names import key_of, short_name, squeezed
from extract.parties import parties_of
from extract.people import people_of
from extract.roles import Cast, cast_of
from extract.scopes import scope_of_draft
from extract.subjects import subject_of_draft
from extract.syntax import Syntax
from tests.extract.papers import OLE, OWN, RAY, mail, paper, said


@pytest.fixture(scope="module")
def syntax() -> Syntax:
    return Syntax()


def spoken(syntax: Syntax, document: Document, quote: str) -> Statement:
    passage = Passage("p", document.id, Span(0, len(quote)), quote, BlockKind.PARAGRAPH, Place())
    return replace(said(document, quote), mentions=mentions_of(syntax.sentences([passage])[0].tree))


def set_of(documents: Sequence[Document], statements: Sequence[Statement]) -> tuple[Papers, Cast]:
    by_id = {document.id: document for document in documents}
    return Papers(by_id, Channels(OWN, frozenset(), frozenset(), by_id)), cast_of(statements, documents, OWN)


def alone(kind: RecordKind, statement: Statement) -> Draft:
    return Draft(kind, statement, ((statement, EvidenceRole.STATES),), statement, 0.9)


def rules(*lines: str, name: str = "rules.pdf") -> Document:
    return paper(name, DocumentKind.POLICY, [(BlockKind.PARAGRAPH, line) for line in lines])


def test_mentions_tell_the_part_that_grammar_gives(syntax: Syntax) -> None:
    line = "The warehouse clerk must send the count sheet to the shift leader."
    parts = {m.text: m.part for m in spoken(syntax, rules(line), line).mentions}
    assert parts["warehouse clerk"] in ("doer+!*", "bound")
    assert parts["count sheet"] == "object"
    assert parts["shift leader"] == "to"


@pytest.mark.parametrize("lead_in", ["The Supplier shall:", "B2.1 The Supplier must:", "(a) Each Supplier may:"])
def test_a_list_is_about_the_subject_of_its_lead_in(lead_in: str) -> None:
    assert lead_subject(lead_in) == "Supplier"


def test_who_a_sentence_names_with_a_word_of_duty_is_bound(syntax: Syntax) -> None:
    lines = ("The warehouse clerk must count every pallet.", "The driver shall sign the delivery note.")
    document = rules(*lines)
    statements = [spoken(syntax, document, line) for line in lines]
    papers, cast = set_of([document], statements)
    assert subject_of_draft(alone(RecordKind.RULE, statements[0]), papers, cast) == "warehouse clerk"
    assert subject_of_draft(alone(RecordKind.RULE, statements[1]), papers, cast) == "driver"


def test_fields_do_not_hang_on_the_order_of_papers_and_statements(syntax: Syntax) -> None:
    lines = ("The clerk must count every pallet.", "Pallets are stacked four high.", "The driver shall sign the note.")
    documents = [rules(line, name=f"{i}.pdf") for i, line in enumerate(lines)]
    statements = [spoken(syntax, document, line) for document, line in zip(documents, lines, strict=True)]
    answers = set()
    for step in (1, -1):
        papers, cast = set_of(documents[::step], statements[::step])
        draft = alone(RecordKind.RULE, statements[1])
        answers.add((subject_of_draft(draft, papers, cast), scope_of_draft(draft, papers, cast), handler_of_draft(draft, papers, cast)))
    assert len(answers) == 1


def test_a_contract_is_limited_to_the_other_party(syntax: Syntax) -> None:
    line = "The Supplier shall deliver within five days."
    contract = paper("contract.pdf", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, line)])
    document = replace(contract, title="Supply Agreement", parties=("Alder Mills Ltd", "Kestrel Metals GmbH"))
    statement = spoken(syntax, document, line)
    papers, cast = set_of([document], [statement])
    assert [p.own for p in cast.parties(document.id)] == [True, False]
    assert [item.value for item in scope_of_draft(alone(RecordKind.RULE, statement), papers, cast)] == ["Kestrel Metals"]


def test_the_title_of_a_contract_tells_with_whom_it_is() -> None:
    document = replace(paper("c.pdf", DocumentKind.CONTRACT, [(BlockKind.PARAGRAPH, "Words.")]), title="Loan Agreement (Kestrel Metals)")
    [(party,)] = parties_of([document], OWN).values()
    assert (party.name, party.own) == ("Kestrel Metals", False)


def test_an_office_is_read_beside_the_name() -> None:
    letter = mail("m1", OLE, "Fine.", sender_name="Ole Brandt")
    papers = [letter, rules("Requests go to the Purchasing Manager (Ole Brandt).")]
    assert people_of(papers)[OLE].office == "Purchasing Manager"


def test_who_grants_an_exception_handles_it(syntax: Syntax) -> None:
    line = "You may skip the count sheet for Kestrel this month, fine by me."
    letter = mail("m1", OLE, line, sender_name="Ole Brandt", to=(RAY,))
    statement = spoken(syntax, letter, line)
    papers, cast = set_of([letter], [statement])
    assert handler_of_draft(alone(RecordKind.EXCEPTION, statement), papers, cast) == "Ole Brandt"


def test_a_handler_whom_a_language_model_named_is_kept(syntax: Syntax) -> None:
    line = "The clerk must count every pallet."
    document = rules(line)
    statement = replace(spoken(syntax, document, line), handler="every pallet")
    papers, cast = set_of([document], [statement])
    assert handler_of_draft(alone(RecordKind.RULE, statement), papers, cast) == "every pallet"


def test_a_handoff_has_two_ends_even_where_the_parse_takes_e_mails_apart(syntax: Syntax) -> None:
    line = "On the first day of the month Billing e-mails each account executive the aging report."
    document = rules(line)
    statement = spoken(syntax, document, line)
    papers, cast = set_of([document], [statement])
    assert passed_in(line) == [("Billing", "says.from"), ("account executive", "says.to")]
    assert ends_of_draft(alone(RecordKind.HANDOFF, statement), papers, cast) == ("Billing", "account executive")


def test_names_are_the_same_without_legal_form_articles_number_and_accents() -> None:
    assert short_name("Kestrel Metals Sp. z o.o.") == "Kestrel Metals"
    assert key_of("The Warehouse Clerks") == key_of("warehouse clerk")
    assert squeezed("Kōtare A/S") == "kotareas"


def test_a_weight_under_a_circumstance_adds_to_the_general_one() -> None:
    features = {"in.bound": 1.0}
    assert crossed(features, ("rule",)) == {"in.bound": 1.0, "rule:in.bound": 1.0, "": 1.0, "rule:": 1.0}
    assert odds(features, "subject", ("rule",)) != odds(features, "subject", ())
