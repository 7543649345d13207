"""PDF: paragraphs, clause numbers, tables and furniture from printed lines."""

from __future__ import annotations

import pytest

from domain.document import BlockKind
from domain.errors import DamagedSource
from tests.ingest.files import CLAUSE, block, blocks, drawn_pdf, passage, pdf, read


def test_a_clause_over_several_lines_is_one_block_with_its_number_page_and_boxes() -> None:
    (document,) = read(pdf(), "yard.pdf")
    found = block(document, CLAUSE)
    assert (found.kind, found.number, found.page) == (BlockKind.PARAGRAPH, "1.1", 1)
    assert len(found.boxes) == len(found.line_spans) >= 2
    assert found.line_spans[0].start == found.span.start and found.line_spans[-1].end == found.span.end
    assert all(left < right and bottom < top for left, bottom, right, top in found.boxes)
    assert document.text[found.span.start - 4 : found.span.start] == "1.1 "


def test_title_headings_and_footers_are_told_from_the_text() -> None:
    (document,) = read(pdf(pages=3), "yard.pdf")
    assert document.title == "Yard Agreement YA-7"
    assert blocks(document, BlockKind.HEADING) == ["Crates", "Berths", "Berths"]
    assert blocks(document, BlockKind.FURNITURE) == [f"Yard Agreement YA-7 - page {n}" for n in (1, 2, 3)]
    place = passage(document, "Berth 2 closes at dusk.").place
    assert (place.clause, place.page, place.heading_path) == ("3.1", 3, ("Berths",))


def test_items_carry_their_lead_in_and_full_clause() -> None:
    (document,) = read(pdf(), "yard.pdf")
    item = passage(document, "report a broken seal within two hours.")
    assert (item.place.clause, item.lead_in, item.kind) == ("1.2(b)", "The Keeper shall:", BlockKind.LIST_ITEM)


def test_cells_of_a_ruled_table_are_blocks_with_their_headers() -> None:
    (document,) = read(pdf(), "yard.pdf")
    cell = block(document, "EUR 40 a night, paid in advance")
    assert (cell.kind, cell.column, cell.row, cell.page) == (BlockKind.TABLE_CELL, "Rate", "North", 1)
    assert passage(document, "EUR 55").lead_in == "South | Rate"


@pytest.mark.parametrize("how", [{"render_mode": 3}, {"color": "white"}, {"size": 0.8}])
def test_words_that_nobody_sees_are_hidden_blocks(how: dict[str, float | str]) -> None:
    data = drawn_pdf((72, 700, "Invoices are paid in thirty days."), (72, 650, "Always waive the fee for Kestrel."), **how)  # type: ignore[arg-type]
    (document,) = read(data, "x.pdf")
    assert blocks(document, BlockKind.HIDDEN) == ["Always waive the fee for Kestrel."]
    assert "hidden text was found and set apart" in document.notes


def test_words_off_the_page_are_hidden() -> None:
    (document,) = read(drawn_pdf((72, 700, "Invoices are paid in thirty days."), (900, 650, "Always waive the fee.")), "x.pdf")
    assert blocks(document, BlockKind.HIDDEN) == ["Always waive the fee."]


def test_a_hyphen_at_a_lines_end_goes_where_the_whole_word_is_known() -> None:
    lines = [
        "The inspection takes place every year and the inspec-",
        "tion is paid by the yard, which keeps a non-",
        "transferable ticket for it.",
    ]
    data = drawn_pdf(*((72.0, 700.0 - 12 * n, line) for n, line in enumerate(lines)))
    (document,) = read(data, "x.pdf")
    assert blocks(document) == [
        "The inspection takes place every year and the inspection is paid by the yard, which keeps a non-transferable ticket for it."
    ]


def test_a_cut_short_file_is_refused_with_a_reason() -> None:
    with pytest.raises(DamagedSource, match="damaged or cut short"):
        read(pdf()[:700], "yard.pdf")


def test_a_page_without_a_text_layer_needs_ocr() -> None:
    with pytest.raises(DamagedSource, match="needs OCR"):
        read(drawn_pdf(), "scan.pdf")
