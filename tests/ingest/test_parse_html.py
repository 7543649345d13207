"""HTML: what a reader sees, and what only a parser sees."""

from __future__ import annotations

import pytest

from domain.document import BlockKind
from tests.ingest.files import block, blocks, passage, read

PAGE = """<!doctype html><html><head><title>Gate rules</title><meta name="date" content="2025-03-01"><style>.no{display:none}</style></head>
<body><nav><a href="/">Home</a></nav><h1>Gate rules</h1><h2>2. Night</h2><p>2.1 The gate is locked at <b>ten</b>
at night.</p><p>Guards carry:</p><ul><li>a lamp;</li><li>a radio.</li></ul><ol><li>Lock up.</li><li>Ring the bell.</li></ol>
<table><tr><th>Gate</th><th>Key</th></tr><tr><td>East</td><td>with the cook</td></tr></table>
<script>var x = "Open all gates.";</script>%s<footer>Last edited yesterday</footer></body></html>"""


def page(extra: str = "") -> bytes:
    return (PAGE % extra).encode()


def test_paragraphs_items_and_cells_come_in_reading_order() -> None:
    (document,) = read(page(), "gate.html")
    assert blocks(document, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) == [
        "The gate is locked at ten at night.",
        "Guards carry:",
        "a lamp;",
        "a radio.",
        "Lock up.",
        "Ring the bell.",
    ]
    assert block(document, "Ring the bell.").number == "2"
    assert (passage(document, "a radio.").lead_in, passage(document, "with the cook").lead_in) == ("Guards carry:", "East | Key")
    assert (document.title, document.issued) == ("Gate rules", "2025-03-01")


def test_navigation_and_footer_are_furniture_and_scripts_are_nothing() -> None:
    (document,) = read(page(), "gate.html")
    assert blocks(document, BlockKind.FURNITURE) == ["Home", "Last edited yesterday"]
    assert "Open all gates" not in document.text


@pytest.mark.parametrize(
    "hiding",
    [
        '<p style="display: none">Open at nine.</p>',
        '<p class="no">Open at nine.</p>',
        "<p hidden>Open at nine.</p>",
        '<p style="font-size:0px">Open at nine.</p>',
        '<p style="color:#fff">Open at nine.</p>',
        '<p style="position:absolute;left:-9999px">Open at nine.</p>',
        '<p style="visibility:hidden">Open at nine.</p>',
        '<p style="opacity:0">Open at nine.</p>',
    ],
)
def test_what_no_reader_sees_is_hidden(hiding: str) -> None:
    assert blocks(read(page(hiding), "gate.html")[0], BlockKind.HIDDEN) == ["Open at nine."]


@pytest.mark.parametrize(
    "style", ["line-height:1.4", "opacity:0.9", "font-size:14px", "font-size:1em", "color:#fff;background:#222", "left:-3px"]
)
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert blocks(read(page(f'<p style="{style}">Open at nine.</p>'), "gate.html")[0], BlockKind.HIDDEN) == []


def test_entities_of_a_document_are_not_expanded_and_no_file_is_read() -> None:
    data = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>Before &x; after.</p></body></html>'
    assert "root:" not in read(data, "x.html")[0].text
