"""From files on a disk to the same answer at both doors, with real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.demo import demo_folder

#: The folder that holds ``tests``; the packages themselves may be installed elsewhere.
ROOT = Path(__file__).parents[2]


#: A few of the demo company's papers that bear on one case; all of them would only take longer.
PAPERS = ("policies/FIN-01-buying-paying-credit.pdf", "mail/big-edna-bearing-*.eml")
TASK = "Pay the invoice of Bellwether & Daughter for a drum bearing on Big Edna that has no purchase order number."
FACTS = {"vendor": "Bellwether & Daughter", "amount": "GBP 610", "po_number": None, "job_sheet_signed_by": "Ines Calado"}
DAY = "2026-03-02"

pytestmark = pytest.mark.slow


@contextmanager
def hearing_interrupts() -> Iterator[None]:
    """A shell that runs the suite in the background has it ignore SIGINT, and what is started inherits that."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def command(data: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", "--data-dir", str(data), *words]


def environment() -> dict[str, str]:
    return {**os.environ, "GROUNDRULE_ORG_DOMAINS": "tolliverrow.example", "PYTHONPATH": str(ROOT)}


def run(data: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(data, *words), capture_output=True, env=environment(), cwd=data.parent, check=False, timeout=120)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for pattern in PAPERS:
        for file in (demo_folder() / "files").glob(pattern):
            there = folder / file.relative_to(demo_folder() / "files")
            there.parent.mkdir(exist_ok=True)
            shutil.copy(file, there)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Path:
    folder = tmp_path_factory.mktemp("journey") / "data"
    done = run(folder, "ingest", str(files), "--json")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["files"] == len([p for p in files.rglob("*") if p.is_file()])
    return folder


class Server:
    """A service of its own process, on a free port that its log names."""

    def __init__(self, data: Path, *options: str) -> None:
        self.log = data.parent / "serve.log"
        with self.log.open("wb") as log:
            words = command(data, "serve", "--port", "0", *options)
            with hearing_interrupts():
                self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log, env=environment(), cwd=data.parent)
        try:
            self.url = self._wait(self._listening)
            self._wait(lambda: "ready" if self.ask("/readyz")[0] == 200 else "")
        except (AssertionError, OSError):
            self.process.kill()
            raise

    def _wait(self, what: Callable[[], str]) -> str:
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()
            if found := what():
                return found
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def _listening(self) -> str:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return next((line["url"] for line in lines if line["event"] == "listening"), "")

    def ask(self, path: str, body: object = None, key: str = "") -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        request = urllib.request.Request(self.url + path, None if body is None else json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    started = Server(data, "--no-auth")
    yield started
    if started.process.poll() is None:
        started.stop()


def test_both_doors_give_the_same_bytes_and_the_exception_decides(data: Path, server: Server) -> None:
    status, body = server.ask("/v1/context", {"task": TASK, "facts": FACTS, "as_of": DAY, "limit": 10})
    assert status == 200
    facts = [part for name, value in FACTS.items() for part in ("--fact", f"{name}={value or ''}")]
    done = run(data, "context", TASK, *facts, "--as-of", DAY, "--json")
    assert done.stdout == body + b"\n"
    answer = json.loads(body)
    assert answer["verdict"] == "allowed"
    first = answer["governing"][0]["record"]
    assert (first["kind"], first["documentation"]) == ("exception", "undocumented")
    assert first["evidence"][0]["path"].startswith("mail/")


def test_every_quote_of_the_answer_is_in_the_text_that_the_service_serves(server: Server) -> None:
    _, body = server.ask("/v1/context", {"task": TASK, "facts": FACTS, "as_of": DAY})
    for item in json.loads(body)["governing"]:
        for one in item["record"]["evidence"]:
            _, text = server.ask(f"/v1/documents/{one['document']}/text")
            assert text.decode()[one["start"] : one["end"]] == one["quote"]


def test_what_is_exported_is_what_the_pages_list(data: Path, server: Server) -> None:
    done = run(data, "export", "records", "--as-of", DAY)
    exported = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    listed: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = json.loads(server.ask(f"/v1/records?limit=7{cursor and '&cursor=' + cursor}")[1])
        listed += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert listed == exported


def test_what_another_process_reads_is_answered_from_soon_after(data: Path, server: Server, tmp_path: Path) -> None:
    (tmp_path / "pol").mkdir()
    rule = "The night porter must lock the roof terrace at 23:00."
    (tmp_path / "pol/house.md").write_text(f"# House policy\n\n## 1 Terrace\n\n1.1 {rule}\n")
    done = run(data, "ingest", str(tmp_path / "pol"), "--kind", "policy")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(server.ask("/v1/search", {"text": "when is the roof terrace locked", "limit": 3})[1])
    assert any(rule in hit["quote"] for hit in found["passages"])


def test_ingesting_again_changes_nothing(data: Path, files: Path, server: Server) -> None:
    done = run(data, "ingest", str(files), "--json")
    shown = json.loads(done.stdout)
    assert (done.returncode, shown["read"], shown["changed"]) == (0, 0, False)


def test_a_second_server_and_a_reindex_are_told_that_the_index_is_held(data: Path, server: Server) -> None:
    for words in (["serve", "--port", "0", "--no-auth"], ["reindex"]):
        done = run(data, *words)
        assert done.returncode == 4
        assert done.stderr.startswith(b"groundrule: ")


def test_the_log_is_json_lines_without_what_was_asked(server: Server) -> None:
    server.ask("/v1/search?canary=1", {"text": "canary"})
    lines = server.log.read_text().splitlines()
    assert all(set(json.loads(line)) >= {"at", "level", "event"} for line in lines)
    assert not any("canary" in line or "Bellwether" in line for line in lines)


def test_a_service_that_is_stopped_ends_well_and_can_be_started_again_with_keys(data: Path, server: Server) -> None:
    assert server.stop(signal.SIGTERM) == 0
    secret = run(data, "keys", "create", "--name", "agent").stdout.decode().strip()
    again = Server(data)
    try:
        assert again.ask("/v1/records")[0] == 401
        assert again.ask("/v1/records", key=secret)[0] == 200
        key_id = json.loads(run(data, "keys", "list", "--json").stdout)[0]["id"]
        assert run(data, "keys", "revoke", key_id).returncode == 0
        assert again.ask("/v1/records", key=secret)[0] == 401
        assert secret not in again.log.read_text()
    finally:
        assert again.stop(signal.SIGINT) == 130


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(data: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    (tmp_path / "files/note.md").write_text("# Note\n\nThe kitchen must be cleaned on Fridays.\n")
    done = run(tmp_path / "data", "ingest", str(tmp_path / "files"), "--json")
    assert done.returncode == 3
    shown = json.loads(done.stdout)
    assert (shown["read"], [refusal["path"] for refusal in shown["refused"]]) == (1, ["broken.pdf"])
    assert b"refused broken.pdf: " in done.stderr
