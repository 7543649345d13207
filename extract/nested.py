"""Exceptions to exceptions: "The Finnish reels may go at once. From first frost they lie a day as well." """

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from domain.record import Record, RecordKind
from domain.statement import Modality, Statement

#: An exception to an exception to an exception is as deep as people write.
DEEPEST = 3
#: Characters between two sentences of which one follows the other: a list's mark, a new line.
NEXT = 12
#: Words with which a sentence takes back what the one before it gave.
_TAKES_BACK = re.compile(
    r"^\W*(?:(?:and|but)\s+)?(?:not\b|but\b|only\b|except\b|even\b|unless\b|never\b|however\b|(?:this|that)\s+(?:exception\s+)?does\s+not\b)|"
    r"\b(?:though|even\s+(?:then|at|in|so|on|with|there)|however|nonetheless|nevertheless|all\s+the\s+same|does\s+not\s+apply)\b",
    re.I,
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]{2,}")
_ORDINARY = frozenset(
    "the this that these those they there from during when where while until unless only also all any each for with".split()
)


def bends_back(before: Statement, after: Statement) -> bool:
    """Whether a sentence limits the exception that the sentence before it states: it gives where that takes or takes where that gives, and
    says so by its words or names the same thing again.
    """
    first, second = before.citation, after.citation
    if first.document_id != second.document_id or not 0 <= second.span.start - first.span.end <= NEXT:
        return False
    if (before.modality is Modality.PERMISSION) == (after.modality is Modality.PERMISSION):
        return False
    return bool(_TAKES_BACK.search(second.quote)) or bool(_names(first.quote) & _names(second.quote))


def _names(quote: str) -> set[str]:
    return {name for match in _NAME.finditer(quote) if (name := match[0].lower()) not in _ORDINARY}


def bent_back(told: Iterable[tuple[Record, Statement]]) -> Mapping[str, Record]:
    """By exception: the exception that it limits, at most so many deep. ``told``: records with the statements that lead them."""
    exceptions = sorted(
        ((record, lead) for record, lead in told if record.kind is RecordKind.EXCEPTION),
        key=lambda pair: (pair[1].citation.document_id, pair[1].citation.span.start, pair[0].id),
    )
    found: dict[str, Record] = {}
    depth: dict[str, int] = {}
    for i, (record, lead) in enumerate(exceptions):
        before = exceptions[i - 1] if i else None
        if before is not None and depth.get(before[0].id, 1) < DEEPEST and bends_back(before[1], lead):
            found[record.id] = before[0]
            depth[record.id] = depth.get(before[0].id, 1) + 1
    return found
