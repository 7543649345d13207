"""Tables of contents: lines that repeat the headings to come and are no headings, clauses or evidence themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.document import BlockKind
from ingest.canonical import Draft

_NAME = re.compile(r"(?i)(?:table of )?contents|index|inhaltsverzeichnis|table des matières")
_ENTRY = re.compile(r".{2,200}?(?:[\s.·…_]{2,}|\s)(?:\d{1,4}|[ivxlc]{1,5})")
_LEADERS = re.compile(r".{2,200}?(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,5})?")
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
