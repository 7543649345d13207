"""In whatever order and in whatever batches a company's files come, the records are the same, byte for byte.

GROUNDRULE_TEST_ORDERS says how many orders are tried for each company (2 where it does not); the network reads each message once.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from domain.access import LOCAL
from domain.document import Document
from domain.passage import Passage
from extract.statements import Extraction, Extractor
from extract.windows import ALONE, Talk
from service.demo import demo_folder
from service.export import export_records
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import App, open_app

ORDERS = int(os.environ.get("GROUNDRULE_TEST_ORDERS", "2"))
SHARED = Path(__file__).parents[3] / "shared" / "bench" / "corpora"
#: The demo company, and the smallest of the shared ones where they are.
COMPANIES = [demo_folder(), *sorted(SHARED.glob("*/"), key=lambda folder: (len(list((folder / "files").rglob("*"))), folder.name))[:1]]


class Remembering:
    """An extractor that reads a document in a conversation only once."""

    def __init__(self, own_domains: frozenset[str]) -> None:
        self.model_side = Extractor(own_domains=own_domains)
        self._read: dict[tuple[str, Talk], Extraction] = {}

    def extract(self, document: Document, passages: Sequence[Passage], talk: Talk = ALONE) -> Extraction:
        key = document.id, talk
        if key not in self._read:
            self._read[key] = self.model_side.extract(document, passages, talk)
        return self._read[key]


def exported(app: App) -> str:
    """Everything but the numbers of the commits, which count the batches."""
    lines = []
    for line in "".join(export_records(app, LOCAL, as_of="2026-03-01", form="jsonl", statuses=None)).splitlines():
        record = json.loads(line)
        del record["revision"]
        if record["documentation_check"]:
            del record["documentation_check"]["revision"]
        lines.append(json.dumps(record, ensure_ascii=False))
    return "\n".join(lines)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda folder: folder.name)
def test_every_order_gives_the_same_records(company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    domains = frozenset(json.loads((company / "tasks.json").read_text())["domains"])
    extractor = Remembering(domains)
    monkeypatch.setattr(App, "extractor", property(lambda _: extractor))
    files = sorted(path for path in (company / "files").rglob("*") if path.is_file())

    def read(name: str, batches: Sequence[Sequence[Path]]) -> str:
        folder = tmp_path / name / "files"
        with open_app(Settings(data_dir=tmp_path / name / "data", org_domains=domains)) as app:
            for batch in batches:
                for path in batch:
                    target = folder / path.relative_to(company / "files")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                ingest(app, LOCAL, [folder])
            return exported(app)

    wanted = read("at once", [files])
    assert wanted.count("\n") > 20
    for seed in range(ORDERS):
        dice, left, batches = Random(seed), list(files), []
        dice.shuffle(left)
        size = dice.choice([5, 12, 30, 60])
        while left:
            batches.append([left.pop() for _ in range(min(len(left), dice.randrange(1, 2 * size)))])
        assert read(f"order {seed}", batches) == wanted, f"order {seed}, {len(batches)} batches"
