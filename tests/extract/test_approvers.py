"""Who is an approver: whom the formal papers make one, and nobody who only says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import BlockKind, Document, DocumentKind
from domain.statement import Statement
from extract.approvers import named_approvers
from extract.authority import APPROVER, EMPLOYEE, Channels
from tests.extract.papers import OWN, mail, paper, said

RULE = "Orders above EUR 5,000 are approved by the Purchasing Manager."
HOLDER = "Ole Lindqvist, Purchasing Manager, decides on suppliers."
OLE, DANA = "ole.lindqvist@alder.example", "dana@alder.example"


def formal(name: str, *lines: str, kind: DocumentKind = DocumentKind.POLICY) -> Document:
    return paper(name, kind, [(BlockKind.PARAGRAPH, line) for line in lines])


def letter(sender: str, name: str, body: str = "Fine by me.") -> Document:
    return mail(sender.partition("@")[0], sender, body, sender_name=name)


def approvers(*documents: Document, **changes: object) -> dict[str, str]:
    statements: list[Statement] = [
        replace(said(d, RULE), handler="Purchasing Manager") for d in documents if RULE in d.text and d.message is None
    ]
    by_id = {document.id: document for document in documents}
    return named_approvers(documents, statements, replace(Channels(OWN, frozenset(), frozenset(), by_id), **changes))  # type: ignore[arg-type]


def test_an_office_that_a_policy_names_and_a_formal_paper_fills_approves() -> None:
    found = approvers(formal("policy.pdf", RULE), formal("people.pdf", HOLDER), letter(OLE, "Ole Lindqvist"))
    assert found == {OLE: "Purchasing Manager, named as approver in policy.pdf"}


def test_a_signature_gives_no_authority() -> None:
    signed = letter(OLE, "Ole Lindqvist", "Fine by me.\nOle Lindqvist, Purchasing Manager")
    assert approvers(formal("policy.pdf", RULE), signed) == {}


def test_an_informal_list_gives_none_either() -> None:
    notes = formal("people.txt", HOLDER, kind=DocumentKind.NOTES)
    assert approvers(formal("policy.pdf", RULE), notes, letter(OLE, "Ole Lindqvist")) == {}


@pytest.mark.parametrize("address", [DANA, "ole.lindqvist@stranger.example"])
def test_whoever_only_takes_the_name_is_none(address: str) -> None:
    assert approvers(formal("policy.pdf", RULE), formal("people.pdf", HOLDER), letter(address, "Ole Lindqvist")) == {}


def test_a_name_with_two_addresses_proves_neither() -> None:
    twins = letter(OLE, "Ole Lindqvist"), letter("o.lindqvist2@alder.example", "Ole Lindqvist")
    assert approvers(formal("policy.pdf", RULE), formal("people.pdf", HOLDER), *twins) == {}


def test_what_a_named_approver_writes_has_an_approver_s_authority() -> None:
    channels = Channels(OWN, frozenset(), frozenset(), {}, {OLE: "Purchasing Manager, named as approver in policy.pdf"})
    assert channels.authority(letter(OLE, "Ole Lindqvist")) == (APPROVER, "Purchasing Manager, named as approver in policy.pdf")
    assert channels.authority(letter(DANA, "Dana Whitcombe"))[0] == EMPLOYEE
    distrusted = mail("forged", OLE, "Fine.", sender_name="Ole Lindqvist", distrust="its signature is broken")
    assert channels.authority(distrusted)[0] < EMPLOYEE
