"""OpenDocument files: labels as the writer computes them, notes, annotations and tracked changes in place, sheets and slides."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource, LimitExceeded
from tests.ingest.files import block, blocks, passage, read
from tests.ingest.packed import open_document

LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>'
)
WHO = "<office:change-info><dc:creator>Dana</dc:creator><dc:date>2025-01-14T09:00:00</dc:date></office:change-info>"


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def item(inside: str) -> str:
    return f"<text:list-item>{inside}</text:list-item>"


def table(*lines: tuple[str, ...]) -> str:
    made = "".join(
        "<table:table-row>" + "".join(f"<table:table-cell>{p(t)}</table:table-cell>" for t in row) + "</table:table-row>" for row in lines
    )
    return f'<table:table table:name="Fees">{made}</table:table>'


def test_headings_and_lists_carry_the_labels_that_are_printed() -> None:
    body = (
        '<text:h text:outline-level="2">Mooring</text:h><text:list text:style-name="L">'
        + item(p("The Pilot shall:") + "<text:list>" + item(p("board before the bar;")) + item(p("leave after the lock.")) + "</text:list>")
        + item(p("Tugs are ordered by noon."))
        + '</text:list><text:list text:style-name="L" text:continue-numbering="true">'
        + item(p("Lines are doubled."))
        + "</text:list>"
    )
    (document,) = read(open_document("text", body, LISTS), "a.odt")
    assert block(document, "Mooring").level == 2
    assert [b.number for b in document.blocks[1:]] == ["1", "(a)", "(b)", "2", "3"]
    assert passage(document, "leave after the lock.").lead_in == "The Pilot shall:"


def test_two_hundred_sentences_come_back_as_they_were_written() -> None:
    rules = [f"Vessel {n} pays EUR {n}.50<text:s/>unless the master says otherwise." for n in range(200)]
    (document,) = read(open_document("text", "".join(map(p, rules))), "a.odt")
    assert blocks(document, BlockKind.PARAGRAPH) == [r.replace("<text:s/>", " ") for r in rules]


def test_footnotes_and_annotations_are_blocks_with_marks() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body>" + p("Unless agreed.") + "</text:note-body></text:note>"
    said = (
        '<office:annotation office:name="n"><dc:creator>Dana</dc:creator><dc:date>2025-01-14</dc:date>' + p("So?") + "</office:annotation>"
    )
    body = p(f'No vessel moors at the jetty{note} {said}after sunset<office:annotation-end office:name="n"/>.')
    (document,) = read(open_document("text", body), "a.odt")
    assert document.text.startswith("No vessel moors at the jetty after sunset.")
    marks = {m.kind: m for m in document.marks}
    assert marks[MarkKind.FOOTNOTE].span.of(document.text) == "jetty"
    remark = marks[MarkKind.COMMENT]
    assert (remark.span.of(document.text), remark.author, remark.at) == ("after sunset", "Dana", "2025-01-14")
    assert blocks(document, BlockKind.FOOTNOTE, BlockKind.COMMENT) == ["Unless agreed.", "So?"]


def test_tracked_changes_are_marked_with_who_and_when() -> None:
    body = (
        f'<text:tracked-changes><text:changed-region text:id="a"><text:insertion>{WHO}</text:insertion></text:changed-region>'
        f'<text:changed-region text:id="b"><text:deletion>{WHO}{p("for free")}</text:deletion></text:changed-region></text:tracked-changes>'
        + p(
            'Ferries moor <text:change text:change-id="b"/>'
            '<text:change-start text:change-id="a"/>at EUR 40<text:change-end text:change-id="a"/>.'
        )
    )
    (document,) = read(open_document("text", body), "a.odt")
    assert [(m.kind, m.span.of(document.text), m.author, m.at) for m in document.marks] == [
        (MarkKind.INSERTION, "at EUR 40", "Dana", "2025-01-14T09:00:00"),
        (MarkKind.DELETION, "for free", "Dana", "2025-01-14T09:00:00"),
    ]
    assert blocks(document, BlockKind.DELETED) == ["for free"]


def test_hidden_words_are_hidden_blocks() -> None:
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
    )
    body = p('Seen <text:span text:style-name="H">hid</text:span><text:span text:style-name="W">white</text:span>.')
    body += f'<text:section text:display="none">{p("section")}</text:section>'
    (document,) = read(open_document("text", body, styles), "a.odt")
    assert blocks(document) == ["Seen .", "hidwhite", "section"] and document.blocks[1].kind is BlockKind.HIDDEN


def test_cells_of_texts_and_sheets_know_their_row_and_column() -> None:
    grid = table(("Vessel", "Fee"), ("Trawler", "EUR 12 a night"))
    for kind in ("text", "spreadsheet"):
        fee = block(read(open_document(kind, grid), "a")[0], "EUR 12 a night")
        assert (fee.row, fee.column) == ("Trawler", "Fee")


def test_slides_have_their_titles_pages_and_notes() -> None:
    box = "<draw:frame{}><draw:text-box>{}</draw:text-box></draw:frame>"
    page = box.format("", p("Doubled lines.")) + box.format(' presentation:class="title"', p("Mooring"))
    notes = f"<presentation:notes>{box.format('', p('Say this.'))}</presentation:notes>"
    (document,) = read(open_document("presentation", f"<draw:page>{page}{notes}</draw:page>"), "a.odp")
    assert blocks(document) == ["Mooring", "Doubled lines.", "Notes", "Say this."] and {b.page for b in document.blocks} == {1}


def test_page_headers_are_furniture() -> None:
    page = f"<style:master-page><style:header>{p('Harbour Board')}</style:header></style:master-page>"
    common = f"<office:master-styles>{page}</office:master-styles>"
    assert blocks(read(open_document("text", p("Text."), common=common), "a.odt")[0], BlockKind.FURNITURE) == ["Harbour Board"]


def test_repeated_cells_that_never_end_are_refused() -> None:
    cell = f'<table:table-cell table:number-columns-repeated="1000000">{p("x")}</table:table-cell>'
    body = f'<table:table><table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table>'
    with pytest.raises(LimitExceeded, match="filled cells"):
        read(open_document("spreadsheet", body), "a.ods")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises((LimitExceeded, DamagedSource)):
        read(open_document("text", "<text:section>" * 200 + p("x") + "</text:section>" * 200), "a.odt")


def test_encrypted_and_hostile_files_are_refused() -> None:
    with pytest.raises(DamagedSource, match="encrypted"):
        read(open_document("text", p("x"), manifest="<encryption-data/>"), "a.odt")
    with pytest.raises(DamagedSource, match="missing or damaged"):
        read(open_document("text", p("&lol;")), "a.odt")
