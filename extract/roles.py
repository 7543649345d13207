"""Who acts in an organisation's papers: its people, the parties of its contracts, and the roles that its sentences name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.document import Document
from domain.statement import Statement
from extract.names import PRONOUNS, is_actor, key_of, key_words, squeezed
from extract.parties import Party, own_name, parties_of
from extract.people import Person, first_names, people_of
from extract.similarity import matrix

if TYPE_CHECKING:
    from extract.similarity import Floats

#: So many roles are candidates everywhere and in their own document, and so many statements are looked at as like another.
COMMON, HERE, NEAREST = 16, 12, 20
#: Statements in which the network believes less than this to find a norm say little of who acts.
BELIEVED = 0.3


@dataclass(slots=True)
class Role:
    """How often a noun phrase does (with a word of duty or without), is done to, and is named; by whole, document and section."""

    shown: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    bound: int = 0
    by: int = 0
    drives: int = 0
    named: int = 0
    in_document: Counter[str] = field(default_factory=Counter)
    in_section: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return min(self.shown, key=lambda t: (-self.shown[t], t))

    @property
    def weight(self) -> float:
        return 0.5 * self.bound + self.by + 0.2 * self.acts + self.drives


@dataclass(frozen=True)
class Cast:
    """``roles`` by key; ``common``: keys of those that act, the most active first.

    ``companies``: first words of counterparties' names. ``names``: in how many documents a word stands.
    ``by_document``: the same for each document. ``acting``: the keys that act in each statement; ``order``: a statement's place there and
    in ``vectors``.
    """

    own_name: str
    own_domains: frozenset[str]
    people: Mapping[str, Person]
    by_first_name: Mapping[str, Person]
    parties: Mapping[str, tuple[Party, ...]]
    roles: Mapping[str, Role]
    common: tuple[str, ...]
    companies: frozenset[str]
    names: Mapping[str, int]
    by_document: Mapping[str, tuple[str, ...]]
    acting: tuple[tuple[str, ...], ...]
    order: Mapping[str, int]
    vectors: Floats

    def person(self, name: str) -> Person | None:
        """Who goes by a full name or, where only one does, by a first name."""
        words = name.lower().split()
        found = self.by_first_name.get(words[0]) if words else None
        return found if found and (len(words) == 1 or found.name.lower() == name.lower()) else None

    def organisation(self, domain: str) -> str:
        """The name that goes with a mail domain: a party's, else the domain's own word."""
        label = squeezed(domain.split(".", maxsplit=1)[0])
        known = sorted({p.name for ps in self.parties.values() for p in ps if not p.own})
        return next(
            (name for name in known if squeezed(name.split()[0]) in label or label in squeezed(name)), domain.split(".", maxsplit=1)[0]
        )

    def counterparties(self, document: Document) -> tuple[str, ...]:
        return tuple(p.name for p in self.parties.get(document.id, ()) if not p.own)

    def nearest(self, vector: Sequence[float], apart: frozenset[int]) -> list[tuple[int, float]]:
        """The places in ``order`` of the statements most like a vector, with their cosines, nearest first; without those ``apart``."""
        import numpy as np

        if not vector or not len(self.vectors):
            return []
        scores = np.round(self.vectors @ np.asarray(vector, np.float32), 5)
        first = np.lexsort((np.arange(len(scores)), -scores))[: NEAREST + len(apart)]
        return [(int(i), float(scores[i])) for i in first if int(i) not in apart][:NEAREST]


def cast_of(statements: Sequence[Statement], documents: Iterable[Document], own_domains: frozenset[str]) -> Cast:
    """What the whole set shows of who acts; the same for any order of the documents and statements."""
    papers = sorted(documents, key=lambda d: (d.path, d.ordinal, d.id))
    ordered = sorted(statements, key=lambda s: (s.citation.path, s.citation.document_id, s.citation.span.start, s.citation.span.end))
    roles = _roles(ordered)
    common = sorted((k for k, r in roles.items() if r.weight >= 0.5), key=lambda k: (-roles[k].weight, k))
    parties, people = parties_of(papers, own_domains), people_of(papers)
    return Cast(
        own_name(parties, own_domains), own_domains, people, first_names(people.values()), parties, roles, tuple(common[:COMMON]),
        frozenset(key_of(p.name).split()[0] for ps in parties.values() for p in ps if not p.own), _names(papers),
        _by_document(roles, common), _acting(roles, len(ordered)), {s.id: i for i, s in enumerate(ordered)},
        matrix([s.vector for s in ordered]),
    )  # fmt: skip


def _names(papers: Sequence[Document]) -> dict[str, int]:
    """In how many documents each word stands, as key_of writes words."""
    counted: Counter[str] = Counter()
    for document in papers:
        counted.update(set(key_words(document.text)))
    return dict(counted)


def _by_document(roles: Mapping[str, Role], common: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in common:
        for document_id in roles[key].in_document:
            found[document_id].append(key)
    return {
        document_id: tuple(sorted(keys, key=lambda k: (-roles[k].in_document[document_id], k))[:HERE])
        for document_id, keys in found.items()
    }


def _acting(roles: Mapping[str, Role], statements: int) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[] for _ in range(statements)]
    for key in sorted(roles):
        for place in roles[key].places:
            found[place].append(key)
    return tuple(tuple(keys) for keys in found)


def section_of(statement: Statement) -> tuple[str, str]:
    place = statement.citation.place
    return statement.citation.document_id, place.heading_path[-1] if place.heading_path and place.message_id is None else ""


def _roles(ordered: Sequence[Statement]) -> dict[str, Role]:
    roles: dict[str, Role] = defaultdict(Role)
    for i, statement in enumerate(ordered):
        for mention in statement.mentions:
            key = key_of(mention.text)
            if not key or key in PRONOUNS or mention.part in ("order", "before") or not is_actor(key):
                continue
            role = roles[key]
            role.named += 1
            part = mention.part.rstrip("+!*")
            if part not in ("doer", "by", "lead"):
                continue
            role.shown[mention.text] += 1
            bound = part == "lead" or part == "doer" and "!" in mention.part
            role.bound += bound
            role.by += part == "by"
            role.acts += part == "doer" and not bound
            role.drives += part == "lead" or "*" in mention.part
            role.in_document[statement.citation.document_id] += 1
            role.in_section[section_of(statement)] += 1
            role.places.append(i)
    return {key: role for key, role in roles.items() if role.shown}
