"""Turns authored companies into labelled sentences, through the same reading and cutting that the product uses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from domain.document import EVIDENCE_BLOCKS, Document
from domain.source import source_of
from extract.labels import Label
from extract.minilm import MiniLm, Window
from extract.syntax import Sentence, Syntax
from extract.talks import talks_by_id
from extract.windows import ALONE, cut
from ingest.formats import media_type_of
from ingest.passages import passages_of
from ingest.read import read_source

ROOT = Path(__file__).parent
IN_TALK = 0.75  # share of documents that are learned from in their conversations
WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
DECOY_LABEL = {
    "question": Label.ASKED,
    "hypothetical": Label.SUPPOSED, "joke": Label.SUPPOSED, "marketing": Label.SUPPOSED,
    "past history": Label.PAST, "other company": Label.PAST,
    "rejected proposal": Label.REFUSED,
    "outsider claim": Label.OUTSIDER, "planted instruction": Label.OUTSIDER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A window with one row of labels for each sentence in it (1.0, 0.0, or -1.0 where the question does not arise).

    ``group``: the company, case or contract.
    """

    group: str
    window: Window
    labels: tuple[tuple[float, ...], ...]


def rendered(company: Path, out: Path) -> Path:
    """Real files and gold of an authored company, made once."""
    target = out / company.name
    newest = max(p.stat().st_mtime for p in company.rglob("*"))
    if not (target / "gold.json").exists() or (target / "gold.json").stat().st_mtime < newest:
        subprocess.run([sys.executable, str(ROOT / "authoring" / "render.py"), str(company), str(target)], check=True)
    return target


def words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def same_place(sentence: list[str], span: list[str]) -> bool:
    """One holds most of the other, as runs of words."""
    if not sentence or not span:
        return False
    short, long = sorted((sentence, span), key=len)
    if f" {' '.join(short)} " in f" {' '.join(long)} ":
        return short is sentence and (len(short) >= 3 or short == long) or len(short) >= 0.5 * len(long)
    both = len([w for w in span if w in sentence])
    return both >= 0.6 * len(span) and both >= 0.6 * len(sentence)


def documents_of(folder: Path) -> Iterator[Document]:
    """Every document of a rendered company, by path."""
    files = folder / "files"
    for file in sorted(p for p in files.rglob("*") if p.is_file()):
        data, path = file.read_bytes(), file.relative_to(files).as_posix()
        yield from read_source(source_of(data, path, media_type_of(data, path)), data)


def own_domains(folder: Path) -> frozenset[str]:
    return frozenset(json.loads((folder / "tasks.json").read_text())["domains"])


class Gold:
    """What the author marked, by file or message."""

    def __init__(self, folder: Path):
        data = json.loads((folder / "gold.json").read_text())
        self.records = {r["id"]: r for r in data["records"]}
        self.decoys = {d["id"]: d["why"] for d in data["decoys"]}
        self.spans: dict[str, list[tuple[list[str], list[str]]]] = {}
        for span in data["spans"]:
            key = span["message_id"].strip("<>") if span.get("message_id") else span["file"]
            self.spans.setdefault(key, []).append((words(span["text"]), span["ids"]))

    def ids(self, document: Document, text: str) -> list[str]:
        key = document.message.message_id if document.message else document.path
        own = words(text)
        return sorted({i for span, ids in self.spans.get(key, []) if same_place(own, span) for i in ids})

    def row(self, ids: list[str], text: str) -> tuple[float, ...]:
        """One label vector; questions about a norm are left open where there is none."""
        row = [0.0] * len(Label)
        norms = [self.records[i] for i in ids if i in self.records]
        whys = [self.decoys[i] for i in ids if i in self.decoys]
        for record in norms:
            row[Label[record["kind"].upper()]] = 1.0
        deontic = [r for r in norms if r.get("modality")]
        for label in (Label.OBLIGATION, Label.PROHIBITION, Label.PERMISSION, Label.ONE_OFF):
            row[label] = 0.0 if deontic else -1.0
        for record in deontic:
            row[Label[record["modality"].upper()]] = 1.0
            row[Label.ONE_OFF] = max(row[Label.ONE_OFF], float(record.get("recurrence") == "one_off"))
        for why in whys:
            row[Label.DECOY] = 1.0
            row[DECOY_LABEL.get(why, Label.SUPPOSED)] = 1.0
        if text.rstrip().endswith("?"):
            row[Label.ASKED] = 1.0
        return tuple(row)


def sentences_of(document: Document, syntax: Syntax) -> list[Sentence]:
    return syntax.sentences([p for p in passages_of(document) if p.kind in EVIDENCE_BLOCKS])


def examples_of(folder: Path, syntax: Syntax, model: MiniLm, chance: Random | None = None) -> Iterator[Example]:
    """The windows of a company's documents in reading order. ``chance``: now and then a message is shown without its conversation.

    Real mailboxes have gaps, and what is read alone must be read well too.
    """
    gold, own = Gold(folder), own_domains(folder)
    documents = list(documents_of(folder))
    talks = talks_by_id(documents)
    for document in documents:
        insider = document.message is None or document.message.domain in own
        sentences = sentences_of(document, syntax)
        talk = talks.get(document.id, ALONE) if chance is None or chance.random() < IN_TALK else ALONE
        for piece in cut(document, sentences, model, insider=insider, talk=talk):
            texts = [sentences[i].text for i in piece.sentences]
            yield Example(folder.name, piece.window, tuple(gold.row(gold.ids(document, text), text) for text in texts))
