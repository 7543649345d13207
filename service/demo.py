"""Shows the whole thing on a small invented company: reads its papers and mail, then answers three cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from domain.access import LOCAL
from domain.errors import Unavailable
from domain.question import ContextAnswer, Question
from service.ask import context
from service.ingest_files import IngestSummary, Progress, ingest
from service.settings import LlmSettings
from service.wiring import App, open_app

SHOWN = 3


@dataclass(frozen=True, slots=True)
class DemoCase:
    question: Question
    answer: ContextAnswer


@dataclass(frozen=True, slots=True)
class DemoResult:
    """``undocumented``: how many of the exceptions only mail and notes show."""

    company: str
    folder: Path
    summary: IngestSummary
    undocumented: int
    cases: tuple[DemoCase, ...]


def demo_folder() -> Path:
    """Where the demo company's files were installed; raises Unavailable where they are missing."""
    spec = find_spec("demo")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = next((Path(place) for place in places if (Path(place) / "tasks.json").exists()), None)
    if folder is None:
        raise Unavailable("the demo company's files are not installed: run this from a checkout of groundrule, or reinstall it")
    return folder


def demo(app: App, progress: Callable[[Progress], None] | None = None) -> DemoResult:
    """Works in ``demo`` below the data folder, so that nobody's own records are touched."""
    folder = demo_folder()
    meta = json.loads((folder / "tasks.json").read_text())
    settings = app.settings.model_copy(
        update={
            "llm": LlmSettings(),  # what a demonstration shows costs nobody anything
            "data_dir": app.settings.data_dir / "demo",
            "org_domains": frozenset(meta["domains"]),
            "database_url": None,
            "qdrant_url": None,
        }
    )
    with open_app(settings) as own:
        summary = ingest(own, LOCAL, [folder / "files"], progress=progress)
        questions = [Question(t["task"], tuple(t["facts"].items()), t["as_of"], limit=4) for t in meta["tasks"][:SHOWN]]
        cases = tuple(DemoCase(question, context(own, LOCAL, question)) for question in questions)
        records = [stored.record for stored in own.snapshot(LOCAL).records.values()]
    hidden = sum(record.kind == "exception" and record.documentation == "undocumented" for record in records)
    return DemoResult(meta["company"], settings.data_dir, summary, hidden, cases)
