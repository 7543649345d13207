"""Turns real contracts into windows with the answers that can be told without an author: clauses that experts marked, and set words.

The contracts are of CUAD v1 (The Atticus Project, CC BY 4.0): FOLDER/spans.json lists, for each text file, what experts marked and in which
category. A sentence that holds or stands in a marked clause is a norm, and so is one that binds by its set words; a recital, a definition
and a heading are none. Whether a norm is a rule or an exception, and its modality, nobody has marked: those questions stay open (-1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from domain.document import Document
from domain.source import source_of
from extract.admit import FEWEST, RULING, TELLING, worded_as_norm
from extract.labels import Label
from extract.minilm import MiniLm
from extract.syntax import Syntax
from extract.windows import ALONE, cut
from ingest.formats import media_type_of
from ingest.read import read_source
from training.dataset import Example, same_place, sentences_of, words

#: What experts marked without ruling anything.
NO_NORM = frozenset({"Document Name", "Parties", "Agreement Date", "Effective Date", "Expiration Date"})
MOST = 14  # windows of one contract, so that sixty long papers do not drown what authors wrote by hand
OPEN = -1.0


def held_out(name: str) -> bool:
    """Whether a contract is kept for evaluation: a third, by a hash of its file's stem."""
    return int(hashlib.sha256(Path(name).stem.encode()).hexdigest(), 16) % 3 == 0


def examples_of_contracts(folder: Path, syntax: Syntax, model: MiniLm, chance: Random) -> Iterator[Example]:
    """Some windows of every contract that is not held out."""
    for contract in sorted(json.loads((folder / "spans.json").read_text()), key=lambda c: str(c["file"])):
        if held_out(contract["file"]):
            continue
        clauses = [words(span["text"]) for span in contract["spans"] if span["category"] not in NO_NORM]
        for document in _read(folder / contract["file"]):
            sentences = sentences_of(document, syntax)
            cuts = cut(document, sentences, model, insider=True, talk=ALONE)
            for piece in sorted(chance.sample(cuts, min(MOST, len(cuts))), key=lambda c: c.sentences):
                labels = tuple(row_of(sentences[i].text, clauses) for i in piece.sentences)
                yield Example(f"contract {Path(contract['file']).stem}", piece.window, labels)


def _read(file: Path) -> Iterator[Document]:
    data = file.read_bytes()
    # Read as a contract whatever it is called, as analysts file them.
    path = f"contracts/{file.name}"
    yield from read_source(source_of(data, path, media_type_of(data, path)), data)


def row_of(text: str, clauses: list[list[str]]) -> tuple[float, ...]:
    """One label vector; OPEN where the contract does not tell."""
    row = [0.0] * len(Label)
    for label in (Label.OBLIGATION, Label.PROHIBITION, Label.PERMISSION, Label.ONE_OFF):
        row[label] = OPEN
    own = words(text)
    marked = len(own) >= FEWEST and any(same_place(own, clause) for clause in clauses)
    if TELLING.search(text) and not marked:
        return tuple(row)
    if marked or worded_as_norm(text, "contract"):
        row[Label.RULE], row[Label.EXCEPTION], row[Label.HANDOFF] = 1.0, OPEN, OPEN
    elif len(own) >= FEWEST and RULING.search(text):
        row[Label.RULE] = row[Label.EXCEPTION] = OPEN
    return tuple(row)
