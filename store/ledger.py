"""The ledger on SQLite or PostgreSQL: each write is one transaction with its audit and outbox rows, each read one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine, select, text

from domain.access import ApiKey
from domain.case import Case, CaseFilter
from domain.case_port import Closing
from domain.document import Document
from domain.label_port import Labelling
from domain.passage import Passage
from domain.ports import AuditRow, Change, Ledger, Reading, RecordChange, Removal, Removed, SourceState, SourceVersion, Tombstone, Vector
from domain.record import Record, Status, StoredRecord
from domain.session import Session
from domain.source import Source
from domain.statement import Statement
from domain.upload import Upload, UploadState
from store import (
    case_closing,
    case_rows,
    change_rows,
    key_rows,
    label_rows,
    reading_rows,
    record_rows,
    removal_rows,
    session_rows,
    upload_rows,
)
from store.arrival import Arrival
from store.database import Database, make_engine
from store.failpoint import Failpoint, no_failpoint
from store.migrate import upgrade
from store.record_diff import Compared
from store.replay_rows import SqlReplays
from store.schema import audit, outbox
from store.schema import workspace as workspaces
from store.scrub import scrub
from store.unit import Unit
from store.webhook_rows import SqlWebhooks

T = TypeVar("T")

#: Whom the audit trail names where the port does not say who: keys are made and revoked by whoever runs the service.
OPERATOR = "operator"


def open_ledger(url: str) -> Ledger:
    """A ledger at ``sqlite:////absolute/path`` or ``postgresql+psycopg://...``, brought to the present schema first.

    Raises:
        BadInput: the address makes no sense.
        Unavailable, Busy: the database cannot be opened, or stays locked.
    """
    engine = make_engine(url)
    upgrade(engine)
    return SqlLedger(engine)


class SqlLedger:
    """domain.ports.Ledger; safe to share between threads. A given engine must come from store.database.make_engine.

    Every method raises Unavailable where the database cannot be reached and Busy where it stays locked.
    """

    def __init__(self, url_or_engine: str | Engine, *, failpoint: Failpoint = no_failpoint) -> None:
        engine = make_engine(url_or_engine) if isinstance(url_or_engine, str) else url_or_engine
        self._database = Database(engine)
        self._failpoint = failpoint
        self._comparing = Lock()
        self._compared: dict[str, Compared] = {}
        self.replays = SqlReplays(self._database)
        self.webhooks = SqlWebhooks(self._database, self._write)

    def _write(self, name: str, workspace: str, who: tuple[str, str], work: Callable[[Unit], T]) -> T:
        """``who``: actor and time."""

        def transaction(connection: Connection) -> T:
            unit = Unit.begin(connection, workspace, actor=who[0], at=who[1])
            self._failpoint(f"{name}.begun")
            result = work(unit)
            self._failpoint(f"{name}.written")
            unit.finish()
            self.replays.in_transaction(connection, result)
            self._failpoint(f"{name}.finished")
            return result

        result = self._database.writing(transaction)
        self._failpoint(f"{name}.committed")
        return result

    def revision(self, workspace: str) -> int:
        with self._database.reading() as connection:
            return record_rows.current_revision(connection, workspace)

    def entry(self, workspace: str) -> int:
        with self._database.reading() as connection:
            return connection.execute(select(workspaces.c.entry).where(workspaces.c.name == workspace)).scalar() or 0

    def sources(self, workspace: str) -> list[SourceState]:
        with self._database.reading() as connection:
            return reading_rows.sources(connection, workspace)

    def versions(self, workspace: str, path: str) -> list[SourceVersion]:
        with self._database.reading() as connection:
            return reading_rows.versions(connection, workspace, path)

    def source_bytes(self, workspace: str, source_id: str) -> bytes:
        with self._database.reading() as connection:
            return reading_rows.source_bytes(connection, workspace, source_id)

    def commit_reading(self, workspace: str, source: Source, data: bytes, reading: Reading, *, pipeline: str, actor: str, at: str) -> bool:
        arrival = Arrival(source, data, pipeline)
        return self._write("commit_reading", workspace, (actor, at), lambda unit: reading_rows.store_reading(unit, arrival, reading))

    def commit_refusal(self, workspace: str, source: Source, data: bytes, reason: str, *, pipeline: str, actor: str, at: str) -> bool:
        arrival = Arrival(source, data, pipeline)
        return self._write("commit_refusal", workspace, (actor, at), lambda unit: reading_rows.store_refusal(unit, arrival, reason))

    def documents(self, workspace: str) -> list[Document]:
        with self._database.reading() as connection:
            return reading_rows.documents(connection, workspace)

    def readings(self, workspace: str) -> list[int]:
        with self._database.reading() as connection:
            return reading_rows.readings(connection, workspace)

    def documents_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Document, ...]]:
        with self._database.reading() as connection:
            return reading_rows.documents_in(connection, workspace, numbers)

    def statements_in(self, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Statement, ...]]:
        with self._database.reading() as connection:
            return reading_rows.statements_in(connection, workspace, numbers)

    def document(self, workspace: str, document_id: str) -> Document:
        with self._database.reading() as connection:
            return reading_rows.one_document(connection, workspace, document_id)

    def passages(self, workspace: str) -> list[tuple[Passage, Vector]]:
        with self._database.reading() as connection:
            return reading_rows.passages(connection, workspace)

    def passages_by_id(self, workspace: str, ids: Iterable[str]) -> list[tuple[Passage, Vector]]:
        with self._database.reading() as connection:
            return reading_rows.passages_by_id(connection, workspace, ids)

    def statements(self, workspace: str) -> list[Statement]:
        with self._database.reading() as connection:
            return reading_rows.statements(connection, workspace)

    def commit_records(self, workspace: str, records: Sequence[Record], *, actor: str, at: str, entry: int | None = None) -> int:
        with self._comparing:  # two threads that derive at a time wait for each other, as their transactions would
            compared = self._compared.setdefault(workspace, Compared())
            return self._write(
                "commit_records", workspace, (actor, at), lambda unit: record_rows.store_records(unit, records, entry, compared)
            )

    def remove_sources(self, workspace: str, removal: Removal, records: Sequence[Record], *, actor: str, at: str) -> Removed:
        with self._comparing:
            self._compared.pop(workspace, None)
        removed = self._write("remove_sources", workspace, (actor, at), lambda unit: removal_rows.remove_sources(unit, removal, records))
        self._database.forget()
        return removed

    def scrub(self) -> bool:
        return scrub(self._database)

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
        return self._write(
            "pin", workspace, (actor, at), lambda unit: record_rows.store_edit(unit, record_id, fields, status, reason, seen)
        )

    def undo(self, workspace: str, record_id: str, *, actor: str, at: str, reason: str, seen: int) -> StoredRecord:
        return self._write("undo", workspace, (actor, at), lambda unit: record_rows.store_undone(unit, record_id, reason, seen))

    def records(self, workspace: str, *, at_revision: int | None = None) -> list[StoredRecord]:
        with self._database.reading() as connection:
            return record_rows.records(connection, workspace, at_revision)

    def record(self, workspace: str, record_id: str) -> StoredRecord:
        with self._database.reading() as connection:
            return record_rows.record(connection, workspace, record_id)

    def record_history(self, workspace: str, record_id: str) -> list[StoredRecord]:
        with self._database.reading() as connection:
            return record_rows.history(connection, workspace, record_id)

    def tombstones(self, workspace: str, record_id: str) -> list[Tombstone]:
        with self._database.reading() as connection:
            return record_rows.tombstones(connection, workspace, record_id)

    def audit(self, workspace: str, *, limit: int = 1000) -> list[AuditRow]:
        query = select(audit).where(audit.c.workspace == workspace).order_by(audit.c.entry.desc()).limit(limit)
        with self._database.reading() as connection:
            return [AuditRow(row.revision, row.actor, row.action, row.target, row.at, row.reason) for row in connection.execute(query)]

    def changes(self, workspace: str, *, after: int, limit: int = 1000) -> list[Change]:
        mine = select(outbox).where(outbox.c.workspace == workspace, outbox.c.sequence > after)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(outbox.c.sequence).limit(limit))
            return [Change(row.sequence, row.kind, row.target, row.op) for row in rows]

    def record_changes(self, workspace: str, *, after: int, since: int, until: int, limit: int = 1000) -> list[RecordChange]:
        with self._database.reading() as connection:
            return change_rows.record_changes(connection, workspace, after=after, since=since, until=until, limit=limit)

    def open_case(self, workspace: str, case: Case, *, actor: str, at: str) -> tuple[Case, bool]:
        return self._write("open_case", workspace, (actor, at), lambda unit: case_rows.open_case(unit, case))

    def case(self, workspace: str, case_id: str) -> Case:
        with self._database.reading() as connection:
            return case_rows.one_case(connection, workspace, case_id)

    def cases(self, workspace: str, wanted: CaseFilter) -> list[Case]:
        with self._database.reading() as connection:
            return case_rows.cases(connection, workspace, wanted)

    def withdraw_case(self, workspace: str, case: Case, *, seen: int, actor: str, at: str) -> Case:
        return self._write("withdraw_case", workspace, (actor, at), lambda unit: case_rows.end_case(unit, case, seen))

    def resolve_case(self, workspace: str, closing: Closing, records: Sequence[Record], *, actor: str, at: str) -> Case:
        with self._comparing:
            compared = self._compared.setdefault(workspace, Compared())
            return self._write(
                "resolve_case", workspace, (actor, at), lambda unit: case_closing.resolve_case(unit, closing, records, compared)
            )

    def labels(self, workspace: str) -> dict[str, frozenset[str]]:
        with self._database.reading() as connection:
            return label_rows.labels(connection, workspace)

    def label_sources(self, workspace: str, labelling: Labelling, *, actor: str, at: str) -> list[str]:
        return self._write("label_sources", workspace, (actor, at), lambda unit: label_rows.label_sources(unit, labelling))

    def add_key(self, key: ApiKey) -> None:
        self._write("add_key", key.workspace, (OPERATOR, key.created_at), lambda unit: key_rows.store_key(unit, key))

    def key_by_digest(self, digest: str) -> ApiKey | None:
        with self._database.reading() as connection:
            return key_rows.by_digest(connection, digest)

    def keys(self, workspace: str) -> list[ApiKey]:
        with self._database.reading() as connection:
            return key_rows.keys(connection, workspace)

    def revoke_key(self, workspace: str, key_id: str, *, at: str) -> None:
        self._write("revoke_key", workspace, (OPERATOR, at), lambda unit: key_rows.revoke(unit, key_id))

    def add_upload(self, workspace: str, upload: Upload, data: bytes) -> Upload:
        return self._write("add_upload", workspace, (upload.actor, upload.at), lambda unit: upload_rows.store(unit, upload, data))

    def upload(self, workspace: str, upload_id: str) -> Upload:
        with self._database.reading() as connection:
            return upload_rows.one(connection, workspace, upload_id)

    def waiting_uploads(self, *, limit: int = 100) -> list[tuple[str, Upload]]:
        with self._database.reading() as connection:
            return upload_rows.waiting(connection, limit)

    def upload_bytes(self, workspace: str, upload_id: str) -> bytes:
        with self._database.reading() as connection:
            return upload_rows.data(connection, workspace, upload_id)

    def end_upload(self, workspace: str, upload_id: str, *, state: UploadState, reason: str | None, at: str) -> None:
        self._write("end_upload", workspace, (OPERATOR, at), lambda unit: upload_rows.end(unit, upload_id, state, reason))

    def begin_session(self, session: Session, *, stale: str) -> None:
        self._database.writing(lambda connection: session_rows.begin(connection, session, stale))

    def session(self, digest: str) -> Session | None:
        with self._database.reading() as connection:
            return session_rows.one(connection, digest)

    def see_session(self, digest: str, *, at: str) -> None:
        self._database.writing(lambda connection: session_rows.see(connection, digest, at))

    def end_session(self, digest: str) -> None:
        self._database.writing(lambda connection: session_rows.end(connection, digest))

    def ping(self) -> None:
        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self._database.close()
