"""Every quoted line is traced to the stored message that said it; what stands nowhere is traced to nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.document import BlockKind, Document
from domain.source import source_of
from extract.copies import distinct, unmarked_copies
from extract.quotes import Trace, traced
from extract.threads import forest
from extract.wording import stored, wording
from ingest.read import read_source
from tests.extract.papers import DANA, EVE, OLE, RAY, day, mail

CORPUS = Path(__file__).parents[3] / "shared" / "bench" / "corpora" / "harrowgate"
ASKED = "Could we leave the order number out on anything below two hundred? It only slows us down.\nRegards\nRay"


def traces(documents: Sequence[Document]) -> list[Trace]:
    words = wording(stored(documents))
    return traced(documents, words, forest(documents, words).ancestors())


def shown(documents: Sequence[Document], of: Document) -> list[tuple[str, str | None]]:
    """Each quoted line of a document that is no header with the id of the message it comes from."""
    names = {d.id: d.message.message_id for d in documents if d.message}
    return [
        (t.span.of(of.text), names.get(t.source_document_id or "")) for t in traces(documents) if t.document_id == of.id and not t.header
    ]


def asked() -> Document:
    return mail("a", RAY, ASKED, sent_at=day(1))


def test_a_reply_wrapped_and_marked_anew_is_traced_line_by_line() -> None:
    a = asked()
    body = """Yes.
    On Thu, 1 Jan 2026 at 09:00, Ray <ray@kestrel.example> wrote:
    >  Could we leave the ORDER number out on anything
    > below two hundred?  It only
    > slows us down.
    > Regards
    > Ray"""
    b = mail("b", DANA, body, references=("a",), sent_at=day(2))
    assert [source for _, source in shown([a, b], b)] == ["a"] * 5
    [first] = [t for t in traces([a, b]) if t.span.of(b.text).startswith(">  Could")]
    assert first.source_span is not None and first.source_span.of(a.text) == "Could we leave the order number out on anything"


def test_header_lines_belong_to_nobody_even_where_they_wrap() -> None:
    body = [
        (BlockKind.PARAGRAPH, "Yes."),
        (BlockKind.QUOTED, "On Thu, 1 Jan 2026 at 09:00, Ray"),
        (BlockKind.QUOTED, "<ray@kestrel.example> wrote:"),
        (BlockKind.QUOTED, "> It only slows us down."),
        (BlockKind.FORWARDED, "-----Original Message-----"),
        (BlockKind.FORWARDED, "From: Ray <ray@kestrel.example>"),
        (BlockKind.FORWARDED, "Subject: Numbers"),
        (BlockKind.FORWARDED, "It only slows us down."),
    ]
    a, b = asked(), mail("b", DANA, body, references=("a",), sent_at=day(2))
    assert [t.header for t in traces([a, b])] == [True, True, False, True, True, True, False]
    assert [source for _, source in shown([a, b], b)] == ["a", "a"]


def test_quotes_in_quotes_go_to_the_message_that_said_them_first() -> None:
    a = asked()
    b = mail("b", DANA, "Yes.\nFor you always, and for nobody else.\n> It only slows us down.", references=("a",), sent_at=day(2))
    c = mail("c", RAY, "Fine.\n> Yes.\n> For you always, and for nobody else.\n>> It only slows us down.\n>> Ray", references=("a", "b"))
    assert [source for _, source in shown([a, b, c], c)] == ["b", "b", "a", "a"]


def test_a_line_that_was_altered_is_traced_to_nobody() -> None:
    a = asked()
    b = mail("b", DANA, "> Could we leave the order number out on anything below nine hundred?", references=("a",), sent_at=day(2))
    assert [source for _, source in shown([a, b], b)] == [None]


def test_a_forwarded_message_outside_the_thread_is_found_by_its_words_and_author() -> None:
    a, copycat = asked(), mail("z", EVE, ASKED, sent_at=day(1, 8))
    body = [
        (BlockKind.PARAGRAPH, "See below."),
        (BlockKind.FORWARDED, "---------- Forwarded message ---------"),
        (BlockKind.FORWARDED, "From: Ray <ray@kestrel.example>"),
        (BlockKind.FORWARDED, "Date: Thu, 1 Jan 2026 at 09:00"),
        (BlockKind.FORWARDED, "Could we leave the order number out on anything below two hundred? It only slows us down."),
        (BlockKind.FORWARDED, "Regards"),
    ]
    b = mail("b", DANA, body, to=[OLE], sent_at=day(3))
    assert [source for _, source in shown([copycat, a, b], b)] == ["a", "a"]


def test_words_laid_into_the_mouth_of_somebody_else_are_not_traced() -> None:
    a = asked()
    body = """On Thu, 1 Jan 2026 at 09:00, {} wrote:
    > Could we leave the order number out on anything below two hundred?"""
    false = mail("b", EVE, body.format("Ole <ole@alder.example>"), references=("elsewhere",), sent_at=day(2))
    true = mail("c", EVE, body.format("Ray <ray@kestrel.example>"), references=("elsewhere",), sent_at=day(2))
    assert [source for _, source in shown([a, false, true], false)] == [None]
    assert [source for _, source in shown([a, false, true], true)] == ["a"]


def test_a_later_message_is_never_the_source() -> None:
    b = mail("b", DANA, "> Could we leave the order number out on anything below two hundred?", sent_at=day(1))
    late = mail("late", RAY, ASKED, sent_at=day(5))
    assert [source for _, source in shown([late, b], b)] == [None]


def pasted(*documents: Document) -> list[tuple[str, str]]:
    words = wording(stored(documents))
    by_id = {d.id: d for d in documents}
    found = unmarked_copies(words, forest(documents, words).ancestors())
    return [(p.span.of(by_id[p.document_id].text), p.source_span.of(by_id[p.source_document_id].text)) for p in found]


def test_a_paste_without_marks_is_found_to_the_word() -> None:
    b = mail("b", DANA, "Ray says could we leave the order number out on anything below two hundred and so on.", to=[OLE], sent_at=day(2))
    words = "ould we leave the order number out on anything below two hundred"
    assert pasted(asked(), b) == [(f"c{words}", f"C{words}")]


def test_a_short_whole_sentence_counts_and_a_short_phrase_does_not() -> None:
    whole = mail("b", DANA, "Hello Ole.\nIt only slows us down.", to=[OLE], sent_at=day(2))
    phrase = mail("c", DANA, "I hear it only slows us down.", to=[OLE], sent_at=day(2))
    assert pasted(asked(), whole) == [("It only slows us down", "It only slows us down")]
    assert pasted(asked(), phrase) == []


def test_nobody_pastes_from_himself_or_from_the_future_or_from_an_untrusted_date() -> None:
    again = mail("b", RAY, ASKED, sent_at=day(2))
    early = mail("c", DANA, ASKED, sent_at="2025-12-01T09:00:00+00:00")
    assert [quote for quote, _ in pasted(asked(), again)] == []
    assert pasted(asked(), early, again)  # Ray's words were Dana's first
    forged = mail("z", EVE, ASKED, sent_at="2001-01-01T09:00:00+00:00", distrust="several senders")
    assert pasted(forged, asked()) == []


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not here")
def test_every_quoted_line_of_a_company_is_traced() -> None:
    domains = frozenset(json.loads((CORPUS / "tasks.json").read_text())["domains"])
    documents = []
    for file in sorted((CORPUS / "files").rglob("*")):
        if file.suffix in (".eml", ".mbox"):
            data = file.read_bytes()
            documents += read_source(source_of(data, file.name, ""), data)
    kept = distinct(documents, domains).kept
    lines = [trace for trace in traces(kept) if not trace.header]
    assert len(lines) > 50
    assert [t.span for t in lines if t.source_document_id is None] == []
