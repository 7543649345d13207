"""Which kind of paper it is: told by structure, title and layout, and informal wherever that is in doubt."""

from __future__ import annotations

import re
import time

import pytest

from domain.document import Block, BlockKind, DocumentKind
from domain.span import Span
from ingest.kind import kind_of
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


SOW = b"""Statement of Work No. 3
=======================

This Statement of Work is made under the Master Services Agreement dated 2 May 2024 between Ostrand Towage Ltd (the "Client") and Melle
Dredging GmbH (the "Contractor").

1. Scope. The Contractor shall dredge basin 2.
2. Deliverables. A survey chart by 1 June 2025.
3. Fees. EUR 40,000, payable in thirty days.

Signed for the Contractor: A. Moe
"""
WORK_ORDER = b"""Work Order WO-118

Issued under the Framework Agreement FA-7 between Quay Board of Melle ("Board") and Ostrand Towage Ltd ("Ostrand").

1. Ostrand shall tow the pontoon to berth 4 on 3 May 2025.
2. This Work Order is subject to the terms of the Framework Agreement.

Signed for the Board: C. Ude
"""
CHAT = b"""Group chat "yard nights", exported

12/05/2025, 21:03 - Ana: gate 2 stuck again
12/05/2025, 21:04 - Bo: use gate 3, nobody signs there anyway
12/05/2025, 21:09 - Ana: policy says sign always
12/05/2025, 21:10 - Bo: ok ok
12/05/2025, 21:11 - Cy: contract with the tug people says 3 hours
"""
WIKI = b"""# Opening the sluice

Home > Operations > Sluice

Last edited by bo, 3 May 2025

## Before you start

You must ring the harbour office. Never open both gates. The key must be signed for.

## Steps

1. Check the level.
2. Open gate A.
3. Wait.
"""
MARKUP = b"""== Berth list ==

See [[Berths|the berths]] and [[Quay rules]]. {{note|old}} Boats must leave by six.

=== East side ===

[[Category:Quay]] Nobody may stay overnight.
"""
FAQ = b"""# Mooring: what people ask

**May I moor overnight?**

No, only until ten.

**Who pays for water?**

You do, by the cubic metre.

**Is there a discount for clubs?**

Yes, ten percent if they ask before May.

**What if the meter is broken?**

Then you must tell the office at once.
"""
LETTERED_FAQ = b"""Yard answers

Q: Do I have to wear a vest?
A: Everyone must wear one.

Q: Can visitors enter?
A: Only with a badge.

Q: Who signs the sheet?
A: The foreman.

Q: Is smoking allowed?
A: No.
"""
HANDOVER = b"""Handover notes for Bo

Notes by Ana, 3 May 2025

- The Corran people never need a purchase order, just send it.
- Contract renewals: ask Dee. The policy is on the drive.
- Key 4 sticks.
"""
CALL = b"""Memo of a call with Corran Ltd

3 May 2025. I spoke to Dee. She said the contract must be read differently: we may deliver late. I don't think so. Agreed: she will write.
"""
MINUTES = b"""Safety Committee

Held on 4 May 2025 at 10:00
Present: A. Moe (chair), B. Loe. Apologies: C. Ude.

1. Vests. The committee agreed that everyone must wear a vest from Monday.
2. Contracts. The agreement with the towage firm must be renewed. Ms Loe said she would.
3. Smoking. Nobody may smoke near the jetty.

Action: B. Loe to buy vests.
"""
BULLETIN = b"""Summer newsletter

The new crane is here. Everyone should come and look. Thanks to all who helped. The barbecue is on Friday.
"""
ABOUT_POLICY = b"""About the travel policy

Some of you asked why the travel policy is so strict. I think it grew over the years. We're going to talk about it.
"""
DEED = b"""THIS DEED is made on 3 May 2025

BETWEEN

(1) Corran Estates Limited (the "Landlord"); and
(2) Dee Marlow (the "Tenant").

1. The Tenant shall pay the Rent on the first of each month.
2. The Landlord shall keep the roof in repair.

Executed as a deed by Corran Estates Limited.
"""
TERMS = b"""Terms and Conditions of Sale

1. These terms apply to every contract between Corran Ltd (the "Seller") and the buyer (the "Buyer").
2. The Buyer shall pay within thirty days.
3. Either party may cancel within a week.
4. The Seller shall not be liable for delay.
"""
VARIATION = b"""Deed of Variation

between Corran Ltd ("Corran") and Ostrand Towage Ltd ("Ostrand")

relating to the Towage Agreement dated 3 May 2025.

1. Clause 4 is deleted and replaced by: "Ostrand shall keep two tugs ready."
2. All other terms remain unchanged.
"""
SCHOOL_RULES = b"""Rules of the Boat House

Approved by the Committee, valid from 1 May 2025.

1. Members must sign the book.
2. Boats may not be taken out after dark.
3. Keys must be returned the same day.
4. Guests must be accompanied.
5. Nobody is allowed on the roof.
6. Fees are due in March.
"""
PROCEDURE = b"""QP-12 Calibration of scales

Document owner: Quality. Revision: C. Approved by: A. Moe.

1. Purpose
1.1 This procedure covers all scales in hall 2.
2. Procedure
2.1 Each scale must be checked weekly.
2.2 A scale that fails must be taken out of use.
2.3 The log shall be kept for three years.
"""

PAPERS = [
    (CONTRACT, "contract"), (AMENDMENT, "amendment"), (POLICY, "policy"), (NOTES, "notes"), (SOW, "sow"), (WORK_ORDER, "sow"),
    (CHAT, "notes"),
    (WIKI, "wiki"), (MARKUP, "wiki"), (FAQ, "faq"), (LETTERED_FAQ, "faq"), (HANDOVER, "notes"), (CALL, "notes"), (MINUTES, "notes"),
    (DEED, "contract"), (TERMS, "contract"), (VARIATION, "amendment"), (SCHOOL_RULES, "policy"), (PROCEDURE, "policy"), (BULLETIN, "other"),
    (ABOUT_POLICY, "other"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["inbox/x.md", "a.md"])
@pytest.mark.parametrize(("data", "kind"), PAPERS, ids=[data.split(b"\n")[0].decode()[:24] + f" {n}" for n, (data, _) in enumerate(PAPERS)])
def test_content_decides_whatever_the_folder(data: bytes, kind: str, name: str) -> None:
    assert read(data, name)[0].kind.value == kind


@pytest.mark.parametrize("data", [NOTES, CHAT, WIKI, FAQ, HANDOVER, MINUTES, CALL])
@pytest.mark.parametrize("folder", ["policies", "contracts", "handbook"])
def test_talk_in_a_folder_of_formal_papers_stays_informal(data: bytes, folder: str) -> None:
    assert not read(data, f"{folder}/x.md")[0].kind.formal


def test_a_hint_wins_and_a_hint_of_contract_leaves_open_which() -> None:
    assert read(NOTES, "x.txt", "policy")[0].kind is DocumentKind.POLICY
    kinds = [read(data, "x.md", "contract")[0].kind for data in (POLICY, AMENDMENT, SOW)]
    assert kinds == [DocumentKind.CONTRACT, DocumentKind.AMENDMENT, DocumentKind.SOW]


def test_a_hint_of_other_never_makes_a_paper_formal() -> None:
    assert [read(data, "x.md", "other")[0].kind.value for data in (POLICY, CONTRACT, FAQ, MINUTES)] == ["other", "other", "faq", "notes"]


def test_long_and_hostile_texts_take_no_time() -> None:
    for text in (
        "Q: " * 30_000,
        "a? " * 30_000,
        "this agreement " * 8_000,
        "12:00 a" * 15_000,
        "amendment to " * 9_000,
        "[[" * 40_000,
        '("' * 40_000,
    ):
        data = text.encode()
        before = time.process_time()
        kind_of(hint="auto", path="x.txt", title="x", text=text, blocks=(Block(BlockKind.PARAGRAPH, Span(0, len(text))),), message=None)
        assert time.process_time() - before < 1.0, data[:20]


FINE = (
    ("faq", r"faq|questions|ask-the"),
    ("wiki", r"new-starter|first-week|first-fortnight|onboarding|start-page|wiki"),
    ("notes", r"meeting|minutes|huddle|chat"),
)


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "bench" / "corpora").is_dir(), reason="needs ../shared/bench/corpora")
def test_kinds_of_all_papers_of_the_corpora_are_right() -> None:
    wrong = []
    for path in sorted((SHARED / "bench" / "corpora").glob("*/files/*/*")):
        if not path.is_file() or path.suffix in (".eml", ".mbox"):
            continue
        formal = {
            "policies": "policy",
            "contracts": "amendment" if "amendment" in path.name else "sow" if "-sow-" in path.name else "contract",
        }
        informal = next((kind for kind, pattern in FINE if re.search(pattern, path.name)), "other notes wiki")
        wanted = formal.get(path.parent.name, informal)
        # Once with its folder and once under a name that says nothing.
        for name in (f"{path.parent.name}/{path.name}", f"x{path.suffix}"):
            if (kind := read(path.read_bytes(), name)[0].kind.value) not in wanted.split():
                wrong.append((name, path.parent.name, path.name, kind))
    assert wrong == []
