"""Archives and office files that are small on the outside and huge, deep or endless on the inside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.hostile.packing import HEAD, cell, docx, lying, odt, odt_body, overlapping, p, packed, part, pptx, shape, xlsx

Bomb = Callable[[], bytes]
_WORDS = "The keeper shall weigh every crate. "


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


def zip_ratio() -> bytes:
    return packed({"a.txt": b"a" * (150 << 20)})


def zip_within_zip(levels: int, width: int = 1) -> bytes:
    data, name = packed({"a.txt": "a " * (2 << 20)}), "z.zip"
    for _ in range(levels):
        data = packed({f"{n}{name}": data for n in range(width)})
    return data


def zip_members(count: int, name: str = "{}.txt") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(count):
            archive.writestr(name.format(n), f"The gate {n} is locked.")
    return out.getvalue()


def zip_method(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.txt", b"a" * (180 << 20))
    return out.getvalue()


def laughs(root: str) -> str:
    lines = ['<!ENTITY a0 "The lock holds. ">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)]
    return f"<!DOCTYPE {root} [{''.join(lines)}]>"


def quadratic(root: str) -> str:
    return f'<!DOCTYPE {root} [<!ENTITY a "{"x" * 100_000}">]>'


def docx_nested_tables(depth: int) -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * depth + p("deep") + "</w:tc></w:tr></w:tbl>" * depth)


def docx_text_boxes(depth: int) -> bytes:
    return docx("<w:p><w:r><w:txbxContent>" * depth + p("deep") + "</w:txbxContent></w:r></w:p>" * depth)


def docx_style_chain(count: int) -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/><w:basedOn w:val="s{(n + 1) % count}"/></w:style>'
        for n in range(count)
    )
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr><w:r><w:t>Words {n}</w:t></w:r></w:p>' for n in range(0, count, 10))
    return docx(body, parts={"styles": part("styles", styles)}, ballast=True)


def docx_numbering(count: int) -> bytes:
    level = f'<w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="{"%1." * 5_000}"/></w:lvl>'
    numbering = "".join(f'<w:abstractNum w:abstractNumId="{n}">{level if n == 0 else ""}</w:abstractNum>' for n in range(count))
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    return docx(item * 2_000, parts={"numbering": part("numbering", numbering)}, ballast=True)


def docx_comments(count: int) -> bytes:
    comments = "".join(f'<w:comment w:id="{n}" w:author="a">{p("x")}</w:comment>' for n in range(count))
    marks = "".join(
        f'<w:p><w:commentRangeStart w:id="{n}"/><w:r><w:t>y</w:t></w:r><w:r><w:commentReference w:id="{n}"/></w:r></w:p>'
        for n in range(count)
    )
    return docx(marks, parts={"comments": part("comments", comments)}, ballast=True)


def docx_open_ranges(count: int) -> bytes:
    """Comments that all begin at the start and none of which ends."""
    marks = "".join(f'<w:commentRangeStart w:id="{n}"/>' for n in range(count))
    comments = "".join(f'<w:comment w:id="{n}" w:author="a">{p("x")}</w:comment>' for n in range(count))
    return docx(f"<w:p>{marks}</w:p>" + p(_WORDS) * count, parts={"comments": part("comments", comments)}, ballast=True)


def docx_footnote_loop() -> bytes:
    reference = '<w:p><w:r><w:t>x</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    notes = f'<w:footnote w:id="1">{reference}</w:footnote>'
    return docx(reference * 10_000, parts={"footnotes": part("footnotes", notes)}, ballast=True)


def docx_spans() -> bytes:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>' + p("x") + "</w:tc>"
    return docx("<w:tbl>" + ("<w:tr>" + wide * 200 + "</w:tr>") * 200 + "</w:tbl>", ballast=True)


def docx_merged(side: int) -> bytes:
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    first = "<w:tr>" + ("<w:tc>" + p(_WORDS * 20) + "</w:tc>") * side + "</w:tr>"
    return docx("<w:tbl>" + first + ("<w:tr>" + merged * side + "</w:tr>") * side + "</w:tbl>", ballast=True)


def docx_relations(count: int) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
    more = "".join(f'<Relationship Id="h{n}" Type="{kind}" Target="document.xml"/>' for n in range(count))
    return docx(p(_WORDS), more_rels=more, ballast=True)


def xlsx_shared(repeats: int) -> bytes:
    """One long string, said again in each cell."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, repeats + 1))
    return xlsx([rows], strings=f"<si><t>{_WORDS * 50_000}</t></si>", ballast=True)


def xlsx_cells(rows: int, columns: int) -> bytes:
    names = [(chr(64 + n // 26) if n >= 26 else "") + chr(65 + n % 26) for n in range(columns)]
    return xlsx(
        ["".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>1</v></c>' for c in names) + "</row>" for r in range(1, rows + 1))],
        ballast=True,
    )


def odt_repeated() -> bytes:
    wide = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>'
    return odt(odt_body(f'<table:table><table:table-row table:number-rows-repeated="999999999">{wide}</table:table-row></table:table>'))


OFFICE: dict[str, tuple[str, Bomb]] = {
    "zip_ratio": ("b.zip", zip_ratio),
    "zip_42": ("b.zip", lambda: zip_within_zip(6, 12)),
    "zip_deep": ("b.zip", lambda: zip_within_zip(40)),
    "zip_overlapping": ("b.zip", lambda: overlapping(1_500, b"a " * (1 << 20))),
    "zip_million_members": ("b.zip", lambda: overlapping(900_000, b"The gate is locked.")),
    "zip_lying_small": ("b.zip", lambda: lying(packed({"a.txt": b"a" * (150 << 20)}), claimed=10)),
    "zip_lying_large": ("b.zip", lambda: lying(packed({"a.txt": _WORDS}), claimed=0xFFFFFFF0)),
    "zip_3000_members": ("b.zip", lambda: zip_members(3_000)),
    "zip_long_names": ("b.zip", lambda: zip_members(350, "{}" + "n" * 60_000 + ".txt")),
    "zip_lzma": ("b.zip", lambda: zip_method(zipfile.ZIP_LZMA)),
    "zip_bzip2": ("b.zip", lambda: zip_method(zipfile.ZIP_BZIP2)),
    "docx_ratio": ("b.docx", lambda: docx(p("a" * (190 << 20)))),
    "docx_one_long_run": ("b.docx", lambda: docx(p(_WORDS * 1_500_000), ballast=True)),
    "docx_million_runs": ("b.docx", lambda: docx("<w:p>" + "<w:r><w:t>x </w:t></w:r>" * 1_000_000 + "</w:p>", ballast=True)),
    "docx_million_paragraphs": ("b.docx", lambda: docx(p("x") * 1_000_000, ballast=True)),
    "docx_nested_tables": ("b.docx", lambda: docx_nested_tables(80)),
    "docx_very_nested_tables": ("b.docx", lambda: docx_nested_tables(50_000)),
    "docx_text_boxes": ("b.docx", lambda: docx_text_boxes(80)),
    "docx_deep_xml": ("b.docx", lambda: docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000, ballast=True)),
    "docx_deep_250": ("b.docx", lambda: docx("<w:sdtContent>" * 250 + p("x") + "</w:sdtContent>" * 250)),
    "docx_billion_laughs": ("b.docx", lambda: docx(p("&a10;"), prolog=laughs("w:document"))),
    "docx_quadratic": ("b.docx", lambda: docx(p("&a;" * 100_000), prolog=quadratic("w:document"))),
    "docx_style_loop": ("b.docx", lambda: docx_style_chain(20_000)),
    "docx_numbering": ("b.docx", lambda: docx_numbering(50_000)),
    "docx_comments": ("b.docx", lambda: docx_comments(50_000)),
    "docx_open_ranges": ("b.docx", lambda: docx_open_ranges(3_000)),
    "docx_footnote_loop": ("b.docx", docx_footnote_loop),
    "docx_spans": ("b.docx", docx_spans),
    "docx_merged": ("b.docx", lambda: docx_merged(400)),
    "docx_relations": ("b.docx", lambda: docx_relations(100_000)),
    "docx_long_attribute": ("b.docx", lambda: docx(f'<w:p w:x="{"a" * (30 << 20)}"/>' + p("x"), ballast=True)),
    "xlsx_million_cells": ("b.xlsx", lambda: xlsx_cells(4_000, 250)),
    "xlsx_shared_string_again": ("b.xlsx", lambda: xlsx_shared(50_000)),
    "xlsx_million_strings": ("b.xlsx", lambda: xlsx([], strings="<si><t>x</t></si>" * 1_000_000, ballast=True)),
    "xlsx_far_cell": ("b.xlsx", lambda: xlsx([f'<row r="1048576">{cell("XFD1048576", "far")}</row>'])),
    "xlsx_merged_all": (
        "b.xlsx",
        lambda: xlsx([f'<row r="1">{cell("A1", "x")}</row>'], after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    ),
    "xlsx_billion_laughs": (
        "b.xlsx",
        lambda: xlsx(['<row r="1"><c r="A1" t="s"><v>0</v></c></row>'], strings="<si><t>&a10;</t></si>", prolog=laughs("sst")),
    ),
    "xlsx_sheets": ("b.xlsx", lambda: xlsx([f'<row r="1">{cell("A1", "x")}</row>'] * 1_900)),
    "pptx_million_runs": ("b.pptx", lambda: pptx([shape("x</a:t></a:r><a:r><a:t>" * 500_000)], ballast=True)),
    "pptx_groups": ("b.pptx", lambda: pptx(["<p:grpSp>" * 200 + shape("x") + "</p:grpSp>" * 200])),
    "pptx_slides": ("b.pptx", lambda: pptx([shape("x")] * 900)),
    "pptx_billion_laughs": ("b.pptx", lambda: pptx([shape("&a10;")], prolog=laughs("p:sld"))),
    "odt_repeated_cells": ("b.odt", odt_repeated),
    "odt_blanks": ("b.odt", lambda: odt(odt_body('<text:p>x<text:s text:c="999999999"/>y</text:p>' * 100))),
    "odt_deep_lists": (
        "b.odt",
        lambda: odt(odt_body("<text:list><text:list-item>" * 120 + "<text:p>x</text:p>" + "</text:list-item></text:list>" * 120)),
    ),
    "odt_billion_laughs": ("b.odt", lambda: odt(odt_body("<text:p>&a10;</text:p>"), prolog=laughs("office:document-content"))),
    "xml_head_only": ("b.docx", lambda: docx("", parts={"styles": HEAD + "<" * (10 << 20)}, ballast=True)),
}
