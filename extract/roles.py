"""Who acts in an organisation's papers: its people, the parties of its contracts, and the roles that its sentences name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from itertools import pairwise
from typing import Any, TypeVar

from domain.document import Document
from domain.statement import Statement
from extract.kept import Kept
from extract.names import PRONOUNS, is_actor, key_of, key_words, squeezed
from extract.nearness import Foremost
from extract.parties import Party, own_name, parties_of
from extract.people import Capitals, Person, first_names, people_of
from extract.similarity import alike

#: So many roles are candidates everywhere and in their own document, and so many statements are looked at as like another.
COMMON, HERE, NEAREST = 16, 12, 20
#: Statements in which the network believes less than this to find a norm say little of who acts.
BELIEVED = 0.3
#: Counts above this say no more.
MOST_NAMED = 20

R = TypeVar("R")
Read = tuple[str, tuple[Any, ...]]
Section = tuple[str, str]
Near = list[tuple[Statement, float]]
Like = tuple[tuple[tuple[str, ...], float], ...]


def in_steps(count: int) -> int:
    """0, 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on: the step at or below a count.

    One document more then hardly ever changes what the whole set says of a role, and with it what was derived from other documents.
    """
    if count < 4:
        return count
    power = 1 << (count.bit_length() - 1)
    return power * 3 // 2 if count >= power * 3 // 2 else power


@dataclass(slots=True)
class Counts:
    """How often a noun phrase does (with a word of duty or without), is done to, and is named; by whole, document and section."""

    shown: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    bound: int = 0
    by: int = 0
    drives: int = 0
    named: int = 0
    in_document: Counter[str] = field(default_factory=Counter)
    in_section: Counter[Section] = field(default_factory=Counter)

    def role(self) -> Role:
        text = min(self.shown, key=lambda t: (-self.shown[t], t))
        counts = (self.acts, self.bound, self.by, self.drives, self.named, len(self.in_document))
        return Role(text, *map(in_steps, counts))


@dataclass(frozen=True, slots=True)
class Role:
    """What the whole set says of a noun phrase: ``text`` as it is mostly written, and its counts in steps; ``papers``: documents."""

    text: str
    acts: int
    bound: int
    by: int
    drives: int
    named: int
    papers: int

    @property
    def weight(self) -> float:
        return 0.5 * self.bound + self.by + 0.2 * self.acts + self.drives


#: The questions to a cast by name, without the watch: asked again they are tens of thousands at a time.
_ANSWERS: dict[str, Callable[..., Any]] = {}


def _watched(method: Callable[..., R]) -> Callable[..., R]:
    """A question to the cast, noted with its answer while somebody watches."""
    _ANSWERS[method.__name__] = method

    @wraps(method)
    def asked(self: Cast, *args: Any) -> R:
        answer = method(self, *args)
        if self.reads is not None:
            self.reads[method.__name__, args] = answer
        return answer

    return asked


class Cast:
    """What the whole set shows of who acts. Everything but ``own_name`` and ``own_domains`` is asked by question, so that whoever keeps a
    result can tell whether the answers that it rests on are still the same.
    """

    def __init__(self, own_name: str, own_domains: frozenset[str], ground: Ground) -> None:
        self.own_name, self.own_domains, self._ground = own_name, own_domains, ground
        self.reads: dict[Read, Any] | None = None

    @contextmanager
    def watched(self) -> Iterator[dict[Read, Any]]:
        """What is asked meanwhile, with its answers."""
        reads: dict[Read, Any] = {}
        self.reads = reads
        try:
            yield reads
        finally:
            self.reads = None

    def ask(self, question: Read) -> Any:
        """The present answer to a question that was noted."""
        name, args = question
        return _ANSWERS[name](self, *args)

    @_watched
    def person(self, name: str) -> Person | None:
        """Who goes by a full name or, where only one does, by a first name."""
        words = name.lower().split()
        found = self._ground.by_first_name.get(words[0]) if words else None
        return found if found and (len(words) == 1 or found.name.lower() == name.lower()) else None

    @_watched
    def at(self, address: str) -> Person | None:
        return self._ground.people.get(address)

    @_watched
    def holder(self, key: str) -> Person | None:
        """The first person, by address, whose office has this key."""
        return self._ground.holders.get(key)

    @_watched
    def organisation(self, domain: str) -> str:
        """The name that goes with a mail domain: a party's, else the domain's own word."""
        own = domain.split(".", maxsplit=1)[0]
        label = squeezed(own)
        return next((name for name, first, whole in self._ground.companies if first in label or label in whole), own)

    @_watched
    def parties(self, document_id: str) -> tuple[Party, ...]:
        return self._ground.parties.get(document_id, ())

    def counterparties(self, document: Document) -> tuple[str, ...]:
        return tuple(p.name for p in self.parties(document.id) if not p.own)

    @_watched
    def is_company(self, word: str) -> bool:
        """Whether a counterparty's name begins with it."""
        return word in self._ground.first_words

    @_watched
    def named(self, word: str) -> int:
        """In how many documents a word stands, in steps."""
        return in_steps(min(self._ground.names.get(word, 0), MOST_NAMED))

    @_watched
    def role(self, key: str) -> Role | None:
        return self._ground.role(key)

    @_watched
    def here(self, key: str, document_id: str) -> int:
        """How often a role acts in a document."""
        counts = self._ground.counts.get(key)
        return counts.in_document[document_id] if counts else 0

    @_watched
    def in_section(self, key: str, section: Section) -> int:
        counts = self._ground.counts.get(key)
        return counts.in_section[section] if counts else 0

    @_watched
    def common(self) -> tuple[str, ...]:
        """Keys of the roles that act most, the most active first."""
        return self._ground.common[:COMMON]

    @_watched
    def common_in(self, document_id: str) -> tuple[str, ...]:
        """The same for a document."""
        return self._ground.common_in(document_id)

    @_watched
    def beside(self, statement_id: str) -> frozenset[str]:
        """Who acts in the statements before and after one in its document."""
        return self._ground.beside.get(statement_id, frozenset())

    @_watched
    def like(self, statement_id: str, apart: frozenset[str]) -> Like:
        """Who acts in the statements most like one, and the cosine, nearest first; without those ``apart``, by id."""
        return self._ground.like(statement_id, apart)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a cast's answers come from. ``companies``: a counterparty's name, its first word and the whole of it squeezed, by name.

    ``counts``: of every noun phrase that acts, by key. ``acting``: the keys that act in each statement; ``beside``: those in its
    neighbours. ``nearest``: of each statement that may lead a record. ``told``: what has been answered of those.
    """

    people: Mapping[str, Person]
    by_first_name: Mapping[str, Person]
    holders: Mapping[str, Person]
    parties: Mapping[str, tuple[Party, ...]]
    companies: tuple[tuple[str, str, str], ...]
    first_words: frozenset[str]
    names: Mapping[str, int]
    counts: Mapping[str, Counts]
    common: tuple[str, ...]
    acting: Mapping[str, tuple[str, ...]]
    beside: Mapping[str, frozenset[str]]
    nearest: Mapping[str, Near]
    told: dict[tuple[str, frozenset[str]], tuple[Near, Like]]
    roles: dict[str, Role | None] = field(default_factory=dict)
    keys_in: dict[str, list[str]] = field(default_factory=dict)

    def role(self, key: str) -> Role | None:
        if key not in self.roles:
            counts = self.counts.get(key)
            self.roles[key] = counts.role() if counts else None
        return self.roles[key]

    def like(self, statement_id: str, apart: frozenset[str]) -> Like:
        near, known = self.nearest.get(statement_id, []), self.told.get((statement_id, apart))
        if known is None or known[0] is not near:
            found = ((s, cosine) for s, cosine in near if s.id not in apart)
            known = self.told[statement_id, apart] = near, tuple((self.acting.get(s.id, ()), cosine) for s, cosine in found)[:NEAREST]
        return known[1]

    def common_in(self, document_id: str) -> tuple[str, ...]:
        keys = self.keys_in.get(document_id, [])
        return tuple(sorted(keys, key=lambda k: (-self.counts[k].in_document[document_id], k))[:HERE])


class Recalled:
    """What is kept of single documents and statements from one cast to the next."""

    def __init__(self) -> None:
        self.words: Kept[Document, frozenset[str]] = Kept()
        self.capitals: Kept[Document, Capitals] = Kept()
        self.nearest: Foremost[Statement, Statement] = Foremost(alike, NEAREST + 8, _place)
        self.told: dict[tuple[str, frozenset[str]], tuple[Near, Like]] = {}


def cast_of(
    statements: Sequence[Statement],
    documents: Iterable[Document],
    own_domains: frozenset[str],
    leads: Sequence[Statement] | None = None,
    recalled: Recalled | None = None,
) -> Cast:
    """What the whole set shows of who acts; the same for any order of the documents and statements.

    ``leads``: the statements about which it may be asked which others are like them; all where it is None.
    """
    recalled = recalled or Recalled()
    papers = sorted(documents, key=lambda d: (d.path, d.ordinal, d.id))
    ordered = sorted(statements, key=_place)
    counts, acting = _counted(ordered)
    roles = {key: some.role() for key, some in counts.items()}
    common = tuple(sorted((k for k, r in roles.items() if r.weight >= 0.5), key=lambda k: (-roles[k].weight, k)))
    keys_in: dict[str, list[str]] = defaultdict(list)
    for key in common:
        for document_id in counts[key].in_document:
            keys_in[document_id].append(key)
    parties, people = parties_of(papers, own_domains), people_of(papers, recalled.capitals)
    holders: dict[str, Person] = {}
    for person in people.values():
        if person.office:
            holders.setdefault(key_of(person.office), person)
    names = sorted({p.name for ps in parties.values() for p in ps if not p.own})
    asking = ordered if leads is None else leads
    nearest = {lead.id: near for lead, near in zip(asking, recalled.nearest.among(asking, ordered), strict=True)}
    recalled.told = {key: told for key, told in recalled.told.items() if nearest.get(key[0]) is told[0]}
    ground = Ground(
        people, first_names(people.values()), holders, parties,
        tuple((name, squeezed(name.split()[0]), squeezed(name)) for name in names), frozenset(key_of(name).split()[0] for name in names),
        _names(papers, recalled.words), counts, common, acting, _beside(ordered, acting),
        nearest, recalled.told, dict(roles), dict(keys_in),
    )  # fmt: skip
    return Cast(own_name(parties, own_domains), own_domains, ground)


def _place(statement: Statement) -> tuple[str, str, int, int]:
    citation = statement.citation
    return citation.path, citation.document_id, citation.span.start, citation.span.end


def _names(papers: Sequence[Document], words: Kept[Document, frozenset[str]]) -> dict[str, int]:
    """In how many documents each word stands, as key_of writes words."""
    words.keep_only(papers)
    counted: Counter[str] = Counter()
    for document in papers:
        counted.update(words.of(document, lambda d: frozenset(key_words(d.text))))
    return dict(counted)


def _beside(ordered: Sequence[Statement], acting: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for before, after in pairwise(ordered):
        if before.citation.document_id == after.citation.document_id:
            found[before.id] = found.get(before.id, frozenset()).union(acting.get(after.id, ()))
            found[after.id] = found.get(after.id, frozenset()).union(acting.get(before.id, ()))
    return found


def section_of(statement: Statement) -> Section:
    place = statement.citation.place
    return statement.citation.document_id, place.heading_path[-1] if place.heading_path and place.message_id is None else ""


def _counted(ordered: Sequence[Statement]) -> tuple[dict[str, Counts], dict[str, tuple[str, ...]]]:
    """How often each noun phrase does what, and who acts in each statement."""
    counted: dict[str, Counts] = defaultdict(Counts)
    acting: dict[str, tuple[str, ...]] = {}
    for statement in ordered:
        doing = set()
        for mention in statement.mentions:
            key = key_of(mention.text)
            if not key or key in PRONOUNS or mention.part in ("order", "before") or not is_actor(key):
                continue
            counts = counted[key]
            counts.named += 1
            part = mention.part.rstrip("+!*")
            if part not in ("doer", "by", "lead"):
                continue
            counts.shown[mention.text] += 1
            bound = part == "lead" or part == "doer" and "!" in mention.part
            counts.bound += bound
            counts.by += part == "by"
            counts.acts += part == "doer" and not bound
            counts.drives += part == "lead" or "*" in mention.part
            counts.in_document[statement.citation.document_id] += 1
            counts.in_section[section_of(statement)] += 1
            doing.add(key)
        if doing:
            acting[statement.id] = tuple(sorted(doing))
    return {key: some for key, some in counted.items() if some.shown}, acting
