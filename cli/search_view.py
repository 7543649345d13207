"""Shows to a person what a search found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import clean

if TYPE_CHECKING:
    from rich.console import Console

    from service.search import SearchResult

#: Characters of a passage: its beginning tells whether it is worth opening.
LENGTH = 220


def show_search(console: Console, result: SearchResult) -> None:
    """Records first: they say what holds; passages say where to read on."""
    from rich.padding import Padding
    from rich.text import Text

    if not result.records and not result.passages:
        console.print(Text("Nothing found."))
    if result.records:
        console.print(Text("Records", "bold"))
    for hit in result.records:
        record = hit.stored.record
        citation = record.evidence[0].citation
        console.print(Padding(Text(clean(record.statement)), (0, 0, 0, 2), expand=False))
        about = f"{record.documentation} {record.kind}, {citation.path}, {citation.place.shown()}, {record.id}"
        console.print(Padding(Text(clean(about), "dim"), (0, 0, 1, 2), expand=False))
    if result.passages:
        console.print(Text("Passages", "bold"))
    for found in result.passages:
        text = clean(found.passage.text)
        console.print(Padding(Text(text if len(text) <= LENGTH else text[:LENGTH].rsplit(" ", 1)[0] + " ..."), (0, 0, 0, 2), expand=False))
        console.print(Padding(Text(clean(f"{found.path}, {found.passage.place.shown()}"), "dim"), (0, 0, 1, 2), expand=False))
