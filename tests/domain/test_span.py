"""A span cannot be wrong."""

from __future__ import annotations

import pytest

from domain.errors import Defect
from domain.span import Span, stripped


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_span_that_covers_nothing_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(Defect):
        Span(start, end)


def test_a_span_past_the_end_of_a_text_is_a_defect_not_a_short_quote() -> None:
    with pytest.raises(Defect):
        Span(0, 5).of("four")


def test_stripping_leaves_none_where_only_white_space_was() -> None:
    assert stripped("a   b", 1, 4) is None
    assert stripped("  ab ", 0, 5) == Span(2, 4)
