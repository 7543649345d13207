"""Removal, new versions and pins through the service, with real reading."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.access import LOCAL, Caller, Scope
from domain.errors import Forbidden, InvalidQuestion, Moved, NotFound, Unavailable
from domain.ports import Removal
from service import derivation
from service.export import export_records
from service.follow import Follower
from service.ingest_files import ingest
from service.remove import remove, remove_missing
from service.settings import Settings
from service.wiring import App, open_app
from tests.contract.builders import AT, commit, paper

DAY = "2026-03-02"
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})
POLICY = "# Policy: {title}\n\nDate: 2026-01-01\n\n## 1 Rules\n\n{text}\n"
GATE = "1.1 The guard must lock the gate at 18:00 every day.\n\n1.2 Drivers must not park at the gate."
STORE = "1.1 Every invoice above EUR 500 must carry a purchase order number.\n\n1.2 The storekeeper must count the stock each month."


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(POLICY.format(title=name, text=text))
    return file


def exported(app: App) -> str:
    return "".join(export_records(app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    write(made, "gate.md", GATE)
    write(made, "store.md", STORE)
    return made


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Without models: what a test ingests with builders needs none, and those that read files load them."""
    with open_app(Settings(data_dir=tmp_path / "data")) as made:
        yield made


def held(app: App) -> list[str]:
    return [state.source.path for state in app.ledger.sources("default")]


def put(app: App, *names: str) -> None:
    for name in names:
        commit(app.ledger, paper(name, f"Invoices of {name} must carry a number."), workspace="default")
    derivation.derive(app, LOCAL)


def test_a_changed_file_a_removed_one_and_what_a_person_set(app: App, folder: Path) -> None:
    """One walk, since reading loads the models: new version, pin, removal, and the same as if it had never been there."""
    ingest(app, LOCAL, [folder / "store.md"], workers=1)
    alone = exported(app)
    ingest(app, LOCAL, [folder], workers=1)
    [old] = [it for it in app.ledger.records("default") if "18:00" in it.record.statement]
    edited = app.ledger.pin("default", old.record.id, {"handler": "Dana"}, status=None, actor="dana", at=AT, reason="asked her")

    write(folder, "gate.md", GATE.replace("18:00", "19:00"))
    ingest(app, LOCAL, [folder], workers=1)
    [new] = [it for it in app.ledger.records("default") if "19:00" in it.record.statement]
    first, second = app.ledger.versions("default", "gate.md")
    assert (first.current, second.current) == (False, True)
    assert new.record.evidence[0].citation.document_id in second.documents
    assert "18:00" not in exported(app)
    assert "18:00" in repr(app.ledger.records("default", at_revision=edited.revision)), "what was known then is known to have been known"
    assert "18:00" in app.ledger.document("default", first.documents[0]).text
    assert (new.record.handler, new.pinned, new.orphaned) == ("Dana", ("handler",), False)

    summary = remove(app, LOCAL, ["gate.md"])
    assert (summary.paths, summary.sources, summary.documents, summary.cleared) == (("gate.md",), 2, 2, True)
    assert [line for line in exported(app).splitlines() if "gate" in line] == []
    assert {it.record.id for it in app.ledger.records("default")} == {line.split('"')[3] for line in alone.splitlines()}
    assert app.index.count("default") == len(app.ledger.passages("default")) + len(app.ledger.records("default"))


def test_documents_are_removed_by_id_and_several_at_once(app: App) -> None:
    put(app, "a.txt", "b.txt", "c.txt")
    [first, *_] = app.ledger.documents("default")
    summary = remove(app, LOCAL, [first.id, "c.txt", "c.txt"])
    assert (summary.paths, summary.sources, summary.documents) == (("a.txt", "c.txt"), 2, 2)
    assert held(app) == ["b.txt"]
    assert remove(app, LOCAL, []).sources == 0


def test_where_one_name_is_not_known_nothing_is_removed(app: App) -> None:
    put(app, "a.txt")
    with pytest.raises(NotFound, match="nowhere"):
        remove(app, LOCAL, ["a.txt", "nowhere.txt"])
    assert held(app) == ["a.txt"]


def test_what_is_no_longer_in_the_folder_goes_but_never_everything(app: App) -> None:
    put(app, "a.txt", "b.txt", "c.txt")
    assert remove_missing(app, LOCAL, {"b.txt", "new.txt"}).paths == ("a.txt", "c.txt")
    assert remove_missing(app, LOCAL, {"b.txt"}).paths == ()
    with pytest.raises(InvalidQuestion):
        remove_missing(app, LOCAL, set())
    assert held(app) == ["b.txt"]


@pytest.mark.parametrize("call", [lambda it, who: remove(it, who, ["a.txt"]), lambda it, who: remove_missing(it, who, {"b.txt"})])
def test_reading_alone_does_not_allow_removal(app: App, call: Callable[[App, Caller], object]) -> None:
    put(app, "a.txt", "b.txt")
    with pytest.raises(Forbidden):
        call(app, Caller("default", "reader", frozenset({Scope.READ})))
    assert held(app) == ["a.txt", "b.txt"]


def test_a_source_that_arrives_meanwhile_has_the_records_derived_again(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    put(app, "a.txt")
    real, begun = app.ledger.remove_sources, 0

    def meanwhile(workspace: str, removal: Removal, *rest: object, **who: str) -> object:
        nonlocal begun
        begun += 1
        if begun < 3:
            commit(app.ledger, paper(f"late-{begun}.txt", f"Late file {begun} must be counted."), workspace=workspace)
        return real(workspace, removal, *rest, **who)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(app.ledger, "remove_sources", meanwhile)
    remove(app, LOCAL, ["a.txt"])
    assert begun == 3
    cited = {it.record.evidence[0].citation.path for it in app.ledger.records("default")}
    assert cited == {"late-1.txt", "late-2.txt"}


def test_where_sources_keep_arriving_it_gives_up_and_says_so(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    put(app, "a.txt")

    def always(*_: object, **__: object) -> None:
        raise Moved("the sources changed")

    monkeypatch.setattr(app.ledger, "remove_sources", always)
    with pytest.raises(Moved):
        remove(app, LOCAL, ["a.txt"])
    assert held(app) == ["a.txt"]


def test_more_than_fits_into_one_transaction_is_removed_in_several(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.remove.AT_ONCE", 2)
    put(app, *(f"{number}.txt" for number in range(6)))
    summary = remove(app, LOCAL, [f"{number}.txt" for number in range(5)])
    assert (summary.sources, summary.documents, summary.revision) == (5, 5, app.ledger.revision("default"))
    assert held(app) == ["5.txt"]


def test_a_server_lets_go_of_what_another_process_removed_without_being_asked(app: App) -> None:
    put(app, "a.txt", "b.txt")
    with open_app(app.settings, own_index=True) as server:
        server.project("default")
        server.library(LOCAL)
        follower = Follower(server, interval=0.01)
        assert server.snapshots._kept and server._libraries
        remove(app, LOCAL, ["a.txt"])
        follower.start()
        try:
            for _ in range(500):
                if not server.snapshots._kept and not server._libraries:
                    break
                time.sleep(0.01)
        finally:
            follower.stop()
        assert (server.snapshots._kept, server._libraries) == ({}, {})
        assert [document.path for document in server.snapshot(LOCAL).documents.values()] == ["b.txt"]


def test_an_index_that_is_away_is_said_to_be_behind_and_catches_up(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    put(app, "a.txt", "b.txt")
    app.project("default")
    before = app.index.count("default")

    def away(_: str) -> int:
        raise Unavailable("no index")

    with monkeypatch.context() as patch:
        patch.setattr(app, "project", away)
        assert not remove(app, LOCAL, ["a.txt"]).cleared
    app.project("default")
    assert app.index.count("default") < before


def test_the_files_are_cleared_at_the_next_start_where_a_reader_was_in_the_way(app: App, tmp_path: Path) -> None:
    from pysqlite3 import dbapi2

    put(app, "a.txt", "b.txt")
    file = tmp_path / "data" / "ledger.db"
    reader = dbapi2.connect(str(file), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM source").fetchone()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.database.LOCK_SECONDS", 0.05)
        with open_app(app.settings) as impatient:
            assert not remove(impatient, LOCAL, ["a.txt"]).cleared
    reader.close()
    app.close()
    with open_app(app.settings):
        traces = [path.name for path in (tmp_path / "data").glob("ledger.db*") if b"Invoices of a.txt" in path.read_bytes()]
    assert traces == []
