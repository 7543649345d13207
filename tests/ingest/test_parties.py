"""The parties of a contract, as printed, in the order of the paper, however the preamble is laid out."""

from __future__ import annotations

import time

import pytest

from ingest.numbering import split_number
from ingest.parties import Party, named_parties, parties_of
from tests.ingest.files import read


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        (
            'This Agreement is made on 3 May 2025 between Ostrand Towage Ltd (the "Contractor") and Quay Board of Melle, '
            'a public body (the "Board").',
            ("Ostrand Towage Ltd", "Quay Board of Melle"),
        ),
        (
            "by and among Arbel Holdings, Inc., a Delaware corporation (“Arbel”), Corran (UK) Limited and its affiliates"
            " (“Corran”), and Dee Marlow, an individual "
            "residing at 3 Quay Street and owner of the yard (“Owner”).",
            ("Arbel Holdings, Inc.", "Corran (UK) Limited", "Dee Marlow"),
        ),
        (
            'BETWEEN\n\n(1) Corran Estates Limited of 4 High Street, Melle (the "Landlord"); and\n\n(2) Dee Marlow (the "Tenant").',
            ("Corran Estates Limited", "Dee Marlow"),
        ),
        ("SUPPLY AGREEMENT\n\nbetween\n\nArbel Metals GmbH\n\nand\n\nCorran Ltd\n\nDated 3 May 2025", ("Arbel Metals GmbH", "Corran Ltd")),
        ("Hire Agreement\n\nSupplier: Arbel Metals GmbH\nCustomer: Corran Ltd\n\n1. Hire.", ("Arbel Metals GmbH", "Corran Ltd")),
        ("Party A: Arbel Metals Co., Ltd.\nParty B: Corran Logistics Ltd.\n", ("Arbel Metals Co., Ltd.", "Corran Logistics Ltd.")),
        ('Canteen Schedule\n\nArbel Kitchens Ltd ("Arbel")\n\nCorran College (the "College")\n', ("Arbel Kitchens Ltd", "Corran College")),
        (
            'entered into by and between Procter and Sons Trading Company, Inc. ("Procter") and e4 Tools, LLC ("e4")',
            ("Procter and Sons Trading Company, Inc.", "e4 Tools, LLC"),
        ),
        ("Notes of a talk between friends.", ()),
        ("The choice is between tea and coffee.", ()),
    ],
)
def test_parties_are_named_as_printed(text: str, parties: tuple[str, ...]) -> None:
    assert parties_of(text) == parties


def test_each_party_has_its_defined_term() -> None:
    text = 'made between Ostrand Towage Ltd (hereinafter "the Contractor") and Corran Ltd (the "Client").'
    assert named_parties(text) == (Party("Ostrand Towage Ltd", "Contractor"), Party("Corran Ltd", "Client"))


def test_parties_stand_in_a_table_too() -> None:
    data = (
        b"# Hire Agreement\n\n| | |\n|---|---|\n| Supplier | Arbel Metals GmbH |\n| Customer | Corran Ltd "
        b"|\n\n1. The Supplier shall hire out a crane.\n"
    )
    assert read(data, "x.md", "contract")[0].parties == ("Arbel Metals GmbH", "Corran Ltd")


def test_only_contracts_have_parties() -> None:
    data = b'# Quay Policy\n\nAgreed between Arbel Ltd ("Arbel") and Corran Ltd ("Corran").\n\n1. Everyone must wear a vest.\n'
    assert read(data, "x.md", "policy")[0].parties == ()


def test_long_and_hostile_texts_take_no_time() -> None:
    for piece in ("between A and ", "A Bb ", '(the "X") ', "(hereinafter ", "Ltd, ", "between Aa Bb, Cc (", "A and B and ", "(A) ", "- & "):
        text = "between " + piece * (100_000 // len(piece))
        before = time.process_time()
        parties_of(text)
        assert time.process_time() - before < 0.5, piece


def test_a_labelled_party_is_no_part_with_a_letter() -> None:
    assert split_number("Party A: Riga Ltd") is None
    assert split_number("Part B General") is not None
