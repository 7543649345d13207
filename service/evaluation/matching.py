"""Lays the quotes of records over the gold passages, and pairs records with gold one to one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.evaluation.found import FoundQuote, FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.gold_file import GoldSpan

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
#: The share of the passage's words that a quote must cover, and the share of the quote's words that must lie on the passage.
COVERED, ON_TARGET = 0.6, 0.5


def words_of(text: str | None) -> Counter[str]:
    """Lower-case words with how often each stands there; "1,500.00" is one."""
    return Counter(word.lower() for word in _WORD.findall(text or ""))


def message_name(message_id: str | None) -> str:
    """A message's id without its angle brackets."""
    return (message_id or "").strip().strip("<>")


def overlap(quote: Counter[str], passage: Counter[str]) -> float:
    """The F1 of their words; 0 where the two are not the same passage."""
    both = (quote & passage).total()
    if not both or both / passage.total() < COVERED or both / quote.total() < ON_TARGET:
        return 0.0
    return 2 * both / (passage.total() + quote.total())


@dataclass(frozen=True)
class Passage:
    """A gold passage, ready to be compared."""

    span: GoldSpan
    words: Counter[str] = field(repr=False)
    message: str

    def holds(self, path: str, message: str) -> bool:
        """Whether something from that file or message can lie here; where both have a message, the message alone tells."""
        if message and self.message:
            return message == self.message
        return path == self.span.file or path.endswith("/" + self.span.file)


def passages_of(gold: Gold) -> tuple[Passage, ...]:
    return tuple(Passage(span, words_of(span.text), message_name(span.message_id)) for span in gold.spans)


def landings(quotes: Iterable[FoundQuote], passages: Sequence[Passage]) -> dict[int, float]:
    """Number of each passage that one of the quotes lies on -> the best overlap."""
    best: dict[int, float] = {}
    for quote in quotes:
        words, message = words_of(quote.quote), message_name(quote.message_id)
        for at, passage in enumerate(passages):
            if passage.holds(quote.path, message) and (score := overlap(words, passage.words)):
                best[at] = max(best.get(at, 0.0), score)
    return best


def hits_of(landed: dict[int, float], passages: Sequence[Passage]) -> dict[str, float]:
    """Gold id -> the best overlap of a passage that carries it."""
    best: dict[str, float] = {}
    for at, score in landed.items():
        for name in passages[at].span.ids:
            best[name] = max(best.get(name, 0.0), score)
    return best


@dataclass(frozen=True)
class Matching:
    """``matched``: record -> gold id. ``landed``: record -> passages with overlap; ``hits``: record -> gold ids with overlap.

    A record that is not matched is a duplicate (its gold of the same kind went to a better one), a decoy, or spurious.
    """

    passages: tuple[Passage, ...]
    matched: dict[str, str]
    landed: dict[str, dict[int, float]]
    hits: dict[str, dict[str, float]]
    duplicates: frozenset[str]
    decoys: frozenset[str]

    def sort_of(self, record: str) -> str:
        if record in self.matched:
            return "matched"
        return "duplicate" if record in self.duplicates else "decoy" if record in self.decoys else "spurious"


def match(gold: Gold, records: Sequence[FoundRecord]) -> Matching:
    """One to one, within a kind, best overlap first; ties by id, so that the order of the records does not matter."""
    passages = passages_of(gold)
    landed = {record.id: landings(record.evidence, passages) for record in records}
    hits = {record.id: hits_of(landed[record.id], passages) for record in records}
    pairs = sorted(
        (-score, record.id, name)
        for record in records
        for name, score in hits[record.id].items()
        if name in gold.records and gold.records[name].kind == record.kind
    )
    matched: dict[str, str] = {}
    taken: set[str] = set()
    for _, record_id, name in pairs:
        if record_id not in matched and name not in taken:
            matched[record_id] = name
            taken.add(name)
    duplicates = frozenset(record_id for _, record_id, _ in pairs if record_id not in matched)
    left = (record.id for record in records if record.id not in matched and record.id not in duplicates)
    decoys = frozenset(record_id for record_id in left if hits[record_id].keys() & gold.decoys.keys())
    return Matching(passages, matched, landed, hits, duplicates, decoys)
