"""What alembic runs: the steps, on the connection and in the transaction that store/migrate.py opened."""

from __future__ import annotations

from alembic import context

from store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
