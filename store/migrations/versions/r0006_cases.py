"""Cases: steps that could not proceed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NAMES = ("opener", "fingerprint", "state", "due", "catcher", "step", "path")


def upgrade() -> None:
    op.create_table(
        "opened_case",
        sa.Column("workspace", WORDS, primary_key=True),
        sa.Column("id", WORDS, primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in _NAMES),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("uq_opened_case_number", "opened_case", ["workspace", "number"], unique=True)
    op.create_index("ix_opened_case_content", "opened_case", ["workspace", "opener", "fingerprint"])
