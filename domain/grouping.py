"""Which process a record belongs to: handoffs chain, papers' sections gather, and what speaks of both an actor and a thing joins them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.actors import is_actor, key_of
from domain.ids import content_id
from domain.process import OTHER, Paper
from domain.record import Record, RecordKind
from domain.words import content_words

Key = frozenset[str]
#: A record outside papers joins a process whose actor it names where it shares so many further words with it; one may be chance.
SHARED = 2


@dataclass(frozen=True, slots=True, order=True)
class Section:
    """A stretch of a paper under one heading. ``heading``: the paper's title where it has none."""

    path: str
    heading: str
    title: str = field(compare=False)

    @property
    def process(self) -> str:
        return content_id("prc", self.path, self.heading)


def section_of(record: Record, papers: Mapping[str, Paper]) -> Section | None:
    """Where a paper states it, formal ones first; None where only mail or notes do."""
    found = []
    for evidence in record.evidence:
        citation = evidence.citation
        paper = papers.get(citation.document_id)
        if paper is None or not paper.names or citation.place.message_id is not None:
            continue
        path = citation.place.heading_path
        # A paper's own name above its headings is no heading of a process.
        inner = path[1:] if len(path) > 1 and content_words(path[0]) <= content_words(paper.title) else path
        heading = inner[0].strip() if inner else paper.title.strip()
        if heading:
            found.append((not paper.formal, citation.path, citation.span.start, Section(citation.path, heading, paper.title)))
    return min(found)[-1] if found else None


@dataclass(frozen=True, slots=True)
class Groups:
    """``of``: record id -> process id; ``named``: process id -> the section that names it; ``left``: record id -> why it has no place."""

    of: Mapping[str, str]
    named: Mapping[str, Section]
    left: Mapping[str, str]


def chains(handoffs: Iterable[Record]) -> list[list[Record]]:
    """Handoffs that share an end or an artifact, directly or through others; each chain by id, and the chains by their first id."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    seen: dict[tuple[str, Key], str] = {}
    held = {record.id: record for record in sorted(handoffs, key=lambda r: r.id)}
    for record in held.values():
        root[record.id] = record.id
        ends = {("end", key_of(record.sender)), ("end", key_of(record.receiver)), ("thing", key_of(record.artifact))}
        for mark in ends:
            if mark[1]:
                one, other = sorted((find(record.id), find(seen.setdefault(mark, record.id))))
                root[other] = one
    found: dict[str, list[Record]] = defaultdict(list)
    for record in held.values():
        found[find(record.id)].append(record)
    return [found[first] for first in sorted(found)]


class Grouping:
    """Places records in the order in which they tell most: handoffs, then rules, then the exceptions to them."""

    def __init__(self, held: Mapping[str, Record], papers: Mapping[str, Paper], known: frozenset[Key]) -> None:
        self._held, self._known = held, known
        self._sections = {record.id: section_of(record, papers) for record in held.values()}
        self._of: dict[str, str] = {}
        self._named: dict[str, Section] = {}
        self._left: dict[str, str] = {}
        self._ends: dict[str, set[Key]] = defaultdict(set)
        self._things: dict[str, set[Key]] = defaultdict(set)

    def groups(self) -> Groups:
        self._place_handoffs()
        others = [r for r in self._held.values() if r.kind is not RecordKind.HANDOFF]
        rules = [r for r in others if self._bent(r) is None]
        late = [r for r in rules if not self._by_what_is_stated(r)]
        for record, process in self._by_actor_and_words(late):
            if process is not None:
                self._of[record.id] = process
            elif record.kind is RecordKind.EXCEPTION:
                self._left[record.id] = "no rule in force was found that it bends, and no process whose actors and things it speaks of"
            elif is_actor(record.subject, self._known) and record.action:
                self._of[record.id] = OTHER
            else:
                self._left[record.id] = "it stands in no paper and says not who acts"
        for record in others:
            self._place_by_what_it_bends(record)
        return Groups(self._of, self._named, self._left)

    def _place_handoffs(self) -> None:
        placed = []
        for record in self._held.values():
            if record.kind is RecordKind.HANDOFF:
                if key_of(record.sender) and key_of(record.receiver):
                    placed.append(record)
                else:
                    self._left[record.id] = "one end of the handoff has no name"
        for chain in chains(placed):
            stated = Counter(section for r in chain if (section := self._sections[r.id]) is not None)
            if stated:
                # The section that states most of it gives the name.
                section = min(stated, key=lambda s: (-stated[s], s))
                process = section.process
                self._named[process] = section
            else:
                process = content_id("prc", *(record.id for record in chain))
            for record in chain:
                self._of[record.id] = process
                self._ends[process].update((key_of(record.sender), key_of(record.receiver)))
                if key_of(record.artifact):
                    self._things[process].add(key_of(record.artifact))

    def _bent(self, record: Record) -> Record | None:
        """What it overrides in the end, where that is in force; None for what overrides nothing that is."""
        seen, at = {record.id}, record
        while at.overrides is not None and at.overrides in self._held and at.overrides not in seen:
            at = self._held[at.overrides]
            seen.add(at.id)
        return None if at is record or at.overrides in seen else at

    def root_of(self, record: Record) -> Record | None:
        return self._bent(record)

    def _by_what_is_stated(self, record: Record) -> bool:
        """Into the one chain of whose actor and artifact it speaks, or into the section that states it."""
        subject = key_of(record.subject)
        words = key_of(f"{record.action or ''} {record.said}")
        spoken = {p for p, ends in self._ends.items() if subject in ends and any(thing <= words for thing in self._things[p])}
        section = self._sections[record.id]
        if len(spoken) == 1:
            self._of[record.id] = spoken.pop()
        elif section is not None:
            self._of[record.id] = section.process
            self._named.setdefault(section.process, section)
        return record.id in self._of

    def _by_actor_and_words(self, late: Iterable[Record]) -> list[tuple[Record, str | None]]:
        """The one process in which its subject acts and of whose things it speaks; only what is placed so far counts."""
        acts: dict[Key, set[str]] = defaultdict(set)
        speaks: dict[str, set[str]] = defaultdict(set)
        for key, process in self._of.items():
            record = self._held[key]
            for name in (record.subject, record.sender, record.receiver):
                if is_actor(name, self._known):
                    acts[key_of(name)].add(process)
            speaks[process] |= content_words(f"{record.action or ''} {record.artifact or ''}")
        found: list[tuple[Record, str | None]] = []
        for record in late:
            subject = key_of(record.subject)
            words = content_words(record.said) - content_words(record.subject or "")
            near = [p for p in sorted(acts.get(subject, ())) if len(words & speaks[p]) >= SHARED] if subject else []
            found.append((record, near[0] if len(near) == 1 else None))
        return found

    def _place_by_what_it_bends(self, record: Record) -> None:
        bent = self._bent(record)
        if bent is not None:
            process = self._of.get(bent.id)
            if process is not None:
                self._of[record.id] = process
            else:
                self._left[record.id] = f"the {bent.kind} that it bends has no place itself"
