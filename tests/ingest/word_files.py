"""Word files written as bare XML, for what no library writes: tracked changes, comments, notes, lists and everything that hides words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = {
    "comments": _OFFICE, "footnotes": _OFFICE, "endnotes": _OFFICE, "numbering": _OFFICE, "styles": _OFFICE, "settings": _OFFICE,
    "commentsExtended": "http://schemas.microsoft.com/office/2011/relationships", "theme": _OFFICE,
}  # fmt: skip


def word_file(body: str, chunks: Mapping[str, tuple[str, bytes]] | None = None, **parts: str) -> bytes:
    """A document with the XML of its body and of its parts ("comments", "styles" ...), each without its root element.

    ``chunks``: foreign parts by relationship id, as (content type, bytes).
    """
    types = [_override("/word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")]
    rels, files = [], {}
    for name, inner in parts.items():
        root = {"theme": "a:theme", "commentsExtended": "w15:commentsEx"}.get(name, f"w:{name}")
        files[f"word/{name}.xml"] = f"<{root} {_W}>{inner}</{root}>".encode()
        kind = "theme+xml" if name == "theme" else f"wordprocessingml.{name}+xml"
        prefix = "application/vnd.openxmlformats-officedocument."
        types.append(_override(f"/word/{name}.xml", prefix + kind))
        rels.append(f'<Relationship Id="rel_{name}" Type="{_KINDS[name]}/{name}" Target="{name}.xml"/>')
    for identity, (kind, data) in (chunks or {}).items():
        files[f"word/{identity}.bin"] = data
        types.append(_override(f"/word/{identity}.bin", kind))
        rels.append(f'<Relationship Id="{identity}" Type="{_OFFICE}/aFChunk" Target="{identity}.bin"/>')
    files["word/document.xml"] = f"<w:document {_W}><w:body>{body}</w:body></w:document>".encode()
    files["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rels)}</Relationships>'.encode()
    main = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    files["_rels/.rels"] = f'<Relationships xmlns="{_PACKAGE}/relationships">{main}</Relationships>'.encode()
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    content = f'<Types xmlns="{_PACKAGE}/content-types">{default}{"".join(types)}</Types>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content)
        for name, data in sorted(files.items()):
            archive.writestr(name, data)
    return out.getvalue()


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="{name}" ContentType="{kind}"/>'


def para(*inner: str, props: str = "") -> str:
    """A paragraph; plain words become runs."""
    return f"<w:p>{f'<w:pPr>{props}</w:pPr>' if props else ''}{''.join(i if i.startswith('<') else run(i) for i in inner)}</w:p>"


def run(text: str, props: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{props}</w:rPr>" if props else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def inserted(text: str, author: str = "Ida Moe", date: str = "2026-02-01T09:00:00Z", tag: str = "ins") -> str:
    return f'<w:{tag} w:id="1" w:author="{author}" w:date="{date}">{run(text)}</w:{tag}>'


def struck(text: str, author: str = "Ola Lund", date: str = "2026-02-02T09:00:00Z") -> str:
    words = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="{author}" w:date="{date}">{words}</w:del>'


def mark_deleted(style: str = "") -> str:
    """Paragraph properties of a paragraph whose end was deleted."""
    return f'{style}<w:rPr><w:del w:id="3" w:author="Ola Lund" w:date="2026-02-02T09:00:00Z"/></w:rPr>'


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def row(*cells: str, props: str = "") -> str:
    made = "".join(f"<w:tc>{c if c.startswith(('<w:p>', '<w:tcPr')) else para(c)}</w:tc>" for c in cells)
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{made}</w:tr>"


def field(instruction: str, result: str) -> str:
    """A complex field with its result; paragraphs inside are up to the caller."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def level(depth: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels: str, nums: str = "", abstract: str = "") -> str:
    """One list of the levels, under the number 1, and what else is given."""
    first = f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{abstract}'
    return f'{first}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}'


def item(depth: int, text: str, num: int = 1, more: str = "") -> str:
    return para(text, props=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>{more}') if text else (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>{more}</w:pPr></w:p>'
    )  # fmt: skip
