"""What the deciding record means for what the task proposes.

Rules and no weights: fitted on the training companies' tasks, most of which propose what is not allowed, a regression over the same signs
judged as many cases right and called the plainest permission a ban.
"""

from __future__ import annotations

import re

from answer.applicability import Judgement
from answer.facts import Case
from domain.question import Applies, Verdict
from domain.record import Record
from domain.statement import Modality
from domain.value import Value, ValueKind
from domain.words import content_words, shared_words

#: The task proposes to leave something out, or to do otherwise than usual.
_OMITS = re.compile(
    r"\b(?:without|although|though|even\s+though|instead\s+of|not\b|no\s+\w+|skip\w*|leave\s+out|directly|straight|before|despite|"
    r"ignore|waive|unsigned|missing|late|lacks?|only)\b",
    re.I,
)
#: It proposes to turn somebody down, to hold somebody to something, or to make somebody pay: what a permission spares them.
_DENIES = re.compile(
    r"\b(?:refus\w+|reject\w*|declin\w+|den(?:y|ies|ied)|turn\w*\s+(?:\w+\s+){0,3}(?:down|away|back)|sen[dt]\w*\s+(?:\w+\s+){0,4}back|return\w*|"
    r"cancel\w*|block\w*|stop\w*|insist\w*|demand\w*|require\w*|chas(?:e|ing)|remind\w*|withh[eo]ld\w*|hold\w*\s+back|write\s+up|cannot|"
    r"can't|won't|wait\w*|has\s+to|have\s+to|must|"
    r"charg\w+|bill\w*|deduct\w*|fin(?:e|ed|ing)|penal\w+|surcharg\w*|fees?|lev(?:y|ied)|interest|add\w*)\b",
    re.I,
)
#: What would be done by habit is not what is proposed: "I would normally refuse it".
_BY_HABIT = re.compile(r"\b(?:would\s+)?(?:normally|usually|ordinarily|otherwise)\b[^,;.:!?]*", re.I)
_APPROVAL = re.compile(r"\b(?:approv\w+|sign(?:s|ed|ature)?\b|consent|agree[sd]?|authori[sz]\w+|permission|release[sd]?)\b", re.I)
#: Words before a quantity that make it the most that is meant, and characters in which they stand.
_AT_MOST = re.compile(
    r"\b(?:within|up\s+to|at\s+most|no\s+(?:more|later|longer)\s+than|below|under|until|by|maximum|limit\w*|less\s+than|not\s+exceed\w*)\b",
    re.I,
)
_REACH = 40
_NUMBERS = (ValueKind.MONEY, ValueKind.DURATION, ValueKind.PERCENT, ValueKind.COUNT)
#: From this share of words in common on, a task proposes what a duty asks for.
SAME = 0.7


def verdict_of(record: Record, judgement: Judgement, case: Case, task: str) -> Verdict:
    """Not a proof: modality, quantities and the task's own wording decide; where they do not tell, a duty stands in the way."""
    quantities, task = _compared(record, case), _BY_HABIT.sub("", task)
    if record.modality is Modality.PROHIBITION:
        return Verdict.ALLOWED if judgement.applies is Applies.NO else Verdict.NOT_ALLOWED
    if record.modality is Modality.PERMISSION:
        bans = judgement.applies is Applies.NO or "above the most" in quantities or _DENIES.search(task)
        return Verdict.NOT_ALLOWED if bans else Verdict.ALLOWED
    if _APPROVAL.search(record.said) and record.handler and not any("approv" in name or "sign" in name for name in case.given):
        return Verdict.NEEDS_APPROVAL
    return _under_a_duty(record, judgement, quantities, task, lacks=bool(case.absent) or bool(_OMITS.search(task)))


def _under_a_duty(record: Record, judgement: Judgement, quantities: frozenset[str], task: str, *, lacks: bool) -> Verdict:
    if "within the most" in quantities:
        return Verdict.ALLOWED
    if "other" in quantities or lacks:
        return Verdict.NOT_ALLOWED
    if judgement.applies is Applies.NO:
        return Verdict.ALLOWED
    same = shared_words(content_words(task), content_words(record.said)) >= SAME
    return Verdict.REQUIRED if same else Verdict.NOT_ALLOWED


def _compared(record: Record, case: Case) -> frozenset[str]:
    """How the case's quantities stand to the record's of the same kind: "within the most", "above the most"; "other": none is the same."""
    found: set[str] = set()
    same = False
    for own in record.values:
        for other in case.values:
            if not _comparable(own, other):
                continue
            same = same or own.value == other.value
            before = record.said[: max(record.said.find(own.text), 0)][-_REACH:]
            if _AT_MOST.search(before):
                found.add("above the most" if float(other.value) > float(own.value) else "within the most")
            found.add("other")
    return frozenset(found - {"other"} if same else found)


def _comparable(own: Value, other: Value) -> bool:
    exact = own.kind in (ValueKind.MONEY, ValueKind.DURATION)
    return own.kind is other.kind and own.kind in _NUMBERS and (not exact or own.unit == other.unit)
