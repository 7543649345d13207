"""Tracked changes in Word documents: open insertions are marked, deletions are no evidence, and each says who made it and when."""

from __future__ import annotations

from domain.document import BlockKind, Document, MarkKind
from tests.ingest.files import blocks, read
from tests.ingest.word_files import inserted, mark_deleted, para, row, run, struck, table, word_file


def marks(document: Document, kind: MarkKind) -> list[tuple[str, str, str | None]]:
    return [(m.span.of(document.text), m.author, m.at) for m in document.marks if m.kind is kind]


def paper(*paragraphs: str) -> Document:
    (document,) = read(word_file("".join(paragraphs)), "x.docx")
    return document


def test_inserted_words_stay_and_are_marked_and_deleted_words_stand_behind() -> None:
    document = paper(para("Payment is due within ", struck("thirty"), inserted("forty-five"), " days."))
    assert blocks(document, BlockKind.PARAGRAPH) == ["Payment is due within forty-five days."]
    assert blocks(document, BlockKind.DELETED) == ["thirty"]
    assert marks(document, MarkKind.INSERTION) == [("forty-five", "Ida Moe", "2026-02-01T09:00:00Z")]
    assert marks(document, MarkKind.DELETION) == [("thirty", "Ola Lund", "2026-02-02T09:00:00Z")]
    assert any("tracked changes: 1 open insertions, 1 deletions" in n for n in document.notes)


def test_several_authors_in_one_paragraph_are_kept_apart() -> None:
    document = paper(
        para("Tugs wait ", struck("two "), struck("long ", author="Eva"), inserted("six "), inserted("or more ", author="Eva"), "hours.")
    )
    assert [m[:2] for m in marks(document, MarkKind.DELETION)] == [("two", "Ola Lund"), ("long", "Eva")]
    assert [m[:2] for m in marks(document, MarkKind.INSERTION)] == [("six", "Ida Moe"), ("or more", "Eva")]


def test_one_change_over_several_runs_is_one_mark() -> None:
    change = f'<w:ins w:id="9" w:author="Eva" w:date="2026-01-01T00:00:00Z">{run("half ", "<w:b/>")}{run("the fee")}</w:ins>'
    document = paper(para("Pilots get ", change, "."))
    assert marks(document, MarkKind.INSERTION) == [("half the fee", "Eva", "2026-01-01T00:00:00Z")]


def test_moved_words_are_read_where_they_went() -> None:
    moved = struck("Keys hang by the door.").replace("w:del ", "w:moveFrom ").replace("w:del>", "w:moveFrom>").replace("delText", "t")
    document = paper(para(moved), para(inserted("Keys hang by the door.", tag="moveTo")))
    assert blocks(document, BlockKind.DELETED) == blocks(document, BlockKind.PARAGRAPH) == ["Keys hang by the door."]
    assert [m[0] for m in marks(document, MarkKind.INSERTION)] == ["Keys hang by the door."]


def test_words_that_one_person_inserted_and_another_struck_out_are_deleted() -> None:
    inner = struck("at once ", author="Eva")
    document = paper(para("Pay ", f'<w:ins w:id="4" w:author="Ida Moe">{inner}</w:ins>', "by cheque."))
    assert blocks(document) == ["Pay by cheque.", "at once"]
    assert marks(document, MarkKind.DELETION) == [("at once", "Eva", "2026-02-02T09:00:00Z")]


def test_a_whole_deleted_paragraph_is_a_deleted_block_and_takes_no_number() -> None:
    document = paper(para("Stay."), para(struck("The old clause."), props=mark_deleted()), para("Go."))
    assert [(b.kind, b.span.of(document.text)) for b in document.blocks] == [
        (BlockKind.PARAGRAPH, "Stay."), (BlockKind.DELETED, "The old clause."), (BlockKind.PARAGRAPH, "Go."),
    ]  # fmt: skip


def test_paragraphs_whose_border_was_deleted_are_one() -> None:
    document = paper(para("The fee is due ", struck("at noon."), props=mark_deleted()), para("and is paid in cash."), para("Next."))
    assert blocks(document, BlockKind.PARAGRAPH) == ["The fee is due and is paid in cash.", "Next."]
    assert blocks(document, BlockKind.DELETED) == ["at noon."]


def test_a_deleted_border_at_the_end_of_a_cell_loses_no_words() -> None:
    document = paper(table(row("Berth", "Rate"), row("North", para("EUR 40 a night.", props=mark_deleted()))))
    assert "EUR 40 a night." in blocks(document, BlockKind.TABLE_CELL)


def test_rows_are_inserted_and_deleted_as_a_whole() -> None:
    gone = '<w:del w:id="5" w:author="Eva" w:date="2026-03-01T00:00:00Z"/>'
    new = '<w:ins w:id="6" w:author="Ida Moe" w:date="2026-03-02T00:00:00Z"/>'
    document = paper(table(row("Berth", "Rate"), row("North", "EUR 40", props=gone), row("South", "EUR 55", props=new)))
    assert blocks(document, BlockKind.DELETED) == ["North", "EUR 40"]
    assert marks(document, MarkKind.INSERTION) == [(t, "Ida Moe", "2026-03-02T00:00:00Z") for t in ("South", "EUR 55")]
    cell = next(b for b in document.blocks if b.span.of(document.text) == "EUR 55")
    assert (cell.column, cell.row) == ("Rate", "South")


def test_changes_of_formatting_are_no_changes_of_the_text() -> None:
    changed = '<w:b/><w:rPrChange w:id="7" w:author="Eva"><w:rPr/></w:rPrChange>'
    document = paper(para(run("Bold now.", changed)))
    assert blocks(document) == ["Bold now."] and document.marks == () and document.notes == ()


def test_words_struck_out_by_hand_are_no_evidence_either() -> None:
    document = paper(para("Open ", run("nine to ", "<w:strike/>"), "ten to four."))
    assert blocks(document, BlockKind.PARAGRAPH) == ["Open ten to four."]
    assert [m.label for m in document.marks] == ["struck out by hand"] and blocks(document, BlockKind.DELETED) == ["nine to"]
