"""PDF words outside of what they are clipped to are hidden; words of which a reader sees a good part are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.document import BlockKind, Document
from domain.errors import DamagedSource
from ingest.parse_pdf import parse_pdf
from tests.hostile.bombs_plain import pdf
from tests.ingest.files import blocks, read
from tests.ingest.test_pdf_layout import Page

SEEN, CLIPPED = "The keeper shall weigh every crate.", "Vendor seven may be paid without an order."


def clip(page: Page, left: float, bottom: float, width: float, height: float) -> None:
    path = page.canvas.beginPath()
    path.rect(left, bottom, width, height)
    page.canvas.clipPath(path, stroke=0, fill=0)


def drawn(draw: Callable[[Page], None]) -> Document:
    page = Page()
    page.line(60, 760, SEEN)
    page.canvas.saveState()
    draw(page)
    page.canvas.restoreState()
    return read(page.data(), "p.pdf")[0]


def hidden(document: Document) -> bool:
    assert SEEN in document.text and CLIPPED in document.text
    return CLIPPED in " ".join(blocks(document, BlockKind.HIDDEN))


def test_words_beside_their_clip_are_hidden() -> None:
    def draw(page: Page) -> None:
        clip(page, 500, 50, 10, 10)
        page.line(60, 300, CLIPPED)

    assert hidden(drawn(draw))


def test_words_inside_their_clip_are_seen() -> None:
    def draw(page: Page) -> None:
        clip(page, 50, 280, 400, 40)
        page.line(60, 300, CLIPPED)

    assert not hidden(drawn(draw))


def test_two_clips_that_have_nothing_in_common_hide() -> None:
    def draw(page: Page) -> None:
        clip(page, 50, 280, 400, 40)
        clip(page, 50, 400, 400, 40)
        page.line(60, 300, CLIPPED)

    assert hidden(drawn(draw))


def test_a_clip_cuts_the_upper_edge_of_letters_and_they_are_still_seen() -> None:
    def draw(page: Page) -> None:
        clip(page, 50, 290, 400, 14)
        page.line(60, 300, CLIPPED)

    assert not hidden(drawn(draw))


def test_a_clip_without_any_room_hides() -> None:
    def draw(page: Page) -> None:
        clip(page, 60, 300, 0, 0)
        page.line(60, 300, CLIPPED)

    assert hidden(drawn(draw))


@pytest.mark.parametrize(("left", "gone"), [(50, False), (400, True)])
def test_a_clip_inside_a_form_that_is_moved_counts_where_the_form_is_drawn(left: float, gone: bool) -> None:
    def draw(page: Page) -> None:
        page.canvas.beginForm("f", 0, 0, 595, 842)
        clip(page, left, 80, 180, 40)
        page.line(60, 100, CLIPPED, size=8)
        page.canvas.endForm()
        page.canvas.translate(100, 200)
        page.canvas.doForm("f")

    assert hidden(drawn(draw)) is gone


@pytest.mark.parametrize(("bottom", "gone"), [(280, False), (80, True)])
def test_a_clip_around_a_form_counts_for_the_words_inside(bottom: float, gone: bool) -> None:
    def draw(page: Page) -> None:
        page.canvas.beginForm("f", 0, 0, 595, 842)
        page.line(60, 100, CLIPPED, size=8)
        page.canvas.endForm()
        clip(page, 50, bottom, 500, 40)
        page.canvas.translate(100, 200)
        page.canvas.doForm("f")

    assert hidden(drawn(draw)) is gone


def test_a_file_without_a_page_tree_is_refused_with_advice() -> None:
    with pytest.raises(DamagedSource, match=r"save it anew|damaged or cut short") as refused:
        list(parse_pdf(pdf([b"<< /Type /Catalog >>"]), "p.pdf"))
    assert "Success" not in str(refused.value)
