"""The ledger's twin in memory, for tests and trials: the same answers, gone with the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import TypeVar

from domain.access import ApiKey
from domain.document import Document
from domain.errors import BadInput, NotFound
from domain.passage import Passage
from domain.ports import AuditRow, Change, Reading, SourceState, Vector
from domain.record import Record, StoredRecord
from domain.source import Source
from domain.statement import Statement
from store import codec
from store.arrival import READ, REFUSED, Arrival, ordinals
from store.failpoint import Failpoint, no_failpoint
from store.record_diff import Version, changes
from store.vectors import rounded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept:
    """One pipeline's reading, or refusal, of one source."""

    source: Source
    pipeline: str
    state: str
    reason: str | None
    current: bool
    reading: Reading | None


@dataclass(slots=True)
class _Room:
    """One workspace. A write works on a copy that replaces it at the end, so that it happens whole or not at all."""

    revision: int = 0
    data: dict[str, bytes] = field(default_factory=dict)
    kept: list[_Kept] = field(default_factory=list)
    versions: dict[str, tuple[tuple[int, Version], ...]] = field(default_factory=dict)
    audit: list[AuditRow] = field(default_factory=list)
    outbox: list[Change] = field(default_factory=list)
    keys: dict[str, ApiKey] = field(default_factory=dict)

    def copy(self) -> _Room:
        new = replace(self, data=dict(self.data), kept=list(self.kept), versions=dict(self.versions), keys=dict(self.keys))
        new.audit, new.outbox = list(self.audit), list(self.outbox)
        return new

    def announce(self, op: str, kind: str, targets: Iterable[str]) -> None:
        for target in targets:
            self.outbox.append(Change(len(self.outbox) + 1, kind, target, op))

    def note(self, who: tuple[str, str], action: str, target: str) -> None:
        self.audit.append(AuditRow(self.revision, who[0], action, target, who[1]))

    def current(self) -> list[_Kept]:
        return sorted((kept for kept in self.kept if kept.current), key=lambda kept: kept.source.path)

    def find(self, arrival: Arrival) -> _Kept | None:
        return next((k for k in self.kept if k.source.id == arrival.source.id and k.pipeline == arrival.pipeline), None)

    def retire(self, who: tuple[str, str], arrival: Arrival) -> set[str]:
        """Ends what is current at the path; the ids of its passages."""
        old = next((kept for kept in self.kept if kept.current and kept.source.path == arrival.source.path), None)
        if old is None:
            return set()
        self.kept[self.kept.index(old)] = replace(old, current=False)
        if old.source.id != arrival.source.id:
            self.note(who, "source.superseded", old.source.id)
        return {passage.id for passage in old.reading.passages} if old.reading else set()

    def keep(self, arrival: Arrival, new: _Kept) -> None:
        self.data.setdefault(arrival.source.id, arrival.data)
        self.kept = [kept for kept in self.kept if (kept.source.id, kept.pipeline) != (new.source.id, new.pipeline)]
        self.kept.append(new)

    def heads(self, at_revision: int | None) -> dict[str, tuple[int, Version]]:
        """The last version of every id up to a revision, tombstones too, by id."""
        heads = {}
        for key in sorted(self.versions):
            known = [entry for entry in self.versions[key] if at_revision is None or entry[0] <= at_revision]
            if known:
                heads[key] = known[-1]
        return heads


class MemoryLedger:
    """domain.ports.Ledger; one lock for everything."""

    def __init__(self, *, failpoint: Failpoint = no_failpoint) -> None:
        self._failpoint = failpoint
        self._lock = RLock()
        self._rooms: dict[str, _Room] = {}

    def _room(self, workspace: str) -> _Room:
        return self._rooms.get(workspace) or _Room()

    def _write(self, name: str, workspace: str, work: Callable[[_Room], T]) -> T:
        with self._lock:
            room = self._room(workspace).copy()
            self._failpoint(f"{name}.begun")
            result = work(room)
            self._failpoint(f"{name}.written")
            self._failpoint(f"{name}.finished")
            self._rooms[workspace] = room
        self._failpoint(f"{name}.committed")
        return result

    def revision(self, workspace: str) -> int:
        return self._room(workspace).revision

    def sources(self, workspace: str) -> list[SourceState]:
        return [SourceState(kept.source, kept.state, kept.reason, kept.pipeline) for kept in self._room(workspace).current()]

    def source_bytes(self, workspace: str, source_id: str) -> bytes:
        data = self._room(workspace).data
        if source_id not in data:
            raise NotFound(f"there is no source {source_id}")
        return data[source_id]

    def commit_reading(self, workspace: str, source: Source, data: bytes, reading: Reading, *, pipeline: str, actor: str, at: str) -> bool:
        arrival = Arrival(source, data, pipeline)
        return self._write("commit_reading", workspace, lambda room: _store_reading(room, (actor, at), arrival, reading))

    def commit_refusal(self, workspace: str, source: Source, data: bytes, reason: str, *, pipeline: str, actor: str, at: str) -> bool:
        arrival = Arrival(source, data, pipeline)
        return self._write("commit_refusal", workspace, lambda room: _store_refusal(room, (actor, at), arrival, reason))

    def documents(self, workspace: str) -> list[Document]:
        readings = [kept.reading for kept in self._room(workspace).current() if kept.reading]
        return [document for reading in readings for document in sorted(reading.documents, key=lambda it: (it.ordinal, it.id))]

    def document(self, workspace: str, document_id: str) -> Document:
        newest_first = self._room(workspace).kept[::-1]
        for kept in sorted(newest_first, key=lambda kept: not kept.current):
            for document in kept.reading.documents if kept.reading else ():
                if document.id == document_id:
                    return document
        raise NotFound(f"there is no document {document_id}")

    def passages(self, workspace: str) -> list[tuple[Passage, Vector]]:
        found = []
        for kept in self._room(workspace).current():
            if kept.reading:
                places = {document.id: document.ordinal for document in kept.reading.documents}
                pairs = zip(kept.reading.passages, kept.reading.vectors, strict=True)
                found += sorted(pairs, key=lambda pair: (places[pair[0].document_id], pair[0].span.start, pair[0].id))
        return found

    def passages_by_id(self, workspace: str, ids: Iterable[str]) -> list[tuple[Passage, Vector]]:
        there = {passage.id: (passage, vector) for passage, vector in self.passages(workspace)}
        return [there[key] for key in dict.fromkeys(ids) if key in there]

    def statements(self, workspace: str) -> list[Statement]:
        found: list[Statement] = []
        for kept in self._room(workspace).current():
            if kept.reading:
                places = {document.id: document.ordinal for document in kept.reading.documents}
                found += sorted(kept.reading.statements, key=lambda it: (places[it.citation.document_id], it.citation.span.start, it.id))
        return found

    def commit_records(self, workspace: str, records: Sequence[Record], *, actor: str, at: str) -> int:
        return self._write("commit_records", workspace, lambda room: _store_records(room, (actor, at), records))

    def records(self, workspace: str, *, at_revision: int | None = None) -> list[StoredRecord]:
        heads = self._room(workspace).heads(at_revision)
        return [_stored(revision, version) for revision, version in heads.values() if not version.gone]

    def record(self, workspace: str, record_id: str) -> StoredRecord:
        revision, version = self._room(workspace).versions.get(record_id, ((0, Version(record_id, "", None, None)),))[-1]
        if version.gone:
            raise NotFound(f"there is no record {record_id}")
        return _stored(revision, version)

    def record_history(self, workspace: str, record_id: str) -> list[StoredRecord]:
        versions = self._room(workspace).versions.get(record_id)
        if versions is None:
            raise NotFound(f"there is no record {record_id}")
        return [_stored(revision, version) for revision, version in versions if not version.gone]

    def audit(self, workspace: str, *, limit: int = 1000) -> list[AuditRow]:
        return self._room(workspace).audit[::-1][:limit]

    def changes(self, workspace: str, *, after: int, limit: int = 1000) -> list[Change]:
        return self._room(workspace).outbox[max(after, 0) :][:limit]

    def add_key(self, key: ApiKey) -> None:
        with self._lock:
            self._write("add_key", key.workspace, lambda room: self._store_key(room, key))

    def _store_key(self, room: _Room, key: ApiKey) -> None:
        everywhere = [other.digest for one in self._rooms.values() for other in one.keys.values()]
        if key.id in room.keys or key.digest in everywhere:
            raise BadInput(f"there is a key {key.id} already, or one with the same secret")
        room.keys[key.id] = key
        room.note(("operator", key.created_at), "key.added", key.id)

    def key_by_digest(self, digest: str) -> ApiKey | None:
        found = (key for room in list(self._rooms.values()) for key in room.keys.values())
        return next((key for key in found if key.digest == digest and key.revoked_at is None), None)

    def keys(self, workspace: str) -> list[ApiKey]:
        return sorted(self._room(workspace).keys.values(), key=lambda key: (key.created_at, key.id))

    def revoke_key(self, workspace: str, key_id: str, *, at: str) -> None:
        self._write("revoke_key", workspace, lambda room: _revoke(room, key_id, at))

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """There is nothing to close."""


def _store_reading(room: _Room, who: tuple[str, str], arrival: Arrival, reading: Reading) -> bool:
    known = room.find(arrival)
    if known is not None and known.state == READ and known.current:
        return False
    restored = known is not None and known.state == READ
    if known is not None and known.reading is not None:
        reading = known.reading
    ordinals(arrival, reading)
    old = room.retire(who, arrival)
    statements = tuple(replace(statement, vector=rounded(statement.vector)) for statement in reading.statements)
    stored = replace(reading, vectors=tuple(map(rounded, reading.vectors)), statements=statements)
    source = known.source if restored and known else arrival.source
    room.keep(arrival, _Kept(source, arrival.pipeline, READ, None, True, stored))
    new = [passage.id for passage in reading.passages]
    room.announce("drop", "passage", sorted(old - set(new)))
    room.announce("put", "passage", new)
    room.note(who, "source.restored" if restored else "source.read", arrival.source.id)
    return True


def _store_refusal(room: _Room, who: tuple[str, str], arrival: Arrival, reason: str) -> bool:
    known = room.find(arrival)
    if known is not None and (known.state == READ or (known.current and known.reason == reason)):
        return False
    old = room.retire(who, arrival)
    room.keep(arrival, _Kept(arrival.source, arrival.pipeline, REFUSED, reason, True, None))
    room.announce("drop", "passage", sorted(old))
    room.note(who, "source.refused", arrival.source.id)
    return True


def _store_records(room: _Room, who: tuple[str, str], records: Sequence[Record]) -> int:
    changed = changes({key: version for key, (_, version) in room.heads(None).items()}, records)
    if changed:
        room.revision += 1
    for version in changed:
        op = "drop" if version.gone else "put"
        room.versions[version.id] = (*room.versions.get(version.id, ()), (room.revision, version))
        room.announce(op, "record", [version.id])
        room.note(who, f"record.{op}", version.id)
    return room.revision


def _revoke(room: _Room, key_id: str, at: str) -> None:
    key = room.keys.get(key_id)
    if key is None:
        raise NotFound(f"there is no key {key_id}")
    if key.revoked_at is None:
        room.keys[key_id] = replace(key, revoked_at=at)
        room.note(("operator", at), "key.revoked", key_id)


def _stored(revision: int, version: Version) -> StoredRecord:
    assert version.body is not None and version.vector is not None
    return StoredRecord(codec.load_with_vector(Record, version.body, version.vector), revision)
