"""Kinds of papers, their dates and parties."""

from __future__ import annotations

import pytest

from domain.document import DocumentKind
from ingest.dates import dates_of, iso_date
from ingest.kind import parties_of
from tests.ingest.files import SHARED, read

CONTRACT = b"""Towage Agreement
================

This Agreement is made on 3 May 2025 between Ostrand Towage Ltd (the "Contractor") and Quay Board of Melle, a public body (the "Board").

1. The Contractor shall keep one tug ready.
2. Either party may end this Agreement by ninety days' notice.

Signed for the Contractor: A. Moe
"""
AMENDMENT = CONTRACT.replace(b"Towage Agreement\n================", b"Amendment No. 2 to the Towage Agreement\n=======").replace(
    b"1. The", b"1. Clause 4 is replaced: the"
)
POLICY = b"""Quay Safety Policy
==================

Version 3. Owner: Safety Office. Issued 1 March 2025, in force from 1 April 2025. This policy applies to everyone on the quay.

1. Everyone must wear a vest.
2. Nobody may smoke near the fuel jetty.
3. Children must be accompanied.
"""
NOTES = b"""Quay meeting notes, 4 May 2025
==============================

Present: Ana, Bo. Apologies: Cy.

- Bo said the policy must be rewritten, Ana didn't think so.
- Agreed: vests are required from Monday.
"""


@pytest.mark.parametrize("path", ["inbox/x.txt", "a.txt"])
def test_content_decides_whatever_the_folder(path: str) -> None:
    kinds = [read(data, path)[0].kind for data in (CONTRACT, AMENDMENT, POLICY, NOTES)]
    assert kinds == [DocumentKind.CONTRACT, DocumentKind.AMENDMENT, DocumentKind.POLICY, DocumentKind.OTHER]


def test_notes_in_a_folder_of_policies_stay_notes() -> None:
    assert read(NOTES, "policies/x.txt")[0].kind is DocumentKind.OTHER


def test_a_hint_wins() -> None:
    assert read(NOTES, "x.txt", "policy")[0].kind is DocumentKind.POLICY


def test_parties_are_named_as_printed() -> None:
    assert read(CONTRACT, "x.txt")[0].parties == ("Ostrand Towage Ltd", "Quay Board of Melle")
    assert parties_of("Notes of a talk between friends.") == ()


@pytest.mark.parametrize(
    ("text", "issued", "effective"),
    [
        ("Issued 2025-03-01, effective 2025-04-01", "2025-03-01", "2025-04-01"),
        ("Effective Date: March 1, 2025", None, "2025-03-01"),
        ("Agreement dated 3 May 2025", "2025-05-03", None),
        ("made and entered into as of the 15th day of January, 2018", "2018-01-15", None),
        ("Issued 14 April 2025, in force from 1 May 2025.", "2025-04-14", "2025-05-01"),
        ("Meet me on 03/04/2025.", None, None),
    ],
)
def test_dates_are_read_as_written(text: str, issued: str | None, effective: str | None) -> None:
    assert dates_of(text) == (issued, effective)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert iso_date("31 February 2025") is None


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "bench" / "corpora").is_dir(), reason="needs ../shared/bench/corpora")
def test_kinds_of_all_papers_of_the_corpora_are_right() -> None:
    wrong = []
    for path in sorted((SHARED / "bench" / "corpora").glob("*/files/*/*")):
        if not path.is_file() or path.suffix in (".eml", ".mbox"):
            continue
        wanted = {"policies": "policy", "contracts": "amendment" if "amendment" in path.name else "contract"}.get(path.parent.name, "other")
        # Once with its folder and once under a name that says nothing.
        for name in (f"{path.parent.name}/{path.name}", f"x{path.suffix}"):
            if (kind := read(path.read_bytes(), name)[0].kind.value) != wanted:
                wrong.append((name, path.parent.name, path.name, kind))
    assert wrong == []
