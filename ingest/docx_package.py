"""Opens a Word file whatever flavour it comes in: template, with macros, in the strict dialect, or with other Word files inside it."""

from __future__ import annotations

import io
import re
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from lxml import etree

from domain.errors import DamagedSource
from ingest.office_archive import BAD_ARCHIVE

_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FLAVOURS = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabled\.main|openxmlformats-officedocument\.wordprocessingml\.template\.main)\+xml"
)
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_TARGET = re.compile(rb"Target=[\"'](?:/word/|\./)?([^\"']+)[\"']")
FOREIGN = b"application/x-foreign-part"


def opened(data: bytes) -> WordDocument:
    """The document; raises DamagedSource."""
    try:
        return docx.Document(io.BytesIO(_usual(data)))
    except (OpcError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError, *BAD_ARCHIVE) as error:
        raise DamagedSource(f"this Word document cannot be opened: {error}") from error


def _usual(data: bytes) -> bytes:
    """The same file as the library expects it; nearly always that is the file itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        types = archive.read(_TYPES) if _TYPES in names else b""
        rels = archive.read("word/_rels/document.xml.rels") if "word/_rels/document.xml.rels" in names else b""
        main = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
        strict = bool(_STRICT.search(main) or _STRICT.search(rels))
        changed = _FLAVOURS.sub(_MAIN, _without_nested(types, rels))
        if not strict and changed == types:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for name in sorted(names):
                content = changed if name == _TYPES else archive.read(name)
                copy.writestr(name, _STRICT.sub(_TRANSITIONAL, content) if strict and name.endswith((".xml", ".rels")) else content)
    return out.getvalue()


def _without_nested(types: bytes, rels: bytes) -> bytes:
    """The content types, in which a Word file inside the document no longer claims to be a part like any other."""
    for rel in _RELATIONSHIP.findall(rels):
        if b"/aFChunk" in rel and (target := _TARGET.search(rel)):
            name = re.escape(b"/word/" + target[1])
            types = re.sub(
                rb"(<(?:\w+:)?Override\b[^>]*PartName=[\"']" + name + rb"[\"'][^>]*ContentType=[\"'])[^\"']*wordprocessingml[^\"']*",
                rb"\1" + FOREIGN, types,
            )  # fmt: skip
            suffix = target[1].rpartition(b".")[2].lower()
            if suffix not in (b"xml", b"rels"):
                default = rb"(<(?:\w+:)?Default\b[^>]*Extension=[\"']" + re.escape(suffix)
                types = re.sub(
                    default + rb"[\"'][^>]*ContentType=[\"'])[^\"']*wordprocessingml[^\"']*",
                    rb"\1" + FOREIGN, types,
                )  # fmt: skip
    return types
