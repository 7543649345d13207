"""Passages: every block covered, each with its place and what it completes."""

from __future__ import annotations

from domain.document import BlockKind
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
