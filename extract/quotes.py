"""Traces every quoted line to the stored message that first said it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.document import BlockKind, Document
from domain.span import Span, stripped
from extract.wording import Wording, folded, sent

if TYPE_CHECKING:
    from extract.wording import Ints

#: So many of the messages before it in the thread are searched for a short line, the nearest first.
NEAREST = 50
_MARKS = re.compile(r"(?:\s{0,3}[>|])+")
_OPENS = re.compile(r"(?i)\W*(?:on|am|le|el|il|op|den|em|på|dnia)\b|.{0,120}<?[^<>\s]+@")
_WROTE = re.compile(r"(?i)\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał\(?a?\)?)\b.{0,160}:\s*$")
_BANNER = re.compile(
    r"(?i)\W*(?:original message|forwarded message|forwarded by .*|begin forwarded message|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d['’]origine|message transféré|oprindelig meddelelse|mensaje original|messaggio originale)\W*"
)
_FIELD = re.compile(
    r"(?i)\W{0,2}(?:from|sent|to|cc|bcc|subject|date|reply-to|von|gesendet|an|kopie|betreff|datum|de|envoyé|à|objet|fra|til|sendt|emne)\s*:"
)
_FROM = re.compile(r"(?i)\W{0,2}(?:from|von|de|fra|da|van)\s*:\W*\s*(?P<who>\S.*)")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")
#: Lines over which a mail program wraps an attribution.
_WRAP = 3


@dataclass(frozen=True, slots=True)
class Trace:
    """One quoted line of a document and where it was said first; without a source where no stored message says it, or it is a header."""

    document_id: str
    span: Span
    source_document_id: str | None = None
    source_span: Span | None = None
    header: bool = False


@dataclass(slots=True)
class _Line:
    """``by``: the author whom the line above names, as words, or none. ``section`` changes wherever somebody else begins to speak."""

    span: Span
    text: str
    depth: int
    header: bool = False
    by: frozenset[str] = frozenset()
    section: int = 0
    run: Ints | None = field(default=None, repr=False)
    place: int | None = None


def traced(documents: Iterable[Document], words: Wording, ancestors: Mapping[str, Sequence[str]]) -> list[Trace]:
    """A trace for each line with words in a quoted or forwarded block.

    ``ancestors``: for a document's id the ids of the stored messages that it answers, the nearest first.
    Lines are compared by their words alone. A line of the thread goes to the ancestor that said it, any other to the author its header
    names, or, where no header names one, to the earliest message with the same words.
    """
    return [trace for document in documents for trace in _traced(document, words, ancestors.get(document.id, ()))]


def outermost_sources(document: Document, words: Wording) -> set[str]:
    """Ids of the earlier messages, of those whose lines no other message has, which the document quotes without anything between."""
    lines = [line for line in _lines(document) if not line.header]
    least = min((line.depth for line in lines), default=0)
    sources: set[str] = set()
    for line in lines:
        if line.depth == least:
            said = {words.owner(p) for p in words.found(words.numbered(folded(line.text)))}
            earlier = {n for n in said if _earlier(words.documents[n], document)}
            if len(earlier) == 1:
                sources.add(words.documents[next(iter(earlier))].id)
    return sources


def _earlier(source: Document, document: Document) -> bool:
    return source.id != document.id and "" != sent(source) <= sent(document)


def _traced(document: Document, words: Wording, above: Sequence[str]) -> Iterator[Trace]:
    lines = list(_lines(document))
    order = {words.number[a]: n for n, a in enumerate(above) if a in words.number}
    for line in lines:
        if not line.header:
            line.run = words.numbered(folded(line.text))
            line.place = _long(line, document, words, order)
    for at, line in enumerate(lines):
        if not line.header and line.place is None:
            line.place = _short(line, words, [*_beside(lines, at, words), *list(order)[:NEAREST]])
    for line in lines:
        if line.place is None or line.run is None:
            yield Trace(document.id, line.span, header=line.header)
        else:
            source = words.documents[words.owner(line.place)]
            yield Trace(document.id, line.span, source.id, words.span(line.place, len(line.run)))


def _long(line: _Line, document: Document, words: Wording, order: Mapping[int, int]) -> int | None:
    """Where an ancestor says a line of at least RUN words, else where its named author does, else, without a name, whoever was first."""
    assert line.run is not None
    places = [p for p in words.found(line.run) if words.documents[words.owner(p)].id != document.id]
    if not places:
        return None
    related = [p for p in places if words.owner(p) in order]
    if related:
        return min(related, key=lambda p: (not _wrote(line, words.documents[words.owner(p)]), order[words.owner(p)], p))
    before = [p for p in places if _earlier(words.documents[words.owner(p)], document)]
    return next((p for p in before if not line.by or _wrote(line, words.documents[words.owner(p)])), None)


def _short(line: _Line, words: Wording, candidates: Sequence[int]) -> int | None:
    """Where the first of the candidates says the line, its named author before others."""
    assert line.run is not None
    for number in sorted(dict.fromkeys(candidates), key=lambda n: not _wrote(line, words.documents[n])):
        if (place := words.within(number, line.run)) is not None:
            return place
    return None


def _beside(lines: Sequence[_Line], at: int, words: Wording) -> Iterator[int]:
    """The messages that the nearest lines of the same section come from."""
    for step in (-1, 1):
        n = at + step
        while 0 <= n < len(lines) and lines[n].section == lines[at].section:
            place = lines[n].place
            if place is not None:
                yield words.owner(place)
                break
            n += step


def _wrote(line: _Line, source: Document) -> bool:
    """Whether the header above the line names the source's author: by address, or by all the words of the name."""
    message = source.message
    if message is None or not line.by:
        return False
    name = frozenset(folded(message.sender_name))
    return message.sender in line.by or len(name) > 1 and name <= line.by


def _lines(document: Document) -> Iterator[_Line]:
    """The lines with words of all quoted and forwarded blocks, headers marked, each with the author whom its header names."""
    copied = [b.span for b in document.blocks if b.kind in (BlockKind.QUOTED, BlockKind.FORWARDED)]
    lines = [line for span in copied for line in _cut(document, span)]
    headers = _headers(lines)
    by: dict[int, frozenset[str]] = {}
    section = 0
    for at, line in enumerate(lines):
        if line.header:
            if at in headers:
                section += 1
                # What follows stands one mark deeper, or, as Outlook has it, as deep as its header.
                by = {depth: name for depth, name in by.items() if depth < line.depth}
                by[line.depth] = by[line.depth + 1] = headers[at]
        elif at and lines[at - 1].depth != line.depth:
            section += 1
        line.section = section
        line.by = frozenset() if line.header else by.get(line.depth, frozenset())
        if folded(line.text):
            yield line


def _cut(document: Document, span: Span) -> Iterator[_Line]:
    start = span.start
    for raw in span.of(document.text).split("\n"):
        marks = _MARKS.match(raw)
        depth = sum(c in ">|" for c in marks[0]) if marks else 0
        place = stripped(document.text, start, start + len(raw))
        if place is not None:
            yield _Line(place, raw[marks.end() if marks else 0 :].strip(), depth)
        start += len(raw) + 1


def _headers(lines: list[_Line]) -> dict[int, frozenset[str]]:
    """Marks attributions, banners and blocks of header fields; for each first line of one, the author it names."""
    named: dict[int, frozenset[str]] = {}
    at = 0
    while at < len(lines):
        size, who = _header(lines, at)
        for line in lines[at : at + size]:
            line.header = True
        if size:
            named[at] = _names(who)
        at += size or 1
    return named


def _header(lines: Sequence[_Line], at: int) -> tuple[int, str]:
    """How many lines from here on are one header, and what it says of the author; (0, "") for none."""
    if _OPENS.match(lines[at].text):
        for size in range(1, _WRAP + 1):
            joined = " ".join(line.text for line in lines[at : at + size])
            if len(joined) <= 600 and _WROTE.search(joined) and len({line.depth for line in lines[at : at + size]}) == 1:
                return size, joined
    banner = 1 if _BANNER.fullmatch(lines[at].text) else 0
    end = at + banner
    while end < len(lines) and _FIELD.match(lines[end].text) and lines[end].depth == lines[at].depth:
        end += 1
    fields = lines[at + banner : end]
    if not banner and (len(fields) < 2 or not any(_FROM.match(line.text) for line in fields)):
        return 0, ""
    return end - at, next((found["who"] for line in fields if (found := _FROM.match(line.text))), "")


def _names(who: str) -> frozenset[str]:
    """Addresses and words of the name in a header."""
    return frozenset([*(address.lower().rstrip(".") for address in _ADDRESS.findall(who)), *folded(who)])
