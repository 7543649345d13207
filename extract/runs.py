"""What a message tells over several sentences that stand together is one exception: the habit, its limit, the leave for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.record import EvidenceRole, RecordKind
from domain.statement import Statement
from extract.draft import Draft, Papers
from extract.nested import bends_back

#: Characters between two sentences of one run: at most one short sentence lies between them.
APART = 160
#: The least cosine of two sentences of one run: what has nothing to do with the one before begins another.
ALIKE = 0.15


def told_together(drafts: Sequence[Draft], papers: Papers, apart: int = APART) -> list[Draft]:
    """Drafts of exceptions that one informal text tells in a run become one, led by the one most believed; the others stay as they are."""
    kept: list[Draft] = []
    spoken: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.kind is RecordKind.EXCEPTION and not papers.formal(draft.lead):
            spoken.setdefault(draft.lead.citation.document_id, []).append(draft)
        else:
            kept.append(draft)
    for some in spoken.values():
        run: list[Draft] = []
        for draft in sorted(some, key=lambda d: d.key):
            if run and not _goes_on(run[-1], draft, apart):
                kept.append(_one(run))
                run = []
            run.append(draft)
        kept.append(_one(run))
    return kept


def _goes_on(before: Draft, after: Draft, apart: int) -> bool:
    first, second = before.lead.citation.span, after.lead.citation.span
    near = second.start - first.end <= apart and not bends_back(before.lead, after.lead)
    return near and _same_case(before.lead, after.lead) and _alike(before.lead, after.lead) >= ALIKE


def _alike(a: Statement, b: Statement) -> float:
    return sum(x * y for x, y in zip(a.vector, b.vector, strict=False))


def _same_case(a: Statement, b: Statement) -> bool:
    """Not where each names somebody or something else."""
    mine, theirs = ({item.value.lower() for item in s.scope} for s in (a, b))
    return not mine or not theirs or any(x in y or y in x for x in mine for y in theirs)


def _one(run: Sequence[Draft]) -> Draft:
    if len(run) == 1:
        return run[0]
    best = max(run, key=lambda d: (round(d.confidence, 2), -d.lead.citation.span.start))
    carriers: dict[str, tuple[Statement, EvidenceRole]] = {}
    for draft in (best, *(d for d in run if d is not best)):
        for statement, role in draft.carriers:
            carriers.setdefault(statement.id, (statement, role))
    return replace(best, carriers=tuple(carriers.values()))
