"""What assembling keeps from one time to the next, so that a new document costs what it changes and not what is there.

Nothing in it decides anything: with an empty memory the same records come out. A result is taken again only where all that it was worked
out from is the same: the very statements and documents, what they count for, and each answer that the cast gave (the verifying traces of
Mokhov, Mitchell and Peyton Jones, "Build systems a la carte", 2018).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from domain.document import Document
from domain.record import Record, RecordKind
from domain.statement import Statement
from extract.authority import Standing
from extract.bearings import Told
from extract.copies import Seen
from extract.documentedness import Checks
from extract.draft import Draft, Papers
from extract.kept import Kept
from extract.link import Links
from extract.merge import Likeness
from extract.people import Capitals
from extract.roles import Cast, Read, Recalled
from extract.wording import Vocabulary

Key = tuple[RecordKind, str]
Footing = tuple[tuple[Document, ...], tuple[tuple[Standing, str | None], ...]]


class Reads:
    """Every question that something kept rests on, with its last answer."""

    def __init__(self) -> None:
        self._places: dict[Read, int] = {}
        self._answers: list[Any] = []
        self._changed: frozenset[int] = frozenset()

    def asked_again(self, cast: Cast) -> None:
        changed, answers, ask = [], self._answers, cast.ask
        for read, place in self._places.items():
            answer = ask(read)
            if answer is not answers[place] and answer != answers[place]:
                answers[place] = answer
                changed.append(place)
        self._changed = frozenset(changed)

    def noted(self, reads: Mapping[Read, Any]) -> frozenset[int]:
        places = []
        for read, answer in reads.items():
            place = self._places.setdefault(read, len(self._answers))
            if place == len(self._answers):
                self._answers.append(answer)
            places.append(place)
        return frozenset(places)

    def keep_only(self, places: Set[int]) -> None:
        self._places = {read: place for read, place in self._places.items() if place in places}

    def holds(self, places: frozenset[int]) -> bool:
        return self._changed.isdisjoint(places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(slots=True)
class Made:
    """A record with the draft and all else that it was made from. ``linked``: the same with the rules that it was found to bend."""

    draft: Draft
    footing: Footing
    reads: frozenset[int]
    record: Record
    linked: dict[tuple[str, str, str], tuple[frozenset[int], Record]] = field(default_factory=dict)


class Memory:
    """Of one workspace. ``settings``: under which it was filled; under others it is empty."""

    #: Times as many noted questions as at the last clearing, from which those that nothing rests on are let go.
    SPARE = 1.5

    def __init__(self) -> None:
        self.likeness, self.checks, self.links, self.recalled = Likeness(), Checks(), Links(), Recalled()
        self.vocabulary, self.seen = Vocabulary(), Seen()
        self.formal_capitals: Kept[Document, Capitals] = Kept()
        self._reads, self._size = Reads(), 0
        self._made: dict[Key, Made] = {}
        self._records: dict[str, Record] = {}
        self._settings: tuple[object, ...] = ()

    def begin(self, cast: Cast, *settings: object) -> None:
        """Before records are made: what has changed since the last time."""
        if settings != self._settings:
            self._reads, self._made, self._settings = Reads(), {}, settings
        self._reads.asked_again(cast)

    def record(self, draft: Draft, papers: Papers, cast: Cast, make: Callable[[Draft, Papers, Cast], Record]) -> Record:
        """The record of a draft, made anew where anything is different."""
        key = draft.kind, draft.lead.id
        footing, kept = footing_of(draft, papers), self._made.get(key)
        if kept is not None and same(kept.draft, draft) and same_footing(kept.footing, footing) and self._reads.holds(kept.reads):
            # What is not asked for this time must not pass for fresh the next.
            kept.linked = {rule: linked for rule, linked in kept.linked.items() if self._reads.holds(linked[0])}
            kept.draft = draft
            return kept.record
        with cast.watched() as reads:
            record = make(draft, papers, cast)
        if kept is not None and record == kept.record:
            record = kept.record
        self._made[key] = Made(draft, footing, self._reads.noted(reads), record)
        return record

    def bent(self, told: Told, rule: Record, effect: str, cast: Cast, make: Callable[[], Record]) -> Record:
        """The record of an exception with its rule."""
        draft = told[1]
        kept, key = self._made[draft.kind, draft.lead.id], (rule.id, effect, rule.subject or "")
        if key not in kept.linked:
            with cast.watched() as reads:
                linked = make()
            kept.linked = {key: (self._reads.noted(reads), linked)}
        return kept.linked[key][1]

    def settled(self, records: Sequence[Record]) -> list[Record]:
        """The records, where one is as it was the very object of last time."""
        same = [self._records.get(record.id, record) for record in records]
        settled = [old if old == record else record for old, record in zip(same, records, strict=True)]
        self._records = {record.id: record for record in settled}
        return settled

    def end(self, drafts: Mapping[str, Told]) -> None:
        """After records were made: lets go of those that are no more."""
        alive = {(draft.kind, draft.lead.id) for _, draft in drafts.values()}
        self._made = {key: made for key, made in self._made.items() if key in alive}
        if len(self._reads) > self.SPARE * self._size:
            made = self._made.values()
            self._reads.keep_only(set().union(*(m.reads for m in made), *(reads for m in made for reads, _ in m.linked.values())))
            self._size = len(self._reads)


def footing_of(draft: Draft, papers: Papers) -> Footing:
    """The documents that carry a draft, and what each of its statements counts for."""
    statements = (*(s for s, _ in draft.carriers), draft.speaker)
    return tuple(papers.of(s) for s in statements), tuple((papers.standing(s), papers.occasion(s)) for s in statements)


def same_footing(one: Footing, other: Footing) -> bool:
    return _are(one[0], other[0]) and one[1] == other[1]


def same(one: Draft, other: Draft) -> bool:
    """Whether two drafts are made of the very same statements."""
    return (
        one.lead is other.lead
        and one.speaker is other.speaker
        and one.confidence == other.confidence
        and [role for _, role in one.carriers] == [role for _, role in other.carriers]
        and _are(_statements(one), _statements(other))
    )


def _statements(draft: Draft) -> tuple[Statement, ...]:
    return tuple(s for s, _ in draft.carriers)


def _are(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(some) == len(others) and all(map(operator.is_, some, others))
