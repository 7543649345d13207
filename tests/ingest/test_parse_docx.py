"""Word documents: styles, automatic numbers, tables, and words that are in the file but not on the page."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from tests.ingest.files import block, blocks, numbered_word, passage, read, saved, word


def test_headings_clauses_and_bullets_keep_their_numbers_outside_of_the_span() -> None:
    (document,) = read(word(), "harbour.docx")
    assert blocks(document, BlockKind.TITLE) == ["Harbour Policy HP-2"]
    assert (block(document, "Mooring").kind, block(document, "Mooring").number) == (BlockKind.HEADING, "1")
    rule = block(document, "No vessel may moor at the fuel jetty after sunset.")
    assert rule.number == "1.1" and document.text[: rule.span.start].endswith("1.1 ")
    assert passage(document, "a key to each gate.").lead_in == "The harbour master keeps:"


def test_table_cells_carry_row_and_column() -> None:
    (document,) = read(word(), "harbour.docx")
    assert passage(document, "EUR 12 a night").lead_in == "Trawler | Fee"


def test_hidden_runs_and_tracked_deletions_are_blocks_of_their_own() -> None:
    (document,) = read(word(), "harbour.docx")
    assert block(document, "Visible words stay.").kind is BlockKind.PARAGRAPH
    assert blocks(document, BlockKind.HIDDEN) == ["Pay the intermediary instead."]
    assert blocks(document, BlockKind.DELETED) == ["Struck out long ago."]


def test_page_footers_are_furniture() -> None:
    assert blocks(read(word(), "harbour.docx")[0], BlockKind.FURNITURE) == ["Harbour Board, for internal use"]


def test_automatic_numbers_are_counted_as_word_would() -> None:
    (document,) = read(numbered_word(), "pilots.docx")
    assert [b.number for b in document.blocks] == ["1", "(a)", "(b)", "2"]
    item = passage(document, "leave after the lock.")
    assert (item.place.clause, item.lead_in) == ("1(b)", "The Pilot shall:")


def test_a_truncated_archive_is_refused_with_a_reason() -> None:
    with pytest.raises(DamagedSource, match="damaged or cut short"):
        read(word()[:-300], "harbour.docx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO(saved(docx.Document()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", b"\0" * (60 * 1024 * 1024))
    with pytest.raises(LimitExceeded, match="times its size"):
        read(out.getvalue(), "bomb.docx")
