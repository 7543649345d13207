"""Zip containers by hand: office files with any part in them, and archives whose directories lie."""

from __future__ import annotations

import io
import random
import struct
import zipfile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "application/vnd.openxmlformats-officedocument"


def packed(members: dict[str, str | bytes], *, ballast: bool = False) -> bytes:
    """A zip of these members. ``ballast``: with so much that cannot be compressed that no rule about ratios refuses it."""
    size = sum(len(m) for m in members.values())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if ballast:
            archive.writestr("docProps/thumbnail.jpeg", random.Random(1).randbytes(size // 60))
    return out.getvalue()


def _types(parts: dict[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="svg" ContentType="image/svg+xml"/>{overrides}</Types>'
    )


def rels(targets: list[tuple[str, str]], more: str = "") -> str:
    """Relationships rId1, rId2, ... to (kind, target)."""
    inner = "".join(f'<Relationship Id="rId{n}" Type="{_RELS}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1))
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}{more}</Relationships>'


def docx(body: str, *, ballast: bool = False, prolog: str = "", parts: dict[str, str | bytes] | None = None, more_rels: str = "") -> bytes:
    """A Word file with this body. ``parts``: name below word/ without .xml -> content, each related by its name (styles, comments ...)."""
    parts = parts or {}
    kinds = {"word/document.xml": f"{_OFFICE}.wordprocessingml.document.main+xml"}
    kinds |= {f"word/{name}.xml": f"{_OFFICE}.wordprocessingml.{name}+xml" for name in parts if "/" not in name}
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(kinds),
        "_rels/.rels": rels([("officeDocument", "word/document.xml")]),
        "word/document.xml": f'{HEAD}{prolog}<w:document xmlns:w="{_W}" xmlns:r="{_RELS}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": rels([(name, f"{name}.xml") for name in parts if "/" not in name], more_rels),
    }
    members |= {name if "/" in name else f"word/{name}.xml": content for name, content in parts.items()}
    return packed(members, ballast=ballast)


def part(root: str, inner: str, prolog: str = "") -> str:
    """A further part of a Word file."""
    return f'{HEAD}{prolog}<w:{root} xmlns:w="{_W}" xmlns:r="{_RELS}">{inner}</w:{root}>'


def p(text: str, properties: str = "") -> str:
    return f'<w:p><w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(
    sheets: list[str],
    *,
    strings: str = "",
    prolog: str = "",
    ballast: bool = False,
    states: dict[int, str] | None = None,
    more_rels: str = "",
    after: str = "",
) -> bytes:
    """A workbook; each sheet is the inside of sheetData. ``states``: sheet number from 1 -> hidden or veryHidden."""
    kinds = {
        "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet.main+xml",
        "xl/sharedStrings.xml": f"{_OFFICE}.spreadsheetml.sharedStrings+xml",
    }
    kinds |= {f"xl/worksheets/sheet{n}.xml": f"{_OFFICE}.spreadsheetml.worksheet+xml" for n in range(1, len(sheets) + 1)}
    states = states or {}
    listed = "".join(
        f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"{f" state={chr(34)}{states[n]}{chr(34)}" if n in states else ""}/>'
        for n in range(1, len(sheets) + 1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)] + [("sharedStrings", "sharedStrings.xml")]
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(kinds),
        "_rels/.rels": rels([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{_S}" xmlns:r="{_RELS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(targets, more_rels),
        "xl/sharedStrings.xml": f'{HEAD}{prolog}<sst xmlns="{_S}">{strings}</sst>',
    }
    for n, inner in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{n}.xml"] = f'{HEAD}<worksheet xmlns="{_S}"><sheetData>{inner}</sheetData>{after}</worksheet>'
    return packed(members, ballast=ballast)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def pptx(slides: list[str], *, prolog: str = "", ballast: bool = False, shows: dict[int, str] | None = None, slide_rels: str = "") -> bytes:
    """A presentation; each slide is the inside of its shape tree. ``shows``: slide number from 1 -> an attribute of the slide."""
    kinds = {"ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation.main+xml"}
    kinds |= {f"ppt/slides/slide{n}.xml": f"{_OFFICE}.presentationml.slide+xml" for n in range(1, len(slides) + 1)}
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, len(slides) + 1))
    spaces = f'xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_RELS}"'
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(kinds),
        "_rels/.rels": rels([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f"{HEAD}<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": rels([("slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1)]),
    }
    group = "<p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
    for n, inner in enumerate(slides, 1):
        show = (shows or {}).get(n, "")
        tree = f"<p:cSld><p:spTree>{group}{inner}</p:spTree></p:cSld>"
        members[f"ppt/slides/slide{n}.xml"] = f"{HEAD}{prolog}<p:sld {spaces} {show}>{tree}</p:sld>"
        members[f"ppt/slides/_rels/slide{n}.xml.rels"] = rels([], slide_rels)
    return packed(members, ballast=ballast)


def shape(text: str, *, n: int = 2, hidden: bool = False) -> str:
    named = f"""<p:cNvPr id="{n}" name="s{n}"{' hidden="1"' if hidden else ""}/>"""
    return (
        f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
        f"<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt(text: str, *, prolog: str = "", ballast: bool = False) -> bytes:
    """An OpenDocument text with this content."""
    spaces = " ".join(f'xmlns:{n}="{_ODF}:{n}:1.0"' for n in ("office", "text", "table", "style", "draw")) + (
        f' xmlns:fo="{_ODF}:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    content = f"{HEAD}{prolog}<office:document-content {spaces}>{text}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.text"
    manifest = (
        f'{HEAD}<m:manifest xmlns:m="{_ODF}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}, ballast=ballast)


def odt_body(inner: str, styles: str = "") -> str:
    return f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{inner}</office:text></office:body>"


def overlapping(count: int, content: bytes) -> bytes:
    """An archive whose directory names one packed member many times: small, and endless when unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
        packed_size, crc = archive.infolist()[0].compress_size, archive.infolist()[0].CRC
    local = out.getvalue()[: 30 + 5 + packed_size]
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, crc, packed_size, len(content), 5, 0, 0, 0, 0, 0, 0)
    directory = (entry + b"a.txt") * count
    return local + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(local), 0)


def lying(data: bytes, *, claimed: int) -> bytes:
    """The archive with every claimed size of its members replaced."""
    raw = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset : at + offset + 4] = struct.pack("<I", claimed)
            at = raw.find(mark, at + 30)
    return bytes(raw)
