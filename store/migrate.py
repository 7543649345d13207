"""Brings a database to the present schema, from inside the program; several processes may try at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from domain.errors import Unavailable
from store.database import Database
from store.schema import HEAD

#: Any number that nothing else on the server uses as an advisory lock: "groundru" as bytes.
_LOCK = 0x67726F756E647275

_MARK = "alembic_version"


def upgrade(engine: Engine) -> None:
    """Does nothing, quickly, where the database is up to date.

    Raises:
        Unavailable: where the database cannot be reached, or a newer Groundrule wrote it.
        Busy: where another process keeps it locked.
    """
    database = Database(engine)
    with database.reading() as connection:
        if _mark(connection) == HEAD:
            return
    database.writing(_steps)


def _mark(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_MARK):
        return None
    mark: str | None = connection.execute(text(f"SELECT version_num FROM {_MARK}")).scalar()  # noqa: S608 # a constant of ours
    return mark


def _steps(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Unavailable(f"the database has a schema that this version of Groundrule does not know: {error}") from error
