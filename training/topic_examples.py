"""Turns authored companies and cases into statements that stand to each other: which exception bends which rule, which state one norm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.minilm import MiniLm, Window
from extract.syntax import Syntax
from extract.topics import LOOK_BACK, before_of, windowed
from extract.windows import aside_of, opening_of, voice_of
from training.cases import Case
from training.dataset import Gold, documents_of, own_domains, sentences_of


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that carries norms, as the network is shown it. ``ids``: of its norms; ``bends``: of the rules that its exceptions bend.

    ``rule``: whether one of the norms is a rule; ``exception`` likewise. ``document``: which of its company or case.
    """

    window: Window
    document: int
    ids: frozenset[str]
    bends: frozenset[str]
    rule: bool
    exception: bool


def told_in_company(folder: Path, syntax: Syntax, model: MiniLm) -> list[Told]:
    """Every sentence of a rendered company that carries norms, read as the product reads it."""
    gold, own = Gold(folder), own_domains(folder)
    found = []
    for number, document in enumerate(documents_of(folder)):
        insider = document.message is None or document.message.domain in own
        for sentence in sentences_of(document, syntax):
            records = [gold.records[i] for i in gold.ids(document, sentence.text) if i in gold.records]
            if records:
                above = opening_of(document, insider), aside_of(sentence.passage), before_of(document, sentence.span)
                kinds = {r["kind"] for r in records}
                bends = frozenset(r["overrides"] for r in records if r["kind"] == "exception" and r.get("overrides"))
                window = windowed(model, *above, sentence.text)
                found.append(Told(window, number, frozenset(r["id"] for r in records), bends, "rule" in kinds, "exception" in kinds))
    return found


def told_in_case(case: Case, model: MiniLm) -> list[Told]:
    """Every sentence of a case that carries norms."""
    found = []
    for number, part in enumerate(case.parts):
        opening, before, heading = f"{voice_of(part.kind, part.inside)}: {part.title}", "", ""
        for line in part.lines:
            before, heading = before if part.kind == "mail" or line.heading == heading else "", line.heading
            norms = [mark for mark in line.marks if mark.kind != "decoy"]
            if norms:
                aside = ": ".join(piece for piece in (line.heading, line.lead_in) if piece)
                kinds = {mark.kind for mark in norms}
                bends = frozenset(m.bends for m in norms if m.kind == "exception" and m.bends and m.bends != "?")
                window = windowed(model, opening, aside, before, line.text)
                found.append(Told(window, number, frozenset(m.id for m in norms), bends, "rule" in kinds, "exception" in kinds))
            before = f"{before} {line.text}"[-LOOK_BACK:]
    return found
