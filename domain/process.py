"""A process as the records tell it: who does what, what passes between whom, and what bends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.record import Record

#: The process of what belongs to no other.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a map has to know of a document. ``names``: its title and headings may name a process. ``dated``: an ISO date."""

    title: str
    formal: bool
    names: bool
    dated: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Who does what. ``exceptions``: those that bend the record, or bend such an exception, by id."""

    id: str
    actor: str
    action: str
    record: Record
    exceptions: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Passing:
    """A handoff. ``then``: ids of the handoffs that pass the same thing on from where this one ends."""

    record: Record
    exceptions: tuple[Record, ...] = ()
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule that is no step: a prohibition, or one of which no record says who acts."""

    record: Record
    exceptions: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom records name as the one who approves, catches or must be asked. ``records``: their ids."""

    who: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """``papers``: titles of the papers that state it. ``exceptions``: those that bend nothing that is in force here."""

    id: str
    name: str
    papers: tuple[str, ...]
    actors: tuple[str, ...]
    owners: tuple[Owner, ...]
    steps: tuple[Step, ...]
    handoffs: tuple[Passing, ...]
    rules: tuple[Bound, ...]
    exceptions: tuple[Record, ...]

    def records(self) -> Iterator[Record]:
        """Every record that it is made of, each once."""
        parts: tuple[Step | Passing | Bound, ...] = (*self.steps, *self.handoffs, *self.rules)
        for part in parts:
            yield part.record
            yield from part.exceptions
        yield from self.exceptions


@dataclass(frozen=True, slots=True)
class Unplaced:
    record: Record
    why: str


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """``processes`` by name, what belongs to no other last; ``unplaced`` by id."""

    processes: tuple[Process, ...]
    unplaced: tuple[Unplaced, ...]
