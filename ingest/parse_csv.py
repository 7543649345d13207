"""Tables as text (CSV, TSV): the separator by what divides the lines evenly, cells with the headers of their row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Literal

from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import Parsed, clean, fixed, invisible_note
from ingest.decode import decoded
from ingest.limits import MAX_CHARS
from ingest.sheet_cells import MAX_CELLS
from ingest.sheet_grid import GridCell, grid_drafts

_SEPARATORS = (",", ";", "\t", "|")
#: Lines by which the separator is chosen.
_SAMPLE = 50
_FIGURE = re.compile(
    r"[-+(]{0,2}\s?(?:[$€£¥]|[A-Z]{3}\s)?\s?-?\d[\d.,' ]*(?:%|\s?[$€£¥]|\s[A-Z]{3})?\)?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d\d(?::\d\d)?Z?)?"
    r"|(?i:true|false|yes|no|n/?a)"
)
#: A quoted field over more lines than this was never closed.
_MAX_LINES = 200


def parse_csv(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    raw = decoded(data)
    text = clean(raw)
    separator = None
    if stated := re.match(r"sep=(.)\n", text):
        # What Excel writes on top so that it finds the separator itself.
        separator, text = stated[1], text[stated.end() :]
    if len(text) > MAX_CHARS:
        raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters")
    separator = separator or ("\t" if path.lower().endswith((".tsv", ".tab")) and "\t" in text else _separator_of(text))
    try:
        grid = _grid(text, separator, csv.QUOTE_MINIMAL)
    except csv.Error:
        # A quote that is never closed would swallow the rest of the file.
        try:
            grid = _grid(text, separator, csv.QUOTE_NONE)
        except csv.Error as error:
            raise DamagedSource(f"this table cannot be read: {error}") from error
    done = fixed(grid_drafts(grid))
    yield Parsed(done.text, done.blocks, notes=invisible_note(raw))


def _separator_of(text: str) -> str:
    """What divides most lines into the same number of fields, more than one; a comma where nothing does."""
    sample = "\n".join(text.split("\n", _SAMPLE)[:_SAMPLE])[:100_000]
    best, wins = ",", (0.0, 0)
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator) if row]
        except csv.Error:
            continue
        most = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        score = (widths.count(most) / len(widths), most) if most > 1 else (0.0, 0)
        if score > wins:
            best, wins = separator, score
    return best


def _grid(text: str, separator: str, quoting: Literal[0, 3]) -> dict[tuple[int, int], GridCell]:
    """The filled cells; raises csv.Error, also where a quote is never closed, and LimitExceeded."""
    grid = {}
    for at, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting), 1):
        for column, value in enumerate(row, 1):
            bare = value.strip()
            if value.count("\n") > _MAX_LINES:
                raise csv.Error("a quote is never closed")
            if bare:
                grid[at, column] = GridCell(bare, figure=_FIGURE.fullmatch(bare) is not None)
            if len(grid) > MAX_CELLS:
                raise LimitExceeded(f"the table has more than {MAX_CELLS:,} filled cells; split it")
    return grid
