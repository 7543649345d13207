"""Which record of a file's new version continues one of the old: so a person's edits can go along, or stay where they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from domain.passage import Place
from domain.record import Record
from domain.statement import Citation

#: The overlap of two quotes from which they say the same but for a number or a name.
NEAR = 0.85
#: At the very place of the old quote less will do; with less than half in common it is another sentence that moved there.
NEAR_IN_PLACE = 0.5


def successor(old: Record, fresh: Sequence[Record]) -> Record | None:
    """The one of the fresh records with the same kind and file whose quote is nearly the old one's, or that stands in its place.

    None where there is none or several: a guess would put a person's words on another norm.
    """
    candidates = [record for record in fresh if record.kind is old.kind and _first(record).path == _first(old).path]
    shared = [(overlap(_first(old).quote, _first(record).quote), record) for record in candidates]
    for found in (
        [record for score, record in shared if score >= NEAR],
        [record for score, record in shared if score >= NEAR_IN_PLACE and _same_place(_first(old).place, _first(record).place)],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def same_words(old: Record, new: Record) -> bool:
    """Whether what a person decided on the old record was these very words."""
    return overlap(_first(old).quote, _first(new).quote) == 1


def overlap(one: str, other: str) -> float:
    """Dice's coefficient of their words: those in common, as often as both have them, of all. Capitals and punctuation do not count."""
    left, right = _words(one), _words(other)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0


def _words(text: str) -> Counter[str]:
    # Numbers keep their inner points and commas: 5,000 and 5.000 are one word each, and not the same.
    return Counter(re.findall(r"\w+(?:[.,:]\d+)*", text.lower()))


def _first(record: Record) -> Citation:
    return record.evidence[0].citation


def _same_place(old: Place, new: Place) -> bool:
    if old.message_id is not None or new.message_id is not None:
        return old.message_id == new.message_id
    return (old.clause is not None or bool(old.heading_path)) and (old.clause, old.heading_path) == (new.clause, new.heading_path)
