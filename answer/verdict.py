"""What the deciding record means for what the task proposes."""

from __future__ import annotations

import re

from answer.applicability import Judgement
from answer.facts import Case
from domain.question import Applies, Verdict
from domain.record import Record
from domain.statement import Modality

#: The task proposes to leave something out, or to do otherwise than usual.
_OMITS = re.compile(
    r"\b(?:without|although|though|even\s+though|instead\s+of|not\b|no\s+\w+|skip\w*|leave\s+out|directly|straight|before|despite|"
    r"ignore|waive|unsigned|missing|late|lacks?|only)\b",
    re.I,
)
_APPROVAL = re.compile(r"\b(?:approv\w+|sign(?:s|ed|ature)?\b|consent|agree[sd]?|authori[sz]\w+|permission|release[sd]?)\b", re.I)


def verdict_of(record: Record, judgement: Judgement, case: Case, task: str) -> Verdict:
    """Not a proof: modality and the task's own wording decide, and what cannot be told is unknown."""
    if record.modality is Modality.PROHIBITION:
        return Verdict.NOT_ALLOWED if judgement.applies is not Applies.NO else Verdict.ALLOWED
    if record.modality is Modality.PERMISSION:
        return Verdict.NOT_ALLOWED if judgement.applies is Applies.NO else Verdict.ALLOWED
    if _APPROVAL.search(record.said) and record.handler and not any("approv" in name or "sign" in name for name in case.given):
        return Verdict.NEEDS_APPROVAL
    if _OMITS.search(task) or case.absent:
        return Verdict.NOT_ALLOWED
    return Verdict.ALLOWED if judgement.applies is Applies.NO else Verdict.REQUIRED
