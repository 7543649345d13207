"""What stands inside Word paragraphs besides plain words: fields, symbols, boxes, equations, foreign parts, contents."""

from __future__ import annotations

import io
import zipfile

import pytest

from domain.document import BlockKind
from tests.ingest.files import block, blocks, passage, read
from tests.ingest.word_files import field, para, row, run, table, word_file

SYMBOL = '<w:r><w:sym w:font="{0}" w:char="{1}"/></w:r>'
CHECK = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>{0}</w:sdtContent></w:sdt>'
FORM = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:inline><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wp:inline>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict>{0}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ((run("see "), field("REF _Ref1 \\h", "clause 4"), run(".")), "see clause 4."),
        ((run("see "), f'<w:fldSimple w:instr="PAGEREF x">{run("7")}</w:fldSimple>', run(".")), "see 7."),
        ((run("a"), '<w:r><w:noBreakHyphen/></w:r>', run("b"), "<w:r><w:softHyphen/></w:r>", run("c")), "a-bc"),
        ((f'<w:hyperlink r:id="r9">{run("The ")}{run("gate")}</w:hyperlink>', run(" is shut.")), "The gate is shut."),
        ((run("load "), SYMBOL.format("Symbol", "F0B3"), run(" 5 t")), "load ≥ 5 t"),
        ((SYMBOL.format("Wingdings", "F0FE"), run(" agreed")), "☑ agreed"),
        ((CHECK.format(run("☒")), run(" agreed")), "☒ agreed"),
        ((FORM, run(" agreed")), "☒ agreed"),
        ((run("area "), "<m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath>", run(" holds")), "area a=b holds"),
        (("<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>",), "a/b"),
        ((f'<w:smartTag>{run("Bergen")}</w:smartTag>', run(" port")), "Bergen port"),
        ((field("IF 1 = 1 &quot;x&quot;", "Yes"),), "Yes"),
        ((run("one"), "<w:r><w:tab/></w:r>", run("two")), "one two"),
    ],
)  # fmt: skip
def test_only_what_is_printed_is_read(inner: tuple[str, ...], text: str) -> None:
    assert blocks(read(word_file(para(*inner)), "x.docx")[0]) == [text]


def test_text_boxes_are_read_once_after_the_paragraph_they_hang_on() -> None:
    body = para("Before.", BOX.format(para("Boxed.")), run(" Same paragraph.")) + para("After.")
    assert blocks(read(word_file(body), "x.docx")[0]) == ["Before. Same paragraph.", "Boxed.", "After."]


def test_a_table_of_contents_is_furniture() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    body = (
        para(begin, run("Moorings 3")) + para("Berths 4") + para('<w:r><w:fldChar w:fldCharType="end"/></w:r>') + para("Boats moor here.")
    )
    (document,) = read(word_file(body), "x.docx")
    assert blocks(document, BlockKind.FURNITURE) == ["Moorings 3", "Berths 4"] and blocks(document, BlockKind.PARAGRAPH) == [
        "Boats moor here."
    ]


def test_foreign_parts_are_read_where_they_stand() -> None:
    body = para("Before.") + '<w:altChunk r:id="c1"/>' + '<w:altChunk r:id="c2"/>' + para("After.")
    chunks = {"c1": ("text/html", b"<html><body><p>Inside.</p></body></html>"), "c2": ("text/plain", b"Plain inside.")}
    assert blocks(read(word_file(body, chunks), "x.docx")[0]) == ["Before.", "Inside.", "Plain inside.", "After."]


def test_a_word_file_inside_a_word_file_is_a_document_of_its_own() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    documents = read(word_file(para("Outer.") + '<w:altChunk r:id="c1"/>', {"c1": (kind, word_file(para("Inner.")))}), "x.docx")
    assert [d.text for d in documents] == ["Outer.", "Inner."] and documents[1].parent == documents[0].id


def test_a_frame_around_clauses_is_no_table() -> None:
    (document,) = read(word_file(table(row(para("The Pilot shall:") + para("(a) wait.")))), "x.docx")
    assert passage(document, "wait.").lead_in == "The Pilot shall:"


def test_a_column_of_numbers_numbers_the_clauses_beside_it() -> None:
    (document,) = read(word_file(table(row("4.1", "The gate is shut at ten."), row("4.2", "The keeper has the key."))), "x.docx")
    rule = block(document, "The keeper has the key.")
    assert (rule.kind, rule.number, passage(document, "The keeper has the key.").place.clause) == (BlockKind.PARAGRAPH, "4.2", "4.2")


def test_merged_cells_give_their_text_to_every_row_they_reach() -> None:
    top, on = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    body = table(row("Berth", "Season", "Rate"), row(top + para("North"), "Summer", "EUR 40"), row(on + para(""), "Winter", "EUR 30"))
    assert passage(read(word_file(body), "x.docx")[0], "EUR 30").lead_in == "North | Rate"


def _rewritten(data: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, archive.read(name).replace(old, new))
    return out.getvalue()


def test_files_with_macros_and_in_the_strict_dialect_are_read() -> None:
    plain = word_file(para("Boats moor here."))
    macros = _rewritten(plain, b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")
    strict = _rewritten(plain, b"http://schemas.openxmlformats.org/wordprocessingml/2006/", b"http://purl.oclc.org/ooxml/wordprocessingml/")
    strict = _rewritten(strict, b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")
    assert [blocks(read(data, "x.docx")[0]) for data in (plain, macros, strict)] == [["Boats moor here."]] * 3
