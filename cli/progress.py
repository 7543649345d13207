"""Shows how far reading is: a bar on a terminal, else a plain line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.console import clean, say, stderr

if TYPE_CHECKING:
    from service.ingest_files import Progress

#: Seconds between plain lines: often enough to see that it lives, seldom enough for a log.
EVERY = 2.0


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """A function to report to."""
    console = stderr()
    if not console.is_terminal or console.is_dumb_terminal:
        yield _plain_lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total, description=_what(progress))


def _plain_lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def line(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            say(f"{progress.done} of {progress.total} {progress.unit}, {_what(progress)}")

    return line


def _what(progress: Progress) -> str:
    return clean(f"{progress.stage}: {progress.path}" if progress.path else progress.stage)[:60]
