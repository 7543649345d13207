"""One norm with its evidence: the unit of the system of record, of the export and of every answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Defect
from domain.statement import Citation, Condition, HandoffField, Modality, ScopeItem
from domain.value import Value


class RecordKind(StrEnum):
    RULE = "rule"
    EXCEPTION = "exception"
    HANDOFF = "handoff"


class Effect(StrEnum):
    LIFTS = "lifts"
    RELAXES = "relaxes"
    TIGHTENS = "tightens"
    REPLACES = "replaces"


class Documentation(StrEnum):
    DOCUMENTED = "documented"
    UNDOCUMENTED = "undocumented"


class Recurrence(StrEnum):
    STANDING = "standing"
    ONE_OFF = "one_off"


class Status(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    CLAIMED = "claimed"


#: What agents are served unless they ask otherwise.
SERVED = frozenset({Status.PROPOSED, Status.APPROVED})


class EvidenceRole(StrEnum):
    STATES = "states"
    REQUESTS = "requests"
    GRANTS = "grants"
    REPEATS = "repeats"
    APPLIES = "applies"


@dataclass(frozen=True, slots=True)
class Evidence:
    citation: Citation
    role: EvidenceRole


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A formal passage that was considered and found not to state the norm. ``score``: cosine similarity."""

    path: str
    quote: str
    score: float
    why_not: str
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A rule, an exception or a handoff.

    ``authority`` 0 to 4 (unauthenticated, known counterparty, employee, approver, formal document). ``valid_from``/``valid_to``: ISO dates,
    both inclusive. ``superseded_on``: the ISO date from which ``superseded_by`` holds in its place. ``confidence`` 0..1.
    ``sender`` to ``fields`` are a handoff's. What ``statement`` begins with in square brackets is inferred from around the sentence.
    ``topic``: what its first statement rules on, as there. ``rivals``: ids of the records that it cannot hold beside. Validity at a day and
    the documentation check's counts are computed when a record is read.

    Raises:
        Defect: where a record has no evidence, or a handoff lacks its two ends.
    """

    id: str
    kind: RecordKind
    statement: str
    modality: Modality | None
    subject: str | None
    action: str | None
    evidence: tuple[Evidence, ...]
    documentation: Documentation
    recurrence: Recurrence
    authority: int
    authority_reason: str
    status: Status
    confidence: float
    scope: tuple[ScopeItem, ...] = ()
    conditions: tuple[Condition, ...] = ()
    values: tuple[Value, ...] = ()
    overrides: str | None = None
    effect: Effect | None = None
    handler: str | None = None
    re_entry: str | None = None
    sender: str | None = None
    receiver: str | None = None
    artifact: str | None = None
    channel: str | None = None
    fields: tuple[HandoffField, ...] = ()
    nearest: tuple[NearMiss, ...] = ()
    occasions: int = 1
    last_seen: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    superseded_by: str | None = None
    superseded_on: str | None = None
    vector: tuple[float, ...] = ()
    topic: bytes = b""
    rivals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.evidence:
            raise Defect(f"record {self.id} has no evidence")
        if self.kind is RecordKind.HANDOFF and not (self.sender and self.receiver):
            raise Defect(f"handoff {self.id} lacks an end")

    @property
    def said(self) -> str:
        """The statement without what is inferred."""
        return self.statement.partition("] ")[2] if self.statement.startswith("[") and "] " in self.statement else self.statement

    def governs(self, day: str) -> bool:
        """Whether it is proposed or approved, and holds on an ISO day."""
        return self.status in SERVED and self.validity(day) == "active"

    def validity(self, day: str) -> str:
        """active, superseded, expired or not_yet on an ISO day."""
        if self.superseded_by is not None and (self.superseded_on is None or self.superseded_on <= day):
            return "superseded"
        if self.valid_to is not None and self.valid_to < day:
            return "expired"
        if self.valid_from is not None and self.valid_from > day:
            return "not_yet"
        return "active"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the ledger's revision that wrote it.

    ``pinned``: names of the fields that a person set ("status" too), which no extraction overwrites. ``orphaned``: its source says it no
    longer, and it stays for the sake of what a person pinned; its evidence is then in an older version of the file.
    """

    record: Record
    revision: int
    pinned: tuple[str, ...] = ()
    orphaned: bool = False
