"""Passages: every block covered, each with its place and what it completes."""

from __future__ import annotations

from dataclasses import replace

from domain.document import Block, BlockKind, Document, DocumentKind, Mark, MarkKind
from domain.span import Span
from ingest.numbering import ClauseCounter, split_number
from ingest.passages import MAX_PASSAGE, passages_of
from tests.ingest.files import passage, pdf, read, word

NESTED = """# Carriage

## 7. Duties

7.2 The Carrier shall:

(a) keep goods cold;

(b) tell the Owner of:

(i) any delay; and

(ii) any loss.

The Owner pays within thirty days.

## Other

Nothing else is agreed.
"""


def test_every_block_is_covered_by_passages_that_quote_it() -> None:
    for data, path in ((pdf(), "a.pdf"), (word(), "a.docx"), (NESTED.encode(), "a.md")):
        (document,) = read(data, path)
        found = passages_of(document)
        assert all(p.text == p.span.of(document.text) for p in found)
        for block in document.blocks:
            inside = [p for p in found if block.span.contains(p.span)]
            assert inside and inside[0].span.start == block.span.start and inside[-1].span.end == block.span.end


def test_nested_items_carry_all_lead_ins_and_full_numbers() -> None:
    (document,) = read(NESTED.encode(), "a.md")
    assert passage(document, "keep goods cold;").place.clause == "7.2(a)"
    deep = passage(document, "any loss.")
    assert (deep.place.clause, deep.lead_in, deep.place.heading_path) == (
        "7.2(b)(ii)",
        "The Carrier shall: tell the Owner of:",
        ("Duties",),
    )
    after = passage(document, "The Owner pays within thirty days.")
    assert (after.place.clause, after.lead_in) == ("7.2", "")
    assert passage(document, "Nothing else is agreed.").place.clause is None


def test_a_place_reads_as_a_person_would_cite_it() -> None:
    (document,) = read(pdf(), "a.pdf")
    assert passage(document, "Berth 1 closes at dusk.").place.shown() == "2.1 Berths, p. 2"


def test_long_blocks_are_cut_between_sentences() -> None:
    sentence = "The keeper closes the gate at ten and opens it again at six. "
    (document,) = read((sentence * 200).encode(), "a.txt")
    found = [p for p in passages_of(document) if p.kind is BlockKind.PARAGRAPH]
    assert len(found) > 1 and all(len(p.text) <= MAX_PASSAGE and p.text.endswith("six.") for p in found)


def test_numbers_are_told_from_quantities_dates_and_initials() -> None:
    def number(text: str) -> str | None:
        found = split_number(text, letters=False)
        return found.number if found else None

    assert [number(t) for t in ("7.2 The Carrier", "(b) keep", "3. Keys", "iv) any", "Article 4. Fees", "§ 3 Fees")] == [
        "7.2", "(b)", "3", "iv", "Article 4", "§ 3",
    ]  # fmt: skip
    assert [number(t) for t in ("30 days pass", "12. March 2025", "A. Moe signs", "A crate", "1,200 crates", "2.5 tonnes of ice")] == [
        None
    ] * 6


def test_i_after_h_is_a_letter_and_i_at_the_start_of_a_list_is_a_roman_one() -> None:
    clauses = ClauseCounter()
    assert [clauses.enter(n) for n in ("2.1", "(g)", "(h)", "(i)", "(j)")][-2:] == ["2.1(i)", "2.1(j)"]
    assert [clauses.enter(n) for n in ("2.2", "(a)", "(i)", "(ii)", "(b)")] == ["2.2", "2.2(a)", "2.2(a)(i)", "2.2(a)(ii)", "2.2(b)"]


SCHEDULED = """# Towage Agreement

## 1. Duties

1.1 The Owner shall keep a tug as Schedule 2 says.

1.2 Nobody else may tow.

## Schedule 1 Boats

1.1 The tug is called Ana.

(a) her crew is three.

## Schedule 2 Prices

Prices are in euro.

1.1 A tow costs nine hundred.

### Part A Nights

1.1 A night tow costs double.

## Annex

Tides of the year.
"""


def test_numbers_that_begin_again_in_a_schedule_stay_apart_from_those_of_the_body() -> None:
    (document,) = read(SCHEDULED.encode(), "a.md")
    clauses = {p.text: p.place.clause for p in passages_of(document)}
    assert clauses["Nobody else may tow."] == "1.2"
    assert clauses["The tug is called Ana."] == "Schedule 1, 1.1"
    assert clauses["her crew is three."] == "Schedule 1, 1.1(a)"
    assert clauses["Prices are in euro."] == "Schedule 2"
    assert clauses["A tow costs nine hundred."] == "Schedule 2, 1.1"
    assert clauses["A night tow costs double."] == "Schedule 2, Part A, 1.1"
    assert clauses["Tides of the year."] == "Annex"
    assert passage(document, "A tow costs nine hundred.").place.shown() == "Schedule 2, 1.1 Prices"


def test_an_exhibit_number_on_the_first_line_and_a_reference_open_no_schedule() -> None:
    text = (
        "Exhibit 10.6\n\nTowage Agreement\n\n1. Duties\n\n1.1 The tug is kept ready.\n\n1.2 Schedule 2 names the tug.\n\n1.3"
        " Nobody else may tow.\n"
    )
    (document,) = read(text.encode(), "a.txt")
    assert [p.place.clause for p in passages_of(document)][-3:] == ["1.1", "1.2", "1.3"]


def laid_out(*pieces: tuple[BlockKind, str, str | None], marks: tuple[tuple[str, str], ...] = ()) -> Document:
    """A document of (kind, text, number); ``marks``: what a word is commented with."""
    text = "\n\n".join(t for _, t, _ in pieces)
    spans = [Span(text.index(t), text.index(t) + len(t)) for _, t, _ in pieces]
    level = {BlockKind.HEADING: 1, BlockKind.LIST_ITEM: 1}
    blocks = tuple(
        Block(kind, span, level=level.get(kind, 0), number=number) for (kind, _, number), span in zip(pieces, spans, strict=True)
    )
    places = {t: span for (_, t, _), span in zip(pieces, spans, strict=True)}
    found = tuple(Mark(MarkKind.COMMENT, Span(text.index(w), text.index(w) + len(w)), target=places[t]) for w, t in marks)
    return Document("doc_1", "src_1", "a.docx", 0, DocumentKind.CONTRACT, "Towage", text, blocks, marks=found)


def test_closing_words_below_a_list_belong_to_its_clause_and_complete_its_lead_in() -> None:
    document = laid_out(
        (BlockKind.PARAGRAPH, "The Owner shall:", "7.2"),
        (BlockKind.LIST_ITEM, "keep the tug ready; and", "(a)"),
        (BlockKind.LIST_ITEM, "report any fault,", "(b)"),
        (BlockKind.PARAGRAPH, "in each case within ten days.", None),
        (BlockKind.PARAGRAPH, "The Board pays.", None),
    )
    after = passage(document, "in each case within ten days.")
    assert (after.place.clause, after.lead_in) == ("7.2", "The Owner shall:")
    assert passage(document, "The Board pays.").lead_in == ""


def test_notes_and_remarks_stand_where_what_they_hang_on_stands() -> None:
    document = laid_out(
        (BlockKind.HEADING, "Duties", "1"),
        (BlockKind.PARAGRAPH, "The tug is kept ready.", "1.1"),
        (BlockKind.HEADING, "Money", "2"),
        (BlockKind.PARAGRAPH, "The Board pays.", "2.1"),
        (BlockKind.COMMENT, "Is this still so?", None),
        (BlockKind.FOOTNOTE, "In euro.", None),
        marks=(("tug", "Is this still so?"),),
    )
    remark, note = passage(document, "Is this still so?").place, passage(document, "In euro.").place
    assert (remark.clause, remark.heading_path) == ("1.1", ("Duties",))
    assert (note.clause, note.heading_path) == ("2.1", ("Money",))


def test_what_a_reader_does_not_see_or_others_wrote_never_changes_where_we_are() -> None:
    for kind in (BlockKind.DELETED, BlockKind.HIDDEN, BlockKind.QUOTED, BlockKind.FORWARDED, BlockKind.DISCLAIMER, BlockKind.COMMENT):
        document = laid_out(
            (BlockKind.PARAGRAPH, "The Owner shall:", "7.2"),
            (kind, "9.1 Gone.", "9.1"),
            (BlockKind.LIST_ITEM, "keep the tug ready;", "(a)"),
        )
        found = passage(document, "keep the tug ready;")
        assert (found.place.clause, found.lead_in) == ("7.2(a)", "The Owner shall:"), kind


def test_the_place_of_a_part_names_the_file_it_came_in() -> None:
    document = replace(laid_out((BlockKind.PARAGRAPH, "The tug is kept ready.", "1.1")), member="offer.pdf")
    assert passage(document, "The tug is kept ready.").place.shown() == "1.1 in offer.pdf"
