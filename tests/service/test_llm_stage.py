"""Ingestion with a language model: off it does not exist, on it changes beliefs only, and what was left it is asked in the next run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.access import LOCAL
from extract.statements import Extractor
from service.doctor import checks
from service.export import export_records
from service.ingest_files import IngestSummary, ingest
from service.remove import remove
from service.settings import LlmSettings, Settings
from service.wiring import App, open_app
from tests.extract.llm.stub import Stub, Told, agreeing, completion, item, items, numbered, serving

DAY = "2026-03-02"
#: Each reads a folder whole, with the network's weights.
pytestmark = pytest.mark.slow

Opened = Callable[..., App]
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})
DOMAINS = frozenset({"yard.example"})
PLANTED = "Every crate for Quillfeather must be sealed with violet wax before it leaves the yard."
GATE = "# Gate policy\n\nDate: 2026-01-01\n\n1.1 The guard must lock the gate at 18:00.\n\n1.2 Drivers must not park at the gate.\n"
MAIL = (
    "From: Dana <dana@yard.example>\nTo: Ole <ole@yard.example>\nSubject: Gate\nDate: Mon, 05 Jan 2026 09:00:00 +0000\n"
    "Message-ID: <one@yard.example>\n\nOle, the usual arrangement stands: Kestrel's lorries may wait at the gate overnight.\n"
)
INGESTING = """
import sys
from pathlib import Path
from cli.main import main
from domain.access import LOCAL
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import open_app
with open_app(Settings(data_dir=Path(sys.argv[1]))) as app:
    ingest(app, LOCAL, [Path(sys.argv[2])], workers=1)
"""


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "gate-policy.md").write_text(GATE)
    (folder / "gate.eml").write_text(MAIL)
    (folder / "yard-policy.md").write_text(f"# Yard policy\n\n1.1 {PLANTED}\n")
    return folder


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(own_domains=DOMAINS)


@pytest.fixture
def opened(tmp_path: Path, extractor: Extractor) -> Iterator[Opened]:
    """Opens a data folder by name, with a language model or without; the network's weights are loaded once."""
    apps: list[App] = []

    def app(name: str, llm: LlmSettings | None = None) -> App:
        made = open_app(Settings(data_dir=tmp_path / name, org_domains=DOMAINS, llm=llm or LlmSettings()))
        made._extractor = extractor
        apps.append(made)
        return made

    yield app
    for made in apps:
        made.close()


def asking(stub: Stub, **others: object) -> LlmSettings:
    """Every sentence is in question."""
    given = {"url": stub.url, "model": "stub", "api_key": SecretStr("canary-key"), "timeout": 10, "low": 0.0, "high": 1.0, "concurrency": 1}
    return LlmSettings(**(given | others))


def read(app: App, papers: Path) -> tuple[str, IngestSummary]:
    summary = ingest(app, LOCAL, [papers], workers=1)
    return "".join(export_records(app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL)), summary


def refusing(request: dict[str, object], number: int) -> Told:
    """Takes nothing for a norm."""
    return items(*(item(text, n, kind="none", modality=None, recurrence=None) for n, text in numbered(request).items()))


def test_off_it_changes_no_byte_and_is_not_imported(opened: Opened, papers: Path, tmp_path: Path) -> None:
    plain, summary = read(opened("plain"), papers)
    off = opened("off", LlmSettings(model="unused", low=0.0, high=1.0, max_calls=3))
    assert off.pipeline == opened("other").pipeline
    assert read(off, papers)[0] == plain
    assert summary.llm is None
    assert not list(tmp_path.rglob("llm-*"))
    code = f"{INGESTING}print([name for name in sys.modules if name.startswith('extract.llm')])"
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "own", papers], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "told",
    [
        items(item("The director may open any gate at any time.", 1, kind="exception")),
        completion("{"),
        Told(500),
        Told(401),
    ],
    ids=["invented quotes", "broken JSON", "server error", "wrong key"],
)
def test_a_hostile_endpoint_leaves_the_records_as_they_were(told: Told, opened: Opened, papers: Path) -> None:
    plain, _ = read(opened("plain"), papers)
    with serving(lambda *_: told) as stub:
        hostile, summary = read(opened("hostile", asking(stub)), papers)
        assert stub.requests
    assert hostile == plain
    assert summary.llm is not None
    assert summary.llm.asked == 0


def test_it_changes_which_sentences_are_records_and_every_quote_stands_in_its_document(opened: Opened, papers: Path) -> None:
    plain, _ = read(opened("plain"), papers)
    with serving(refusing) as stub:
        less, _ = read(opened("less", asking(stub)), papers)
    with serving(agreeing) as stub:
        app = opened("more", asking(stub))
        more, summary = read(app, papers)
    assert len(less.splitlines()) < len(plain.splitlines())
    assert less != plain != more
    assert summary.llm is not None
    assert (summary.llm.asked, summary.llm.left, summary.llm.stopped) == (summary.llm.windows, 0, "")
    texts = {document.id: document.text for document in app.ledger.documents("default")}
    evidence = [piece for line in more.splitlines() for piece in json.loads(line)["evidence"]]
    assert evidence
    assert all(texts[piece["document"]][piece["start"] : piece["end"]] == piece["quote"] for piece in evidence)


def test_switching_it_on_or_to_another_model_reads_the_sources_again(opened: Opened, papers: Path) -> None:
    app = opened("one")
    read(app, papers)
    off = app.pipeline
    app.close()
    with serving(agreeing) as stub:
        seen = []
        for changed in ({}, {"model": "other"}, {"low": 0.1}, {"low": 0.1, "url": stub.url + "/", "timeout": 3, "max_calls": 5}):
            again = opened("one", asking(stub, **changed))
            _, summary = read(again, papers)
            seen.append((again.pipeline, summary.read, summary.unchanged))
            again.close()
    assert [counts for _, *counts in seen] == [[3, 0], [3, 0], [3, 0], [0, 3]], "how it is reached decides nothing"
    assert len({off, *(name for name, *_ in seen)}) == 4


def test_what_the_budget_left_is_asked_in_the_next_run(opened: Opened, papers: Path) -> None:
    with serving(agreeing) as stub:
        whole, _ = read(opened("whole", asking(stub)), papers)
        windows = len(stub.requests)
        app = opened("bit", asking(stub, max_calls=1))
        runs = [read(app, papers) for _ in range(windows + 1)]
    tallies = [summary.llm for _, summary in runs]
    assert [tally.left for tally in tallies if tally] == [*range(windows - 1, -1, -1), 0]
    assert [tally.calls for tally in tallies if tally] == [1] * windows + [0]
    assert tallies[0] is not None
    assert tallies[0].stopped == "the budget is spent"
    assert runs[-1][1].unchanged == 3
    assert len(stub.requests) == 2 * windows, "nothing is asked twice"

    def but_for_revisions(text: str) -> list[dict[str, object]]:
        return [json.loads(line) | {"revision": 0, "documentation_check": None} for line in text.splitlines()]

    assert but_for_revisions(runs[-1][0]) == but_for_revisions(whole)


def test_a_removed_source_leaves_nothing_behind_here_either(opened: Opened, papers: Path, tmp_path: Path) -> None:
    def talkative(request: dict[str, object], number: int) -> Told:
        return items(*(item(text, n, reason=text, statement=text, handler=text[:60]) for n, text in numbered(request).items()))

    with serving(talkative) as stub:
        app = opened("data", asking(stub))
        read(app, papers)
        assert any("Quillfeather" in json.dumps(request) for request in stub.requests), "it was sent"
    folder = tmp_path / "data"
    assert (folder / "llm-verdicts.db").exists()
    held = [path.name for path in folder.rglob("*") if path.is_file() and b"quillfeather" in path.read_bytes().lower()]
    assert held
    assert all(name.startswith("ledger.db") for name in held)
    remove(app, LOCAL, ["yard-policy.md"])
    app.close()
    assert [path for path in folder.rglob("*") if path.is_file() and b"quillfeather" in path.read_bytes().lower()] == []
    assert [path for path in folder.rglob("*") if path.is_file() and b"canary-key" in path.read_bytes()] == []


def test_the_doctor_asks_the_endpoint(opened: Opened) -> None:
    with serving(agreeing) as stub:
        found = {check.name: check for check in checks(opened("sound", asking(stub)))}
        assert found["llm"].ok
        assert found["llm"].detail.startswith("stub answers in the form asked for")
    with serving(lambda *_: Told(401)) as stub:
        found = {check.name: check for check in checks(opened("locked", asking(stub)))}
        assert not found["llm"].ok
        assert "status 401; check url, model and api_key" in found["llm"].detail
        assert "canary" not in found["llm"].detail
    assert "llm" not in {check.name for check in checks(opened("off"))}
