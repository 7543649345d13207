"""The names of an OpenDocument file's elements and attributes."""

from __future__ import annotations

from lxml import etree

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    "office": f"{_ODF}office:1.0",
    "text": f"{_ODF}text:1.0",
    "table": f"{_ODF}table:1.0",
    "style": f"{_ODF}style:1.0",
    "draw": f"{_ODF}drawing:1.0",
    "presentation": f"{_ODF}presentation:1.0",
    "fo": f"{_ODF}xsl-fo-compatible:1.0",
    "svg": f"{_ODF}svg-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def q(name: str) -> str:
    """A name such as "text:p" with its namespace written out."""
    space, _, local = name.partition(":")
    return f"{{{_SPACES[space]}}}{local}"


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """The attribute of a name such as "text:style-name"."""
    return str(element.get(q(name), default))


def count_of(element: etree._Element, name: str, default: int = 1) -> int:
    """An attribute that counts something; the default where the file has no plain number."""
    stated = attribute(element, name)
    return int(stated) if stated.isdecimal() and len(stated) < 10 else default
