"""What the embedded index keeps between processes, and how it is guarded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Busy, Unavailable
from store.edge_index import EdgeIndex
from store.open_index import open_index
from store.projection import follow
from tests.contract.test_index import SENTENCES, answers, busy_ledger, points

#: The folder that holds ``tests``; the packages themselves may be installed elsewhere.
ROOT = Path(__file__).parents[2]

CRASH = """
import os, signal, sys
import store.edge_index as it
from tests.contract.test_index import SENTENCES, points

index = it.EdgeIndex(sys.argv[1])
index.apply("a", put=points(*SENTENCES[:3]), drop=(), position=3)
it.write_positions = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
index.apply("a", put=points(*SENTENCES), drop=["passage_0"], position=7)
"""

HOLD = "import sys, store.edge_index as it; index = it.EdgeIndex(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_a_second_opener_is_told_that_it_is_busy(tmp_path: Path) -> None:
    first = EdgeIndex(tmp_path)
    with pytest.raises(Busy):
        EdgeIndex(tmp_path)
    first.close()
    first.close()
    open_index(tmp_path).close()


def test_another_process_holds_the_index_until_it_dies(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(Busy):
            EdgeIndex(tmp_path)
        holder.kill()
    EdgeIndex(tmp_path).close()


def test_everything_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path)
    follow(busy_ledger(), index, "a")
    index.apply("b", put=points(*SENTENCES, workspace="b"), drop=(), position=6)
    before = (answers(index), answers(index, "b"), index.position("a"), index.position("b"), index.count("a"))
    index.close()
    again = EdgeIndex(tmp_path)
    assert (answers(again), answers(again, "b"), again.position("a"), again.position("b"), again.count("a")) == before
    again.close()


def test_a_crash_between_points_and_position_means_doing_it_again(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], cwd=ROOT, check=False).returncode == -9
    index = EdgeIndex(tmp_path)
    assert index.position("a") == 3
    for _ in range(2):
        index.apply("a", put=points(*SENTENCES)[1:], drop=["passage_0"], position=7)
    assert (index.position("a"), index.count("a")) == (7, 5)
    index.close()


@pytest.mark.parametrize("damage", ["", "{", '{"layout": "of another version", "positions": {"a": 6}}'])
def test_points_without_trustworthy_positions_are_forgotten(tmp_path: Path, damage: str) -> None:
    index = EdgeIndex(tmp_path)
    index.apply("a", put=points(*SENTENCES), drop=(), position=6)
    index.close()
    (tmp_path / "positions.json").write_text(damage)
    again = EdgeIndex(tmp_path)
    assert (again.position("a"), again.count("a")) == (0, 0)
    again.close()


def test_a_damaged_index_is_unavailable_and_lets_go_of_the_folder(tmp_path: Path) -> None:
    EdgeIndex(tmp_path).close()
    (tmp_path / "points" / "edge_config.json").write_text("{")
    for _ in range(2):
        with pytest.raises(Unavailable):
            EdgeIndex(tmp_path)


def test_a_closed_index_is_unavailable(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path)
    index.close()
    with pytest.raises(Unavailable):
        index.ping()
    with pytest.raises(Unavailable):
        index.apply("a", put=(), drop=(), position=1)


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        open_index("http://127.0.0.1:1")
