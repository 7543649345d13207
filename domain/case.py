"""A step that could not proceed: who catches it, until when, where it goes on, and what a person decided."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.ids import content_id
from domain.question import FactValue
from domain.record import RecordKind, Recurrence
from domain.statement import Modality

#: What the ledger notes as the kind of a source that is the resolution of a case, and as the pipeline that made it.
CASE_HINT, CASE_PIPELINE = "case", "case-1"
CASE_ID = re.compile(r"case_[0-9a-f]{20}", re.ASCII)
#: Paths that only resolutions have.
CASE_PATH = re.compile(rf"cases/(?P<id>{CASE_ID.pattern})\.txt")


class CaseState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    PROCEED = "proceed"
    REFUSE = "refuse"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: FactValue


@dataclass(frozen=True, slots=True)
class Fault:
    """What the check of a handoff's contract found in a payload; ``record``: the one that asks for it."""

    pointer: str
    expected: str
    got: str = ""
    fix: str = ""
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the step stopped. ``handoff``: the record whose contract refused a payload."""

    reason: str = ""
    handoff: str | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One thing about a case as a record has it; no value means that no record says it.

    ``text``: the words that it was worked out from. ``inferred``: follows from the record without being said there.
    """

    value: str | None = None
    record: str | None = None
    text: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """What the records say of a case, as of a revision. ``deadline``: an ISO day, which counts until its end in UTC, or a moment in UTC.

    ``verdict`` and ``decides``: what was answered to the question, and the record that decided it. ``answered_by``: that record, where it
    was made from the case ``answered_in``.
    """

    revision: int
    verdict: str
    catcher: Told = Told()
    deadline: Told = Told()
    re_entry: Told = Told()
    decides: str | None = None
    answered_by: str | None = None
    answered_in: str | None = None

    def without(self, records: Collection[str]) -> Routing:
        """What is left where these records went."""
        catcher, deadline, re_entry = (Told() if told.record in records else told for told in (self.catcher, self.deadline, self.re_entry))
        left = replace(self, catcher=catcher, deadline=deadline, re_entry=re_entry)
        if self.decides in records:
            left = replace(left, decides=None, answered_by=None, answered_in=None)
        return left


@dataclass(frozen=True, slots=True)
class Event:
    """``what``: opened, resolved, withdrawn or erased."""

    what: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """``statement``: the norm as the person words it, or None where this was decided once and makes no rule. ``record``: made from it.

    ``path``: the source that holds what was decided.
    """

    outcome: Outcome
    decided_by: str
    path: str
    statement: str | None = None
    note: str = ""
    kind: RecordKind | None = None
    recurrence: Recurrence | None = None
    modality: Modality | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """``number``: orders the cases of a workspace by when they were opened. ``revision`` counts what happened to it, from 1.

    ``fingerprint``: of all that was sent; one caller has at most one open case with it. ``erased``: its texts went with its source.
    """

    opener: str
    fingerprint: str
    opened_at: str
    as_of: str
    task: str
    routing: Routing
    facts: tuple[Fact, ...] = ()
    stop: Stop = Stop()
    step: str = ""
    id: str = ""
    number: int = 0
    state: CaseState = CaseState.OPEN
    revision: int = 1
    events: tuple[Event, ...] = ()
    resolution: Resolution | None = None
    withdrawn_because: str = ""
    erased: bool = False

    @property
    def path(self) -> str:
        """Where its resolution is kept as a source."""
        return f"cases/{self.id}.txt"

    @property
    def due(self) -> str:
        """The last moment before it is overdue, ISO 8601 in UTC; "" where no record says."""
        day = self.routing.deadline.value or ""
        return f"{day}T23:59:59+00:00" if len(day) == 10 else day

    def state_at(self, moment: str) -> str:
        """open, overdue, resolved or withdrawn at a moment, ISO 8601 in UTC to the second."""
        return "overdue" if self.state is CaseState.OPEN and self.due and self.due < moment else self.state.value

    def numbered(self, earlier: int, number: int) -> Case:
        """As it is stored. ``earlier``: how many cases of the same content this opener has had."""
        return replace(self, id=content_id("case", self.opener, self.fingerprint, earlier), number=number)

    def ended(self, state: CaseState, actor: str, at: str) -> Case:
        return replace(self, state=state, revision=self.revision + 1, events=(*self.events, Event(state.value, actor, at)))

    def without(self, paths: Collection[str], records: Collection[str]) -> Case:
        """The case when sources go: blank where its own resolution goes, and free of what the records say that rested on any of them."""
        if self.resolution is not None and self.resolution.path in paths:
            said = replace(self.resolution, decided_by="", statement=None, note="", record=None)
            return replace(
                self, task="", facts=(), stop=Stop(), step="", routing=Routing(self.routing.revision, ""), resolution=said, erased=True,
                withdrawn_because="",
            )  # fmt: skip
        stop, gone = self.stop, self.stop.handoff in records
        faults = tuple(fault for fault in stop.faults if not gone and fault.record not in records)
        stop = replace(stop, handoff=None if gone else stop.handoff, faults=faults)
        return replace(self, routing=self.routing.without(records), stop=stop)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """``state``: open, overdue, resolved, withdrawn, or waiting for both of the first; catcher and step are compared without case.

    ``before``: only cases with a smaller number. ``now``: the moment that tells what is overdue.
    """

    now: str
    state: str | None = None
    catcher: str | None = None
    step: str | None = None
    before: int | None = None
    limit: int = 50

    def takes(self, case: Case) -> bool:
        state = case.state_at(self.now)
        return (
            (self.state is None or state == self.state or self.state == "waiting" and state in ("open", "overdue"))
            and (self.catcher is None or folded(self.catcher) == folded(case.routing.catcher.value))
            and (self.step is None or folded(self.step) == folded(case.step))
            and (self.before is None or case.number < self.before)
        )


def folded(text: str | None) -> str:
    """As it is compared."""
    return " ".join((text or "").split()).casefold()
