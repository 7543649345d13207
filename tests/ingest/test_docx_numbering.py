"""Numbers that Word computes: each scheme as Word prints it."""

from __future__ import annotations

import pytest

from ingest.docx_figures import figure
from tests.ingest.files import passage, read
from tests.ingest.word_files import item, level, numbering, para, struck, word_file


def numbers(body: str, lists: str, styles: str = "") -> list[str | None]:
    parts = {"styles": styles} if styles else {}
    (document,) = read(word_file(body, numbering=lists, **parts), "x.docx")
    return [b.number for b in document.blocks]


def items(*depths: int, num: int = 1) -> str:
    return "".join(item(d, f"Clause {n}.", num) for n, d in enumerate(depths))


LEGAL = (level(0, "upperRoman", "Article %1."), level(1, "decimal", "%1.%2", more="<w:isLgl/>"), level(2, "lowerLetter", "(%3)"))


def test_legal_numbering_shows_roman_parents_as_digits() -> None:
    lists = numbering(*LEGAL)
    assert numbers(items(0, 1, 1, 2, 2, 0, 1, 2), lists) == ["Article I", "1.1", "1.2", "(a)", "(b)", "Article II", "2.1", "(a)"]


def test_a_clause_below_an_article_is_cited_in_full() -> None:
    (document,) = read(word_file(items(0, 1) + item(2, "The Pilot waits."), numbering=numbering(*LEGAL)), "x.docx")
    assert passage(document, "The Pilot waits.").place.clause == "1.1(a)"


def test_decimal_outlines_count_within_their_parents() -> None:
    lists = numbering(*(level(d, "decimal", ".".join(f"%{n + 1}" for n in range(d + 1))) for d in range(4)))
    assert numbers(items(0, 1, 2, 3, 3, 1, 2, 0, 1), lists) == ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "1.2", "1.2.1", "2", "2.1"]


def test_a_level_that_never_restarts_counts_through() -> None:
    lists = numbering(level(0, "decimal", "%1."), level(1, "decimal", "Rule %2", more='<w:lvlRestart w:val="0"/>'))
    assert numbers(items(0, 1, 1, 0, 1), lists) == ["1", "Rule 1", "Rule 2", "2", "Rule 3"]


def test_a_level_may_restart_only_after_a_level_further_up() -> None:
    lists = numbering(
        level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)", more='<w:lvlRestart w:val="1"/>')
    )
    assert numbers(items(0, 1, 2, 1, 2, 0, 1, 2), lists) == ["1", "1.1", "(a)", "1.2", "(b)", "2", "2.1", "(a)"]


def test_a_new_list_starts_anew_once_and_then_counts_on_with_the_others() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    lists = numbering(level(0, "decimal", "%1."), nums=f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{override}</w:num>')
    assert numbers(items(0, 0) + items(0, 0, num=2) + items(0), lists) == ["1", "2", "5", "6", "7"]


def test_a_list_may_replace_a_level_of_what_it_is_made_from() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride>'
    lists = numbering(level(0, "decimal", "%1."), nums=f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{override}</w:num>')
    assert numbers(items(0) + items(0, num=2), lists) == ["1", "B"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    "</w:style>"
    '<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="Clause"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Plain"><w:name w:val="Plain"/><w:basedOn w:val="Clause"/>'
    '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="numbering" w:styleId="House"><w:name w:val="House"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def styled(name: str, text: str = "A clause.") -> str:
    return para(text, props=f'<w:pStyle w:val="{name}"/>')


def test_styles_number_their_paragraphs_at_the_level_that_names_them() -> None:
    lists = numbering(
        level(0, "decimal", "%1.", more='<w:pStyle w:val="Clause"/>'), level(1, "decimal", "%1.%2", more='<w:pStyle w:val="Sub"/>')
    )
    body = styled("Clause") + styled("Sub") + styled("Sub") + styled("Plain") + styled("Clause")
    assert numbers(body, lists, STYLES) == ["1", "1.1", "1.2", None, "2"]


def test_a_list_that_points_to_a_list_style_is_numbered_by_it() -> None:
    abstract = '<w:abstractNum w:abstractNumId="3"><w:numStyleLink w:val="House"/></w:abstractNum>'
    lists = numbering(level(0, "upperLetter", "%1."), abstract=abstract, nums='<w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num>')
    assert numbers(items(0, 0, num=4), lists, STYLES) == ["A", "B"]


def test_a_paragraph_may_leave_the_list_of_its_style() -> None:
    lists = numbering(level(0, "decimal", "%1.", more='<w:pStyle w:val="Clause"/>'))
    body = (
        styled("Clause") + para("No number.", props='<w:pStyle w:val="Clause"/><w:numPr><w:numId w:val="0"/></w:numPr>') + styled("Clause")
    )
    assert numbers(body, lists, STYLES) == ["1", None, "2"]


def test_empty_paragraphs_are_counted_and_deleted_ones_are_not() -> None:
    gone = '<w:rPr><w:del w:id="1" w:author="Eva"/></w:rPr>'
    deleted = item(0, "x", more=gone).replace('<w:r><w:t xml:space="preserve">x</w:t></w:r>', struck("Gone."))
    assert numbers(items(0) + item(0, "") + deleted + items(0), numbering(level(0, "decimal", "%1."))) == ["1", None, "3"]


def test_hidden_and_missing_numbers_are_not_printed_but_bullets_are() -> None:
    hidden = level(0, "decimal", "%1.").replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>")
    (document,) = read(word_file(items(0), numbering=numbering(hidden)), "x.docx")
    assert document.text == "Clause 0."
    (document,) = read(word_file(items(0, 1), numbering=numbering(level(0, "none", ""), level(1, "bullet", "o"))), "x.docx")
    assert document.text == "Clause 0.\n• Clause 1."


def test_a_number_format_of_ones_own_is_found_inside_its_alternative() -> None:
    choice = '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/>'
    plain = '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
    both = f'<mc:AlternateContent><mc:Choice Requires="w14">{choice}</mc:Choice>{plain}</mc:AlternateContent>'
    made = level(0, "decimal", "R-%1").replace('<w:numFmt w:val="decimal"/>', both)
    assert numbers(items(0, 0), numbering(made)) == ["R-001", "R-002"]


@pytest.mark.parametrize(
    ("count", "style", "shown"),
    [
        (4, "lowerRoman", "iv"), (1994, "upperRoman", "MCMXCIV"), (28, "lowerLetter", "bb"), (3, "upperLetter", "C"),
        (7, "decimalZero", "07"),
        (12, "ordinal", "12th"), (22, "ordinal", "22nd"), (21, "cardinalText", "Twenty-one"), (20, "ordinalText", "Twentieth"),
        (103, "ordinalText", "One hundred third"), (5, "chicago", "**"), (3, "decimalEnclosedParen", "(3)"), (9, "unheardOf", "9"),
    ],
)  # fmt: skip
def test_counts_are_written_in_words_figures_and_letters(count: int, style: str, shown: str) -> None:
    assert figure(count, style) == shown


@pytest.mark.parametrize(
    ("form", "text", "shown"),
    [
        ("cardinalText", "Part %1", "Part Two"), ("ordinalText", "%1", "Second"), ("decimalZero", "%1", "02"),
        ("lowerRoman", "(%1)", "(ii)"),
        ("upperLetter", "Schedule %1 –", "Schedule B"), ("lowerLetter", "%1)", "b"), ("decimal", "§ %1", "§ 2"), ("ordinal", "%1", "2nd"),
    ],
)  # fmt: skip
def test_schemes_are_printed_as_word_prints_them(form: str, text: str, shown: str) -> None:
    assert numbers(items(0, 0), numbering(level(0, form, text)))[1] == shown
