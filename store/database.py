"""Connections and transactions of SQLite and PostgreSQL, and their errors as ours; the one module that tells the two apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import BadInput, Busy, Defect, GroundruleError, Unavailable

T = TypeVar("T")

#: The write-ahead log of older libraries can corrupt a database (docs/decisions, SQL is the truth).
WAL_SAFE_FROM = (3, 51, 3)

#: How long a connection waits for another's lock, and how often a transaction is tried: together half a minute.
LOCK_SECONDS = 10
ATTEMPTS = 3

CONNECT_SECONDS = 5

#: Marks connections whose transactions write, so that SQLite takes its lock at the start: taken later, it cannot be waited for.
_WRITES = "groundrule_writes"

#: serialization_failure and deadlock_detected: the server asks for another try.
_TRY_AGAIN = frozenset({"40001", "40P01"})
#: lock_not_available and query_canceled.
_HELD = frozenset({"55P03", "57014"})


def journal_mode(library: tuple[int, ...]) -> str:
    """The journal for an SQLite library of this version."""
    return "wal" if library >= WAL_SAFE_FROM else "delete"


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:////absolute/path`` or ``postgresql+psycopg://...``; nothing is opened yet.

    Raises:
        BadInput: where the address is not one of these.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("the database's address must look like sqlite:////path/ledger.db or postgresql+psycopg://host/name") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=24,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
    raise BadInput(f"the database must be SQLite or PostgreSQL, not {backend}")


def _sqlite(url: URL) -> Engine:
    from pysqlite3 import dbapi2

    if url.database in (None, "", ":memory:"):
        raise BadInput("an SQLite database needs a path: sqlite:////path/ledger.db")
    engine = create_engine(url, module=dbapi2, pool_size=8, max_overflow=24, connect_args={"timeout": LOCK_SECONDS})
    wanted = journal_mode(dbapi2.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # Transactions begin where we say so (below), and not before the first INSERT, which is the driver's own idea.
        connection.isolation_level = None
        # A busy database refuses a change of mode, so there is none where the mode is right already.
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
            connection.execute(f"PRAGMA journal_mode={wanted}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten with zeros

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Database:
    """Reads that are one statement each, and writes that are one transaction each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_WRITES: True})
        # A single statement needs no BEGIN and no ROLLBACK; SQLite's connections are in that mode anyway.
        self._reader = engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Raises Unavailable or Busy."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            raise typed(error) from error

    def writing(self, work: Callable[[Connection], T]) -> T:
        """Commits what the work did, or nothing; the work may run several times, each time from the start.

        Raises:
            Unavailable, Busy: the database cannot be reached, or stays locked.
            BadInput, Defect: it refuses a value.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._writer.begin() as connection:
                    return work(connection)
            except (DBAPIError, PoolTimeoutError) as error:
                if attempt == ATTEMPTS or not worth_another_try(error):
                    raise typed(error) from error
        raise Defect("a transaction neither ended nor failed")

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def forget(self) -> None:
        """Compiled statements keep the values that they were first used with."""
        self._engine.clear_compiled_cache()

    def close(self) -> None:
        self._engine.dispose()


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _locked(error: DBAPIError) -> bool:
    # SQLITE_BUSY_RECOVERY and its kin all begin with SQLITE_BUSY.
    return (getattr(error.orig, "sqlite_errorname", None) or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def worth_another_try(error: DBAPIError | PoolTimeoutError) -> bool:
    return isinstance(error, DBAPIError) and (_locked(error) or _sqlstate(error) in _TRY_AGAIN)


def typed(error: DBAPIError | PoolTimeoutError) -> GroundruleError:
    """Ours for theirs. Only the driver's own words are kept: SQLAlchemy's message quotes the values, and those are nobody's business."""
    if isinstance(error, PoolTimeoutError):
        return Busy("all connections to the database are in use")
    if _locked(error) or _sqlstate(error) in _TRY_AGAIN | _HELD:
        return Busy("the database is locked by another process")
    if isinstance(error, DataError):
        return BadInput(f"the database cannot hold this value: {error.orig}")
    if isinstance(error, IntegrityError):
        return Defect(f"the database refused a row: {type(error.orig).__name__} {_sqlstate(error)}".rstrip())
    return Unavailable(f"the database cannot be used: {error.orig}")
