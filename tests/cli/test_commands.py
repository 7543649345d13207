"""What the commands print, where, and in which shape."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cli import ingesting
from service import doctor as service_doctor
from service import ingest_files
from service.doctor import Check
from service.ingest_files import IngestSummary, Progress, Refusal
from tests.api.papers import CLAIMED, ORDER_HANDOFF, PO_EXCEPTION, PO_RULE
from tests.cli.conftest import Run

SUMMARY = IngestSummary(3, 1, 1, (Refusal("a.bin", "no parser reads these bytes"),), 7, True, {"rule": 1, "exception": 2}, 1.25)


@pytest.fixture
def ingested(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Calls of the service's ingest, which answers with SUMMARY."""
    calls: list[dict[str, object]] = []

    def ingest(app: object, caller: object, paths: list[Path], **options: object) -> IngestSummary:
        report = options.pop("progress")
        calls.append({"paths": paths, **options})
        assert callable(report)
        report(Progress(1, 3, "a.bin", "refused"))
        return SUMMARY

    monkeypatch.setattr(ingest_files, "ingest", ingest)
    return calls


def test_ingest_prints_a_summary_and_names_each_refused_file(run: Run, tmp_path: Path, ingested: list[dict[str, object]]) -> None:
    done = run("--data-dir", tmp_path, "ingest", tmp_path)
    assert done.code == 3
    assert done.out == "3 files in 1.2 s: 1 read, 1 unchanged, 1 refused.\nHeld now: 1 rule, 2 exceptions, 0 handoffs (revision 7).\n"
    assert "refused a.bin: no parser reads these bytes" in done.err
    assert "GROUNDRULE_ORG_DOMAINS" in done.err
    assert ingested == [{"paths": [tmp_path], "kind": "auto", "workers": None, "prune": False, "labels": frozenset()}]


def test_ingest_as_json_is_one_object_on_stdout(run: Run, tmp_path: Path, ingested: list[dict[str, object]]) -> None:
    done = run("--data-dir", tmp_path, "ingest", tmp_path, "--json", "--kind", "policy", "--workers", "2")
    assert done.code == 3
    shown = json.loads(done.out)
    assert shown["refused"] == [{"path": "a.bin", "reason": "no parser reads these bytes"}]
    assert (shown["files"], shown["records"]) == (3, {"rule": 1, "exception": 2})
    assert ingested[0]["kind"] == "policy"
    assert ingested[0]["workers"] == 2


def test_a_summary_counts_in_words() -> None:
    assert ingesting.counted(1, "file") == "1 file"
    assert ingesting.counted(0, "file") == "0 files"


def test_export_is_json_lines_of_what_is_served(run: Run, papers: Path) -> None:
    done = run("--data-dir", papers, "export", "records", "--as-of", "2026-12-01")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["id"] for line in lines] == [PO_RULE.id, PO_EXCEPTION.id, ORDER_HANDOFF.id]
    assert [line["validity"] for line in lines] == ["active", "active", "expired"]


@pytest.mark.parametrize("options", [["--status", "claimed", "--status", "approved"], ["--status", "claimed,approved"]])
def test_export_takes_statuses_repeated_or_with_commas(run: Run, papers: Path, options: list[str]) -> None:
    done = run("--data-dir", papers, "export", "records", *options)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [PO_RULE.id, CLAIMED.id]


def test_export_writes_a_file_whole_and_nothing_else(run: Run, papers: Path, tmp_path: Path) -> None:
    done = run("--data-dir", papers, "export", "records", "--format", "csv", "--output", tmp_path / "out.csv")
    assert (done.code, done.out) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert len(rows) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_export_into_a_folder_that_is_not_there_is_told(run: Run, papers: Path, tmp_path: Path) -> None:
    done = run("--data-dir", papers, "export", "records", "--output", tmp_path / "no" / "out.jsonl")
    assert done.code == 2
    assert "cannot write" in done.err


def test_context_as_json_is_the_answer_of_the_http_route(run: Run, papers: Path) -> None:
    words = ["context", "Pay the Kestrel Metals invoice without a PO number.", "--fact", "vendor=Kestrel Metals", "--fact", "po_number="]
    done = run("--data-dir", papers, *words, "--as-of", "2026-03-01", "--json")
    assert done.out.count("\n") == 1
    assert set(json.loads(done.out)) >= {"verdict", "why", "governing", "missing_facts", "ask", "conflicts", "passages", "completeness"}


def test_context_and_search_are_for_people_without_json(run: Run, papers: Path) -> None:
    shown = run("--data-dir", papers, "context", "Pay the Kestrel Metals invoice without a PO number.", "--as-of", "2026-03-01")
    assert "As of 2026-03-01, revision 1." in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100
    assert "\x1b" not in shown.out
    found = run("--data-dir", papers, "search", "purchase order number")
    assert PO_RULE.statement in found.out
    assert "Passages" in found.out


def test_search_as_json_has_passages_and_records(run: Run, papers: Path) -> None:
    shown = json.loads(run("--data-dir", papers, "search", "purchase order number", "--json", "--limit", "1").out)
    assert len(shown["passages"]) == len(shown["records"]) == 1


def test_a_key_is_made_listed_and_revoked_and_its_secret_stands_alone_on_stdout(run: Run, tmp_path: Path) -> None:
    made = run("--data-dir", tmp_path, "keys", "create", "--name", "bot", "--scope", "read", "--scope", "review")
    secret = made.out.strip()
    assert secret.startswith("gr_")
    assert secret not in made.err
    [key] = json.loads(run("--data-dir", tmp_path, "keys", "list", "--json").out)
    assert (key["name"], key["scopes"], key["revoked_at"]) == ("bot", ["read", "review"], None)
    listed = run("--data-dir", tmp_path, "keys", "list").out
    assert key["id"] in listed
    assert secret not in listed
    assert run("--data-dir", tmp_path, "keys", "revoke", key["id"]).code == 0
    [key] = json.loads(run("--data-dir", tmp_path, "keys", "list", "--json").out)
    assert key["revoked_at"] is not None
    assert run("--data-dir", tmp_path, "keys", "revoke", "key_none").code == 1


def test_a_key_reads_only_where_nothing_else_is_asked(run: Run, tmp_path: Path) -> None:
    run("--data-dir", tmp_path, "keys", "create")
    assert json.loads(run("--data-dir", tmp_path, "keys", "list", "--json").out)[0]["scopes"] == ["read"]


@pytest.mark.parametrize(("failed", "code"), [((), 0), (("org_domains",), 1), (("encoder",), 4), (("org_domains", "ledger"), 4)])
def test_doctor_says_what_is_wrong_by_line_and_code(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failed: tuple[str, ...], code: int
) -> None:
    names = ("ledger", "index", "encoder", "extractor", "org_domains")
    monkeypatch.setattr(service_doctor, "checks", lambda _: [Check(name, name not in failed, "detail") for name in names])
    done = run("--data-dir", tmp_path, "doctor")
    assert done.code == code
    assert [line.split()[1] for line in done.out.splitlines() if line.startswith("problem")] == [n for n in names if n in failed]


def test_reindex_makes_the_index_again(run: Run, papers: Path) -> None:
    done = run("--data-dir", papers, "reindex")
    assert (done.code, done.out) == (0, "")
    assert "points" in done.err


def test_serve_hands_over_to_the_other_door(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []

    class Server:
        @staticmethod
        def serve(settings: object, host: str, port: int, no_auth: bool) -> None:
            calls.append((host, port, no_auth))

    monkeypatch.setattr("cli.operating.importlib.import_module", lambda name: Server if name == "api.server" else None)
    assert run("--data-dir", tmp_path, "serve", "--port", "0", "--no-auth").code == 0
    assert calls == [("127.0.0.1", 0, True)]


def test_version_and_help_are_on_stdout(run: Run) -> None:
    assert run("--version").out.startswith("groundrule")
    assert "Commands:" in run("--help").out
    assert "--fact NAME=VALUE" in run("context", "--help").out
