"""What the service needs from outside, as protocols; the in-memory twins pass the same tests as SQL and Qdrant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.access import ApiKey
from domain.document import Document
from domain.passage import Passage
from domain.record import Record, StoredRecord
from domain.source import Source
from domain.statement import Statement

Vector = tuple[float, ...]


class Encoder(Protocol):
    """Sentences to unit-length embeddings; deterministic, one vector a text."""

    @property
    def name(self) -> str:
        """Model, weights' digest and engine, recorded with the index."""

    def encode(self, texts: Sequence[str]) -> list[Vector]:
        """Shape: one vector of 384 floats for each text, in order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read from one source; ``vectors`` goes with ``passages``, one for one."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    vectors: tuple[Vector, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class SourceState:
    """``state``: read or refused; ``reason`` says why it was refused. ``pipeline``: the version of the code that read it."""

    source: Source
    state: str
    reason: str | None
    pipeline: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the outbox: ``kind`` is passage or record, ``op`` is put or drop."""

    sequence: int
    kind: str
    target: str
    op: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    revision: int
    actor: str
    action: str
    target: str
    at: str


class Ledger(Protocol):
    """The system of record: append-only, one workspace a call; every write is one transaction with its audit and outbox rows."""

    def revision(self, workspace: str) -> int:
        """The number of the last commit that changed a record; 0 at first."""

    def sources(self, workspace: str) -> list[SourceState]:
        """Current sources, by path. Of two sources with one path the one committed last is current."""

    def source_bytes(self, workspace: str, source_id: str) -> bytes:
        """The bytes as received; raises NotFound."""

    def commit_reading(self, workspace: str, source: Source, data: bytes, reading: Reading, *, pipeline: str, actor: str, at: str) -> bool:
        """Stores a source and all that was read from it, once: False and no change where (source, pipeline) is there already.

        An older source at the same path, or an older reading of the same source, stops being current and its passages leave the index.
        """

    def commit_refusal(self, workspace: str, source: Source, data: bytes, reason: str, *, pipeline: str, actor: str, at: str) -> bool:
        """Keeps the bytes of a source that could not be read, and why; False where that is known already."""

    def documents(self, workspace: str) -> list[Document]:
        """Documents of current sources, by (path, ordinal)."""

    def document(self, workspace: str, document_id: str) -> Document:
        """Raises NotFound."""

    def passages(self, workspace: str) -> list[tuple[Passage, Vector]]:
        """Passages of current sources, by (path, ordinal, start)."""

    def passages_by_id(self, workspace: str, ids: Iterable[str]) -> list[tuple[Passage, Vector]]:
        """Those of the ids that are there and current, in the order asked."""

    def statements(self, workspace: str) -> list[Statement]:
        """Statements of current sources, by (path, ordinal, start)."""

    def commit_records(self, workspace: str, records: Sequence[Record], *, actor: str, at: str) -> int:
        """Makes exactly these the extracted records: one new revision with what is new, different or gone; the revision now in force.

        Where nothing differs there is no new revision. A record that a person decided on keeps that decision.
        """

    def records(self, workspace: str, *, at_revision: int | None = None) -> list[StoredRecord]:
        """Records in force at a revision (None: now), by id."""

    def record(self, workspace: str, record_id: str) -> StoredRecord:
        """Raises NotFound."""

    def record_history(self, workspace: str, record_id: str) -> list[StoredRecord]:
        """Every version, oldest first; raises NotFound."""

    def audit(self, workspace: str, *, limit: int = 1000) -> list[AuditRow]:
        """Newest first."""

    def changes(self, workspace: str, *, after: int, limit: int = 1000) -> list[Change]:
        """Outbox lines with a sequence above ``after``, in order."""

    def add_key(self, key: ApiKey) -> None: ...

    def key_by_digest(self, digest: str) -> ApiKey | None:
        """A living key, or None."""

    def keys(self, workspace: str) -> list[ApiKey]: ...

    def revoke_key(self, workspace: str, key_id: str, *, at: str) -> None:
        """Raises NotFound."""

    def ping(self) -> None:
        """Raises Unavailable where the database does not answer."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Point:
    """What the index holds of a passage or record: vectors, ids and filter fields, never the truth itself.

    ``text`` is turned into sparse BM25 weights and not kept. ``kind`` is passage or record.
    """

    id: str
    workspace: str
    kind: str
    text: str
    vector: Vector = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """``score`` orders hits of one query and means nothing across queries."""

    id: str
    score: float


class Index(Protocol):
    """A projection of the ledger for search; wiped and rebuilt it is the same index."""

    def position(self, workspace: str) -> int:
        """The last outbox sequence that was applied; 0 at first."""

    def apply(self, workspace: str, *, put: Sequence[Point], drop: Sequence[str], position: int) -> None:
        """Idempotent; moves the position even where both lists are empty."""

    def search(self, workspace: str, *, vector: Vector, text: str, kind: str, limit: int) -> list[Hit]:
        """Dense and BM25 sparse search fused by reciprocal rank; ties broken by id."""

    def count(self, workspace: str) -> int: ...

    def wipe(self) -> None:
        """Forgets every point and position."""

    def ping(self) -> None:
        """Raises Unavailable."""

    def close(self) -> None: ...
