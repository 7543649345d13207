"""What the service needs from outside, as protocols; the in-memory twins pass the same tests as SQL and Qdrant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.access import ApiKey
from domain.case_port import Cases
from domain.document import Document
from domain.label_port import SourceLabels
from domain.passage import Passage
from domain.record import Record, Status, StoredRecord
from domain.replay_port import ReplayPort
from domain.session import Sessions
from domain.source import Source
from domain.statement import Statement
from domain.upload import Uploads
from domain.webhook_port import WebhookPort

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
class SourceVersion:
    """One of the sources that a path has had, as it was last read.

    ``at``: when that reading was committed or last became current. ``documents``: ids, by ordinal; readable also where not ``current``.
    """

    state: SourceState
    at: str
    current: bool
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to go: every version of the sources at ``paths``.

    ``entry``: what Ledger.entry() said before the statements were read from which the records that stay were derived.
    """

    paths: frozenset[str]
    entry: int
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """``sources``: versions that went; ``documents``: theirs, each id once; ``records``: ids of those no longer in force, in order."""

    revision: int
    sources: int
    documents: int
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A version of a record without content. ``with_source``: it had one, which went with the source that it quoted."""

    revision: int
    with_source: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the outbox: ``kind`` is passage, record, source (only ever dropped) or label (only ever put), ``op`` is put or drop."""

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
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One new version of a record. ``position``: its audit row's number; ``op``: put or drop; ``status``: None with drop."""

    position: int
    revision: int
    record_id: str
    op: str
    status: Status | None
    actor: str
    action: str
    at: str
    reason: str


#: The audit rows that go with a new version of a record, one for each.
VERSION_ACTIONS = frozenset({"record.put", "record.drop", "record.decided", "record.edited", "record.undone"})


class Ledger(Cases, Sessions, SourceLabels, Uploads, Protocol):
    """The system of record: append-only, one workspace a call; every write is one transaction with its audit and outbox rows."""

    @property
    def replays(self) -> ReplayPort:
        """Idempotency keys, in the same database."""

    @property
    def webhooks(self) -> WebhookPort:
        """Webhooks, in the same database."""

    def revision(self, workspace: str) -> int:
        """The number of the last commit that changed a record; 0 at first."""

    def entry(self, workspace: str) -> int:
        """The number of the last audit row; 0 at first. Read before the statements, it tells commits whether these are still all."""

    def sources(self, workspace: str) -> list[SourceState]:
        """Current sources, by path. Of two sources with one path the one committed last is current."""

    def versions(self, workspace: str, path: str) -> list[SourceVersion]:
        """Every source that the path has had, oldest first, the current one last; empty where there is none."""

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

    def readings(self, workspace: str) -> list[int]:
        """Numbers of the current readings, by path. What a number stands for never changes; a removed one does not come back."""

    def documents_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Document, ...]]:
        """The documents of those of these readings that are there, by ordinal."""

    def statements_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Statement, ...]]:
        """Their statements, by (ordinal, start)."""

    def document(self, workspace: str, document_id: str) -> Document:
        """Raises NotFound."""

    def passages(self, workspace: str) -> list[tuple[Passage, Vector]]:
        """Passages of current sources, by (path, ordinal, start)."""

    def passages_by_id(self, workspace: str, ids: Iterable[str]) -> list[tuple[Passage, Vector]]:
        """Those of the ids that are there and current, in the order asked."""

    def statements(self, workspace: str) -> list[Statement]:
        """Statements of current sources, by (path, ordinal, start)."""

    def commit_records(self, workspace: str, records: Sequence[Record], *, actor: str, at: str, entry: int | None = None) -> int:
        """Makes exactly these the extracted records: one new revision with what is new, different or gone; the revision now in force.

        Where nothing differs there is no new revision. A record that a person decided on keeps that decision, and what a person pinned
        stays as pinned. Pins of a record that is gone move to its one successor (store/successor.py); without one the record stays,
        orphaned. Raises Moved where sources changed after ``entry``.
        """

    def remove_sources(self, workspace: str, removal: Removal, records: Sequence[Record], *, actor: str, at: str) -> Removed:
        """Removes all versions of the sources, everything read from them and what rests on it, in one transaction.

        ``records``: what the remaining statements say, as for commit_records. Old versions of records that quote what went become
        tombstones. A record of which nothing else is evidence goes, pins and all. Raises NotFound where a path has no source, Moved where
        sources changed after ``removal.entry``, Defect where a given record rests on what goes.
        """

    def scrub(self) -> bool:
        """Clears what removals left in the store's own files; False where something kept it from that, to be tried again.

        Does nothing, quickly, where there is nothing to clear. What the file system, backups and PostgreSQL's log keep is out of reach.
        """

    def pin(  # noqa: PLR0913 # who, what, why and what was looked at
        self,
        workspace: str,
        record_id: str,
        fields: Mapping[str, object],
        *,
        status: Status | None,
        actor: str,
        at: str,
        reason: str,
        seen: int | None = None,
    ) -> StoredRecord:
        """Sets fields of a record to a person's values (as in its JSON) and keeps them there, as one revision with an audit row.

        ``status``: the person's decision, or None for none. Fields pinned before stay pinned. Where nothing differs there is no new
        revision. ``seen``: the record's revision that the person looked at. Raises NotFound, Stale where the record is at another one than
        ``seen``, and BadInput for a field that cannot be pinned or a value that does not fit.
        """

    def undo(self, workspace: str, record_id: str, *, actor: str, at: str, reason: str, seen: int) -> StoredRecord:
        """The version before the present one again, pins and all, as one more revision with an audit row.

        ``seen``: the record's present revision. Raises NotFound, Stale where it is at another one, BadInput where there is none before.
        """

    def records(self, workspace: str, *, at_revision: int | None = None) -> list[StoredRecord]:
        """Records in force at a revision (None: now), by id."""

    def record(self, workspace: str, record_id: str) -> StoredRecord:
        """Raises NotFound."""

    def record_history(self, workspace: str, record_id: str) -> list[StoredRecord]:
        """Every version, oldest first; raises NotFound."""

    def tombstones(self, workspace: str, record_id: str) -> list[Tombstone]:
        """The versions that record_history leaves out, oldest first."""

    def audit(self, workspace: str, *, limit: int = 1000) -> list[AuditRow]:
        """Newest first."""

    def changes(self, workspace: str, *, after: int, limit: int = 1000) -> list[Change]:
        """Outbox lines with a sequence above ``after``, in order."""

    def record_changes(self, workspace: str, *, after: int, since: int, until: int, limit: int = 1000) -> list[RecordChange]:
        """Versions of records with a position above ``after``, and a revision above ``since`` and up to ``until``, in order.

        Left out is what was claimed before and after; a record that becomes a claim is a drop.
        """

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
