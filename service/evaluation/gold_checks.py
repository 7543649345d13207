"""Whether the parts of a gold folder fit together: each name that is used is there, each passage's file too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from domain.question import Verdict
from service.evaluation.gold_file import GoldFile, TaskFile

#: Read by people or by the authoring tool, scored by nobody.
_BESIDE = frozenset(
    "action artifact channel condition conditions effect fields note notes re_entry relevant superseded_by valid_from valid_to why".split()
)
#: What else stands at the top of such a file.
_HEAD = frozenset({"company", "domain", "people", "today"})


def doubled(gold: GoldFile) -> Iterator[str]:
    seen: set[str] = set()
    for where, names in (("records", [r.id for r in gold.records]), ("decoys", [d.id for d in gold.decoys])):
        for at, name in enumerate(names):
            if name in seen:
                yield f"{where}[{at}].id: {name!r} is taken already"
            seen.add(name)


def dangling(gold: GoldFile) -> Iterator[str]:
    records, decoys = {record.id for record in gold.records}, {decoy.id for decoy in gold.decoys}
    for at, record in enumerate(gold.records):
        if record.overrides is not None and record.overrides not in records:
            yield f"records[{at}] ({record.id}).overrides: there is no record {record.overrides!r}"
    for at, span in enumerate(gold.spans):
        for name in span.ids:
            if name not in records and name not in decoys:
                yield f"spans[{at}].ids: there is no record or decoy {name!r}"
    carried = {name for span in gold.spans for name in span.ids}
    for name in sorted((records | decoys) - carried):
        yield f"spans: none carries {name!r}, which could therefore never be found"


def unplaced(gold: GoldFile, paths: list[str]) -> Iterator[str]:
    for at, span in enumerate(gold.spans):
        if not any(path == span.file or path.endswith("/" + span.file) for path in paths):
            yield f"spans[{at}].file: files holds no {span.file!r}"


def dangling_cases(tasks: TaskFile, known: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for at, case in enumerate(tasks.tasks):
        place = f"tasks[{at}] ({case.id})"
        if case.id in seen:
            yield f"{place}.id: taken already"
        seen.add(case.id)
        for field, names in (("governing", case.governing), ("must_not_use", case.must_not_use)):
            for name in names:
                if name not in known:
                    yield f"{place}.{field}: there is no record or decoy {name!r}"
        if not case.governing and case.verdict is not Verdict.UNKNOWN:
            yield f"{place}.governing: is empty, so the verdict can only be unknown"


def unknown(file: str, model: BaseModel, data: Any) -> Iterator[str]:
    """Fields that nothing reads, one line for each name."""
    for name in sorted(set(data) - set(type(model).model_fields) - _HEAD):
        yield f"{file}: a field {name!r} is not known and not scored"
    seen: set[str] = set()
    for where in ("records", "decoys", "spans", "tasks"):
        for part in getattr(model, where, ()):
            for name in sorted(set(part.model_extra or {}) - _BESIDE):
                if f"{where}.{name}" not in seen:
                    seen.add(f"{where}.{name}")
                    first = next((item.get("id", "") for item in data.get(where, []) if name in item), "")
                    yield f"{file}: {where} ({first}): a field {name!r} is not known and not scored"
