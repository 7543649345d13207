"""Labels of sources, and of the keys that may read them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    # Keys that are there already read what has no label: all there is at this moment, and nothing that is labelled later.
    op.add_column("api_key", sa.Column("labels", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "source_label",
        sa.Column("workspace", WORDS, primary_key=True),
        sa.Column("path", WORDS, primary_key=True),
        sa.Column("label", WORDS, primary_key=True),
    )
