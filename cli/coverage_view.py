"""Shows to a manager how much of the work formal documents show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.console import clean
from domain.coverage import Hidden, Share

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from service.process_map import Measured


def show_coverage(console: Console, measured: Measured) -> None:
    for part in _parts(measured):
        console.print(part)


def _parts(measured: Measured) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    found, total = measured.coverage, measured.coverage.total
    if not total.total:
        yield Text(f"Nothing governs on {measured.as_of}: no rule, standing exception or handoff is in force.")
        return
    yield Text(f"The visible part: {_percent(total)}. Formal documents show {total.documented} of {total.total} norms in force.\n", "bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("process")
    for head in ("visible", "rules", "exceptions", "handoffs", "no rule found"):
        table.add_column(head, justify="right", no_wrap=True)
    for covered in found.processes:
        table.add_row(Text(clean(covered.name)), *_cells(covered.share))
    if found.unplaced.total:
        table.add_row(Text("in no process", "dim"), *_cells(found.unplaced))
    table.add_row(Text("all", "bold"), *_cells(total))
    yield table
    yield Text("\nShown by papers of all in force; favours granted once are not counted.", "dim")
    if total.hidden:
        yield Text("\nOnly practice shows\n", "bold")
    for hidden in total.hidden:
        yield Padding(Text(clean(hidden.record.statement)), (0, 0, 0, 2), expand=False)
        yield Padding(Text(clean(_about(hidden)), "dim"), (0, 0, 1, 2), expand=False)
    yield Text(f"As of {measured.as_of}, revision {measured.revision}.", "dim")


def _percent(share: Share) -> str:
    """Never 100 % of what is not all, nor 0 % of what is not nothing."""
    if not share.total:
        return "-"
    exact = 100 * share.documented / share.total
    shown = round(exact) if exact in (0, 100) else min(max(round(exact), 1), 99)
    return f"{shown} %"


def _cells(share: Share) -> list[str]:
    kinds = [f"{of}/{out_of}" if out_of else "-" for of, out_of in (share.kinds[kind] for kind in ("rule", "exception", "handoff"))]
    return [_percent(share), *kinds, str(share.ruleless) if share.ruleless else "-"]


def _about(hidden: Hidden) -> str:
    record = hidden.record
    times = "seen once" if record.occasions == 1 else f"seen {record.occasions} times"
    age = f"known for {hidden.age} day{'' if hidden.age == 1 else 's'}" if hidden.age is not None else ""
    last = f"last on {hidden.last_seen}" if hidden.last_seen else ""
    return ", ".join(part for part in (record.kind.value, hidden.owner or "nobody named", age, times, last, record.id) if part)
