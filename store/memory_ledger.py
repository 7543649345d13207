"""The ledger's twin in memory, for tests and trials: the same answers, gone with the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import RLock
from typing import TypeVar

from domain.access import ApiKey
from domain.case import Case, CaseFilter
from domain.case_port import Closing
from domain.document import Document
from domain.errors import BadInput, Defect, NotFound, Stale
from domain.label_port import Labelling, removed_name
from domain.passage import Passage
from domain.ports import (
    AuditRow,
    Change,
    Reading,
    RecordChange,
    Removal,
    Removed,
    SourceState,
    SourceVersion,
    Tombstone,
    Vector,
)
from domain.record import Record, Status, StoredRecord
from domain.source import Source
from domain.statement import Statement
from domain.upload import Upload, UploadState
from store import memory_cases, memory_uploads
from store.arrival import READ, REFUSED, Arrival, ordinals
from store.case_closing import arrival_of, reading_of, with_pins_of
from store.case_closing import pins_of as pins_of_case
from store.case_rows import check_open
from store.failpoint import Failpoint, no_failpoint
from store.memory_changes import recorded_changes
from store.memory_labels import label_sources
from store.memory_replays import MemoryReplays
from store.memory_room import Kept, Room
from store.memory_sessions import MemorySessions
from store.memory_webhooks import MemoryWebhooks
from store.pins import STATUS, checked
from store.quoting import Going
from store.record_diff import NO_VERSION, Version, changes, edited, pins_of
from store.vectors import rounded

T = TypeVar("T")


class MemoryLedger(MemorySessions):
    """domain.ports.Ledger; one lock for everything."""

    def __init__(self, *, failpoint: Failpoint = no_failpoint) -> None:
        super().__init__()
        self._failpoint = failpoint
        self._lock = RLock()
        self._rooms: dict[str, Room] = {}
        self.replays = MemoryReplays()
        self.webhooks = MemoryWebhooks(self._lock, self._room, self._write)

    def _room(self, workspace: str) -> Room:
        return self._rooms.get(workspace) or Room()

    def _write(self, name: str, workspace: str, work: Callable[[Room], T]) -> T:
        with self._lock:
            room = self._room(workspace).copy()
            self._failpoint(f"{name}.begun")
            result = work(room)
            self._failpoint(f"{name}.written")
            self._failpoint(f"{name}.finished")
            self.replays.in_write(result)
            self._rooms[workspace] = room
        self._failpoint(f"{name}.committed")
        return result

    def revision(self, workspace: str) -> int:
        return self._room(workspace).revision

    def entry(self, workspace: str) -> int:
        return len(self._room(workspace).audit)

    def sources(self, workspace: str) -> list[SourceState]:
        return [_state(kept) for kept in self._room(workspace).current()]

    def versions(self, workspace: str, path: str) -> list[SourceVersion]:
        here = sorted((kept for kept in self._room(workspace).kept if kept.source.path == path), key=lambda kept: (kept.current, kept.at))
        last = {kept.source.id: kept for kept in here}
        return [
            SourceVersion(_state(kept), kept.at, kept.current, tuple(document.id for document in _documents(kept)))
            for kept in sorted(last.values(), key=here.index)
        ]

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
        return [document for kept in self._room(workspace).current() for document in _documents(kept)]

    def readings(self, workspace: str) -> list[int]:
        return [kept.number for kept in self._room(workspace).current() if kept.reading]

    def documents_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Document, ...]]:
        return {kept.number: tuple(_documents(kept)) for kept in self._read(workspace, set(numbers))}

    def statements_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Statement, ...]]:
        return {kept.number: tuple(_statements(kept)) for kept in self._read(workspace, set(numbers))}

    def _read(self, workspace: str, numbers: set[int]) -> list[Kept]:
        return [kept for kept in self._room(workspace).kept if kept.reading and kept.number in numbers]

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
        return [statement for kept in self._room(workspace).current() for statement in _statements(kept)]

    def commit_records(self, workspace: str, records: Sequence[Record], *, actor: str, at: str, entry: int | None = None) -> int:
        return self._write("commit_records", workspace, lambda room: _store_records(room, (actor, at), records, entry))

    def remove_sources(self, workspace: str, removal: Removal, records: Sequence[Record], *, actor: str, at: str) -> Removed:
        return self._write("remove_sources", workspace, lambda room: _remove_sources(room, (actor, at), removal, records))

    def scrub(self) -> bool:
        """Memory keeps no files."""
        return True

    def pin(  # noqa: PLR0913 # as in the port
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
        return self._write("pin", workspace, lambda room: _store_edit(room, (actor, at), record_id, fields, status, reason, seen))

    def undo(self, workspace: str, record_id: str, *, actor: str, at: str, reason: str, seen: int) -> StoredRecord:
        return self._write("undo", workspace, lambda room: _store_undone(room, (actor, at), record_id, reason, seen))

    def records(self, workspace: str, *, at_revision: int | None = None) -> list[StoredRecord]:
        heads = self._room(workspace).heads(at_revision)
        return [_stored(revision, version) for revision, version in heads.values() if not version.gone]

    def record(self, workspace: str, record_id: str) -> StoredRecord:
        revision, version = self._room(workspace).versions.get(record_id, ((0, NO_VERSION),))[-1]
        if version.gone:
            raise NotFound(f"there is no record {record_id}")
        return _stored(revision, version)

    def record_history(self, workspace: str, record_id: str) -> list[StoredRecord]:
        versions = self._room(workspace).versions.get(record_id)
        if versions is None:
            raise NotFound(f"there is no record {record_id}")
        return [_stored(revision, version) for revision, version in versions if not version.gone]

    def tombstones(self, workspace: str, record_id: str) -> list[Tombstone]:
        versions = self._room(workspace).versions.get(record_id)
        if versions is None:
            raise NotFound(f"there is no record {record_id}")
        return [Tombstone(revision, version.removed) for revision, version in versions if version.gone]

    def audit(self, workspace: str, *, limit: int = 1000) -> list[AuditRow]:
        return self._room(workspace).audit[::-1][:limit]

    def changes(self, workspace: str, *, after: int, limit: int = 1000) -> list[Change]:
        return self._room(workspace).outbox[max(after, 0) :][:limit]

    def record_changes(self, workspace: str, *, after: int, since: int, until: int, limit: int = 1000) -> list[RecordChange]:
        found = recorded_changes(self._room(workspace))
        return [it for it in found if it.position > after and since < it.revision <= until][:limit]

    def open_case(self, workspace: str, case: Case, *, actor: str, at: str) -> tuple[Case, bool]:
        return self._write("open_case", workspace, lambda room: memory_cases.open_case(room, (actor, at), case))

    def case(self, workspace: str, case_id: str) -> Case:
        return memory_cases.one_case(self._room(workspace), case_id)

    def cases(self, workspace: str, wanted: CaseFilter) -> list[Case]:
        return memory_cases.cases(self._room(workspace), wanted)

    def withdraw_case(self, workspace: str, case: Case, *, seen: int, actor: str, at: str) -> Case:
        return self._write("withdraw_case", workspace, lambda room: memory_cases.end_case(room, (actor, at), case, seen))

    def resolve_case(self, workspace: str, closing: Closing, records: Sequence[Record], *, actor: str, at: str) -> Case:
        return self._write("resolve_case", workspace, lambda room: _resolve_case(room, (actor, at), closing, records))

    def labels(self, workspace: str) -> dict[str, frozenset[str]]:
        return dict(self._room(workspace).labels)

    def label_sources(self, workspace: str, labelling: Labelling, *, actor: str, at: str) -> list[str]:
        return self._write("label_sources", workspace, lambda room: label_sources(room, (actor, at), labelling))

    def add_key(self, key: ApiKey) -> None:
        with self._lock:
            self._write("add_key", key.workspace, lambda room: self._store_key(room, key))

    def _store_key(self, room: Room, key: ApiKey) -> None:
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

    def add_upload(self, workspace: str, upload: Upload, data: bytes) -> Upload:
        with self._lock:
            number = 1 + max((kept.number for room in self._rooms.values() for kept, _ in room.uploads.values()), default=0)
            return self._write("add_upload", workspace, lambda room: memory_uploads.store(room, upload, data, number))

    def upload(self, workspace: str, upload_id: str) -> Upload:
        return memory_uploads.one(self._room(workspace), upload_id)

    def waiting_uploads(self, *, limit: int = 100) -> list[tuple[str, Upload]]:
        found = [(name, kept) for name, room in list(self._rooms.items()) for kept, _ in room.uploads.values()]
        left = [(name, kept) for name, kept in found if kept.state is UploadState.WAITING]
        return sorted(left, key=lambda pair: (pair[1].number, pair[0]))[:limit]

    def upload_bytes(self, workspace: str, upload_id: str) -> bytes:
        return memory_uploads.data(self._room(workspace), upload_id)

    def end_upload(self, workspace: str, upload_id: str, *, state: UploadState, reason: str | None, at: str) -> None:
        self._write("end_upload", workspace, lambda room: memory_uploads.end(room, upload_id, state, reason, at))

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """There is nothing to close."""


def _store_reading(room: Room, who: tuple[str, str], arrival: Arrival, reading: Reading) -> bool:
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
    room.keep(arrival, Kept(source, arrival.pipeline, READ, None, True, stored, who[1], room.number(known)))
    new = [passage.id for passage in reading.passages]
    room.announce("drop", "passage", sorted(old - set(new)))
    room.announce("put", "passage", new)
    room.note(who, "source.restored" if restored else "source.read", arrival.source.id)
    return True


def _store_refusal(room: Room, who: tuple[str, str], arrival: Arrival, reason: str) -> bool:
    known = room.find(arrival)
    if known is not None and (known.state == READ or (known.current and known.reason == reason)):
        return False
    old = room.retire(who, arrival)
    room.keep(arrival, Kept(arrival.source, arrival.pipeline, REFUSED, reason, True, None, who[1], room.number(known)))
    room.announce("drop", "passage", sorted(old))
    room.note(who, "source.refused", arrival.source.id)
    return True


def _store_records(room: Room, who: tuple[str, str], records: Sequence[Record], entry: int | None) -> int:
    room.unmoved(entry)
    room.carry_out(who, changes(room.held(), records))
    return room.revision


def _store_edit(
    room: Room,
    who: tuple[str, str],
    record_id: str,
    fields: Mapping[str, object],
    status: Status | None,
    reason: str,
    seen: int | None,
) -> StoredRecord:
    revision, head = room.versions.get(record_id, ((0, NO_VERSION),))[-1]
    if head.gone:
        raise NotFound(f"there is no record {record_id}")
    if seen is not None and revision != seen:
        raise Stale(record_id, revision)
    fresh = checked(head.record(), fields)
    if status is not None:
        fresh[STATUS] = status.value
    pins = {**room.pins.get(record_id, {}), **fresh}
    new = edited(head, pins, status)
    if new == head:
        return _stored(revision, head)
    room.add(who, [new], action="record.decided" if status is not None else "record.edited", reason=reason)
    room.pins[record_id] = pins
    return _stored(room.revision, new)


def _store_undone(room: Room, who: tuple[str, str], record_id: str, reason: str, seen: int) -> StoredRecord:
    versions = room.versions.get(record_id, ((0, NO_VERSION),))
    revision, head = versions[-1]
    if head.gone:
        raise NotFound(f"there is no record {record_id}")
    if revision != seen:
        raise Stale(record_id, revision)
    if len(versions) < 2 or versions[-2][1].gone:
        raise BadInput(f"there is nothing before this version of {record_id}")
    before = versions[-2][1]
    room.add(who, [before], action="record.undone", reason=reason)
    room.pins.pop(record_id, None)
    if before.pinned:
        room.pins[record_id] = pins_of(before)
    return _stored(room.revision, before)


def _remove_sources(room: Room, who: tuple[str, str], removal: Removal, records: Sequence[Record]) -> Removed:
    room.unmoved(removal.entry)
    readings = [kept for kept in room.kept if kept.source.path in removal.paths]
    missing = sorted(removal.paths - {kept.source.path for kept in readings})
    if missing:
        raise NotFound(f"there is no source at {missing[0]}")
    going = Going({document.id for kept in readings for document in _documents(kept)}, removal.paths)
    if any(going.carries(record) for record in records):
        raise Defect("a record that is to stay rests on a source that is removed")
    sources = [key for _, key in sorted({(kept.source.path, kept.source.id) for kept in readings})]
    for key in sources:
        room.note(who, "source.removed", key, removal.reason)
    room.announce("drop", "passage", sorted({passage.id for kept in readings if kept.reading for passage in kept.reading.passages}))
    room.announce("drop", "source", sources)
    held = room.held()
    touched = _redact(room, who, going)
    plan = going.cleared(changes(held, records, removed=touched))
    room.carry_out(who, plan)
    memory_cases.forget(room, who, removal.paths, touched)
    room.kept = [kept for kept in room.kept if kept.source.path not in removal.paths]
    room.data = {key: data for key, data in room.data.items() if key not in sources}
    gone = [key for key, (kept, _) in room.uploads.items() if kept.path in removal.paths and kept.state is not UploadState.WAITING]
    room.uploads = {key: pair for key, pair in room.uploads.items() if key not in gone}
    room.labels = {removed_name(path) if path in removal.paths else path: labels for path, labels in room.labels.items()}
    return Removed(room.revision, len(sources), len(going.documents), tuple(it.id for it in plan.versions if it.gone))


def _resolve_case(room: Room, who: tuple[str, str], closing: Closing, records: Sequence[Record]) -> Case:
    room.unmoved(closing.entry)
    check_open(memory_cases.one_case(room, closing.case.id), closing.seen)
    pins = pins_of_case(closing, records)
    _store_reading(room, who, arrival_of(closing), reading_of(closing))
    room.carry_out(who, changes(with_pins_of(closing, pins, room.held()), records))
    if closing.record is not None and pins:
        room.pins[closing.record] = pins
    return memory_cases.end_case(room, who, closing.case, closing.seen)


def _redact(room: Room, who: tuple[str, str], going: Going) -> set[str]:
    touched = set()
    for key, versions in room.versions.items():
        kept = []
        for revision, version in versions:
            new = _without(version, going)
            if new != version:
                room.note(who, "record.redacted", key, f"revision {revision}")
            if new.removed and not version.removed:
                touched.add(key)
            kept.append((revision, new))
        room.versions[key] = tuple(kept)
    return touched


def _without(version: Version, going: Going) -> Version:
    if version.body is None:
        return version
    body = going.redacted(version.body)
    return Version(version.id, version.status, None, None, removed=True) if body is None else replace(version, body=body)


def _revoke(room: Room, key_id: str, at: str) -> None:
    key = room.keys.get(key_id)
    if key is None:
        raise NotFound(f"there is no key {key_id}")
    if key.revoked_at is None:
        room.keys[key_id] = replace(key, revoked_at=at)
        room.note(("operator", at), "key.revoked", key_id)


def _stored(revision: int, version: Version) -> StoredRecord:
    return StoredRecord(version.record(), revision, version.pinned, version.orphaned)


def _state(kept: Kept) -> SourceState:
    return SourceState(kept.source, kept.state, kept.reason, kept.pipeline)


def _statements(kept: Kept) -> list[Statement]:
    if kept.reading is None:
        return []
    places = {document.id: document.ordinal for document in kept.reading.documents}
    return sorted(kept.reading.statements, key=lambda it: (places[it.citation.document_id], it.citation.span.start, it.id))


def _documents(kept: Kept) -> list[Document]:
    return sorted(kept.reading.documents, key=lambda it: (it.ordinal, it.id)) if kept.reading else []
