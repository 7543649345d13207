"""What is large without being of use: text without end, comments that never end, cells that claim to be as wide as a hundred."""

from __future__ import annotations

import time

import pytest

from domain.document import BlockKind, MarkKind
from domain.errors import LimitExceeded
from ingest.canonical import Draft, fixed
from ingest.limits import MAX_CHARS
from ingest.parse_docx import parse_docx
from ingest.parse_html import parse_html
from ingest.parse_text import parse_markdown, parse_plain
from ingest.read import Parser
from tests.hostile.bombs_office import docx_comments
from tests.hostile.packing import docx, p

_EXTERNAL = (
    '<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
    'Target="http://127.0.0.1/styles.xml" TargetMode="External"/>'
)


@pytest.mark.parametrize("parse", [parse_plain, parse_markdown])
def test_text_over_the_limit_is_refused_before_any_work(parse: Parser) -> None:
    began = time.thread_time()
    with pytest.raises(LimitExceeded, match="longer than"):
        list(parse(b"a" * (MAX_CHARS + 1), "a.txt"))
    assert time.thread_time() - began < 2


def test_comments_that_never_end_do_not_multiply() -> None:
    (parsed,) = parse_docx(docx_comments(2_000), "b.docx")
    assert sum(b.kind is BlockKind.COMMENT for b in parsed.blocks) == 2_000
    marks = [m for m in parsed.marks if m.kind is MarkKind.COMMENT]
    assert 2_000 <= len(marks) < 110_000
    # Each comment is still known by the word before its reference, however many others are open.
    assert len({m.target for m in marks}) == 2_000


def test_a_word_cell_as_wide_as_a_hundred_costs_no_more_than_it_shows() -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>{p("x")}</w:tc>'
    began = time.thread_time()
    (parsed,) = parse_docx(docx("<w:tbl>" + ("<w:tr>" + wide * 60 + "</w:tr>") * 60 + "</w:tbl>", ballast=True), "b.docx")
    assert len(parsed.blocks) == 3_600 and time.thread_time() - began < 5


def test_an_html_cell_as_wide_as_a_hundred_costs_no_more_than_it_shows() -> None:
    page = "<table>" + ("<tr>" + '<td colspan="999" rowspan="999">x' * 60) * 60 + "</table>"
    began = time.thread_time()
    (parsed,) = parse_html(page.encode(), "b.html")
    assert len(parsed.blocks) == 3_600 and time.thread_time() - began < 5


def test_a_word_file_whose_styles_stand_elsewhere_is_read_without_them() -> None:
    (parsed,) = parse_docx(docx(p("The gate is locked at ten."), more_rels=_EXTERNAL), "a.docx")
    assert "The gate is locked at ten." in parsed.text


def test_a_document_of_more_blocks_than_anybody_reads_is_refused_with_the_limit() -> None:
    with pytest.raises(LimitExceeded, match=r"300,000 paragraphs.*split it"):
        fixed([Draft(BlockKind.PARAGRAPH, "x")] * 300_001)
