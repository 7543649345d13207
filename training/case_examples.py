"""Turns labelled cases into windows, as extract.windows cuts the documents that they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from extract.labels import Label
from extract.minilm import MiniLm
from extract.windows import ALONE, Shown, Talk, packed, voice_of, without_close
from training.cases import Case, Line, Part
from training.dataset import IN_TALK, Example

CASE_WHY = {
    "question": Label.ASKED, "hypothetical": Label.SUPPOSED, "joke": Label.SUPPOSED, "marketing": Label.SUPPOSED, "past": Label.PAST,
    "other_company": Label.PAST, "rejected": Label.REFUSED, "outsider": Label.OUTSIDER, "planted": Label.OUTSIDER,
}  # fmt: skip


def row_of(line: Line) -> tuple[float, ...]:
    """The label vector of a case's sentence; as for Gold.row."""
    row = [0.0] * len(Label)
    deontic = [mark for mark in line.marks if mark.modality]
    for label in (Label.OBLIGATION, Label.PROHIBITION, Label.PERMISSION, Label.ONE_OFF):
        row[label] = 0.0 if deontic else -1.0
    for mark in line.marks:
        row[Label[mark.kind.upper()]] = 1.0
        if mark.modality:
            row[Label[mark.modality.upper()]] = 1.0
            row[Label.ONE_OFF] = max(row[Label.ONE_OFF], float(mark.one_off))
        if mark.why:
            row[CASE_WHY[mark.why]] = 1.0
    if line.text.rstrip().endswith("?"):
        row[Label.ASKED] = 1.0
    return tuple(row)


def examples_of_case(case: Case, model: MiniLm, chance: Random | None = None) -> Iterator[Example]:
    """The windows of a case; a message whose subject begins with "Re:" answers the one before. ``chance`` as for dataset.examples_of."""
    for at, part in enumerate(case.parts):
        talk = _talk(case.parts, at) if chance is None or chance.random() < IN_TALK else ALONE
        shown = [Shown(line.text, ": ".join(piece for piece in (line.heading, line.lead_in) if piece)) for line in part.lines]
        for piece in packed(shown, model, opening=f"{voice_of(part.kind, part.inside)}: {part.title}", talk=talk):
            lines = [part.lines[i] for i in piece.sentences]
            yield Example(f"case {case.name}", piece.window, tuple(row_of(line) for line in lines))


def _talk(parts: Sequence[Part], at: int) -> Talk:
    before = parts[at - 1] if at and _answers(parts[at]) else None
    after = next((part for part in parts[at + 1 : at + 2] if parts[at].kind == "mail" and _answers(part)), None)
    return Talk(_substance(before) if before and before.kind == "mail" else "", _substance(after) if after else "")


def _substance(part: Part) -> str:
    return without_close([line.text for line in part.lines])


def _answers(part: Part) -> bool:
    return part.kind == "mail" and part.title.lower().startswith("re:")
