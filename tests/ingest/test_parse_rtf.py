"""Rich Text Format: code pages, labels, tables, changes and notes, and groups that never end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource, LimitExceeded
from tests.ingest.files import block, blocks, passage, read

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset128 Gothic;}"
    r"{\f3\fcharset2 Symbol;}}"
    r"{\colortbl;\red255\green255\blue255;}{\stylesheet{Normal;}{\s1\outlinelevel0 heading 1;}{\s9 Title;}}{\*\revtbl{Unknown;}{Dana;}}"
)
#: 14 January 2025, 09:05, as RTF packs it.
DAY = 5 | 9 << 6 | 14 << 11 | 1 << 16 | 125 << 20


def rtf(body: str) -> bytes:
    return (HEAD + body + "}").encode("cp1252")


def test_titles_headings_and_labels_are_told_by_their_styles() -> None:
    body = (
        r"\pard\s9 Harbour Policy\par\pard\plain\s1 {\listtext 1.\tab}Mooring\par\pard\plain The keeper keeps:\par"
        r"\pard{\listtext\f3 \'b7\tab}a log;\par\pard\ilvl1{\listtext (a)\tab}a key.\par"
    )
    (document,) = read(rtf(body), "a.rtf")
    assert [(b.kind, b.number) for b in document.blocks] == [
        (BlockKind.TITLE, None), (BlockKind.HEADING, "1"), (BlockKind.PARAGRAPH, None), (BlockKind.LIST_ITEM, None),
        (BlockKind.LIST_ITEM, "(a)"),
    ]  # fmt: skip
    assert passage(document, "a log;").lead_in == "The keeper keeps:"


def test_two_hundred_sentences_come_back_as_they_were_written() -> None:
    rules = [f"Vessel {n} pays €{n}.50 unless the “master” says otherwise." for n in range(200)]
    (document,) = read(rtf("".join(rf"\pard\plain {rule}\par" + "\n" for rule in rules)), "a.rtf")
    assert blocks(document, BlockKind.PARAGRAPH) == rules


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (r"\'80 \u8364? \u8364\'80", "€ € €"), (r"{\f1 \'e8\'b9}", "čą"), (r"{\f2 \'94\'4e\'94N}", "年年"), (r"\u-10179?\u-8704?", "😀"),
        (r"{\uc2\u24180\'94\'4e}x", "年x"), (r"\{a\}\\b\~c\_d\-e", r"{a}\b c-de"), (r"\ldblquote x\rdblquote \emdash y", "“x”—y"),
        (r"{\upr{a}{\*\ud{\u269?}}}", "č"), (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}", "here"),
        (r"a{\pict 00ff\bin3 }}}}b", "ab"),
        (r"a{\*\unknown gone{\b too}}b", "ab"),
    ],
)  # fmt: skip
def test_characters_are_those_that_were_meant(written: str, wanted: str) -> None:
    assert read(rtf(rf"\pard {written}\par"), "a.rtf")[0].text == wanted


def test_table_cells_know_their_row_and_column() -> None:
    body = (
        r"\trowd\trhdr\cellx1\cellx2\intbl Vessel\cell Fee\cell\row\intbl Trawler\cell EUR 12 a night\par at most\cell\row\pard After.\par"
    )
    (document,) = read(rtf(body), "a.rtf")
    assert all((block(document, t).row, block(document, t).column) == ("Trawler", "Fee") for t in ("EUR 12 a night", "at most"))
    assert block(document, "After.").kind is BlockKind.PARAGRAPH


def test_hidden_words_are_hidden_blocks() -> None:
    (document,) = read(rtf(r"\pard Seen {\v hid} {\cf1 white} {\fs2 tiny}{\cf1\highlight2  lit}.\par"), "a.rtf")
    assert (blocks(document, BlockKind.HIDDEN), blocks(document, BlockKind.PARAGRAPH)) == (["hid white tiny"], ["Seen lit."])


def test_tracked_changes_are_marked_with_who_and_when() -> None:
    body = rf"\pard Ferries moor {{\deleted\revauthdel1\revdttmdel{DAY} for free}}{{\revised\revauth1\revdttm{DAY} at EUR 40}}.\par"
    (document,) = read(rtf(body), "a.rtf")
    assert [(m.kind, m.span.of(document.text), m.author, m.at) for m in document.marks] == [
        (MarkKind.INSERTION, "at EUR 40", "Dana", "2025-01-14T09:05:00"),
        (MarkKind.DELETION, "for free", "Dana", "2025-01-14T09:05:00"),
    ]
    assert blocks(document, BlockKind.DELETED) == ["for free"]


def test_footnotes_and_comments_are_blocks_with_marks() -> None:
    body = (
        r"\pard No vessel moors at the jetty\chftn{\footnote\pard\chftn Unless agreed.} "
        r"{\*\atrfstart 7}after sunset{\*\atrfend 7}{\*\atnid D}"
        rf"{{\*\atnauthor Dana}}\chatn{{\*\annotation{{\*\atnref 7}}{{\*\atndate {DAY}}}\pard So?}}.\par"
    )
    (document,) = read(rtf(body), "a.rtf")
    assert document.text.startswith("No vessel moors at the jetty after sunset.")
    marks = {m.kind: m for m in document.marks}
    assert marks[MarkKind.FOOTNOTE].span.of(document.text) == "jetty" and block(document, "Unless agreed.").number == "1"
    remark = marks[MarkKind.COMMENT]
    assert (remark.span.of(document.text), remark.author, remark.at) == ("after sunset", "Dana", "2025-01-14T09:05:00")
    assert remark.target is not None and remark.target.of(document.text) == "So?"


def test_page_headers_are_furniture() -> None:
    (document,) = read(rtf(r"{\header\pard Harbour Board\par}\pard Text.\par"), "a.rtf")
    assert blocks(document, BlockKind.FURNITURE) == ["Harbour Board"]


def test_groups_that_never_end_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="nested deeper"):
        read(rtf("{" * 100_000), "a.rtf")


def test_more_paragraphs_than_a_file_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.rtf_reader._MAX_PARAGRAPHS", 20)
    assert read(rtf(r"\pard x\par" * 20 + r"\par" * 100), "a.rtf")[0].text.count("x") == 20
    with pytest.raises(LimitExceeded, match="more than 20 paragraphs"):
        read(rtf(r"\intbl x\cell\row" * 21), "a.rtf")


def _seconds(body: str) -> float:
    began = time.process_time()
    read(rtf(body), "a.rtf")
    return time.process_time() - began


@pytest.mark.parametrize(
    "body",
    [
        lambda n: r"\par\pard\plain x" * n,
        lambda n: r"\trowd\cellx1\cellx2\intbl Vessel\cell Fee\cell\row " * (n // 3),
        lambda n: r"\trowd" + r"\clcbpat0\cellx1" * n + r"\intbl " + r"\b x\b0 y " * n + r"\cell\row",
        lambda n: r"\trowd" + r"\cellx1" * n + r"\intbl x\cell\row" * (n // 2),
        lambda n: r"\pard " + r"{\v h}{\b x}\'e9 \u233? " * (n // 2) + r"\par",
        lambda n: r"\pard {\listtext " + r"{\b 1}" * n + r"}x\par",
    ],
    ids=["paragraphs", "rows", "looks in a wide row", "rows under a wide definition", "pieces", "label"],
)
def test_time_grows_with_the_size_of_the_file(body: Callable[[int], str]) -> None:
    _seconds(body(100))
    assert _seconds(body(8_000)) < 12 * _seconds(body(2_000)) + 0.5


def test_looks_go_back_and_forth_within_a_word() -> None:
    (document,) = read(rtf(r"\pard Every {\b cr}at\b e\b0  is {\fs30 w}\'65ighed{\v  not}.\par"), "a.rtf")
    assert (blocks(document, BlockKind.PARAGRAPH), blocks(document, BlockKind.HIDDEN)) == (["Every crate is weighed."], ["not"])


def test_letters_up_to_two_points_are_hidden() -> None:
    (document,) = read(rtf(r"\pard Seen {\fs4 tiny} {\fs10 small}.\par"), "a.rtf")
    assert blocks(document, BlockKind.HIDDEN) == ["tiny"]


@pytest.mark.parametrize(
    "body",
    [
        r"\bin999999999 x",
        r"\bin-5 ",
        r"}}}}}}",
        r"\u99999999999? ",
        r"\cell\row\cell\row\trowd\row",
        r"{\footnote {\footnote {\footnote x",
        "\\",
        r"\'zz",
    ],
)
def test_broken_files_are_read_or_refused(body: str) -> None:
    try:
        assert "Text." in read(rtf(r"\pard Text.\par" + body), "a.rtf")[0].text
    except DamagedSource as error:
        assert "no text" in str(error)


def test_an_empty_file_says_so() -> None:
    with pytest.raises(DamagedSource, match="no text"):
        read(rtf(""), "a.rtf")
