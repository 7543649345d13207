"""Brings files into the ledger: each source is one idempotent transaction, then the records are derived once from all statements."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.access import Caller, Scope
from service.conversations import converse
from service.derivation import derive
from service.find_files import Found, found_files
from service.ingest_run import MAX_BYTES, Progress, Refusal, Run
from service.labels import label_arriving
from service.remove import remove_missing
from service.uncollected import uncollected
from service.wiring import App

if TYPE_CHECKING:
    from extract.llm.asking import Tally

__all__ = ["MAX_BYTES", "IngestSummary", "Progress", "Refusal", "ingest"]


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """``read``: files read in this run; ``unchanged``: known already; ``changed``: whether the records' revision moved.

    ``removed``: paths of sources that were no longer there, where that was asked for.
    ``llm``: what came of asking a language model, where one is set.
    """

    files: int
    read: int
    unchanged: int
    refused: tuple[Refusal, ...]
    revision: int
    changed: bool
    records: dict[str, int]
    seconds: float
    removed: tuple[str, ...] = ()
    llm: Tally | None = None


def ingest(  # noqa: PLR0913 # what to read, how, and who may see it
    app: App,
    caller: Caller,
    paths: Sequence[Path],
    *,
    kind: str = "auto",
    workers: int | None = None,
    prune: bool = False,
    labels: frozenset[str] = frozenset(),
    progress: Callable[[Progress], None] | None = None,
) -> IngestSummary:
    """Reads files and folders; what was read before by the same pipeline is left alone, so a broken run is resumed by running it again.

    A file that cannot be read is refused with its reason and the rest goes on. ``prune``: the paths are all there is, and what is held of
    other files is removed with everything derived from it. Raises NotFound for a path that is not there, and InvalidQuestion where pruning
    would remove everything. ``labels``: who may see these files, beside what the settings say of their paths.
    """
    caller.need(Scope.WRITE)
    found = found_files(paths)
    return ingest_found(app, caller, found, kind=kind, workers=workers, prune=prune, labels=labels, progress=progress)


def ingest_found(  # noqa: PLR0913 # as for ingest
    app: App,
    caller: Caller,
    found: Sequence[Found],
    *,
    kind: str = "auto",
    workers: int | None = None,
    prune: bool = False,
    labels: frozenset[str] = frozenset(),
    progress: Callable[[Progress], None] | None = None,
) -> IngestSummary:
    """The same for files that are called otherwise than they lie."""
    caller.need(Scope.WRITE)
    started = time.monotonic()
    report = progress or (lambda _: None)
    before = app.ledger.revision(caller.workspace)
    label_arriving(app, caller, [item.path for item in found], labels)
    run = Run(app, caller, kind, workers or os.cpu_count() or 1, len(found), report)
    with app.refiner() or nullcontext() as refiner:
        run.read(found, refiner)
        report(Progress(len(found), len(found), "", "deriving records"))
        removal = remove_missing(app, caller, {item.path for item in found}) if prune else None
        # A removal commits what it derives from all that is left, what was just read among it.
        again = converse(app, caller, refiner)
    with uncollected():
        revision = removal.revision if removal is not None and removal.paths and not again else derive(app, caller)
        report(Progress(len(found), len(found), "", "indexing"))
        app.project(caller.workspace)
        kinds = Counter(stored.record.kind.value for stored in app.snapshot(caller).records.values())
    return IngestSummary(
        len(found), run.fresh, run.unchanged, tuple(sorted(run.refused, key=lambda r: r.path)), revision, revision != before, dict(kinds),
        round(time.monotonic() - started, 2), removal.paths if removal else (), refiner.tally if refiner else None,
    )  # fmt: skip
