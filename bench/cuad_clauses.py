"""Counts how many clauses of a hand-checked sample of real contracts get the right number: ``python -m bench.cuad_clauses PDF_DIR``.

The sample (cuad_clauses.jsonl) was drawn at random from the lines of the printed text that begin with a number, not from what the parser
found, so that a clause which was missed counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from domain.document import Document
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.passages import passages_of
from ingest.read import read_source

SAMPLE = Path(__file__).with_name("cuad_clauses.jsonl")
#: So many letters of a quote tell one clause from another on a page.
_LETTERS = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
    documents = {name: _read(folder / name) for name in sorted({r["file"] for r in rows})}
    wrong = [(row, found) for row in rows if not _is_right(found := _clauses(documents[row["file"]], row), row["clause"])]
    for row, found in wrong:
        print(f"wrong: {row['file'][:40]} p. {row['page']} {row['clause']} {row['quote'][:40]!r}: {found or 'no such clause'}")
    print(f"{len(rows) - len(wrong)} of {len(rows)} clause numbers right")


def _read(path: Path) -> Document:
    data = path.read_bytes()
    return read_source(source_of(data, path.name, media_type_of(data, path.name)), data)[0]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _clauses(document: Document, row: dict[str, Any]) -> list[str]:
    """Clause numbers of the passages on the page that begin as the quote does."""
    wanted = _letters(row["quote"])
    found = []
    for passage in passages_of(document):
        have = _letters(passage.text)
        length = min(len(have), len(wanted), _LETTERS)
        # A short heading stands alone; what follows it in the quote is another passage.
        if passage.place.page == row["page"] and have[:length] == wanted[:length] and length > 2:
            found.append(passage.place.clause or "")
    return found


def _is_right(found: list[str], right: str) -> bool:
    """An annex that a number stands in may be named before it."""
    return any(clause == right or clause.endswith(f", {right}") for clause in found)


if __name__ == "__main__":
    main()
