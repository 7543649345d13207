"""What passages were taken for."""

from __future__ import annotations

from pathlib import Path

from domain.passage import Place
from domain.span import Span
from domain.statement import Citation, Likelihood, Modality, SpeechAct, Statement
from service.evaluation.confusion import DECOY, NOT_KEPT, UNMARKED, Matrix, acts_matrix, kinds_matrix, pooled
from service.evaluation.gold import Gold
from service.evaluation.matching import match, passages_of
from tests.service.evaluation.planted import elsewhere, found, on_decoy, planted


def counted(matrix: Matrix) -> dict[tuple[str, str], int]:
    """Cells that are not empty."""
    rows = zip(matrix.rows, matrix.counts, strict=True)
    return {(row, column): count for row, counts in rows for column, count in zip(matrix.columns, counts, strict=True) if count}


def said(gold: Gold, at: int, act: SpeechAct, *, quote: str = "", message: str | None = None) -> Statement:
    """A statement that quotes a gold passage, or part of it."""
    span = gold.spans[at]
    text = quote or span.text
    citation = Citation("doc", span.file, Span(0, len(text)), text, Place(message_id=message or span.message_id))
    likelihood = Likelihood(0.5, 0.5, 0.0, 0.0)
    return Statement(f"stm_{at}_{act}", citation, "email", act, likelihood, Modality.OBLIGATION, "", "", text, 0.0, 0.0, True, "")


def test_kinds_are_counted_over_passages_and_what_lies_on_none(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    records = [found(gold, "r1"), found(gold, "r2", kind="exception"), on_decoy(gold, "d1"), elsewhere(gold, 1), elsewhere(gold, 2)]
    matrix = kinds_matrix(gold, records, match(gold, records))
    assert counted(matrix) == {
        ("rule", "rule"): 1, ("rule", "exception"): 1, ("exception", "nothing"): 1, ("handoff", "nothing"): 1,
        (DECOY, "rule"): 1, (DECOY, "nothing"): 1, (UNMARKED, "rule"): 2,
    }  # fmt: skip
    assert matrix.counts[matrix.rows.index(UNMARKED)][-1] is None


def test_a_passage_with_records_of_several_kinds_was_taken_for_its_own(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    records = [found(gold, "r1", id="rec_a", kind="exception"), found(gold, "r1", id="rec_b")]
    for order in (records, records[::-1]):
        assert counted(kinds_matrix(gold, order, match(gold, order)))["rule", "rule"] == 1


def test_the_speech_act_of_a_passage_is_that_of_the_statement_most_on_it(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    statements = [
        said(gold, 3, SpeechAct.GRANTS, quote="ask Dana Whitcombe first"),
        said(gold, 3, SpeechAct.STATES),
        said(gold, 4, SpeechAct.ASKS),
        said(gold, 5, SpeechAct.REPORTS_PAST, message="<m2@acme.example>"),
    ]
    cells = counted(acts_matrix(gold, statements, passages_of(gold)))
    assert cells == {
        ("exception", "states"): 1, ("question", "asks"): 1, ("past history", NOT_KEPT): 1, ("rule", NOT_KEPT): 2, ("handoff", NOT_KEPT): 1,
    }  # fmt: skip


def test_a_statement_mostly_beside_the_passage_does_not_count(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    beside = said(gold, 4, SpeechAct.ASKS, quote="number too: one two three four five six seven")
    assert counted(acts_matrix(gold, [beside], passages_of(gold)))["question", NOT_KEPT] == 1


def test_folders_are_pooled_by_row_names(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    records = [found(gold, "r1")]
    matrix = kinds_matrix(gold, records, match(gold, records))
    both = pooled([matrix, matrix])
    assert {cell: count // 2 for cell, count in counted(both).items()} == counted(matrix)
    assert (both.rows, both.right, both.counts[-1][-1]) == (matrix.rows, matrix.right, None)
    first = Matrix(("a",), ("x",), ((1,),), frozenset())
    second = Matrix(("b", "a"), ("x",), ((2,), (3,)), frozenset({("b", "x")}))
    assert pooled([first, second]) == Matrix(("a", "b"), ("x",), ((4,), (2,)), frozenset({("b", "x")}))
