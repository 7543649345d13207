"""Idempotency keys and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, WORDS, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "idempotency",
        *(_key(name) for name in ("workspace", "caller", "route", "key")),
        *(_text(name) for name in ("fingerprint", "holder", "state")),
        sa.Column("outcome", sa.Text()),
        _time("until"),
    )
    op.create_index("ix_idempotency_until", "idempotency", ["until"])
    op.create_table(
        "webhook",
        *(_key(name) for name in ("workspace", "id")),
        *(_text(name) for name in ("url", "events", "secret", "created_by")),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _time("failing_since"),
        _time("next_at"),
        sa.Column("trouble", sa.Text()),
        sa.Column("delivered_at", sa.Text()),
        _text("holder"),
        _time("leased_until"),
    )
