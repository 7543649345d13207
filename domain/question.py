"""An agent's case and what answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.record import StoredRecord


class Verdict(StrEnum):
    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    REQUIRED = "required"
    NEEDS_APPROVAL = "needs_approval"
    UNKNOWN = "unknown"


class Applies(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


FactValue = str | float | int | bool | None


def joined_fact(members: Sequence[FactValue]) -> FactValue:
    """A fact that was given as a list, as one value: the text of its members; None where there are none."""
    return ", ".join(str(member) for member in members if member is not None) or None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is None is known to be absent; one that is not given is unknown. ``as_of``: ISO date."""

    task: str
    facts: tuple[tuple[str, FactValue], ...]
    as_of: str
    step: str | None = None
    limit: int = 10
    statuses: frozenset[str] = frozenset({"approved", "proposed"})
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class Governing:
    stored: StoredRecord
    applies: Applies
    because: tuple[str, ...]
    score: float
    overridden_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    who: str
    about: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Records that cannot both hold for the case."""

    records: tuple[str, ...]
    on: str
    precedence: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    path: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True)
class ContextAnswer:
    """A pure function of question, caller and revision. ``complete``: nothing was hidden from this caller."""

    as_of: str
    revision: int
    complete: bool
    verdict: Verdict
    why: str
    governing: tuple[Governing, ...] = ()
    missing_facts: tuple[str, ...] = ()
    ask: tuple[Ask, ...] = ()
    conflicts: tuple[Disagreement, ...] = ()
    passages: tuple[Excerpt, ...] = ()
