"""Reads a question: its facts as quantities and names, and one text for search."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.quantities import values_in
from domain.question import Question
from domain.value import Value, ValueKind
from domain.words import content_words


@dataclass(frozen=True, slots=True)
class Case:
    """``words``: stems of task and facts. ``text``: both in lower case. ``given`` and ``absent``: fact names with and without a value."""

    text: str
    words: frozenset[str]
    values: tuple[Value, ...]
    given: frozenset[str]
    absent: frozenset[str]

    def amount(self, kind: ValueKind, unit: str) -> list[float]:
        """The numbers of that kind, in that unit where it matters."""
        exact = kind in (ValueKind.MONEY, ValueKind.DURATION)
        return [float(v.value) for v in self.values if v.kind is kind and (not exact or v.unit == unit)]


#: Things that a case either has or lacks: a null one is known to be absent. Anything else (an amount, a day, a kind) every case
#: has, so that a null one is only not known.
_LACKABLE = re.compile(
    r"(?:^|_)(?:number|no|id|ref|reference|code|scan|form|letter|declaration|release|certificate|extract|guarantee|approval|signature|"
    r"sign_?off|permission|consent|receipt|note|report|agreement|ticket|order|po|confirmation|invoice|quote|quotes|contract|licen[cs]e|"
    r"permit|photo|record|document|waiver|authori[sz]ation|justification|deposit|countersignature|ok|guide|entry|attachment|evidence)(?:_\d+)?$",
    re.I,
)


def unknown_facts(question: Question) -> tuple[str, ...]:
    """Facts given as null whose value every such case has: what must be asked for."""
    return tuple(name for name, value in question.facts if value is None and not _LACKABLE.search(name))


def question_text(question: Question) -> str:
    """The task and its facts as one text."""
    facts = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in question.facts if value is not None)
    return f"{question.task} {facts}".strip()


def case_of(question: Question) -> Case:
    text = question_text(question)
    values = values_in(question.task, year=int(question.as_of[:4]))
    for name, value in question.facts:
        if value is not None:
            values += values_in(f"{value}", year=int(question.as_of[:4])) or _bare(name, value)
    given = frozenset(name for name, value in question.facts if value is not None)
    absent = frozenset(name for name, value in question.facts if value is None)
    return Case(text.lower(), content_words(text), values, given, absent)


_COUNTED = re.compile(r"^\d+(?:\.\d+)?$")


def _bare(name: str, value: object) -> tuple[Value, ...]:
    """A plain number takes its unit from the fact's name: ``hours: 72``, ``bags: 44``."""
    text = str(value)
    if not _COUNTED.match(text):
        return ()
    noun = name.replace("_", " ").split()[-1]
    return values_in(f"{text} {noun}")
