"""Comments, footnotes and endnotes in Word documents stand behind the paragraph they belong to and are tied to its words."""

from __future__ import annotations

from domain.document import BlockKind, Document, MarkKind
from tests.ingest.files import blocks, passage, read
from tests.ingest.word_files import item, level, numbering, para, row, run, struck, table, word_file

START, END = '<w:commentRangeStart w:id="{0}"/>', '<w:commentRangeEnd w:id="{0}"/><w:r><w:commentReference w:id="{0}"/></w:r>'


def comment(number: int, text: str, author: str = "Ida Moe", paragraph: str = "A1") -> str:
    body = f'<w:p w14:paraId="{paragraph}"><w:r><w:annotationRef/></w:r>{run(text)}</w:p>'
    return f'<w:comment w:id="{number}" w:author="{author}" w:date="2026-01-0{number}T08:00:00Z">{body}</w:comment>'


def tied(document: Document, kind: MarkKind) -> list[tuple[str, str | None]]:
    """(words, what is said of them)"""
    return [(m.span.of(document.text), m.target.of(document.text) if m.target else None) for m in document.marks if m.kind is kind]


def test_a_comment_follows_its_paragraph_and_marks_the_words_it_is_on() -> None:
    body = para("The fee is ", START.format(1), run("EUR 40", "<w:b/>"), " a night", END.format(1), ".") + para("Next.")
    (document,) = read(word_file(body, comments=comment(1, "Too low?")), "x.docx")
    assert [b.kind for b in document.blocks] == [BlockKind.PARAGRAPH, BlockKind.COMMENT, BlockKind.PARAGRAPH]
    assert tied(document, MarkKind.COMMENT) == [("EUR 40 a night", "Too low?")]
    (mark,) = document.marks
    assert (mark.author, mark.at, mark.label) == ("Ida Moe", "2026-01-01T08:00:00Z", "")


def test_replies_are_comments_of_their_own_and_a_settled_thread_is_resolved() -> None:
    body = para(START.format(1), START.format(2), "Ice is free.", END.format(1), END.format(2))
    parts = {
        "comments": comment(1, "Still so?") + comment(2, "Yes, until May.", "Ola Lund", "A2"),
        "commentsExtended": '<w15:commentEx w15:paraId="A1" w15:done="1"/>'
        '<w15:commentEx w15:paraId="A2" w15:paraIdParent="A1" w15:done="0"/>',
    }
    (document,) = read(word_file(body, **parts), "x.docx")
    assert tied(document, MarkKind.COMMENT) == [("Ice is free.", "Still so?"), ("Ice is free.", "Yes, until May.")]
    assert [(m.author, m.label) for m in document.marks] == [("Ida Moe", "resolved"), ("Ola Lund", "resolved")]


def test_a_reply_that_the_text_does_not_refer_to_follows_what_it_answers() -> None:
    parts = {
        "comments": comment(1, "Still so?") + comment(2, "Yes.", "Ola Lund", "A2"),
        "commentsExtended": '<w15:commentEx w15:paraId="A1"/><w15:commentEx w15:paraId="A2" w15:paraIdParent="A1"/>',
    }
    (document,) = read(word_file(para(START.format(1), "Ice is free.", END.format(1)), **parts), "x.docx")
    assert blocks(document, BlockKind.COMMENT) == ["Still so?", "Yes."]


def test_a_comment_over_two_paragraphs_marks_both_and_stands_behind_the_second() -> None:
    body = para("One ", START.format(1), "two.") + para("Three", END.format(1), " four.")
    (document,) = read(word_file(body, comments=comment(1, "Why?")), "x.docx")
    assert tied(document, MarkKind.COMMENT) == [("two.", "Why?"), ("Three", "Why?")]
    assert blocks(document) == ["One two.", "Three four.", "Why?"]


def test_a_comment_without_a_range_is_on_the_word_before_it() -> None:
    body = para("Ice is free", '<w:r><w:commentReference w:id="1"/></w:r>', " today.")
    assert tied(read(word_file(body, comments=comment(1, "Since when?")), "x.docx")[0], MarkKind.COMMENT) == [("free", "Since when?")]


def test_comments_that_nothing_refers_to_are_noted() -> None:
    (document,) = read(word_file(para("Ice."), comments=comment(1, "Lost.")), "x.docx")
    assert blocks(document, BlockKind.COMMENT) == [] and "1 comments belong to no place" in document.notes[0]


def note(kind: str, number: int, text: str) -> str:
    return f'<w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/></w:r>{run(" " + text)}</w:p></w:{kind}>'


def test_footnotes_follow_their_paragraph_with_the_printed_mark() -> None:
    body = para("Fees", '<w:r><w:footnoteReference w:id="7"/></w:r>', " are due", '<w:r><w:endnoteReference w:id="2"/></w:r>', ".")
    body += para("Ice", '<w:r><w:footnoteReference w:id="3"/></w:r>', " is free.")
    parts = {
        "footnotes": '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        + note("footnote", 3, "Until May.") + note("footnote", 7, "Net of tax."),
        "endnotes": note("endnote", 2, "On the day."),
    }  # fmt: skip
    (document,) = read(word_file(body, **parts), "x.docx")
    assert blocks(document, BlockKind.PARAGRAPH) == ["Fees are due.", "Ice is free."]
    notes = [(b.number, b.span.of(document.text)) for b in document.blocks if b.kind is BlockKind.FOOTNOTE]
    assert notes == [("1", "Net of tax."), ("i", "On the day."), ("2", "Until May.")]
    assert tied(document, MarkKind.FOOTNOTE) == [("Fees", "Net of tax."), ("due", "On the day."), ("Ice", "Until May.")]


def test_a_footnote_whose_reference_is_deleted_is_deleted_and_not_counted() -> None:
    gone = struck("old").replace("</w:r>", '</w:r><w:r><w:footnoteReference w:id="1"/></w:r>')
    body = para("Now", gone, " new", '<w:r><w:footnoteReference w:id="2"/></w:r>', ".")
    (document,) = read(word_file(body, footnotes=note("footnote", 1, "Old note.") + note("footnote", 2, "New note.")), "x.docx")
    assert blocks(document, BlockKind.DELETED) == ["old", "Old note."]
    assert [b.number for b in document.blocks if b.kind is BlockKind.FOOTNOTE] == ["1"]


def test_notes_and_comments_in_cells_keep_the_cells_place_in_the_table() -> None:
    cell = para(START.format(1), "EUR 40", '<w:r><w:footnoteReference w:id="1"/></w:r>', END.format(1))
    body = table(row("Berth", "Rate"), row("North", cell), row("South", "EUR 55"))
    (document,) = read(word_file(body, comments=comment(1, "Check."), footnotes=note("footnote", 1, "A night.")), "x.docx")
    assert passage(document, "EUR 40").lead_in == "North | Rate" and passage(document, "EUR 55").lead_in == "South | Rate"
    assert tied(document, MarkKind.COMMENT) == [("EUR 40", "Check.")] and tied(document, MarkKind.FOOTNOTE) == [("40", "A night.")]


def test_marks_follow_their_words_where_a_number_moves_out_of_the_text() -> None:
    body = para("2.1 The ", START.format(1), "Pilot", END.format(1), " waits.")
    (document,) = read(word_file(body, comments=comment(1, "Who?")), "x.docx")
    assert tied(document, MarkKind.COMMENT) == [("Pilot", "Who?")] and document.blocks[0].number == "2.1"


def test_a_numbered_item_keeps_its_lead_in_across_a_comment() -> None:
    body = item(0, "The Pilot shall:") + para(
        START.format(1), "board early;", END.format(1), props='<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    )
    body += item(1, "leave late.")
    lists = numbering(level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"))
    (document,) = read(word_file(body, comments=comment(1, "How early?"), numbering=lists), "x.docx")
    assert (passage(document, "leave late.").lead_in, passage(document, "leave late.").place.clause) == ("The Pilot shall:", "1(b)")
