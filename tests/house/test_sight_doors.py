"""Nothing is fetched past the sight: the modules that may ask the ledger or the index for content are named here."""

from __future__ import annotations

import ast
from pathlib import Path

import service

ROOT = Path(str(service.__file__)).parent.parent
#: What gives records, texts, passages or hits of a whole workspace.
CONTENT = {
    *("records", "record", "record_history", "record_changes", "documents", "document", "documents_in"),
    *("statements", "statements_in", "passages", "source_bytes", "search"),
}
#: Each with the reason why it may.
ALLOWED = {
    "service/seen.py": "checks what it fetches",
    "service/snapshot.py": "makes the whole from which views are cut",
    "service/holdings.py": "decodes for snapshots and derivation",
    "service/conversations.py": "reads sources again, shows nothing",
    "service/derivation.py": "derives from everything, shows nothing",
    "service/ingest_run.py": "reads sources, shows nothing",
    "service/evaluation/judge.py": "an operator's own folder, thrown away",
}


def asked(file: Path) -> set[str]:
    """Names of the methods of ledger, index, holdings and snapshots that a module calls for content, and calls for the whole."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            owner = node.value.attr.lstrip("_")
            if owner in ("ledger", "index", "holdings") and node.attr in CONTENT:
                found.add(f"{owner}.{node.attr}")
            if owner == "snapshots" and node.attr == "at_present":
                found.add("snapshots.at_present")
    return found


def test_only_named_modules_fetch_content_past_the_sight() -> None:
    files = [file for package in ("service", "api", "cli") for file in sorted((ROOT / package).rglob("*.py"))]
    assert len(files) > 50
    past = {str(file.relative_to(ROOT)): found for file in files if (found := asked(file))}
    del past["service/wiring.py"]  # where the view is cut
    assert {name: found for name, found in past.items() if name not in ALLOWED} == {}


def test_the_whole_is_asked_for_only_to_tell_whether_something_is_withheld() -> None:
    users = {file.name for file in (ROOT / "service").rglob("*.py") if "everything(" in file.read_text()}
    assert users == {"seen.py", "ask.py", "labels.py"}
