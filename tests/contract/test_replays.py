"""The contract of idempotency keys: one request has one effect, whoever dies, waits or repeats."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import Busy
from domain.ports import Ledger
from domain.record import Status, StoredRecord
from domain.replay_port import Claim, Found, Standing
from store.ledger import SqlLedger
from tests.contract.builders import ACTOR, AT, put, record
from tests.contract.test_ledger_faults import ROOT

ONE = Claim("a", "dana", "decision", "k1", "f1", "first")
AGAIN = replace(ONE, holder="second")


def told(made: object) -> str | None:
    return str(made.revision) if isinstance(made, StoredRecord) else None


def approve(ledger: Ledger, claim: Claim) -> StoredRecord:
    with ledger.replays.settling(claim, told, until=200):
        return ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor=ACTOR, at=AT, reason="")


def test_the_first_takes_the_key_and_the_others_wait_for_its_outcome(ledger: Ledger) -> None:
    assert ledger.replays.claim(ONE, now=0, until=60) == Found(Standing.FIRST)
    assert ledger.replays.claim(AGAIN, now=1, until=61) == Found(Standing.UNDER_WAY)
    assert ledger.replays.claim(replace(AGAIN, fingerprint="f2"), now=1, until=61) == Found(Standing.OTHER)
    ledger.replays.settle(ONE, "it", until=200)
    assert ledger.replays.claim(AGAIN, now=199, until=260) == Found(Standing.DONE, "it")
    assert ledger.replays.claim(replace(AGAIN, fingerprint="f2"), now=199, until=260) == Found(Standing.OTHER)
    assert ledger.replays.claim(AGAIN, now=200, until=260) == Found(Standing.FIRST)


@pytest.mark.parametrize("part", ["workspace", "caller", "route", "key"])
def test_a_key_is_that_of_one_caller_at_one_route_of_one_workspace(ledger: Ledger, part: str) -> None:
    ledger.replays.claim(ONE, now=0, until=60)
    assert ledger.replays.claim(replace(AGAIN, **{part: "other"}), now=1, until=61) == Found(Standing.FIRST)


def test_a_key_is_given_back_by_its_holder_only_and_not_once_it_has_an_outcome(ledger: Ledger) -> None:
    ledger.replays.claim(ONE, now=0, until=60)
    ledger.replays.release(AGAIN)
    assert ledger.replays.claim(AGAIN, now=1, until=61).standing is Standing.UNDER_WAY
    ledger.replays.release(ONE)
    assert ledger.replays.claim(AGAIN, now=1, until=61).standing is Standing.FIRST
    ledger.replays.settle(AGAIN, "it", until=200)
    ledger.replays.release(AGAIN)
    assert ledger.replays.claim(ONE, now=1, until=61) == Found(Standing.DONE, "it")


def test_a_write_keeps_its_outcome_in_its_own_transaction(ledger: Ledger) -> None:
    put(ledger, record("one"))
    ledger.replays.claim(ONE, now=0, until=60)
    assert approve(ledger, ONE).revision == 2
    assert ledger.replays.claim(AGAIN, now=1, until=61) == Found(Standing.DONE, "2")


def test_what_comes_after_or_is_no_such_write_keeps_nothing(ledger: Ledger) -> None:
    ledger.replays.claim(ONE, now=0, until=60)
    with ledger.replays.settling(ONE, told, until=200):
        put(ledger, record("one"))
    ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor=ACTOR, at=AT, reason="")
    assert ledger.replays.claim(AGAIN, now=1, until=61).standing is Standing.UNDER_WAY


def test_a_request_that_lost_its_key_changes_nothing(ledger: Ledger) -> None:
    put(ledger, record("one"))
    ledger.replays.claim(ONE, now=0, until=60)
    assert ledger.replays.claim(AGAIN, now=61, until=121).standing is Standing.FIRST
    with pytest.raises(Busy, match="took over"):
        approve(ledger, ONE)
    assert (ledger.revision("a"), len(ledger.audit("a"))) == (1, 1)
    assert approve(ledger, AGAIN).revision == 2
    with pytest.raises(Busy):
        ledger.replays.settle(ONE, "it", until=200)


def test_a_write_that_fails_leaves_no_outcome(make_ledger: Callable[..., Ledger]) -> None:
    failing = [False]

    def failpoint(name: str) -> None:
        if failing[0] and name == "pin.finished":
            raise KeyboardInterrupt

    ledger = make_ledger(failpoint)
    put(ledger, record("one"))
    ledger.replays.claim(ONE, now=0, until=60)
    failing[0] = True
    with pytest.raises(KeyboardInterrupt):
        approve(ledger, ONE)
    assert ledger.revision("a") == 1
    assert ledger.replays.claim(AGAIN, now=1, until=61).standing is Standing.UNDER_WAY
    assert ledger.replays.claim(AGAIN, now=61, until=121).standing is Standing.FIRST


def test_of_eight_threads_one_is_first_and_a_quiet_week_is_dropped_in_passing(ledger: Ledger) -> None:
    for number in range(60):
        ledger.replays.claim(replace(ONE, key=f"old{number}", holder="x"), now=0, until=1)
    found: Counter[Standing] = Counter()
    start = threading.Barrier(8)

    def claim(holder: str) -> None:
        start.wait()
        found[ledger.replays.claim(replace(ONE, holder=holder), now=10, until=70).standing] += 1

    threads = [threading.Thread(target=claim, args=(f"h{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {Standing.FIRST: 1, Standing.UNDER_WAY: 7}
    if isinstance(ledger, SqlLedger):
        with ledger._database.reading() as connection:
            left = connection.exec_driver_sql("SELECT count(*) FROM idempotency").scalar()
        assert left == 1


_KILLED = """
import os, signal, sys
from store.ledger import SqlLedger
from tests.contract import test_replays as here
def failpoint(name):
    if name == sys.argv[2]: os.kill(os.getpid(), signal.SIGKILL)
ledger = SqlLedger(sys.argv[1], failpoint=failpoint)
ledger.replays.claim(here.ONE, now=0, until=60)
here.approve(ledger, here.ONE)
"""


@pytest.mark.parametrize(
    ("failpoint", "revision", "standing"),
    [("pin.written", 1, Standing.FIRST), ("pin.finished", 1, Standing.FIRST), ("pin.committed", 2, Standing.DONE)],
)
def test_a_process_killed_around_its_commit_leaves_effect_and_outcome_or_neither(
    sql_url: str, failpoint: str, revision: int, standing: Standing
) -> None:
    ledger = SqlLedger(sql_url)
    put(ledger, record("one"))
    process = subprocess.run([sys.executable, "-c", _KILLED, sql_url, failpoint], cwd=ROOT, check=False)
    assert process.returncode == -9
    assert ledger.revision("a") == revision
    assert ledger.replays.claim(AGAIN, now=61, until=121).standing is standing
    if standing is Standing.FIRST:
        assert approve(ledger, AGAIN).revision == 2
    assert len([row for row in ledger.audit("a") if row.action == "record.decided"]) == 1
    ledger.close()
