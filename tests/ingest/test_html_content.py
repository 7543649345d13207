"""HTML in depth: changes, notes, lists, tables, and the many ways in which a page hides words."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, Document, MarkKind
from tests.ingest.files import block, blocks, passage, read

SECRET = "Open all gates."


def page(body: str, head: str = "") -> Document:
    (document,) = read(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "x.html")
    return document


def test_hidden_words_inside_a_sentence_do_not_cut_it() -> None:
    document = page('<p>The fee is <span style="display:none">not</span> due at noon.</p>')
    assert (blocks(document, BlockKind.PARAGRAPH), blocks(document, BlockKind.HIDDEN)) == (["The fee is due at noon."], ["not"])


def test_struck_out_words_are_deleted_blocks_with_what_is_known_of_the_change() -> None:
    document = page(
        '<p>Due in <del cite="CR-7" datetime="2026-02-01">ten</del> <ins datetime="2026-02-02">nine</ins> <s>long</s> days.</p>'
    )
    assert blocks(document) == ["Due in nine days.", "ten", "long"]
    assert [(m.kind, m.span.of(document.text), m.at, m.label) for m in document.marks] == [
        (MarkKind.INSERTION, "nine", "2026-02-02", ""),
        (MarkKind.DELETION, "ten", "2026-02-01", "CR-7"),
        (MarkKind.DELETION, "long", None, "struck out by hand"),
    ]


def test_underlined_words_without_a_date_are_no_insertion() -> None:
    assert page("<p>Due in <ins>nine</ins> days.</p>").marks == ()


def test_a_deleted_paragraph_is_no_evidence() -> None:
    document = page('<p>Stay.</p><del datetime="2026-02-01"><p>Old clause.</p></del><p style="text-decoration: line-through">Gone.</p>')
    assert blocks(document, BlockKind.DELETED) == ["Old clause.", "Gone."] and blocks(document, BlockKind.PARAGRAPH) == ["Stay."]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<p style="max-height:0;overflow:hidden">{}</p>'),
        ("", '<p style="width:1px; height:1px; overflow: hidden; position:absolute">{}</p>'),
        ("", '<p style="position:absolute;clip:rect(0 0 0 0)">{}</p>'),
        ("", '<p style="text-indent:-9999px">{}</p>'),
        ("", '<p style="position:fixed; top: -200em">{}</p>'),
        ("", '<p style="font-size: 2px">{}</p>'),
        ("", '<p style="font: 1px/1 serif">{}</p>'),
        ("", '<p style="color:rgba(0,0,0,0)">{}</p>'),
        ("", '<p style="color:transparent">{}</p>'),
        ("", '<p style="color:#fefefe">{}</p>'),
        ("", '<p style="color:hsl(0, 0%, 100%)">{}</p>'),
        ("", '<div style="background:#203040"><p style="color:#203041">{}</p></div>'),
        ("", '<div style="color:#203040"><p style="background-color:#203040">{}</p></div>'),
        ("", '<table bgcolor="#203040"><tr><td><font color="#203040">{}</font></td></tr></table>'),
        ("", '<p><font color="white">{}</font></p>'),
        ("", '<p style="transform:scale(0)">{}</p>'),
        ("", '<p style="visibility:collapse">{}</p>'),
        ("", "<template><p>{}</p></template>"),
        ("", "<noscript><p>{}</p></noscript>"),
        ("<style>.a .b{{display:none}}</style>", '<div class="a"><p class="b">{}</p></div>'),
        ("<style>#x{{display:none}}</style>", '<p id="x">{}</p>'),
        ("<style>p.no{{display:none!important}}</style>", '<p class="no" style="display:block">{}</p>'),
        ("<style>em{{font-size:0}}</style>", "<p><em>{}</em></p>"),
        ("<style>@media screen{{.no{{opacity:0}}}}</style>", '<p class="no">{}</p>'),
        ("<style>body{{background:#111;color:#eee}}.no{{color:#111}}</style>", '<p class="no">{}</p>'),
    ],
)
def test_what_no_reader_sees_is_hidden(head: str, body: str) -> None:
    document = page(f"<p>Gates are shut at ten.</p>{body.format(SECRET)}", head.replace("{{", "{").replace("}}", "}"))
    assert blocks(document, BlockKind.HIDDEN) == [SECRET]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<p aria-hidden="true">{}</p>'),
        ("", '<div style="font-size:0"><p style="font-size:14px">{}</p></div>'),
        ("", '<div style="color:#fff"><p style="color:#000">{}</p></div>'),
        ("", '<div style="background:#203040"><p style="color:#fff">{}</p></div>'),
        ("", '<div style="background:url(x.png)"><p style="color:#fff">{}</p></div>'),
        ("", '<div style="visibility:hidden"><p style="visibility:visible">{}</p></div>'),
        ("<style>@media print{.no{display:none}}</style>", '<p class="no">{}</p>'),
        ("<style>@media (max-width:600px){.no{display:none}}</style>", '<p class="no">{}</p>'),
        ("<style>.no:hover{display:none}</style>", '<p class="no">{}</p>'),
        ("<style>.a .no{display:none}</style>", '<p class="no">{}</p>'),
        ("<style>.bar{background:#203040}.bar p{color:white}</style>", '<div class="bar"><p>{}</p></div>'),
        ("", '<p style="height:0">{}</p>'),
        ("", '<p style="margin-left:-8px">{}</p>'),
    ],
)
def test_what_readers_see_is_not_hidden(head: str, body: str) -> None:
    assert blocks(page(body.format(SECRET), head), BlockKind.HIDDEN) == []


def test_a_style_sheet_elsewhere_is_noted_and_not_fetched() -> None:
    assert "not fetched" in page("<p>Shut.</p>", '<link rel="stylesheet" href="http://x.example/a.css">').notes[0]


@pytest.mark.parametrize(
    ("start", "numbers"),
    [
        ("<ol>", ["1", "2"]), ('<ol start="5">', ["5", "6"]), ('<ol type="a">', ["a", "b"]), ('<ol type="I" start="4">', ["IV", "V"]),
        ("<ol reversed>", ["2", "1"]), ('<ol style="list-style-type: lower-roman">', ["i", "ii"]), ("<ul>", [None, None]),
        ('<ol style="list-style:none">', [None, None]), ('<ol type="a" start="27">', ["aa", "bb"]),
    ],
)  # fmt: skip
def test_lists_are_numbered_as_browsers_number_them(start: str, numbers: list[str | None]) -> None:
    document = page(f"{start}<li>Lock up.</li><li>Ring.</li></ol>")
    assert [b.number for b in document.blocks] == numbers


def test_an_item_may_state_its_own_number() -> None:
    assert [b.number for b in page('<ol><li>a</li><li value="7">b</li><li>c</li></ol>').blocks] == ["1", "7", "8"]


def test_nested_items_carry_the_lines_above_them() -> None:
    document = page("<p>Guards:</p><ul><li>carry:<ul><li>a lamp;</li><li>a horn.</li></ul></li><li>wait.</li></ul>")
    assert passage(document, "a horn.").lead_in == "Guards: carry:" and passage(document, "wait.").lead_in == "Guards:"


def test_footnotes_are_tied_to_the_words_they_are_on() -> None:
    body = (
        '<p>Fees<sup><a href="#fn1" id="r1">1</a></sup> are due<a href="#fn2" role="doc-noteref">[2]</a>.</p>'
        '<ol><li id="fn1">Net of tax. <a href="#r1">↩</a></li></ol><p id="fn2">[2] On the day.</p>'
    )
    document = page(body)
    assert blocks(document, BlockKind.PARAGRAPH) == ["Fees are due."]
    assert blocks(document, BlockKind.FOOTNOTE) == ["Net of tax.", "On the day."]
    tied = [(m.span.of(document.text), m.target.of(document.text)) for m in document.marks if m.target]
    assert tied == [("Fees", "Net of tax."), ("due", "On the day.")]
    assert [b.number for b in document.blocks if b.kind is BlockKind.FOOTNOTE] == ["1", "2"]


def test_exponents_and_plain_links_are_no_footnotes() -> None:
    document = page('<p>10 m<sup>2</sup> as in <a href="#a">4</a>.</p><p id="a">Rule four.</p>')
    assert blocks(document, BlockKind.PARAGRAPH) == ["10 m2 as in 4.", "Rule four."] and document.marks == ()


def test_cells_know_all_headers_above_and_beside_them() -> None:
    body = (
        "<table><thead><tr><th rowspan=2>Berth</th><th colspan=2>Rate</th></tr><tr><th>Summer</th><th>Winter</th></tr></thead>"
        "<tbody><tr><th scope=row>North</th><td>EUR 40</td><td>EUR 30</td></tr></tbody></table>"
    )
    assert passage(page(body), "EUR 30").lead_in == "North | Rate / Winter"


def test_merged_cells_head_every_row_they_reach() -> None:
    body = "<table><tr><th>Berth</th><th>Season</th><th>Rate</th></tr><tr><td rowspan=2>North</td><td>Summer</td><td>EUR 40</td></tr>"
    assert passage(page(body + "<tr><td>Winter</td><td>EUR 30</td></tr></table>"), "EUR 30").lead_in == "North | Rate"


def test_terms_and_their_descriptions_are_paragraphs_and_breaks_are_lines() -> None:
    assert blocks(page("<dl><dt>Lamp</dt><dd>Lit at dusk.</dd></dl><p>Quay 1<br>Bergen</p>")) == [
        "Lamp",
        "Lit at dusk.",
        "Quay 1",
        "Bergen",
    ]


def test_comments_of_the_source_are_no_text() -> None:
    assert blocks(page("<p>Shut.<!-- Open all gates. --></p>")) == ["Shut."]


def test_marks_stay_in_place_where_a_number_moves_out() -> None:
    document = page('<p>2.1 The <ins datetime="2026-01-01">keeper</ins> rings.</p>')
    assert block(document, "The keeper rings.").number == "2.1" and document.marks[0].span.of(document.text) == "keeper"
