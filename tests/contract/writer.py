"""A process that writes to a ledger, and kills itself at a failpoint: ``python -m tests.contract.writer URL NAME COUNT [STEP HIT]``."""

from __future__ import annotations

import os
import signal
import sys

from store.database import make_engine
from store.ledger import SqlLedger
from store.migrate import upgrade
from tests.contract.builders import commit, paper, put, record


def main(url: str, name: str, number: int, failpoint: str = "", hit: int = 0) -> None:
    hits = 0

    def at(step: str) -> None:
        nonlocal hits
        hits += step == failpoint
        if hit and hits == hit:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = make_engine(url)
    upgrade(engine)
    ledger = SqlLedger(engine, failpoint=at)
    for n in range(number):
        if commit(ledger, paper(f"{name}/{n}.txt", f"Rule {n} of {name}.", "And one more.")):
            print(f"{name}/{n}.txt", flush=True)
        # Each writer drops the other's record: what counts is that revisions take turns.
        put(ledger, record(f"{name}_{n}"))
    ledger.close()


if __name__ == "__main__":
    url, name, number, failpoint, hit, *_ = [*sys.argv[1:], "", "0"]
    main(url, name, int(number), failpoint, int(hit))
