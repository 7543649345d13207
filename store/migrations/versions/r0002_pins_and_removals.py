"""Pins, the reasons of changes, and the traces that removals leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _mark(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    op.add_column("workspace", sa.Column("unscrubbed", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("record_version", _word("pinned"))
    op.add_column("record_version", _mark("orphaned"))
    op.add_column("record_version", _mark("removed"))
    op.add_column("audit", _word("reason"))
    op.create_table(
        "pin",
        sa.Column("workspace", WORDS, primary_key=True),
        sa.Column("record_id", WORDS, primary_key=True),
        sa.Column("field", WORDS, primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
