"""Versions, what is replaced or amended, and papers that say of themselves that they do not hold."""

from __future__ import annotations

import time

import pytest

from domain.document import Document
from ingest.versions import amended_by, replaces_of, standing_notes, version_of
from tests.ingest.files import read

RULES = "\n\n1. Everyone must wear a vest.\n\n2. Nobody may smoke.\n\n3. Boats must be tied.\n"


def policy(head: str, name: str = "x.md") -> Document:
    return read((head + RULES).encode(), name, "policy")[0]


@pytest.mark.parametrize(
    ("head", "version"),
    [
        ("# Quay Policy\n\nVersion 2.1. Owner: Safety.", "2.1"),
        ("# Quay Policy\n\nVersion: 2.1", "2.1"),
        ("# Quay Policy, Rev. C", "Rev. C"),
        ("# Quay Policy v3", "v3"),
        ("# Quay Policy\n\nIssue 4, replaces issue 3", "Issue 4"),
        ("# Quay Policy\n\nReplaces version 2.0 of 1 March 2024. Version 2.1.", "2.1"),
        ("# Quay Rules, 2024 edition", "2024 edition"),
        ("# Quay Policy\n\nThird edition, kept by the harbour office.", "Third edition"),
        ("# Quay Policy\n\n| | |\n|---|---|\n| Version | 4.2 |\n| Owner | Safety |", "4.2"),
        (
            "# Quay Policy\n\n| Version | Date | Changes |\n|---|---|---|\n| 1.9 | 2024-01-02 | vests |\n| 1.10 | 2025-02-03 "
            "| boats |\n| 1.8 | 2023-01-02 | new |",
            "1.10",
        ),
        ("# Quay Policy\n\n| Rev | Description |\n|---|---|\n| A | first |\n| C | boats |\n| B | vests |", "C"),
        ("# Quay Policy\n\nThe engine is a Volvo 3.", None),
        ("# Quay Policy\n\nThe issue of vests is free. An edition of 4,000 leaflets was printed.", None),
    ],
)
def test_the_version_is_read_as_printed(head: str, version: str | None) -> None:
    assert policy(head).version == version


def test_the_name_of_the_file_is_the_last_resort() -> None:
    assert policy("# Quay Policy", "quay-policy_v3.md").version == "v3"
    assert policy("# Quay Policy\n\nVersion 2", "quay-policy_v3.md").version == "2"
    assert policy("# Quay Policy", "quay-policy-ev4nt.md").version is None


@pytest.mark.parametrize(
    ("sentence", "replaced"),
    [
        ("This policy replaces version 2.0 of 1 March 2024.", "version 2.0 of 1 March 2024"),
        ("It supersedes the Travel Policy dated 3 May 2020, which is withdrawn.", "Travel Policy dated 3 May 2020"),
        ("Supersedes: QP-11 issue 3", "QP-11 issue 3"),
        ("This Agreement replaces and supersedes the Supply Agreement No. 7 dated 3 May 2020.", "Supply Agreement No. 7 dated 3 May 2020"),
        ("This Agreement supersedes all prior agreements and understandings.", None),
        ("The Supplier replaces any goods within ten days.", None),
        ("A new vest replaces the old one.", None),
    ],
)
def test_what_is_replaced_is_named_as_printed(sentence: str, replaced: str | None) -> None:
    assert replaces_of(f"Quay Policy\n{sentence}\nThe end.") == replaced


def test_an_amendment_names_what_it_amends() -> None:
    assert amended_by("Amendment No. 2 to the Supply Agreement dated 3 May 2024", "") == "Supply Agreement dated 3 May 2024"
    text = "Side Letter\nThis letter amends the Frame Agreement made on 2 May 2024 between A Ltd and B Ltd."
    assert amended_by("Side Letter", text) == "Frame Agreement made on 2 May 2024"
    assert amended_by("Amendment", "This amendment holds from May.") is None
    data = b"""# Amendment No. 1 to the Towage Agreement dated 3 May 2024

between Ostrand Towage Ltd ("Ostrand") and Melle Quay Board ("Board")

1. Clause 4 is replaced by the following: two tugs are kept ready.
"""
    (document,) = read(data, "x.md")
    assert document.kind.value == "amendment" and document.replaces is None
    assert document.notes == ("amends: Towage Agreement dated 3 May 2024",)


@pytest.mark.parametrize(
    ("head", "notes"),
    [
        ("# Quay Policy\n\nDRAFT for comment", ("marked as a draft",)),
        ("# Draft Quay Policy", ("marked as a draft",)),
        ("# Quay Policy\n\nStatus: Draft", ("marked as a draft",)),
        ("# Quay Policy\n\nFor discussion only - not yet in force", ("marked as a draft",)),
        ("# Quay Policy\n\nSuperseded by version 4 on 3 May 2025", ("marked as superseded",)),
        ("# Quay Policy (withdrawn)", ("marked as superseded",)),
        ("# Quay Policy\n\nNo longer in force", ("marked as superseded",)),
        ("# Quay Policy\n\nSupersedes: version 3", ()),
        ("# Quay Policy\n\nSuperseded documents: QP-1, QP-2", ()),
        ("# Quay Policy\n\nThe draft of a boat is how deep it lies in the water.", ()),
        ("# Beer on draught\n\nAn old draft had 61 sentences. It was thrown away.", ()),
    ],
)
def test_drafts_and_superseded_papers_are_marked(head: str, notes: tuple[str, ...]) -> None:
    assert policy(head).notes == notes


def test_blanks_where_names_belong_make_a_template() -> None:
    head = '# Towage Agreement\n\nmade on [date] between [●] (the "Buyer") and [●] (the "Seller") at [●].'
    assert read((head + RULES).encode(), "x.md", "contract")[0].notes == ("a template with blanks to fill in",)
    signed = "# Towage Agreement\n\nbetween A Ltd and B Ltd." + RULES + "x " * 1500 + "\n\nBy: ________\n\nName: ________\n"
    assert read(signed.encode(), "x.md", "contract")[0].notes == ()


def test_long_and_hostile_texts_take_no_time() -> None:
    for text in ("replaces the " * 9_000, "version " * 12_000, "amendment to " * 9_000, "draft " * 16_000, "[" * 100_000, "_" * 100_000):
        before = time.process_time()
        replaces_of(text)
        amended_by(text[:500], text)
        version_of(text[:500], "x.pdf", text, ())
        standing_notes(text[:500], "x.pdf", text, ())
        assert time.process_time() - before < 0.5, text[:20]
