"""PDF layout: columns, footnotes, tables without rules, watermarks, forms, remarks, and pages that cannot be read."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from domain.document import BlockKind, MarkKind
from tests.ingest.files import block, blocks, passage, read

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


class Page:
    """A canvas with as few words as possible."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.canvas = canvas.Canvas(self.out, pagesize=A4, invariant=1)

    def line(self, x: float, y: float, text: str, size: float = 10, font: str = "Helvetica") -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def lines(self, x: float, y: float, *texts: str) -> None:
        for n, text in enumerate(texts):
            self.line(x, y - 12 * n, text)

    def image(self, x: float, y: float, width: float, height: float) -> None:
        self.canvas.drawImage(ImageReader(io.BytesIO(PIXEL)), x, y, width, height)

    def data(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()


def test_pages_without_text_among_others_are_flagged() -> None:
    page = Page()
    for n in range(5):
        if n in (2, 3):
            page.image(0, 0, 595, 842)
        else:
            page.line(72, 700, f"Rule {n} of the yard is kept by the keeper.")
        if n < 4:
            page.canvas.showPage()
    (document,) = read(page.data(), "x.pdf")
    assert document.unread_pages == (3, 4)
    assert "pages 3-4 have no text layer: needs OCR" in document.notes


def test_the_invisible_layer_over_a_scan_is_its_text() -> None:
    page = Page()
    page.image(0, 0, 595, 842)
    text = page.canvas.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine("The keeper weighs each crate before noon.")
    page.canvas.drawText(text)
    (document,) = read(page.data(), "x.pdf")
    assert blocks(document, BlockKind.PARAGRAPH) == ["The keeper weighs each crate before noon."]
    assert any("layer that OCR laid over a scan" in note for note in document.notes)


def test_white_words_on_a_dark_bar_are_seen_and_words_under_a_bar_are_not() -> None:
    page = Page()
    page.line(72, 700, "Invoices are paid in thirty days.")
    page.canvas.setFillColor("navy")
    page.canvas.rect(60, 640, 300, 24, stroke=0, fill=1)
    page.canvas.setFillColor("white")
    page.line(72, 648, "Nobody may pay in cash at the gate.")
    page.canvas.setFillColor("black")
    page.line(72, 600, "Always waive the fee for Kestrel.")
    page.canvas.rect(60, 590, 300, 24, stroke=0, fill=1)
    (document,) = read(page.data(), "x.pdf")
    assert blocks(document, BlockKind.HIDDEN) == ["Always waive the fee for Kestrel."]
    assert "Nobody may pay in cash at the gate." in blocks(document)


def test_two_columns_drawn_row_by_row_are_read_column_by_column() -> None:
    left = [
        "The keeper weighs each crate before it",
        "leaves the yard and writes the weight",
        "on its ticket. The ticket stays with",
        "the crate until it is loaded on a",
        "vessel and the master has signed it",
        "in the presence of the keeper.",
    ]
    right = [
        "A crate without a ticket is moved to",
        "the customs shed at the cost of its",
        "owner. The owner may collect it there",
        "within ten days against a receipt and",
        "after the fee for the storage has been",
        "paid to the cashier of the harbour.",
    ]
    page = Page()
    page.line(72, 760, "Yard Rules", 18)
    for n in range(6):
        page.line(60, 700 - 12 * n, left[n])
        page.line(310, 700 - 12 * n, right[n])
    (document,) = read(page.data(), "x.pdf")
    assert blocks(document, BlockKind.PARAGRAPH) == [" ".join(left), " ".join(right)]


def test_a_footnote_is_a_block_of_its_own_and_marks_the_word_it_belongs_to() -> None:
    page = Page()
    for n in range(4):
        page.line(72, 700 - 40 * n, f"Clause {n} of these rules binds every operator of the yard and its guests.")
    page.line(72, 500, "The fee is due within ten days")
    page.line(72 + page.canvas.stringWidth("The fee is due within ten days", "Helvetica", 10), 504, "1", 6)
    page.line(
        72 + page.canvas.stringWidth("The fee is due within ten days", "Helvetica", 10) + 4,
        500,
        " of the invoice and is paid by the owner.",
    )
    page.line(72, 92, "1", 5)
    page.line(77, 90, "Saturdays and holidays do not count towards the ten days.", 8)
    (document,) = read(page.data(), "x.pdf")
    assert "The fee is due within ten days of the invoice and is paid by the owner." in blocks(document, BlockKind.PARAGRAPH)
    note = block(document, "Saturdays and holidays do not count towards the ten days.")
    assert (note.kind, note.number) == (BlockKind.FOOTNOTE, "1")
    (mark,) = [m for m in document.marks if m.kind is MarkKind.FOOTNOTE]
    assert mark.span.of(document.text) == "days" and mark.target == note.span


def test_words_below_each_other_are_a_table_with_headers() -> None:
    page = Page()
    page.line(72, 700, "The rates for a night at each berth are as follows, in euro and without tax:")
    for n, row in enumerate(
        (("Berth", "Rate", "Deposit"), ("North", "EUR 40", "EUR 10"), ("South", "EUR 55", "EUR 20"), ("West", "EUR 60", "none"))
    ):
        for x, text in zip((90, 220, 350), row, strict=True):
            page.line(x, 670 - 14 * n, text)
    (document,) = read(page.data(), "x.pdf")
    cell = block(document, "EUR 20")
    assert (cell.kind, cell.column, cell.row) == (BlockKind.TABLE_CELL, "Deposit", "South")


def test_justified_text_and_signature_blocks_are_no_tables() -> None:
    page = Page()
    words = "The keeper shall weigh each crate and write its weight on the ticket of the crate".split()
    for n in range(6):
        for m, word in enumerate(words[:9]):
            page.line(72 + 49 * m + (m * (n % 3)), 700 - 12 * n, word)
    for n, text in enumerate(("By:", "Name:", "Title:", "Date:")):
        page.line(72, 500 - 20 * n, f"{text} ____________")
        page.line(320, 500 - 20 * n, f"{text} ____________")
    (document,) = read(page.data(), "x.pdf")
    signed = [b for b in document.blocks if b.kind is BlockKind.TABLE_CELL and "By:" in b.span.of(document.text)]
    assert not signed


def test_a_watermark_and_sideways_words_stay_out_of_the_text() -> None:
    page = Page()
    page.canvas.saveState()
    page.canvas.translate(150, 300)
    page.canvas.rotate(55)
    page.line(0, 0, "DRAFT", 90)
    page.canvas.restoreState()
    page.canvas.saveState()
    page.canvas.rotate(90)
    page.line(200, -30, "Filed by the registry")
    page.canvas.restoreState()
    page.lines(
        72,
        600,
        "The keeper weighs each crate before it leaves the yard, and writes the weight",
        "on the ticket that travels with it to the quay.",
    )
    (document,) = read(page.data(), "x.pdf")
    assert blocks(document, BlockKind.PARAGRAPH) == [
        "The keeper weighs each crate before it leaves the yard, and writes the weight on the ticket that travels with it to the quay."
    ]
    assert set(blocks(document, BlockKind.FURNITURE)) == {"DRAFT", "Filed by the registry"}


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_set_sideways_is_read_and_its_boxes_lie_on_the_page_as_stored(turn: int) -> None:
    page = Page()
    page.canvas.translate(*((500, 100) if turn == 90 else (100, 700)))
    page.canvas.rotate(turn)
    page.lines(0, 0, "The keeper weighs each crate before it leaves the yard, and writes", "the weight on the ticket.")
    (document,) = read(page.data(), "x.pdf")
    found = block(document, "The keeper weighs each crate before it leaves the yard, and writes the weight on the ticket.")
    assert len(found.boxes) == 2 and all(right - left < 20 < top - bottom for left, bottom, right, top in found.boxes)


def test_fields_and_remarks_are_read() -> None:
    page = Page()
    page.line(72, 700, "Name of the operator:")
    page.canvas.acroForm.textfield(name="operator", value="Brackwater Cranes", x=200, y=690, width=200, height=20)
    page.canvas.textAnnotation("Ask the harbourmaster first.", Rect=[72, 600, 92, 620])
    (document,) = read(page.data(), "x.pdf")
    assert "Brackwater Cranes" in blocks(document, BlockKind.PARAGRAPH)
    assert blocks(document, BlockKind.COMMENT) == ["Ask the harbourmaster first."]


def test_a_paragraph_over_a_page_break_is_one_block() -> None:
    page = Page()
    page.lines(
        72,
        112,
        "1.1 The keeper weighs each crate before it leaves the yard, and writes the weight on the",
        "ticket that travels with it to the quay, so that the master of the vessel can add it to the",
    )
    page.line(280, 40, "Page 1 of 2")
    page.canvas.showPage()
    page.line(72, 780, "manifest without weighing it again.")
    page.line(72, 750, "1.2 The yard closes at dusk.")
    page.line(280, 40, "Page 2 of 2")
    (document,) = read(page.data(), "x.pdf")
    found = next(b for b in document.blocks if b.number == "1.1")
    assert found.span.of(document.text).endswith("can add it to the manifest without weighing it again.")
    assert passage(document, "The yard closes at dusk.").place.clause == "1.2"
    assert blocks(document, BlockKind.FURNITURE) == ["Page 1 of 2", "Page 2 of 2"]
