"""A gold folder: the files, what a person says is in them (gold.json), and cases with their right answers (tasks.json)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import InvalidQuestion
from service.evaluation.gold_checks import dangling, dangling_cases, doubled, unknown, unplaced
from service.evaluation.gold_file import GoldCase, GoldDecoy, GoldFile, GoldRecord, GoldSpan, TaskFile
from service.evaluation.trouble import problems_of, refusal
from service.find_files import found_files


@dataclass(frozen=True)
class Gold:
    """``domains``: the organisation's own mail domains. ``digest``: of gold.json and tasks.json. ``notes``: what was read past."""

    name: str
    folder: Path
    today: str
    records: dict[str, GoldRecord]
    decoys: dict[str, GoldDecoy]
    spans: tuple[GoldSpan, ...]
    cases: tuple[GoldCase, ...]
    domains: frozenset[str]
    digest: str
    notes: tuple[str, ...]

    @property
    def files(self) -> Path:
        return self.folder / "files"


def load_gold(folder: Path, name: str = "") -> Gold:
    """Raises InvalidQuestion that names the file, the item and the field that are wrong."""
    if not (folder / "files").is_dir() or not (folder / "gold.json").is_file():
        raise InvalidQuestion(f"{folder} is no gold folder: it needs a folder files and a file gold.json (docs/evaluation.md)")
    gold, raw, data = _read(folder / "gold.json", GoldFile)
    file = folder / "tasks.json"
    tasks, more, asked = _read(file, TaskFile) if file.exists() else (TaskFile(), b"", {})
    paths = [found.path for found in found_files([folder / "files"])]
    if problems := [*doubled(gold), *dangling(gold), *unplaced(gold, paths)]:
        raise refusal(str(folder / "gold.json"), problems)
    known = {r.id for r in gold.records} | {d.id for d in gold.decoys}
    if problems := list(dangling_cases(tasks, known)):
        raise refusal(str(file), problems)
    return Gold(
        name=name or folder.resolve().name,
        folder=folder,
        today=gold.today,
        records={record.id: record for record in gold.records},
        decoys={decoy.id: decoy for decoy in gold.decoys},
        spans=gold.spans,
        cases=tasks.tasks,
        domains=frozenset(domain.strip().lower().lstrip("@") for domain in tasks.domains),
        digest=hashlib.sha256(raw + b"\0" + more).hexdigest(),
        notes=(*unknown("gold.json", gold, data), *unknown("tasks.json", tasks, asked)),
    )


_Model = TypeVar("_Model", bound=BaseModel)


def _read(file: Path, model: type[_Model]) -> tuple[_Model, bytes, Any]:
    raw = file.read_bytes()
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refusal(str(file), [f"is not UTF-8 at byte {error.start}"]) from error
    except json.JSONDecodeError as error:
        raise refusal(str(file), [f"is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"]) from error
    except RecursionError as error:
        raise refusal(str(file), ["is nested too deeply"]) from error
    try:
        return model.model_validate(data), raw, data
    except ValidationError as error:
        raise refusal(str(file), problems_of(error, data)) from error
