"""A removed source leaves no trace: a planted sentence is looked for in every file, table, cache and answer, in every disguise."""

from __future__ import annotations

import base64
import gc
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, select

from api.app import create_app
from domain.access import LOCAL
from domain.errors import NotFound
from domain.record import Evidence, EvidenceRole, NearMiss
from extract.minilm import MiniLm
from service.derivation import derive
from service.export import export_records
from service.remove import remove
from service.settings import Settings
from service.wiring import App, open_app
from store.database import make_engine
from store.memory_index import MemoryIndex
from store.memory_ledger import MemoryLedger
from tests.contract.builders import AT, Paper, commit, paper, record

NAME = "Quillfeather"
PLANTED = f"Every crate for {NAME} must be sealed with violet wax before it leaves the yard."
FILE = "zephyr-yard-rules.md"
#: The sentence, a name that stands nowhere else, and the file's own name.
SECRETS = (PLANTED, NAME, FILE)
PLANTED_PAPER = paper(FILE, PLANTED, f"The yard foreman must note each crate of {NAME} in the book.")
CHANGED_PAPER = paper(FILE, PLANTED, f"The yard foreman must note each crate of {NAME} in the ledger.")
QUESTION = {"task": f"Send a crate to {NAME} without violet wax.", "facts": {"customer": NAME}, "as_of": "2026-03-01"}
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})


def disguises(secret: str) -> set[bytes]:
    """The ways in which a store might have written a text down, in small letters, as what is searched is made too."""
    plain = secret.encode()
    found = {plain, plain.upper(), secret.encode("utf-16-le"), secret.encode("utf-16-be"), plain.hex().encode()}
    for text in (secret, secret.upper(), secret.lower()):
        for lead in range(
            3
        ):  # a text inside another is coded in one of three ways; its first and last characters lean on what is beside it
            coded = base64.b64encode(b"x" * lead + text.encode())
            found.add(coded[4 if lead else 0 : len(coded) // 4 * 4 - 4])
    return {needle.lower() for needle in found}


NEEDLES = {needle for secret in SECRETS for needle in disguises(secret)}


def hits(data: bytes) -> list[bytes]:
    small = data.lower()
    return [needle for needle in NEEDLES if needle in small]


def written(path: Path) -> bytes:
    """A file without the stretches that it only set aside, of which an index has a hundred megabytes."""
    with path.open("rb") as file:
        return b"".join(block for block in iter(lambda: file.read(65_536), b"") if block.count(0) < len(block))


def in_files(folder: Path) -> dict[str, list[bytes]]:
    files = {path.relative_to(folder).as_posix(): hits(written(path)) for path in folder.rglob("*") if path.is_file()}
    return {name: found for name, found in files.items() if found}


def in_tables(url: str) -> list[str]:
    """Names of the tables with a trace in any row."""
    engine = make_engine(url)
    meta = MetaData()
    meta.reflect(engine)
    found = []
    with engine.connect() as connection:
        for table in meta.sorted_tables:
            for row in connection.execute(select(table)):
                cells = [bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row]
                if hits(b"\x00".join(cells)):
                    found.append(table.name)
    engine.dispose()
    return sorted(set(found))


def in_memory(app: App) -> list[str]:
    """Texts with a trace that anything of the App leads to; the models hold none, and are large."""
    seen, found = {id(app._encoder)}, []
    todo: list[object] = [vars(app)]
    skipped = (type, types.ModuleType, types.FunctionType, types.MethodType, types.FrameType, types.TracebackType, int, float)
    while todo:
        one = todo.pop()
        if isinstance(one, skipped) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str):
            text = one.lower()
            found += [one[:80] for secret in SECRETS if secret.lower() in text]
        elif isinstance(one, bytes):
            found += [repr(needle) for needle in hits(one)]
        else:
            todo += gc.get_referents(one)
    return found


def told(app: App) -> bytes:
    """What the doors say: export, answer, search, history at every record ever, audit and changes."""
    web = TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1")
    parts = ["".join(export_records(app, LOCAL, as_of="2026-03-01", form=form, statuses=ALL)) for form in ("jsonl", "csv", "md")]
    answers = [web.post("/v1/context", json=QUESTION), web.post("/v1/search", json={"text": "crates sealed with wax", "limit": 50})]
    names = {change.target for change in app.ledger.changes("default", after=0, limit=100_000) if change.kind == "record"}
    answers += [web.get("/v1/records", params={"limit": 500}), web.get("/v1/records/rec_own/history")]
    past: list[object] = [app.ledger.record_history("default", name) for name in sorted(names)]
    past += [app.ledger.records("default", at_revision=number) for number in range(app.ledger.revision("default") + 1)]
    rows = (past, app.ledger.audit("default"), app.ledger.documents("default"), app.ledger.passages("default"))
    said = "\n".join(answer.text.replace(QUESTION["task"], "") for answer in answers)  # type: ignore[arg-type] # a text
    return ("\n".join(parts) + said + repr(rows)).encode()


@pytest.fixture(scope="module")
def encoder() -> MiniLm:
    return MiniLm(streams=1)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def app(request: pytest.FixtureRequest, tmp_path: Path, encoder: MiniLm) -> Iterator[App]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    settings = Settings(data_dir=tmp_path / "data", org_domains=frozenset({"yard.example"}), database_url=url)
    if request.param != "memory":
        made = open_app(settings)
    else:
        settings.data_dir.mkdir()
        made = App(settings, MemoryLedger(), own_index=False)
        made._index = MemoryIndex()
    made._encoder = encoder
    yield made
    made.close()


def put(app: App, made: Paper) -> None:
    commit(app.ledger, made, workspace="default")


def filled(app: App) -> None:
    """Two versions of the planted file among others, with records at each step, an edit, and a record that nearly rests on it."""
    for number in range(40):
        put(app, paper(f"policy-{number}.md", f"Suppliers {number} shall deliver within {number} days.", f"Gate {number} must be shut."))
    put(app, PLANTED_PAPER)
    derive(app, LOCAL)
    citation = PLANTED_PAPER.reading.statements[0].citation
    own = replace(record("own", PLANTED), evidence=(Evidence(citation, EvidenceRole.STATES),))
    near = record("near", nearest=(NearMiss(FILE, PLANTED, 0.7, "older"),))
    app.ledger.commit_records("default", [own, near], actor="test", at=AT)
    edit = {"handler": f"whoever knows {NAME}"}
    app.ledger.pin("default", own.id, edit, status=None, actor="dana", at=AT, reason="asked")
    put(app, CHANGED_PAPER)
    derive(app, LOCAL)


def test_nothing_of_a_removed_source_is_left_anywhere(app: App) -> None:
    database = app.settings.ledger_url if not isinstance(app.ledger, MemoryLedger) else ""
    filled(app)
    before = told(app)
    assert [secret for secret in SECRETS if secret.encode() not in before] == []
    summary = remove(app, LOCAL, [FILE])
    assert (summary.paths, summary.sources, summary.documents, summary.cleared) == ((FILE,), 2, 2, True)
    assert in_memory(app) == []
    assert hits(told(app)) == []
    assert in_memory(app) == [], "and answering has brought nothing back"
    assert in_files(app.settings.data_dir) == {}, "while everything is open"
    if database:
        assert in_tables(database) == []
    assert len(app.snapshot(LOCAL).documents) == 40, "the rest is there"
    app.close()
    assert in_files(app.settings.data_dir) == {}


def test_before_the_removal_this_very_search_finds_it_in_files_tables_and_memory(tmp_path: Path, encoder: MiniLm) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with open_app(settings) as app:
        app._encoder = encoder
        filled(app)
        told(app)
        assert in_memory(app)
        tables = {"source", "reading", "document", "passage", "statement", "record_version", "pin"}
        assert set(in_tables(settings.ledger_url)) == tables
        found = in_files(settings.data_dir)
        assert found
        assert all(name.startswith("ledger.db") for name in found), "the index holds no text"


def test_the_disguises_are_recognised() -> None:
    for lead in range(5):
        text = b"a" * lead + PLANTED.encode() + b" and more"
        assert hits(base64.b64encode(text))
        assert hits(text.hex().encode())
        assert hits(text.decode().encode("utf-16"))
    assert hits(PLANTED.upper().encode())


def test_a_document_that_was_removed_is_not_found_at_any_door(app: App) -> None:
    filled(app)
    document = PLANTED_PAPER.reading.documents[0]
    web = TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1")
    assert web.get(f"/v1/documents/{document.id}/text").status_code == 200
    remove(app, LOCAL, [document.id])
    for path in (f"/v1/documents/{document.id}", f"/v1/documents/{document.id}/text"):
        assert web.get(path).status_code == 404
    assert web.delete(f"/v1/documents/{document.id}").status_code == 404
    with pytest.raises(NotFound):
        remove(app, LOCAL, [FILE])
