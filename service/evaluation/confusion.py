"""What gold passages were taken for: kinds of records over kinds of passages, and speech acts over what the passages are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from domain.statement import SpeechAct, Statement
from service.evaluation.found import FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.matching import ON_TARGET, Matching, Passage, message_name, words_of
from service.evaluation.scores import KINDS

NOTHING = "nothing"
#: Rows of the kinds that are no norm: a marked decoy, and text that nobody marked.
DECOY, UNMARKED = "nothing (decoy)", "nothing (unmarked)"
#: The column of passages of which no sentence was kept as a statement.
NOT_KEPT = "not kept"

#: Which speech acts fit what a passage is. A norm is stated, asked for in one message and granted in another; a passage that is not
#: kept as a statement can mislead nobody, so that always fits a decoy.
FITTING: dict[str, frozenset[str]] = {
    "rule": frozenset({"states", "grants"}),
    "exception": frozenset({"states", "grants", "asks"}),
    "handoff": frozenset({"states", "grants"}),
    "question": frozenset({"asks"}),
    "rejected proposal": frozenset({"asks", "refuses"}),
    "hypothetical": frozenset({"supposes"}),
    "joke": frozenset({"supposes"}),
    "marketing": frozenset({"supposes"}),
    "past history": frozenset({"reports_past"}),
    "other company": frozenset({"reports_past"}),
    # An outsider states, and an order to a machine is stated: what they lack is standing, which is not the sentence's to show.
    "outsider claim": frozenset({"states", "asks"}),
    "planted instruction": frozenset({"states", "supposes"}),
}


@dataclass(frozen=True)
class Matrix:
    """How often a passage that is ``rows[i]`` was taken for ``columns[j]``: ``counts[i][j]``; None where that cannot be counted.

    ``right``: the pairs (row, column) that are as they should be.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    right: frozenset[tuple[str, str]] = field(repr=False)


def kinds_matrix(gold: Gold, records: Sequence[FoundRecord], matching: Matching) -> Matrix:
    """Each pair of gold passage and kind that it carries counts once; so does each record that lies on no passage.

    A passage is taken for its own kind where any record of that kind lies on it, else for that of the record that lies on it best.
    """
    kind_of = {record.id: record.kind for record in records}
    on: list[list[tuple[float, str]]] = [[] for _ in matching.passages]
    for record_id, landed in matching.landed.items():
        for at, score in landed.items():
            on[at].append((-score, record_id))
    cells: Counter[tuple[str, str]] = Counter()
    for passage, lying in zip(matching.passages, on, strict=True):
        taken = [kind_of[record_id] for _, record_id in sorted(lying)]
        for row in _kinds_on(gold, passage):
            cells[row, row if row in taken else taken[0] if taken else NOTHING] += 1
    for record_id, landed in matching.landed.items():
        if not landed:
            cells[UNMARKED, kind_of[record_id]] += 1
    rows, columns = (*KINDS, DECOY, UNMARKED), (*KINDS, NOTHING)
    right = frozenset({*((kind, kind) for kind in KINDS), (DECOY, NOTHING)})
    return _matrix(rows, columns, cells, right, lambda cell: cell == (UNMARKED, NOTHING))


def _kinds_on(gold: Gold, passage: Passage) -> list[str]:
    return sorted({gold.records[name].kind.value if name in gold.records else DECOY for name in passage.span.ids})


def acts_matrix(gold: Gold, statements: Iterable[Statement], passages: Sequence[Passage]) -> Matrix:
    """Rows: the kinds of norms, then the sorts of decoys, the commonest first. A passage has the act of the statement that shares most
    words with it, if at least half of that statement lies on it.
    """
    said = [
        (s.citation.path, message_name(s.citation.place.message_id), words_of(s.citation.quote), s.speech_act.value) for s in statements
    ]
    cells: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        best, act = 0, NOT_KEPT
        for path, message, words, its in said:
            if passage.holds(path, message) and (both := (words & passage.words).total()) > best and both >= ON_TARGET * words.total():
                best, act = both, its
        for row in _sorts_on(gold, passage):
            cells[row, act] += 1
    sorts = Counter(decoy.why for decoy in gold.decoys.values())
    rows = (*KINDS, *sorted(sorts, key=lambda why: (-sorts[why], why)))
    columns = (*(act.value for act in SpeechAct), NOT_KEPT)
    return _matrix(rows, columns, cells, _fitting(rows), lambda _: False)


def _sorts_on(gold: Gold, passage: Passage) -> list[str]:
    return sorted({gold.records[n].kind.value if n in gold.records else gold.decoys[n].why for n in passage.span.ids})


def _fitting(rows: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The pairs that fit; a sort of decoy that is not known fits only what was not kept."""
    fits = {(row, act) for row in rows for act in FITTING.get(row, ())}
    return frozenset(fits | {(row, NOT_KEPT) for row in rows if row not in KINDS})


def _matrix(
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    cells: Counter[tuple[str, str]],
    right: frozenset[tuple[str, str]],
    uncounted: Callable[[tuple[str, str]], bool],
) -> Matrix:
    counts = tuple(tuple(None if uncounted((row, column)) else cells[row, column] for column in columns) for row in rows)
    return Matrix(rows, columns, counts, right)


def pooled(parts: Sequence[Matrix]) -> Matrix:
    """The passages of several folders in one; rows in the order in which they first come."""
    rows = tuple(dict.fromkeys(row for part in parts for row in part.rows))
    columns = parts[0].columns
    cells: Counter[tuple[str, str]] = Counter()
    blank: set[tuple[str, str]] = set()
    for part in parts:
        for row, counts in zip(part.rows, part.counts, strict=True):
            for column, count in zip(columns, counts, strict=True):
                cells[row, column] += count or 0
                blank |= {(row, column)} if count is None else set()
    return _matrix(rows, columns, cells, frozenset().union(*(part.right for part in parts)), blank.__contains__)
