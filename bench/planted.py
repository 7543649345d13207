"""200 sentences written into each format and looked for again: exact text with clause and page, or with the message that said it.

``python -m bench.planted``; the makers of the files are the tests' own, and so are the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.document import EVIDENCE_BLOCKS, Document, MessageKind
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.passages import passages_of
from ingest.read import read_source
from tests.ingest.planted import planted_docx, planted_html, planted_markdown, sentences
from tests.ingest.planted_mail import planted_eml, planted_mbox, planted_msg
from tests.ingest.planted_pdf import planted_pdf
from tests.ingest.planted_pdf import sentences as printed
from tests.ingest.test_mail_planted import sentences as mailed

COUNT = 200


def main() -> None:
    """One line a format: how many came back right, and the first that did not."""
    for name, make in (("x.docx", planted_docx), ("x.html", planted_html), ("x.md", planted_markdown)):
        data, clauses = make(sentences(COUNT))
        _say(name, _missed_in_paper(_read(data, name), [(text, clause, None) for text, clause in clauses]))
    data, places = planted_pdf(printed(COUNT))
    _say("x.pdf", _missed_in_paper(_read(data, "x.pdf"), places))
    for name, build in (("x.eml", planted_eml), ("x.mbox", planted_mbox), ("x.msg", planted_msg)):
        data, senders = build(mailed(COUNT))
        _say(name, _missed_in_mail(_read(data, name), senders))


def _read(data: bytes, name: str) -> tuple[Document, ...]:
    return read_source(source_of(data, name, media_type_of(data, name)), data)


def _missed_in_paper(documents: tuple[Document, ...], wanted: Iterable[tuple[str, str | None, int | None]]) -> list[str]:
    found = {p.text: p.place for d in documents for p in passages_of(d) if p.kind in EVIDENCE_BLOCKS}
    return [
        text
        for text, clause, page in wanted
        if text not in found or clause not in (None, found[text].clause) or page not in (None, found[text].page)
    ]


def _missed_in_mail(documents: tuple[Document, ...], wanted: Iterable[tuple[str, str]]) -> list[str]:
    """Said by its own message, and by no other that claims to be in store itself."""
    said: dict[str, set[str]] = {}
    sentences_of = list(wanted)
    for document in documents:
        if document.message is None or document.message.kind is MessageKind.QUOTED:
            continue
        own = [p.text for p in passages_of(document) if p.kind in EVIDENCE_BLOCKS]
        for text, _ in sentences_of:
            if any(text in words for words in own):
                said.setdefault(text, set()).add(document.message.message_id)
    return [text for text, message_id in sentences_of if said.get(text) != {message_id}]


def _say(name: str, missed: list[str]) -> None:
    print(f"{name[2:].upper():5} {COUNT - len(missed)} of {COUNT}" + (f", first missed: {missed[0]!r}" if missed else ""), flush=True)


if __name__ == "__main__":
    main()
