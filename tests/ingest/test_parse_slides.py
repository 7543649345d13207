"""Presentations: slides in order, bullets at their levels, notes and comments, and what no audience sees set apart."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource
from tests.ingest.files import block, blocks, passage, read
from tests.ingest.packed import deck, line, relations, shape, slide

TITLE = shape(line("Mooring"), kind="title")
BULLET = '><a:buChar char="•"/>'


def test_titles_are_headings_and_the_page_is_the_slide() -> None:
    (document,) = read(deck(slide(shape(line("Harbour")), TITLE), slide(shape(line("No title here.")))), "a.pptx")
    assert [(b.kind, b.page) for b in document.blocks] == [
        (BlockKind.HEADING, 1), (BlockKind.PARAGRAPH, 1), (BlockKind.HEADING, 2), (BlockKind.PARAGRAPH, 2),
    ]  # fmt: skip
    assert passage(document, "No title here.").place.heading_path == ("Slide 2",)


def test_two_hundred_sentences_come_back_with_their_slides() -> None:
    rules = [f"Vessel {n} pays EUR {n}.50 unless the master says otherwise." for n in range(200)]
    slides = [slide(shape(line(f"Berth {n}"), kind="title"), shape(*(line(r) for r in rules[n * 20 : n * 20 + 20]))) for n in range(10)]
    (document,) = read(deck(*slides), "a.pptx")
    assert all(block(document, rule).page == n // 20 + 1 for n, rule in enumerate(rules))


def test_bullets_keep_their_levels_and_numbers_are_counted() -> None:
    number = '<a:buAutoNum type="alphaLcParenBoth"/>'
    body = shape(
        line("The keeper keeps:"), line("a log;", BULLET), line("a key;", f'lvl="1"{BULLET}'), line("first", ">" + number),
        line("second", ">" + number),
    )  # fmt: skip
    (document,) = read(deck(slide(TITLE, body)), "a.pptx")
    assert (block(document, "a log;").level, block(document, "a key;").level) == (1, 2)
    assert [block(document, t).number for t in ("first", "second")] == ["(a)", "(b)"]
    assert passage(document, "a log;").lead_in == "The keeper keeps:"


def test_table_cells_know_their_row_and_column() -> None:
    grid = "".join(
        "<a:tr>" + "".join(f"<a:tc><a:txBody>{line(t)}</a:txBody></a:tc>" for t in row) + "</a:tr>"
        for row in (("Vessel", "Fee"), ("Trawler", "EUR 12 a night"))
    )
    inside = f'<a:graphicData><a:tbl><a:tblPr firstRow="1"/>{grid}</a:tbl></a:graphicData>'
    frame = f"<p:graphicFrame><a:graphic>{inside}</a:graphic></p:graphicFrame>"
    fee = block(read(deck(slide(TITLE, frame)), "a.pptx")[0], "EUR 12 a night")
    assert (fee.row, fee.column, fee.page) == ("Trawler", "Fee", 1)


def test_speaker_notes_stand_under_a_heading_of_their_own() -> None:
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("n", "notesSlide", "../notes.xml")),
        "ppt/notes.xml": slide(shape(line("Mention the fuel jetty."), kind="body"), shape(line("1"), kind="sldNum")),
    }
    (document,) = read(deck(slide(TITLE), slide(TITLE.replace("Mooring", "Tugs")), more=more), "a.pptx")
    assert passage(document, "Mention the fuel jetty.").place.heading_path == ("Tugs", "Notes")


def test_comments_mark_the_title_of_their_slide() -> None:
    names = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    more = {
        "ppt/authors.xml": f'<p:cmAuthorLst {names}><p:cmAuthor id="3" name="Dana"/></p:cmAuthorLst>',
        "ppt/slides/_rels/slide0.xml.rels": relations(("c", "comments", "../c.xml")),
        "ppt/c.xml": f'<p:cmLst {names}><p:cm authorId="3" dt="2025-01-14T09:00:00"><p:text>Still so?</p:text></p:cm></p:cmLst>',
    }
    (document,) = read(deck(slide(TITLE), more=more), "a.pptx")
    (mark,) = document.marks
    assert (mark.kind, mark.author, mark.at, mark.span.of(document.text)) == (MarkKind.COMMENT, "Dana", "2025-01-14T09:00:00", "Mooring")
    assert block(document, "Still so?").kind is BlockKind.COMMENT


def test_hidden_slides_and_shapes_off_the_slide_are_hidden_blocks() -> None:
    off = '<a:xfrm><a:off x="99000000" y="0"/><a:ext cx="10" cy="10"/></a:xfrm>'
    hidden = shape(line("unshown")).replace('name="x"', 'name="x" hidden="1"')
    tiny = shape('<a:p><a:r><a:rPr sz="100"/><a:t>tiny</a:t></a:r></a:p>')
    (document,) = read(deck(slide(TITLE, shape(line("off"), properties=off), hidden, tiny), slide(TITLE, attributes='show="0"')), "a.pptx")
    assert blocks(document, BlockKind.HIDDEN) == ["off", "unshown", "tiny", "Mooring"]
    assert "slide 2 is hidden" in document.notes


def test_slide_numbers_and_dates_are_furniture() -> None:
    (document,) = read(deck(slide(TITLE, shape(line("7"), kind="sldNum"))), "a.pptx")
    assert blocks(document, BlockKind.FURNITURE) == ["7"]


def test_hostile_and_broken_parts_are_noted_or_refused() -> None:
    entity = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    (document,) = read(deck(slide(TITLE), entity + slide(shape(line("&f;")))), "a.pptx")
    assert "slide 2 is missing or damaged" in document.notes
    with pytest.raises(DamagedSource, match="list of slides"):
        read(deck(slide(TITLE), more={"ppt/presentation.xml": f"{entity}<p/>"}), "a.pptx")
    nested = "<p:grpSp>" * 80 + TITLE + "</p:grpSp>" * 80
    assert read(deck(slide(shape(line("Seen.")), nested)), "a.pptx")[0].text.endswith("Seen.")


def test_slides_with_nothing_but_pictures_need_ocr() -> None:
    picture = "<p:pic><p:nvPicPr/></p:pic>"
    (document,) = read(deck(slide(TITLE), slide(picture)), "a.pptx")
    assert document.unread_pages == (2,)
    with pytest.raises(DamagedSource, match="need OCR"):
        read(deck(slide(picture)), "a.pptx")


def test_letters_that_nobody_sees_are_taken_out_and_noted() -> None:
    (document,) = read(deck(slide(shape(line("Doubled\u200b lines."), kind="title"))), "a.pptx")
    assert document.text == "Doubled lines." and "1 invisible characters were removed" in document.notes
