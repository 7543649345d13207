"""Tables of contents: lines that repeat the headings to come and are no headings, clauses or evidence themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.document import BlockKind
from ingest.canonical import Draft
from ingest.numbering import split_number

_NAME = re.compile(r"(?i)(?:table of )?contents|index|inhaltsverzeichnis|table des matières")
_ENTRY = re.compile(r".{2,200}?(?:[\s.·…_]{2,300}+|\s)(?:\d{1,4}|[ivxlc]{1,5})")
_LEADERS = re.compile(r".{2,200}?(?:\.\s?){4,300}+\s{0,300}+(?:\d{1,4}|[ivxlc]{1,5})?")
_PAGE = re.compile(r"\d{1,3}|[ivxlc]{1,5}")
#: What may stand between the entries without ending the table.
_ASIDE = frozenset({BlockKind.FURNITURE, BlockKind.HIDDEN})


def without_contents(drafts: Sequence[Draft]) -> list[Draft]:
    """The entries of a table of contents become furniture: those below its name, and lines with leader dots anywhere."""
    done: list[Draft] = []
    inside = False
    for draft in drafts:
        if draft.kind in _ASIDE:
            done.append(draft)
            continue
        entry = bool(_LEADERS.fullmatch(draft.text)) or inside and bool(_ENTRY.fullmatch(draft.text))
        inside = bool(_NAME.fullmatch(draft.text.strip(" :"))) or inside and entry
        done.append(replace(draft, kind=BlockKind.FURNITURE, level=0, number=None) if entry else draft)
    return done


def lists_pages(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table's rows (their filled cells) are those of a table of contents: numbered names, and pages that ascend."""
    rows = [row for row in rows if len(row) > 1]
    numbered = sum(split_number(" ".join(row)) is not None for row in rows)
    pages = [row[-1] for row in rows if _PAGE.fullmatch(row[-1])]
    digits = [int(page) for page in pages if page.isdigit()]
    return len(rows) >= 4 and numbered >= 0.6 * len(rows) and len(pages) >= 0.7 * len(rows) and digits == sorted(digits)
