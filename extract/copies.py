"""Finds what is in store more than once: copies of one message, quoted messages that are stored themselves, and pastes without marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document, MessageKind
from domain.span import Span
from extract.kept import Kept
from extract.wording import RUN, WORD, Wording, folded, own_words, sent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The share of a quoted message's runs of words from which a stored message by the same author or of the same minute is its original.
CONTAINED = 0.9
#: Words in a row that nobody says twice by chance, and words of a whole sentence that nobody does.
PASTED, SENTENCE = 8, 5
Seen = Kept[Document, tuple[str, ...]]
TWICE = "message id used twice with different texts"
_NOT_SAID = frozenset({BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.FURNITURE, BlockKind.DISCLAIMER})


@dataclass(frozen=True, slots=True)
class Paste:
    """Words of a document that an earlier message by somebody else said, and where it said them."""

    document_id: str
    span: Span
    source_document_id: str
    source_span: Span


@dataclass(frozen=True, slots=True)
class Distinct:
    """``kept``: every document that stands for itself, some with a new reason for distrust. ``original``: for each other, whose copy it is.

    A copied paper stays among ``kept``, since its passages are evidence in their own place, but ``original`` names it as well.
    """

    kept: tuple[Document, ...]
    original: dict[str, str]


def distinct(documents: Iterable[Document], own_domains: frozenset[str], seen: Seen | None = None) -> Distinct:
    """Tells copies of one message apart from messages that only claim its id; the same in whatever order the documents come.

    ``seen``: the words of papers and quoted messages, kept from one time to the next.
    """
    ordered, seen = sorted(documents, key=lambda d: (d.path, d.ordinal, d.id)), seen or Kept()
    seen.keep_only(ordered)
    carried = {d.id for d in ordered if d.message is not None}
    original: dict[str, str] = {}
    changed: dict[str, Document] = {}
    for group in _grouped(ordered, seen):
        if group[0].message is None or group[0].message.kind is MessageKind.QUOTED:
            original |= {d.id: group[0].id for d in group[1:]}
            continue
        if len(group) == 1:
            continue
        group.sort(key=lambda d: (d.parent in carried, *_standing(d, own_domains), sent(d) or "~", d.path, d.ordinal))
        first: dict[tuple[str, tuple[str, ...]], Document] = {}
        for document in group:
            assert document.message is not None
            told = first.setdefault((document.message.sender, _words(document)), document)
            if told is not document:
                original[document.id] = told.id
            elif len(first) > 1 and not document.message.distrust:
                changed[document.id] = replace(document, message=replace(document.message, distrust=TWICE))
    mails = {d.id for d in ordered if d.message is not None and d.id in original}
    return Distinct(tuple(changed.get(d.id, d) for d in ordered if d.id not in mails), original)


def _standing(document: Document, own_domains: frozenset[str]) -> tuple[bool, bool]:
    """Sorts whoever can be trusted before whoever cannot, so that nobody takes a message's id away by an early date."""
    message = document.message
    assert message is not None
    return bool(message.distrust), message.domain not in own_domains


def _grouped(documents: Sequence[Document], seen: Seen) -> list[list[Document]]:
    """Mails by Message-ID, papers and quoted messages by their words."""
    groups: dict[tuple[str, ...], list[Document]] = {}
    for document in documents:
        message = document.message
        if message is None:
            words = seen.of(document, _words)
            key: tuple[str, ...] = ("paper", document.kind, *words) if words else ("empty", document.id)
        elif message.kind is MessageKind.QUOTED:
            key = ("quoted", message.sender, *seen.of(document, _words))
        else:
            key = ("mail", message.message_id or document.id)
        groups.setdefault(key, []).append(document)
    return list(groups.values())


def _words(document: Document) -> tuple[str, ...]:
    """All words that a reader sees, quoted ones among them, without small print, which mailing lists add."""
    hidden = [b.span for b in document.blocks if b.kind in _NOT_SAID]
    found, at = [], 0
    for match in WORD.finditer(document.text):
        while at < len(hidden) and hidden[at].end <= match.start():
            at += 1
        if at == len(hidden) or match.end() <= hidden[at].start:
            found.append(match[0].casefold())
    return tuple(found)


def stored_originals(quoted: Iterable[Document], words: Wording) -> dict[str, str]:
    """For each message known from a copy whose words a stored message has: that message's id."""
    found = {}
    for document in quoted:
        run = words.numbered([word for word, _, _ in own_words(document) if word])
        number = _original(document, run, words)
        if number is not None:
            found[document.id] = words.documents[number].id
    return found


def _original(document: Document, run: NDArray[np.int32], words: Wording) -> int | None:
    """The stored message with all the words, or by the same author or of the same minute with nearly all runs of them."""
    counted: Counter[int] = Counter()
    for at in range(len(run) - RUN + 1):
        counted.update({words.owner(place) for place in words.found(run[at : at + RUN])})
    total = max(len(run) - RUN + 1, 0)
    near = [n for n, count in sorted(counted.items()) if count >= CONTAINED * total]
    for number in near:
        source = words.documents[number]
        if _same_author(document, source) or (sent(document)[:16] or "?") == sent(source)[:16] or _as_long(run, number, words):
            return number
    if total == 0 and len(run):
        # Too short for a run: only the message that it names can be its original.
        same = (n for n, source in enumerate(words.documents) if _same_author(document, source) and _same_day(document, source))
        return next((n for n in same if words.within(n, run) is not None), None)
    return None


def _same_day(document: Document, source: Document) -> bool:
    """Quoted headers give the hour without its zone."""
    mine, theirs = sent(document), sent(source)
    return bool(mine and theirs) and abs(datetime.fromisoformat(mine) - datetime.fromisoformat(theirs)) <= timedelta(hours=15)


def _as_long(run: NDArray[np.int32], number: int, words: Wording) -> bool:
    end = words.first[number + 1] if number + 1 < len(words.first) else len(words.ids)
    return len(run) >= CONTAINED * (end - 1 - words.first[number])


def _same_author(document: Document, source: Document) -> bool:
    mine, theirs = document.message, source.message
    if mine is None or theirs is None:
        return False
    if not mine.sender:  # the header above the copy gives only a name
        return bool(mine.sender_name) and folded(mine.sender_name) == folded(theirs.sender_name)
    return mine.sender == theirs.sender


def unmarked_copies(words: Wording, ancestors: Mapping[str, Sequence[str]]) -> list[Paste]:
    """Stretches of messages' own text that are, word for word, an ancestor's or an earlier message's by somebody else.

    A stretch has at least PASTED words, or SENTENCE words that are whole sentences.
    """
    return [paste for number, places in _suspects(words).items() for paste in _pastes(number, places, words, ancestors)]


def _suspects(words: Wording) -> dict[int, list[int]]:
    """For each document the places of its runs that another sender said before."""
    import numpy as np

    if not len(words.places):
        return {}
    begins = np.flatnonzero(np.r_[True, words.hashes[1:] != words.hashes[:-1]])
    earliest = np.repeat(words.places[begins], np.diff(np.r_[begins, len(words.places)]))
    first = np.asarray(words.first, np.int64)
    numbered: dict[str, int] = {}
    senders = np.asarray([numbered.setdefault(d.message.sender if d.message else d.id, len(numbered)) for d in words.documents], np.int64)
    mine, theirs = (np.searchsorted(first, places, "right") - 1 for places in (words.places, earliest))
    found: dict[int, list[int]] = {}
    for place in np.sort(words.places[senders[mine] != senders[theirs]]).tolist():
        found.setdefault(words.owner(place), []).append(place)
    return found


def _pastes(number: int, places: Sequence[int], words: Wording, ancestors: Mapping[str, Sequence[str]]) -> list[Paste]:
    document = words.documents[number]
    above = frozenset(ancestors.get(document.id, ()))
    own = [b.span for b in document.blocks if b.kind in EVIDENCE_BLOCKS]
    found, done = [], -1
    for place in places:
        if place < done or not any(s.start <= words.starts[place] < s.end for s in own):
            continue
        others = [p for p in words.found(words.ids[place : place + RUN]) if _may_be(p, document, above, words)]
        longest, earliest = max(((_length(place, p, words), -p) for p in others), default=(0, 0))
        if longest >= PASTED or longest >= SENTENCE and _whole(document, words.span(place, longest)):
            source = words.documents[words.owner(-earliest)]
            found.append(Paste(document.id, words.span(place, longest), source.id, words.span(-earliest, longest)))
            done = place + longest - RUN + 1
    return found


def _may_be(place: int, document: Document, above: frozenset[str], words: Wording) -> bool:
    """Whether what stands at the place can be the original: by somebody else, and answered by this message or trusted and sent before."""
    source = words.documents[words.owner(place)]
    if source.message is None or document.message is None or source.message.sender == document.message.sender:
        return False
    return source.id in above or not source.message.distrust and "" != sent(source) <= (sent(document) or "~")


def _length(place: int, other: int, words: Wording) -> int:
    ids, length = words.ids, RUN
    limit = len(ids) - max(place, other)
    while length < limit and ids[place + length] == ids[other + length] >= 0:
        length += 1
    return length


def _whole(document: Document, span: Span) -> bool:
    """Whether the stretch begins and ends where sentences do."""
    before, after = document.text[: span.start].rstrip(" \t\"'“”‘’(*_"), document.text[span.end :].lstrip(" \t\"'“”‘’)*_")
    return (not before or before[-1] in ".!?:;\n") and (not after or after[0] in ".!?;\n")
