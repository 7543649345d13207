"""Defined terms are marked where a paper defines them, and nowhere else."""

from __future__ import annotations

import time

import pytest

from domain.document import Block, BlockKind, MarkKind
from domain.span import Span
from ingest.terms import terms_of
from tests.ingest.files import read


def labels(text: str) -> list[str]:
    return [m.label for m in terms_of(text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),))]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ('Meridor Line A/S (the "Carrier") and Harro Ltd ("the Merchant")', ["Carrier", "Merchant"]),
        ("Quarl Ltd (hereinafter referred to as the “Buyer”)", ["Buyer"]),
        ('(each a "Party" and together the "Parties")', ["Party", "Parties"]),
        ("“Confidential Information” means all data.", ["Confidential Information"]),
        ("“Working Day” shall mean a day on which banks are open.", ["Working Day"]),
        ("„Ware“ bedeutet jede Kiste.", ["Ware"]),
        ("«Produit» désigne chaque caisse.", ["Produit"]),
        ("In this deed 'Rent' means the yearly sum.", ["Rent"]),
        ('The term "Load" shall mean one lorry.', ["Load"]),
        ('"Stroke": one machine cycle.', ["Stroke"]),
        ("Business Day means a day other than Sunday.", ["Business Day"]),
        ('He said "never again" and left (the driver called it a "joke").', []),
        ("The Buyer's goods and the Seller's goods are kept apart.", []),
        ("This means that nobody may enter.", []),
        ("It means trouble.", []),
    ],
)
def test_terms_are_found_in_all_the_usual_forms(text: str, terms: list[str]) -> None:
    assert labels(text) == terms


def test_a_mark_covers_the_term_as_printed() -> None:
    text = 'Meridor Line A/S (the "Carrier")'
    (mark,) = terms_of(text, (Block(BlockKind.PARAGRAPH, Span(0, len(text))),))
    assert (mark.kind, mark.span.of(text)) == (MarkKind.TERM, '"Carrier"')


DEFINITIONS = b"""# Towage Agreement

## 1. Definitions

Tug: a boat of at least 1,000 kW.

Call-out: a request by telephone.

| Term | Meaning |
|---|---|
| Berth | a place at the quay |
| Night Rate | the price after ten |

## 2. Duties

Note: the tug must be ready.
"""


def test_lists_and_tables_of_definitions_define_their_terms() -> None:
    (document,) = read(DEFINITIONS, "x.md", "contract")
    found = [m.label for m in document.marks if m.kind is MarkKind.TERM]
    assert found == ["Tug", "Call-out", "Berth", "Night Rate"]
    assert all(m.label == m.span.of(document.text) for m in document.marks)


def test_mail_has_no_defined_terms() -> None:
    mail = b'From: a@b.example\nTo: c@d.example\nSubject: x\nMessage-ID: <1@b.example>\n\nThe boat ("Tug") means a tug.\n'
    (document,) = read(mail, "x.eml")
    assert document.marks == ()


def test_hidden_text_and_page_headers_define_nothing() -> None:
    text = 'A Ltd (the "Buyer")'
    for kind in (BlockKind.HIDDEN, BlockKind.FURNITURE, BlockKind.DELETED):
        assert terms_of(text, (Block(kind, Span(0, len(text))),)) == ()


def test_long_and_hostile_texts_take_no_time() -> None:
    for piece in ('("', '"a" ', "(the ", '"A" means ', "A b c D ", "' ", "(" * 50, '(the "X") '):
        text = piece * (100_000 // len(piece))
        before = time.process_time()
        labels(text)
        assert time.process_time() - before < 1.0, piece
