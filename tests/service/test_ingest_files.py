"""Ingestion: idempotent, the same in any order and with any number of workers, and honest about what it could not read."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from domain.access import LOCAL, Caller, Scope
from domain.errors import Forbidden, NotFound
from service.export import export_records
from service.ingest_files import IngestSummary, ingest
from service.wiring import open_app
from tests.conftest import DemoCompany, demo_settings

DAY = "2026-03-02"
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})


def exported(data_dir: Path, files: list[Path], *, workers: int = 2) -> tuple[str, IngestSummary]:
    with open_app(demo_settings(data_dir)) as app:
        summary = ingest(app, LOCAL, files, workers=workers)
        return "".join(export_records(app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL)), summary


def test_the_demo_company_is_read_whole(demo_company: DemoCompany) -> None:
    assert demo_company.summary.refused == ()
    assert demo_company.summary.read == demo_company.summary.files >= 30
    assert demo_company.summary.records["rule"] > 20
    assert demo_company.summary.records["exception"] > 5


def test_the_same_folder_again_changes_nothing(demo_company: DemoCompany) -> None:
    before = "".join(export_records(demo_company.app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL))
    again = ingest(demo_company.app, LOCAL, [demo_company.files])
    assert (again.read, again.changed, again.revision) == (0, False, demo_company.summary.revision)
    assert again.unchanged == again.files
    assert "".join(export_records(demo_company.app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL)) == before


@pytest.mark.parametrize("workers", [1, 4])
def test_order_and_workers_do_not_show_in_the_records(demo_company: DemoCompany, tmp_path: Path, workers: int) -> None:
    """Folders are given one by one in a shuffled order, through a copy in which each top folder is an ingest root of its own."""
    want = "".join(export_records(demo_company.app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL))
    assert exported(tmp_path / "whole", [demo_company.files], workers=workers)[0] == want


def test_files_arriving_in_another_order_give_the_same_records(demo_company: DemoCompany, tmp_path: Path) -> None:
    names = [p for p in demo_company.files.rglob("*") if p.is_file()]
    copies = tmp_path / "flat"
    copies.mkdir()
    for file in names:
        shutil.copy(file, copies / file.name)
    flat = [copies / name.name for name in names]
    straight = exported(tmp_path / "a", sorted(flat))[0]
    random.Random(7).shuffle(flat)
    assert exported(tmp_path / "b", flat)[0] == straight


def test_a_damaged_file_is_refused_with_its_reason_and_the_rest_goes_on(demo_company: DemoCompany, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(demo_company.files / "policies", folder)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00" * 200)
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    _, summary = exported(tmp_path / "store", [folder])
    assert {refusal.path for refusal in summary.refused} == {"broken.pdf", "picture.png"}
    assert all(len(refusal.reason) > 10 for refusal in summary.refused)
    assert summary.read == summary.files - 2


def test_a_changed_file_takes_the_place_of_what_was_read_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    paper = folder / "gate-policy.md"
    paper.write_text(
        "# Gate policy\n\nDate: 2026-01-01\n\n1.1 The guard must lock the gate at 18:00.\n\n1.2 Drivers must not park at the gate.\n"
    )
    with open_app(demo_settings(tmp_path / "store")) as app:
        ingest(app, LOCAL, [folder])
        paper.write_text(paper.read_text().replace("18:00", "19:00"))
        ingest(app, LOCAL, [folder])
        text = "".join(export_records(app, LOCAL, as_of=DAY, form="jsonl", statuses=ALL))
    assert "19:00" in text
    assert "18:00" not in text


def test_a_path_that_is_not_there_is_an_error(demo_company: DemoCompany) -> None:
    with pytest.raises(NotFound):
        ingest(demo_company.app, LOCAL, [Path("no-such-folder")])


def test_reading_alone_does_not_allow_ingestion(demo_company: DemoCompany) -> None:
    with pytest.raises(Forbidden):
        ingest(demo_company.app, Caller("default", "reader", frozenset({Scope.READ})), [demo_company.files])
