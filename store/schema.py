"""The tables of the ledger; every row carries its workspace, and every list comes out of one query."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    true,
)

#: The newest migration. Compared with the database's own mark, so that alembic is loaded only where there is something to do.
HEAD = "r0007"

#: Sorted by code point everywhere, as Python does; PostgreSQL would otherwise sort by the server's language.
Words = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

#: One row a workspace: the last numbers given out. Its lock makes writers of one workspace take turns, so that rows with a higher
#: number never become visible before those with a lower one.
workspace = Table(
    "workspace",
    metadata,
    Column("name", Words, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    #: The audit entry of the last removal of which the store's own files may still hold traces; 0 where there is none.
    Column("unscrubbed", BigInteger, nullable=False, server_default="0"),
)

source = Table(
    "source",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("path", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

#: What one pipeline made of one source. ``state``: read or refused.
reading = Table(
    "reading",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("source_id", Words, nullable=False),
    Column("pipeline", Text, nullable=False),
    Column("path", Words, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("kind_hint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("is_current", Boolean, nullable=False),
    Column("at", Text, nullable=False),
    ForeignKeyConstraint(["workspace", "source_id"], ["source.workspace", "source.id"], name="fk_reading_source"),
)
Index("uq_reading_pipeline", reading.c.workspace, reading.c.source_id, reading.c.pipeline, unique=True)
Index(
    "uq_reading_current_path",
    reading.c.workspace,
    reading.c.path,
    unique=True,
    sqlite_where=reading.c.is_current == true(),
    postgresql_where=reading.c.is_current == true(),
)


def _of_reading(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["workspace", "reading"], ["reading.workspace", "reading.number"], name=f"fk_{name}_reading")


document = Table(
    "document",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("reading", Integer, primary_key=True, autoincrement=False),
    Column("id", Words, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("body", Text, nullable=False),
    _of_reading("document"),
)
Index("ix_document_id", document.c.workspace, document.c.id)

passage = Table(
    "passage",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("reading", Integer, primary_key=True, autoincrement=False),
    Column("id", Words, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    _of_reading("passage"),
)
Index("ix_passage_id", passage.c.workspace, passage.c.id)

statement = Table(
    "statement",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("reading", Integer, primary_key=True, autoincrement=False),
    Column("id", Words, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("start_char", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    _of_reading("statement"),
)

revision = Table(
    "revision",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)

#: Append-only, but for removals. A tombstone has no body and no vector; ``status`` is then the last one the record had. ``pinned``: names
#: of fields in order, with a comma between. ``removed``: a tombstone that was made because what the version quoted was removed.
record_version = Table(
    "record_version",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("body", Text),
    Column("vector", LargeBinary),
    Column("pinned", Text, nullable=False, server_default=""),
    Column("orphaned", Boolean, nullable=False, server_default=false()),
    Column("removed", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["workspace", "revision"], ["revision.workspace", "revision.number"], name="fk_record_version_revision"),
)

#: What a person set: ``value`` is JSON; of a record's status too, under the field's name ``status``.
pin = Table(
    "pin",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("record_id", Words, primary_key=True),
    Column("field", Words, primary_key=True),
    Column("value", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

outbox = Table(
    "outbox",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("op", Text, nullable=False),
)

#: A step that could not proceed. ``number``: the audit entry of its opening. ``path``: of the source that holds its resolution, or "".
#: ``due``, ``catcher``, ``step``: what lists filter by, "" where not known; the last two as domain.case.folded has them.
opened_case = Table(
    "opened_case",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("opener", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("due", Words, nullable=False),
    Column("catcher", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("path", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("uq_opened_case_number", opened_case.c.workspace, opened_case.c.number, unique=True)
Index("ix_opened_case_content", opened_case.c.workspace, opened_case.c.opener, opened_case.c.fingerprint)

#: Who may see a source: those who may read all labels of its path.
source_label = Table(
    "source_label",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("path", Words, primary_key=True),
    Column("label", Words, primary_key=True),
)

#: ``scopes`` and ``labels``: their names in order, with a comma between; the label ``*`` stands for all.
api_key = Table(
    "api_key",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", Words, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Words, nullable=False),
    Column("revoked_at", Text),
    Column("labels", Text, nullable=False, server_default=""),
)
Index("uq_api_key_digest", api_key.c.digest, unique=True)

#: Of the pages. No workspace: a session is that of a key, which has one.
session = Table(
    "session",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("key_digest", Words, nullable=False),
    Column("begun", Words, nullable=False),
    Column("seen", Words, nullable=False),
)

#: ``data``: null once the upload is read or refused. ``number``: the order in which they came, over all workspaces.
upload = Table(
    "upload",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("path", Words, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind_hint", Text, nullable=False),
    Column("state", Words, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text),
    Column("number", BigInteger, nullable=False),
    Column("data", LargeBinary),
)
Index("ix_upload_state", upload.c.state, upload.c.number)

#: ``key``: a digest of the caller's. ``state``: open or done. ``until``: seconds since 1970, the end of the hold or of the memory.
idempotency = Table(
    "idempotency",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("caller", Words, primary_key=True),
    Column("route", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("until", Double, nullable=False),
)
Index("ix_idempotency_until", idempotency.c.until)

#: ``events``: names with a comma between. ``leased_until`` and ``holder``: which sender has it in hand, and for how long.
webhook = Table(
    "webhook",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Words, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", Double, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("trouble", Text),
    Column("delivered_at", Text),
    Column("holder", Text, nullable=False),
    Column("leased_until", Double, nullable=False),
)
