"""Office and archive files put together part by part for the tests of ingest, honest and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAW = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODF_NAMES = " ".join(
    f'xmlns:{short}="{_ODF}{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"), ("fo", "xsl-fo-compatible"),
        ("presentation", "presentation"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def packed(members: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def relations(*pairs: tuple[str, str, str]) -> str:
    """``pairs``: id, last word of the type, target."""
    inside = "".join(f'<Relationship Id="{i}" Type="http://x/{kind}" Target="{target}"/>' for i, kind, target in pairs)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def workbook(*sheets: tuple[str, str], styles: str = "", strings: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """``sheets``: (attributes, content of the worksheet element); parts in ``more`` are added or replaced."""
    listed = "".join(f'<sheet {attributes} r:id="s{n}"/>' for n, (attributes, _) in enumerate(sheets))
    related = [(f"s{n}", "worksheet", f"sheet{n}.xml") for n in range(len(sheets))]
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*related, ("st", "styles", "styles.xml"), ("ss", "sharedStrings", "strings.xml")),
        "xl/styles.xml": f'<styleSheet xmlns="{_SHEET}">{styles}</styleSheet>',
        "xl/strings.xml": f'<sst xmlns="{_SHEET}">{strings}</sst>',
    }
    parts |= {f"xl/sheet{n}.xml": f'<worksheet xmlns="{_SHEET}">{content}</worksheet>' for n, (_, content) in enumerate(sheets)}
    return packed(parts | dict(more or {}))


def rows(*lines: tuple[str, ...]) -> str:
    """Sheet data of inline texts; empty texts are left out."""
    made = ""
    for n, line in enumerate(lines, 1):
        cells = "".join(
            f'<c r="{chr(65 + m)}{n}" t="inlineStr"><is><t>{text}</t></is></c>' for m, text in enumerate(line) if text
        )  # fmt: skip
        made += f'<row r="{n}">{cells}</row>'
    return f"<sheetData>{made}</sheetData>"


def slide(*shapes: str, attributes: str = "") -> str:
    return f'<p:sld xmlns:p="{_SHOW}" xmlns:a="{_DRAW}" {attributes}><p:cSld><p:spTree>{"".join(shapes)}</p:spTree></p:cSld></p:sld>'


def shape(*paragraphs: str, kind: str = "", properties: str = "") -> str:
    """``kind``: the type of placeholder, empty for a text box."""
    place = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:cNvSpPr/><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:spPr>{properties}</p:spPr>'
        f"<p:txBody>{''.join(paragraphs)}</p:txBody></p:sp>"
    )


def line(text: str, properties: str = "") -> str:
    return (
        f"<a:p><a:pPr {properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>" if properties else f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    )


def deck(*slides: str, more: Mapping[str, str] | None = None) -> bytes:
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="s{n}"/>' for n in range(len(slides)))
    related = [(f"s{n}", "slide", f"slides/slide{n}.xml") for n in range(len(slides))]
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("r", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SHOW}" xmlns:r="{_REL}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(*related, ("au", "commentAuthors", "authors.xml")),
    }
    parts |= {f"ppt/slides/slide{n}.xml": content for n, content in enumerate(slides)}
    return packed(parts | dict(more or {}))


def open_document(kind: str, body: str, styles: str = "", *, common: str = "", manifest: str = "") -> bytes:
    """``kind``: text, spreadsheet or presentation. ``styles``: automatic ones; ``common``: the content of the styles part."""
    content = (
        f"<office:document-content {ODF_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": content,
            "styles.xml": f"<office:document-styles {ODF_NAMES}>{common}</office:document-styles>",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        }
    )
