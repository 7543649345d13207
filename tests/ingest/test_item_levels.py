"""Items complete the lines above them however their format nests or indents them."""

from __future__ import annotations

from tests.ingest.files import passage, read
from tests.ingest.word_files import item, level, numbering, para, word_file

BULLET = '<w:abstractNum w:abstractNumId="5">' + level(0, "bullet", "o") + level(1, "bullet", "o") + "</w:abstractNum>"
OUTLINE = numbering(
    level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)"), level(3, "lowerRoman", "(%4)"),
    abstract=BULLET, nums='<w:num w:numId="6"><w:abstractNumId w:val="5"/></w:num>',
)  # fmt: skip


def lead(body: str, text: str) -> str:
    return passage(read(word_file(body, numbering=OUTLINE), "x.docx")[0], text).lead_in


def test_letters_and_romans_below_a_clause_carry_all_leads() -> None:
    body = item(0, "Pilots") + item(1, "The Pilot shall:") + item(2, "tell the master of:") + item(3, "any fog; and") + item(3, "any ice.")
    assert lead(body, "any ice.") == "The Pilot shall: tell the master of:"


def test_bullets_of_another_list_complete_the_item_above_them() -> None:
    body = item(1, "The Pilot shall:") + item(2, "carry:") + item(0, "a lamp;", 6) + item(0, "a horn.", 6) + item(2, "wait.")
    assert lead(body, "a horn.") == "The Pilot shall: carry:"
    assert lead(body, "wait.") == "The Pilot shall:"


def test_clauses_may_complete_the_clause_above_them() -> None:
    body = item(0, "The Pilot shall:") + item(1, "board early;") + item(1, "leave late.") + item(0, "Tugs wait.")
    assert lead(body, "leave late.") == "The Pilot shall:" and lead(body, "Tugs wait.") == ""


def test_bullets_below_a_plain_line_complete_it() -> None:
    body = para("Pilots carry:") + item(0, "a lamp:", 6) + item(1, "red;", 6) + item(0, "a horn.", 6)
    assert (lead(body, "red;"), lead(body, "a horn.")) == ("Pilots carry: a lamp:", "Pilots carry:")
