"""Excel workbooks: what a reader of the sheet sees, with its headers, and nothing that a bomb or a hidden cell would add."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.sheet_numbers import format_of, shown
from tests.ingest.files import block, blocks, passage, read
from tests.ingest.packed import packed, relations, rows, workbook

OPEN = 'name="Fees"'
FEES = rows(("Vessel", "Fee"), ("Trawler", "EUR 12 a night"), ("Ferry", "EUR 40"))


def test_sheets_are_headings_and_cells_know_their_row_and_column() -> None:
    (document,) = read(workbook((OPEN, FEES), ('name="Rules"', rows(("No vessel may moor after sunset.",)))), "a.xlsx")
    assert blocks(document, BlockKind.HEADING) == ["Fees", "Rules"]
    fee = passage(document, "EUR 12 a night")
    assert (fee.lead_in, fee.place.heading_path) == ("Trawler | Fee", ("Fees",))
    assert block(document, "No vessel may moor after sunset.").kind is BlockKind.PARAGRAPH


def test_two_hundred_sentences_come_back_as_they_were_written() -> None:
    rules = [f"Vessel {n} pays EUR {n}.50 unless the master says otherwise." for n in range(200)]
    data = workbook((OPEN, rows(("Berth", "Rule"), *((f"B{n}", rule) for n, rule in enumerate(rules)))))
    (document,) = read(data, "a.xlsx")
    assert all((b := block(document, rule)).row == f"B{n}" and b.column == "Rule" for n, rule in enumerate(rules))


def test_a_title_above_a_table_and_a_note_below_it_are_not_part_of_it() -> None:
    note = "Rates hold for vessels up to thirty metres; for anything longer the harbour master sets the fee."
    sheet = rows(("Mooring fees 2025",), (), ("Vessel", "Fee"), ("Ferry", "40"), (), (note,))
    (document,) = read(workbook((OPEN, sheet)), "a.xlsx")
    assert (block(document, "Mooring fees 2025").kind, block(document, note).kind) == (BlockKind.HEADING, BlockKind.PARAGRAPH)
    assert block(document, "40").column == "Fee"


def test_merged_cells_name_what_they_reach_over() -> None:
    sheet = rows(("Berth", "Summer", "", "Winter", ""), ("", "Day", "Night", "Day", "Night"), ("North", "40", "20", "30", "15"))
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>'
    (document,) = read(workbook((OPEN, sheet + merged)), "a.xlsx")
    assert (block(document, "15").column, block(document, "15").row) == ("Winter Night", "North")


def test_hidden_sheets_rows_columns_and_letters_are_hidden_blocks() -> None:
    styles = (
        '<fonts><font/><font><color rgb="FFFFFFFF"/></font></fonts><fills><fill><patternFill patternType="none"/></fill></fills>'
        '<cellXfs><xf/><xf fontId="1"/></cellXfs>'
    )
    sheet = (
        '<cols><col min="3" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="str"><v>open</v></c>'
        '<c r="B1" t="str" s="1"><v>white</v></c><c r="C1" t="str"><v>column</v></c></row>'
        '<row r="2" hidden="1"><c r="A2" t="str"><v>row</v></c></row></sheetData>'
    )
    (document,) = read(workbook((OPEN, sheet), ('name="B" state="veryHidden"', rows(("sheet",))), styles=styles), "a.xlsx")
    assert blocks(document, BlockKind.HIDDEN) == ["white", "column", "row", "sheet"]
    assert [b for b in blocks(document) if b == "open"] and "the sheet B is hidden" in document.notes


def test_comments_are_blocks_and_mark_their_cells() -> None:
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    comment = '<comment ref="B2" authorId="0"><text><r><t>Dana:</t></r><r><t>\nStill so?</t></r></text></comment>'
    more = {
        "xl/_rels/sheet0.xml.rels": relations(("c", "comments", "comments1.xml")),
        "xl/comments1.xml": f"<comments {names}><authors><author>Dana</author></authors><commentList>{comment}</commentList></comments>",
    }
    (document,) = read(workbook((OPEN, FEES), more=more), "a.xlsx")
    (mark,) = document.marks
    assert (mark.kind, mark.span.of(document.text), mark.author) == (MarkKind.COMMENT, "EUR 12 a night", "Dana")
    assert mark.target is not None and mark.target.of(document.text) == "Still so?"


def test_formulas_show_their_stored_result_and_missing_ones_are_noted() -> None:
    sheet = '<sheetData><row><c><f>1+1</f><v>2</v></c><c><f>A1*2</f></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row></sheetData>'
    (document,) = read(workbook((OPEN, sheet)), "a.xlsx")
    assert blocks(document, BlockKind.TABLE_CELL) == ["2", "TRUE", "#REF!"] and "1 formulas have no stored result" in document.notes[0]


@pytest.mark.parametrize(
    ("value", "code", "wanted"),
    [
        (0.125, "0.0%", "12.5%"), (1234.5, "#,##0.00", "1,234.50"), (1234567, "[$€-407] #,##0", "€ 1,234,567"), (30, '0 "days"', "30 days"),
        (-12.5, '"$"#,##0.00_);("$"#,##0.00)', "($12.50)"), (45000, "m/d/yyyy", "2023-03-15"), (45000.5, "d.m.yy h:mm", "2023-03-15 12:00"),
        (0.75, "h:mm AM/PM", "18:00"), (1.5, "[h]:mm", "36:00"), (45000, "mmm-yy", "2023-03"), (7, "00000", "00007"),
        (0.1 + 0.2, "General", "0.3"), (123456789012345, "General", "123456789012345"), (1, "[Red]0;[Blue]-0", "1"),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_the_sheet_shows_them(value: float, code: str, wanted: str) -> None:
    assert shown(value, format_of(code)) == wanted


def test_an_entity_is_never_read_and_never_grows() -> None:
    entity = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    bad = f"{entity}<worksheet><sheetData><row><c t='str'><v>&b;&f;</v></c></row></sheetData></worksheet>"
    with pytest.raises(DamagedSource):
        read(workbook((OPEN, FEES), more={"xl/sheet0.xml": bad}), "a.xlsx")
    with pytest.raises(DamagedSource):
        read(workbook((OPEN, FEES), more={"xl/workbook.xml": f"{entity}<workbook>&b;</workbook>"}), "a.xlsx")


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="999999999999"><c r="ZZZZ1" t="str"><v>x</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>99</v></c><c t="s"><v>-1</v></c><c s="77"><v>1e999</v></c><c t="n"><v>NaN</v></c></row></sheetData>',
        '<cols><col min="1" max="999999999" hidden="0"/></cols><sheetData/><mergeCells>'
        + '<mergeCell ref="A1:XFD1048576"/>' * 9
        + "</mergeCells>",
    ],
)
def test_odd_sheets_are_read_or_refused(sheet: str) -> None:
    try:
        read(workbook((OPEN, sheet)), "a.xlsx")
    except DamagedSource as error:
        assert "no text" in str(error) or "damaged" in str(error)


def test_one_long_text_in_every_cell_is_refused() -> None:
    sheet = "<sheetData>" + '<row><c t="s"><v>0</v></c></row>' * 300 + "</sheetData>"
    with pytest.raises(LimitExceeded, match="longer than"):
        read(workbook((OPEN, sheet), strings=f"<si><t>{'word ' * 20_000}</t></si>"), "a.xlsx")


def test_a_workbook_that_unpacks_to_a_bomb_is_refused() -> None:
    with pytest.raises(LimitExceeded, match="times its size"):
        read(workbook((OPEN, FEES), more={"xl/media.bin": "0" * 60_000_000}), "a.xlsx")


def test_a_binary_workbook_and_one_without_sheets_are_refused_with_what_to_do() -> None:
    root = {"[Content_Types].xml": "<Types/>", "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.bin")), "xl/workbook.bin": "x"}
    with pytest.raises(DamagedSource, match="save it as XLSX"):
        read(packed(root), "a.xlsb")
    with pytest.raises(DamagedSource, match="list of sheets"):
        read(packed({"[Content_Types].xml": "<Types/>", "xl/a.xml": "<a/>"}), "a.xlsx")
