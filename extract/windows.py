"""Cuts a document into network inputs: neighbouring sentences together, after a line that says what kind of paper they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import Document, DocumentKind
from extract.minilm import LONGEST, MiniLm, Window
from extract.syntax import Sentence

CONTEXT = 40  # tokens of context before the sentences


@dataclass(frozen=True, slots=True)
class Cut:
    """A window and, for each of its segments, the sentence's position in the document's list; the last segment is everything."""

    window: Window
    sentences: tuple[int, ...]


def voice(document: Document, insider: bool) -> str:
    """Which paper speaks, in words that the network can use."""
    if document.kind is DocumentKind.EMAIL:
        return "mail from a colleague" if insider else "mail from outside"
    return {"policy": "policy", "contract": "contract", "amendment": "contract"}.get(document.kind, "notes")


def context_of(document: Document, sentence: Sentence, insider: bool) -> str:
    """Voice, title or subject, nearest heading and lead-in: what a reader has seen when the sentence begins."""
    place = sentence.passage.place
    head = place.subject if document.message else document.title
    parts = [voice(document, insider), head or "", place.heading_path[-1] if place.heading_path else "", sentence.passage.lead_in]
    kept: list[str] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return ": ".join(kept)


def cut(document: Document, sentences: Sequence[Sentence], model: MiniLm, *, insider: bool) -> list[Cut]:
    """Every sentence in exactly one window; a window never mixes contexts, nor goes beyond LONGEST tokens."""
    contexts = [context_of(document, sentence, insider) for sentence in sentences]
    prefixes = model.tokens(contexts)
    pieces = model.tokens([sentence.text for sentence in sentences])
    cuts: list[Cut] = []
    at = 0
    while at < len(sentences):
        prefix = (model.start, *prefixes[at][:CONTEXT], model.stop)
        room = LONGEST - len(prefix) - 1
        end, used = at + 1, min(len(pieces[at]), room)
        while end < len(sentences) and contexts[end] == contexts[at] and used + len(pieces[end]) <= room:
            used += len(pieces[end])
            end += 1
        cuts.append(_assemble(prefix, [pieces[i][:room] or [model.stop] for i in range(at, end)], at, model.stop))
        at = end
    return cuts


def _assemble(prefix: tuple[int, ...], pieces: list[list[int]], first: int, stop: int) -> Cut:
    ids = list(prefix)
    segments = []
    for piece in pieces:
        segments.append((len(ids), len(ids) + len(piece)))
        ids += piece
    segments.append((len(prefix), len(ids)))
    return Cut(Window((*ids, stop), tuple(segments)), tuple(range(first, first + len(pieces))))
