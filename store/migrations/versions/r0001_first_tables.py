"""The first tables: sources, what was read from them, records in versions, audit, outbox and keys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

# Written out again, and not taken from store/schema.py: that file moves on, this step must not.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _key(name: str, kind: sa.Text | sa.Integer = WORDS) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _of_reading(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace", "reading"], ["reading.workspace", "reading.number"], name=f"fk_{name}_reading")


def upgrade() -> None:
    op.create_table(
        "workspace",
        _key("name"),
        _number("revision"),
        _number("reading"),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
    )
    _sources()
    _texts()
    _records()
    _trail()


def _sources() -> None:
    op.create_table(
        "source",
        _key("workspace"),
        _key("id"),
        _text("sha256"),
        _words("path"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "reading",
        _key("workspace"),
        _key("number", sa.Integer()),
        _words("source_id"),
        _text("pipeline"),
        _words("path"),
        _text("media_type"),
        _text("kind_hint"),
        _text("state"),
        _text("reason", nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _text("at"),
        sa.ForeignKeyConstraint(["workspace", "source_id"], ["source.workspace", "source.id"], name="fk_reading_source"),
    )
    op.create_index("uq_reading_pipeline", "reading", ["workspace", "source_id", "pipeline"], unique=True)
    current = sa.column("is_current", sa.Boolean()) == sa.true()
    op.create_index(
        "uq_reading_current_path", "reading", ["workspace", "path"], unique=True, sqlite_where=current, postgresql_where=current
    )


def _texts() -> None:
    op.create_table(
        "document",
        _key("workspace"),
        _key("reading", sa.Integer()),
        _key("id"),
        _number("ordinal"),
        _text("body"),
        _of_reading("document"),
    )
    op.create_index("ix_document_id", "document", ["workspace", "id"])
    for name in ("passage", "statement"):
        op.create_table(
            name,
            _key("workspace"),
            _key("reading", sa.Integer()),
            _key("id"),
            _number("ordinal"),
            _number("start_char"),
            _text("body"),
            sa.Column("vector", sa.LargeBinary(), nullable=False),
            _of_reading(name),
        )
    op.create_index("ix_passage_id", "passage", ["workspace", "id"])


def _records() -> None:
    op.create_table("revision", _key("workspace"), _key("number", sa.Integer()), _text("actor"), _text("at"))
    op.create_table(
        "record_version",
        _key("workspace"),
        _key("id"),
        _key("revision", sa.Integer()),
        _text("status"),
        _text("body", nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["workspace", "revision"], ["revision.workspace", "revision.number"], name="fk_record_version_revision"),
    )


def _trail() -> None:
    op.create_table(
        "audit",
        _key("workspace"),
        _key("entry", sa.BigInteger()),
        _number("revision"),
        _text("actor"),
        _text("action"),
        _text("target"),
        _text("at"),
    )
    op.create_table("outbox", _key("workspace"), _key("sequence", sa.BigInteger()), _text("kind"), _text("target"), _text("op"))
    op.create_table(
        "api_key",
        _key("workspace"),
        _key("id"),
        _text("name"),
        _words("digest"),
        _text("scopes"),
        _words("created_at"),
        _text("revoked_at", nullable=True),
    )
    op.create_index("uq_api_key_digest", "api_key", ["digest"], unique=True)
