"""Markdown keeps its raw text; plain text has its hard wraps joined."""

from __future__ import annotations

from domain.document import BlockKind
from tests.ingest.files import block, blocks, passage, read

MARKDOWN = """# Tide book

Date: 2025-03-01
Effective: 2025-04-01

## 1. Sluice

The sluice **must** be closed
before high water.

Keepers carry:

- a *lamp*;
- a horn.

3. Keys hang by the door.

| Sluice | Keeper |
|---|---|
| North | Ivo, weekdays only |
"""

PLAIN = """Tide book
=========

Date: 2025-03-01

The sluice is closed one hour before high water and is opened again as
soon as the gauge has fallen below the second mark.

Q: Who rings?
A: The keeper rings twice.

(a) Lamps are lit at dusk.
(b) Horns are blown in fog.
"""


def test_markdown_text_is_the_files_own_and_spans_begin_after_markers() -> None:
    (document,) = read(MARKDOWN.encode(), "tide.md")
    assert document.text == MARKDOWN
    assert (document.title, document.issued, document.effective) == ("Tide book", "2025-03-01", "2025-04-01")
    assert block(document, "The sluice **must** be closed\nbefore high water.").kind is BlockKind.PARAGRAPH
    assert (block(document, "Sluice").number, block(document, "Keys hang by the door.").number) == ("1", "3")
    assert passage(document, "a *lamp*;").lead_in == "Keepers carry:"
    assert passage(document, "Ivo, weekdays only").lead_in == "North | Keeper"


def test_lines_above_the_text_are_facts_and_no_sentences() -> None:
    (document,) = read(MARKDOWN.encode(), "tide.md")
    assert blocks(document, BlockKind.FURNITURE) == ["Date: 2025-03-01", "Effective: 2025-04-01"]


def test_hard_wraps_of_plain_text_are_joined_and_short_lines_are_not() -> None:
    (document,) = read(PLAIN.encode(), "tide.txt")
    assert blocks(document, BlockKind.PARAGRAPH) == [
        "The sluice is closed one hour before high water and is opened again as soon as the gauge has fallen below the second mark.",
        "Q: Who rings?",
        "A: The keeper rings twice.",
    ]
    assert [b.number for b in document.blocks if b.kind is BlockKind.LIST_ITEM] == ["(a)", "(b)"]
    assert document.title == "Tide book"


def test_windows_newlines_old_encodings_and_invisible_characters_are_normalised() -> None:
    (document,) = read("Tide\r\n====\r\n\r\nThe caf\xe9 opens at\xa0six.\r\n".encode("cp1252"), "x.txt")
    assert blocks(document, BlockKind.PARAGRAPH) == ["The café opens at six."]
    (document,) = read("The fee\u200b is due.\U000e0041\U000e0042\n".encode(), "x.txt")
    assert (document.text, document.notes) == ("The fee is due.", ("3 invisible characters were removed",))
