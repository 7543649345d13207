"""How deep list items stand below the lines that they complete, where the format itself only says how they are indented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.document import BlockKind
from ingest.canonical import Draft
from ingest.numbering import RELATIVE, ClauseCounter, style_of

_LEADS = re.compile(r":\s*[-–—]?\s*$|\b(?:shall|must|may|will|following)\s*$")
_ITEMS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


@dataclass(slots=True)
class _Outline:
    """``absolute``: depth of each clause that names its parents ("7.2"), if it leads in to what follows.

    ``shift``: how much deeper the bullets at hand stand than their format says; ``last``: depth of the line just before, where it leads in.
    """

    clauses: ClauseCounter = field(default_factory=ClauseCounter)
    absolute: dict[str, int] = field(default_factory=dict)
    shift: int = 0
    last: int | None = None

    def placed(self, draft: Draft) -> Draft:
        """The draft at its level, as ``ingest.passages`` counts: items of a clause deeper than the clause, bullets than their lead."""
        bullet = draft.number is None and draft.kind is BlockKind.LIST_ITEM
        if draft.number is None:
            draft = self._bullet(draft) if bullet else draft
            depth = 1 + max(draft.level, 1) if bullet else 0
        else:
            self.shift = 0
            draft = self._numbered(draft)
            depth = self._depth(draft)
        leads = _LEADS.search(draft.text) is not None
        # Bullets say themselves which bullets stand below them.
        self.last = depth if leads and not bullet else None
        if leads and draft.number is not None and style_of(draft.number) not in RELATIVE:
            self.absolute[draft.number] = depth
        if draft.kind is BlockKind.PARAGRAPH:
            self.shift = 0
        return draft

    def _bullet(self, draft: Draft) -> Draft:
        if self.last is not None and self.last > draft.level + self.shift:
            self.shift = self.last - draft.level
        return replace(draft, level=draft.level + self.shift)

    def _numbered(self, draft: Draft) -> Draft:
        number = draft.number or ""
        self.clauses.enter(number)
        if style_of(number) not in ("dotted", "worded"):
            return draft
        above = self.absolute.get(number.rpartition(".")[0])
        if above is None:
            return replace(draft, level=1) if draft.kind is BlockKind.LIST_ITEM else draft
        return replace(draft, kind=BlockKind.LIST_ITEM, level=above + 1)

    def _depth(self, draft: Draft) -> int:
        if style_of(draft.number or "") in RELATIVE:
            return max(self.clauses.depth, draft.level + 1, 2)
        return max(draft.level, self.clauses.depth, 1) if draft.kind is BlockKind.LIST_ITEM else 1


def with_levels(drafts: Sequence[Draft]) -> list[Draft]:
    """The items with levels by which ``ingest.passages`` finds their lead-ins."""
    outline = _Outline()
    done = []
    for draft in drafts:
        if draft.kind is BlockKind.HEADING:
            outline = _Outline()
            if draft.number is not None:
                outline.clauses.enter(draft.number, heading=True)
        done.append(outline.placed(draft) if draft.kind in _ITEMS else draft)
    return done
