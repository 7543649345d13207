"""The names of a Word file's elements, and how its parts and flags are read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from docx.opc.part import Part
from docx.opc.rel import _Relationship
from docx.parts.document import DocumentPart
from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


@lru_cache(maxsize=1024)
def w(name: str) -> str:
    """A qualified name of WordprocessingML."""
    return f"{{{W}}}{name}"


@lru_cache(maxsize=1024)
def _joined(path: tuple[str, ...]) -> str:
    return "/".join(w(p) for p in path)


def value_of(parent: etree._Element | None, *path: str) -> str | None:
    """The ``val`` of the element at the path of plain names below ``parent``."""
    found = parent.find(_joined(path)) if parent is not None else None
    return found.get(w("val")) if found is not None else None


def number_of(text: str | None) -> int | None:
    """A whole number with its sign, or None where the file has something else."""
    bare = (text or "").strip()
    return int(bare) if bare.lstrip("-").isdigit() and bare.isascii() and len(bare) < 10 and bare.count("-") < 2 else None


def flag_of(properties: etree._Element | None, name: str) -> bool | None:
    """An on/off property; None where it is not stated."""
    flag = properties.find(w(name)) if properties is not None else None
    return None if flag is None else flag.get(w("val"), "1") not in ("0", "false", "off")


def parts_of(part: DocumentPart, kind: str) -> Iterator[Part]:
    """Parts related to the document by a relationship type that ends in ``/kind``."""
    for rel in part.rels.values():
        if _leads_inside(rel) and rel.reltype.endswith(f"/{kind}"):
            yield rel.target_part


def _leads_inside(rel: _Relationship) -> bool:
    return not rel.is_external


def root_of(part: Part) -> etree._Element | None:
    """The part's tree, read without entities or network; None where it cannot be read."""
    element = getattr(part, "element", None)
    if element is not None:
        found: etree._Element = element
        return found
    try:
        return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        return None


def related(part: DocumentPart, kind: str) -> etree._Element | None:
    """The tree of the first such part."""
    return next((root for p in parts_of(part, kind) if (root := root_of(p)) is not None), None)
