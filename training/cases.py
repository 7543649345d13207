"""Reads labelled cases (authoring/CASES.md): a few papers and mails of an invented company, a label for every sentence.

python -m training.cases          checks every case under training/cases and counts what they hold
"""

from __future__ import annotations

import collections
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent / "cases"
PAPERS = ("policy", "contract", "amendment", "sow", "notes", "wiki", "faq")
MODALITIES = ("obligation", "prohibition", "permission")
WHYS = ("question", "hypothetical", "joke", "marketing", "past", "other_company", "rejected", "outsider", "planted")
IDENTIFIER = re.compile(r"[rxhd]\d+$")
KIND_OF = {"r": "rule", "x": "exception", "h": "handoff", "d": "decoy"}


class CaseError(ValueError):
    """A line that does not follow CASES.md; says which and why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One norm or decoy that a sentence carries."""

    id: str
    kind: str
    modality: str | None = None
    one_off: bool = False
    bends: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in its place."""

    text: str
    marks: tuple[Mark, ...]
    heading: str
    lead_in: str


@dataclass(slots=True)
class Part:
    """A paper or a message: ``kind`` is a paper's kind or "mail"."""

    kind: str
    title: str
    inside: bool = True
    sender: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    name: str
    industry: str
    parts: list[Part] = field(default_factory=list)


def mark_of(text: str) -> Mark:
    """The norm or decoy that one label names."""
    words = text.split()
    if len(words) < 2 or not IDENTIFIER.match(words[0]):
        raise CaseError(f"a label begins with an ID such as r1, x2, h1 or d3 and a kind: {text!r}")
    name, kind, rest = words[0], words[1], words[2:]
    if KIND_OF[name[0]] != kind:
        raise CaseError(f"{name} cannot be a {kind}")
    if kind == "handoff":
        if rest:
            raise CaseError(f"a handoff takes no more words: {text!r}")
        return Mark(name, kind)
    if not rest or rest[0] not in (WHYS if kind == "decoy" else MODALITIES):
        raise CaseError(f"expected one of {', '.join(WHYS if kind == 'decoy' else MODALITIES)}: {text!r}")
    if kind == "decoy":
        return Mark(name, kind, why=rest[0])
    bends = next((word[1:] for word in rest if word.startswith(">")), None)
    if set(rest[1:]) - {"standing", "one_off", f">{bends}"}:
        raise CaseError(f"unknown words in {text!r}")
    return Mark(name, kind, rest[0], "one_off" in rest, bends)


def _part_of(line: str) -> Part:
    fields = [piece.strip() for piece in line[3:].split("|")]
    head = fields[0].split()
    if len(head) == 2 and head[0] == "PAPER" and head[1] in PAPERS and len(fields) == 2:
        return Part(head[1], fields[1])
    if len(head) == 2 and head[0] == "MAIL" and head[1] in ("inside", "outside") and len(fields) == 3:
        return Part("mail", fields[1], head[1] == "inside", fields[2])
    raise CaseError("expected '=== PAPER kind | title' or '=== MAIL inside|outside | subject | sender, role'")


def case_of(text: str, name: str) -> Case:
    """A case; raises CaseError with file and line."""
    first, *lines = text.splitlines() or [""]
    case = Case(name, first.lstrip("# ").strip() if first.startswith("# ") else "")
    place = _Place()
    for number, line in enumerate(lines, 2):
        try:
            if line.strip():
                _take(case, place, line)
        except CaseError as problem:
            raise CaseError(f"{name}, line {number}: {problem}") from None
    _check(case)
    return case


@dataclass(slots=True)
class _Place:
    heading: str = ""
    lead_in: str = ""


def _take(case: Case, place: _Place, line: str) -> None:
    if line.startswith("==="):
        case.parts.append(_part_of(line))
        place.heading = place.lead_in = ""
    elif not case.parts:
        raise CaseError("the first line is '# industry', the next a '===' line")
    elif line.startswith("## "):
        place.heading, place.lead_in = line[3:].strip(), ""
    elif line.startswith(":"):
        place.lead_in = line[1:].strip()
    else:
        labels, bar, sentence = line.partition("|")
        if not bar or not sentence.strip():
            raise CaseError("expected 'labels | sentence'")
        marks = () if labels.strip() == "-" else tuple(mark_of(label.strip()) for label in labels.split("&"))
        case.parts[-1].lines.append(Line(sentence.strip(), marks, place.heading, place.lead_in))


def _check(case: Case) -> None:
    marks = [mark for part in case.parts for line in part.lines for mark in line.marks]
    known = {mark.id for mark in marks}
    for mark in marks:
        if mark.bends and mark.bends != "?" and mark.bends not in known:
            raise CaseError(f"{case.name}: {mark.id} bends {mark.bends}, which no sentence states")
    if not case.industry or not known:
        raise CaseError(f"{case.name}: a case has an industry and at least one label")


def cases(root: Path = ROOT, *, authors: Collection[str] = ()) -> Iterator[Case]:
    """Every case, by name; with ``authors`` only theirs."""
    for file in sorted(root.glob("*.case")):
        if not authors or file.stem.partition("-")[0] in authors:
            yield case_of(file.read_text(encoding="utf-8"), file.stem)


def main() -> None:
    counts: collections.Counter[str] = collections.Counter()
    wrong = 0
    seen: dict[str, str] = {}
    for file in sorted(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).glob("*.case")):
        try:
            case = case_of(file.read_text(encoding="utf-8"), file.stem)
        except CaseError as problem:
            wrong += 1
            print(problem)
            continue
        counts["cases"] += 1
        for part in case.parts:
            place = "mail" if part.kind == "mail" else "paper"
            for line in part.lines:
                counts[f"{place} sentences"] += 1
                if len(line.text) > 40 and seen.setdefault(line.text, case.name) != case.name:
                    print(f"{case.name}: sentence stands in {seen[line.text]} too: {line.text[:60]}")
                for mark in line.marks or (Mark("", "nothing"),):
                    counts[f"{place} {mark.kind}"] += 1
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
