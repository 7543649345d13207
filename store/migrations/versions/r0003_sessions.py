"""Sessions of the pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("digest", WORDS, primary_key=True),
        sa.Column("key_digest", WORDS, nullable=False),
        sa.Column("begun", WORDS, nullable=False),
        sa.Column("seen", WORDS, nullable=False),
    )
