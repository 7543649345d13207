"""What many tests share: the demo company, read once for the whole session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.access import LOCAL
from service.demo import demo_folder
from service.ingest_files import IngestSummary, ingest
from service.settings import Settings
from service.wiring import App, open_app


@dataclass(frozen=True)
class DemoCompany:
    """The demo company in a data folder of its own, with what its author says is in it."""

    app: App
    files: Path
    gold: dict[str, list[dict[str, object]]]
    tasks: dict[str, object]
    summary: IngestSummary


def demo_settings(data_dir: Path) -> Settings:
    domains = json.loads((demo_folder() / "tasks.json").read_text())["domains"]
    return Settings(data_dir=data_dir, org_domains=frozenset(domains))


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCompany]:
    folder = demo_folder()
    with open_app(demo_settings(tmp_path_factory.mktemp("demo-company"))) as app:
        summary = ingest(app, LOCAL, [folder / "files"])
        gold, tasks = (json.loads((folder / name).read_text()) for name in ("gold.json", "tasks.json"))
        yield DemoCompany(app, folder / "files", gold, tasks, summary)
