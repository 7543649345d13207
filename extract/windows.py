"""Cuts a document into network inputs: neighbouring sentences together, after a line that says what paper they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import Document, DocumentKind
from extract.minilm import LONGEST, MiniLm, Window
from extract.syntax import Sentence

OPENING, ASIDE = 14, 10  # tokens for the line that opens a window, and for a heading or lead-in between sentences


@dataclass(frozen=True, slots=True)
class Cut:
    """A window and, for each of its segments, the sentence's position in the document's list."""

    window: Window
    sentences: tuple[int, ...]


def voice(document: Document, insider: bool) -> str:
    """Which paper speaks, in words that the network can use."""
    if document.kind is DocumentKind.EMAIL:
        return "mail from a colleague" if insider else "mail from outside"
    return {"policy": "policy", "contract": "contract", "amendment": "contract", "sow": "contract"}.get(document.kind, "notes")


def opening_of(document: Document, insider: bool) -> str:
    """The voice, and the title or subject."""
    head = document.message.subject if document.message else document.title
    return f"{voice(document, insider)}: {head}" if head else voice(document, insider)


def aside_of(sentence: Sentence) -> str:
    """Nearest heading and lead-in: what a reader has just seen when the sentence begins."""
    place = sentence.passage.place
    parts = [place.heading_path[-1] if place.heading_path and place.message_id is None else "", sentence.passage.lead_in]
    return ": ".join(part for part in parts if part)


def cut(document: Document, sentences: Sequence[Sentence], model: MiniLm, *, insider: bool) -> list[Cut]:
    """Every sentence in exactly one window, filled in reading order up to LONGEST tokens; a heading or lead-in stands where it changes."""
    if not sentences:
        return []
    asides = [aside_of(sentence) for sentence in sentences]
    opening = (model.start, *model.tokens([opening_of(document, insider)])[0][:OPENING], model.stop)
    between = [tokens[:ASIDE] for tokens in model.tokens(asides)]
    pieces = model.tokens([sentence.text for sentence in sentences])
    room = LONGEST - len(opening) - 1
    cuts: list[Cut] = []
    at = 0
    while at < len(sentences):
        filling = _Filling(list(opening), [], [])
        shown = None
        while at < len(sentences):
            aside = between[at] if asides[at] != shown else []
            piece = pieces[at][: room - len(aside)] or [model.stop]
            if filling.kept and len(filling.ids) - len(opening) + len(aside) + len(piece) > room:
                break
            filling.ids.extend(aside)
            filling.segments.append((len(filling.ids), len(filling.ids) + len(piece)))
            filling.ids.extend(piece)
            filling.kept.append(at)
            shown = asides[at]
            at += 1
        cuts.append(Cut(Window((*filling.ids, model.stop), tuple(filling.segments)), tuple(filling.kept)))
    return cuts


@dataclass(frozen=True, slots=True)
class _Filling:
    """A window while it is filled."""

    ids: list[int]
    segments: list[tuple[int, int]]
    kept: list[int]
