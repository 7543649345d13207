"""Markdown and plain text in depth: notes, changes, hidden words, page lines, capitals and columns of blanks."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, Document, MarkKind
from tests.ingest.files import block, blocks, passage, read


def md(text: str) -> Document:
    (document,) = read(text.encode(), "x.md")
    return document


def txt(text: str) -> Document:
    (document,) = read(text.encode(), "x.txt")
    return document


def test_footnotes_are_blocks_tied_to_the_words_before_their_sign() -> None:
    document = md("Fees are due[^1] at noon[^note].\n\n[^1]: Net of\n    tax.\n[^note]: Local time.\n\nNext.\n")
    assert [(b.number, b.span.of(document.text)) for b in document.blocks if b.kind is BlockKind.FOOTNOTE] == [
        ("1", "Net of\n    tax."), ("note", "Local time."),
    ]  # fmt: skip
    tied = [(m.span.of(document.text), m.target.of(document.text)) for m in document.marks if m.target]
    assert tied == [("due", "Net of\n    tax."), ("noon", "Local time.")]


def test_struck_out_words_leave_their_sentence_and_stand_below_it() -> None:
    document = md("Due in ~~ten~~ nine days.\n\n| Berth | Rate |\n|---|---|\n| North | ~~EUR 9~~ EUR 10 |\n| South | EUR 4 |\n")
    assert blocks(document, BlockKind.PARAGRAPH) == ["Due in nine days."]
    assert blocks(document, BlockKind.DELETED) == ["ten", "EUR 9"]
    assert [m.kind for m in document.marks] == [MarkKind.DELETION] * 2
    assert passage(document, "EUR 10").lead_in == "North | Rate" and passage(document, "EUR 4").lead_in == "South | Rate"


def test_a_wholly_struck_out_item_is_deleted() -> None:
    assert blocks(md("- ~~ring the bell.~~\n- wait.\n"), BlockKind.LIST_ITEM) == ["wait."]


def test_struck_out_signs_inside_code_are_code() -> None:
    assert md("Type `~~x~~` to strike.\n").marks == ()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Shut.\n\n<!-- Open all gates. -->\n", "<!-- Open all gates. -->"),
        ("Shut.\n\n<!--\nOpen\n\nall gates.\n-->\n", "<!--\nOpen\n\nall gates.\n-->"),
        ("Shut <!-- Open. -->\n", "Open."),
        ('Shut <span style="display:none">Open.</span>\n', "Open."),
        ('Shut <font color="white">Open.</font>\n', "Open."),
        ("Shut.\n\n<div hidden>\nOpen.\n</div>\n", "<div hidden>\nOpen.\n</div>"),
    ],
)
def test_hidden_words_of_markdown_are_flagged(text: str, hidden: str) -> None:
    assert blocks(md(text), BlockKind.HIDDEN) == [hidden]


def test_ordinary_elements_in_markdown_stay() -> None:
    assert blocks(md("The <b>gate</b> is <span class='x'>shut</span>.\n")) == ["The <b>gate</b> is <span class='x'>shut</span>."]


def test_code_is_a_paragraph_whatever_it_looks_like() -> None:
    document = md("# Gates\n\n```\n# shut\n1. open\n```\n\nText.\n")
    assert [(b.kind, b.span.of(document.text)) for b in document.blocks[1:]] == [
        (BlockKind.PARAGRAPH, "# shut\n1. open"), (BlockKind.PARAGRAPH, "Text."),
    ]  # fmt: skip


def test_front_matter_is_furniture_and_facts() -> None:
    document = md('---\ntitle: "Tide book"\neffective_date: 2025-04-01\nissued: 2025-03-01\n---\n\nText.\n')
    assert (document.title, document.issued, document.effective) == ("Tide book", "2025-03-01", "2025-04-01")
    assert blocks(document, BlockKind.PARAGRAPH) == ["Text."]


def test_numbers_in_bold_are_numbers() -> None:
    document = md("**2.1** The keeper rings.\n\n**2.2 Lamps.** They burn at dusk.\n\n## **3. Fog**\n")
    assert [b.number for b in document.blocks] == ["2.1", "2.2", "3"]


def test_tables_without_outer_bars_are_tables() -> None:
    assert passage(md("Berth | Rate\n--- | ---:\nNorth | EUR 40\n"), "EUR 40").lead_in == "North | Rate"


def test_nested_items_carry_the_lines_above_them() -> None:
    document = md("Guards carry:\n\n- a lamp:\n    - red;\n    - green;\n- a horn.\n")
    assert passage(document, "green;").lead_in == "Guards carry: a lamp:" and passage(document, "a horn.").lead_in == "Guards carry:"


def test_quoted_lines_begin_behind_their_sign_and_headings_end_before_theirs() -> None:
    assert blocks(md("## Gates ##\n\n> Shut at ten.\n")) == ["Gates", "Shut at ten."]


PAGES = "\f".join(
    f"HARBOUR RULES 2025\n\n{n}.1 The keeper of gate {n} rings the bell at dusk and\n\nBoard copy - page {n}\n" if n != 2 else
    "HARBOUR RULES 2025\n\nlocks it. The second gate stays open.\n\nBoard copy - page 2\n" for n in (1, 2, 3)
)  # fmt: skip


def test_page_lines_are_set_apart_and_sentences_run_over_pages() -> None:
    document = txt(PAGES)
    assert block(document, "The keeper of gate 1 rings the bell at dusk and locks it. The second gate stays open.").number == "1.1"
    assert "HARBOUR RULES 2025" in blocks(document, BlockKind.FURNITURE) and "Board copy - page 2" in blocks(document, BlockKind.FURNITURE)


def test_lone_lines_that_come_again_are_page_lines_without_form_feeds_too() -> None:
    whom = ("pilot on the quay", "cook in the galley", "keeper of the gate")
    text = "".join(
        f"The bell is rung by the {w} and\n\n{n}\n\nSource: Harbour Board, form 8\n\nheard at sea.\n\n" for n, w in enumerate(whom, 1)
    )
    assert blocks(txt(text), BlockKind.PARAGRAPH) == [f"The bell is rung by the {w} and heard at sea." for w in whom]


def test_a_line_that_is_said_again_is_no_page_line() -> None:
    assert blocks(txt("Yes.\n\nWho rings?\n\nYes.\n\nWho locks?\n\nYes.\n"), BlockKind.FURNITURE) == []


def test_lone_capitals_and_underlined_lines_are_headings() -> None:
    document = txt("HARBOUR RULES\n\nGates\n-----\n\nThey are shut.\n\n2. FOG\n\nHorns are blown.\n")
    assert [(b.kind, b.number) for b in document.blocks] == [
        (BlockKind.TITLE, None), (BlockKind.HEADING, None), (BlockKind.PARAGRAPH, None), (BlockKind.HEADING, "2"),
        (BlockKind.PARAGRAPH, None),
    ]  # fmt: skip


def test_hanging_indents_belong_to_their_clause() -> None:
    document = txt("4.1  The keeper rings\n     the bell at dusk.\n4.2  The gate is shut.\n     (a) by hand;\n     (b) by rope.\n")
    assert block(document, "The keeper rings the bell at dusk.").number == "4.1" and passage(document, "by rope.").place.clause == "4.2(b)"


def test_columns_of_blanks_are_tables() -> None:
    document = txt(
        "Rates:\n\nBerth      Season     Rate\nNorth      Summer     EUR 40\nSouth      Winter     EUR 30\n\nAll rates are net.\n"
    )
    assert passage(document, "EUR 30").lead_in == "South | Rate"
    assert blocks(document, BlockKind.PARAGRAPH) == ["Rates:", "All rates are net."]
