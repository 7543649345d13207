"""Ingestion killed at random points and started again ends with the records of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.access import LOCAL
from service.demo import demo_folder
from service.export import export_records
from service.ingest_files import ingest
from service.wiring import open_app
from tests.conftest import DemoCompany, demo_settings

KILLS = int(os.environ.get("GROUNDRULE_TEST_KILLS", "6"))
DAY = "2026-03-02"
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})
RUN = (
    "import sys; from pathlib import Path; from domain.access import LOCAL; from service.ingest_files import ingest; "
    "from service.wiring import open_app; from tests.conftest import demo_settings\n"
    "with open_app(demo_settings(Path(sys.argv[1]))) as app: "
    "ingest(app, LOCAL, [Path(sys.argv[2])], progress=lambda p: print(p.done, flush=True))"
)


def killed_after(seconds: float, store: Path, files: Path) -> bool:
    """Whether the run was still going when it was killed, workers and all."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(store), str(files)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(seconds)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    return alive


@pytest.mark.timeout(600)
def test_a_killed_run_is_resumed_without_loss_or_trace(demo_company: DemoCompany, tmp_path: Path) -> None:
    want = "".join(export_records(demo_company.app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL))
    chance, hits = random.Random(11), 0
    for _ in range(KILLS):
        hits += killed_after(chance.uniform(1.0, 9.0), tmp_path / "store", demo_folder() / "files")
    with open_app(demo_settings(tmp_path / "store")) as app:
        ingest(app, LOCAL, [demo_company.files])
        assert "".join(export_records(app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL)) == want
    assert hits >= 1
