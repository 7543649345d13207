"""What the ledger on a database keeps when processes write at once, die in the middle or cannot reach it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.errors import BadInput, Busy, Unavailable
from domain.ports import Change
from store.database import Database, journal_mode, make_engine
from store.ledger import SqlLedger, open_ledger
from tests.contract.builders import commit, paper, put, record

#: The folder that holds ``tests``; the packages themselves may be installed elsewhere.
ROOT = Path(__file__).parents[2]


def writer(url: str, name: str, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contract.writer", url, name, *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> int:
    """The exit status, with the pipe closed."""
    process.communicate()
    return process.returncode


def check_whole(ledger: SqlLedger) -> None:
    """No change without its audit row, no audit row without its change, and nothing half there."""
    changes = ledger.changes("a", after=0, limit=10_000)
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    audit = ledger.audit("a", limit=10_000)
    read = [row.target for row in audit if row.action == "source.read"]
    assert sorted(read) == sorted(state.source.id for state in ledger.sources("a"))
    assert {change.target for change in changes if change.kind == "passage"} == {passage.id for passage, _ in ledger.passages("a")}
    assert len(ledger.passages("a")) == len(ledger.statements("a")) == 2 * len(ledger.sources("a"))
    records = [(row.action, row.target) for row in audit[::-1] if row.action.startswith("record.")]
    assert [(f"record.{change.op}", change.target) for change in changes if change.kind == "record"] == records


def test_two_processes_write_and_a_follower_sees_every_line_once_and_in_order(sql_url: str) -> None:
    ledger = SqlLedger(sql_url)
    writers = [writer(sql_url, name, "15") for name in ("first", "second")]
    seen: list[Change] = []
    while True:
        alive = any(process.poll() is None for process in writers)
        fresh = ledger.changes("a", after=seen[-1].sequence if seen else 0, limit=7)
        seen += fresh
        if not alive and not fresh:
            break
        time.sleep(0.001)  # the follower must not take both cores from the writers
    assert [finished(process) for process in writers] == [0, 0]
    assert seen == ledger.changes("a", after=0, limit=10_000)
    assert len(ledger.sources("a")) == 30
    check_whole(ledger)
    ledger.close()


@pytest.mark.parametrize(
    "failpoint", ["commit_reading.written", "commit_reading.finished", "commit_reading.committed", "commit_records.finished"]
)
def test_a_process_killed_at_a_failpoint_leaves_a_whole_ledger(sql_url: str, failpoint: str) -> None:
    process = writer(sql_url, "killed", "5", failpoint, "3")
    acknowledged = (process.communicate()[0] or "").split()
    assert process.returncode == -9
    ledger = SqlLedger(sql_url)
    paths = [state.source.path for state in ledger.sources("a")]
    assert set(acknowledged) <= set(paths)
    assert len(paths) == (3 if failpoint in ("commit_reading.committed", "commit_records.finished") else 2)
    assert ledger.revision("a") == 2
    check_whole(ledger)
    assert finished(writer(sql_url, "killed", "5")) == 0, "doing it all again finishes it"
    assert len(ledger.sources("a")) == 5
    check_whole(ledger)
    ledger.close()


@pytest.mark.slow
def test_sqlite_is_whole_after_kills_at_random_moments(sqlite_url: str) -> None:
    dice = random.Random(20260301)
    acknowledged: set[str] = set()
    for attempt in range(5):
        process = writer(sqlite_url, f"n{attempt}", "400")
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
        time.sleep(dice.uniform(0, 0.15))
        process.kill()
        acknowledged |= {line for line in process.communicate()[0].split("\n") if line.endswith(".txt")}
    database = Database(make_engine(sqlite_url))
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.close()
    ledger = SqlLedger(sqlite_url)
    assert len(acknowledged) > 5
    assert acknowledged <= {state.source.path for state in ledger.sources("a")}
    check_whole(ledger)
    ledger.close()


def test_two_processes_may_make_the_same_new_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    writers = [writer(url, name, "2") for name in ("first", "second", "third")]
    assert [finished(process) for process in writers] == [0, 0, 0]
    ledger = SqlLedger(url)
    assert len(ledger.sources("a")) == 6
    ledger.close()


def test_opening_brings_a_new_database_to_the_present_schema_and_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    first = open_ledger(url)
    put(first, record("one"))
    first.close()
    second = open_ledger(url)
    assert [it.record.id for it in second.records("a")] == ["rec_one"]
    second.close()


def test_a_locked_database_is_busy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database.LOCK_SECONDS", 0.05)
    holder, ledger = make_engine(sqlite_url), SqlLedger(sqlite_url)
    with holder.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            commit(ledger, paper("a.txt", "A rule."))
        assert ledger.sources("a") == [], "reading goes on"
        connection.exec_driver_sql("ROLLBACK")
    assert commit(ledger, paper("a.txt", "A rule."))
    holder.dispose()
    ledger.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/ledger.db", "postgresql+psycopg://nobody@127.0.0.1:1/none", "postgresql://nobody@/none?host=/no/such"],
)
def test_a_database_that_cannot_be_reached_is_unavailable(url: str) -> None:
    with pytest.raises(Unavailable):
        open_ledger(url)
    ledger = SqlLedger(url)
    with pytest.raises(Unavailable):
        ledger.ping()
    ledger.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    file.write_bytes(b"not a database, and long enough to have a header" * 100)
    with pytest.raises(Unavailable):
        open_ledger(f"sqlite:///{file}")


@pytest.mark.parametrize("url", ["nonsense", "mysql://a/b", "sqlite://", "sqlite:///:memory:", "sqlite:///"])
def test_an_address_of_no_database_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput):
        open_ledger(url)


def test_a_database_of_a_newer_version_is_refused(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    Database(engine).writing(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(Unavailable, match="does not know"):
        open_ledger(sqlite_url)
    engine.dispose()


def test_an_old_sqlite_library_gets_no_write_ahead_log() -> None:
    assert journal_mode((3, 51, 2)) == "delete"
    assert journal_mode((3, 51, 3)) == "wal"


def test_sqlite_is_opened_with_its_safeguards_on(sqlite_url: str) -> None:
    database = Database(make_engine(sqlite_url))
    with database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    assert found == ["wal", 1, 2, 10_000]
    database.close()
