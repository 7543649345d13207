"""Cuts a document into network inputs: neighbouring sentences together, after a line that says what paper they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import EVIDENCE_BLOCKS, Document, DocumentKind
from domain.passage import Passage
from extract.minilm import LONGEST, MiniLm, Window
from extract.syntax import Sentence

OPENING, ASIDE = 14, 10  # tokens for the line that opens a window, and for a heading or lead-in between sentences
SIGN_OFF = 5  # a message's last paragraphs with fewer words than this greet and sign
ANSWERED, ANSWER = 48, 32  # tokens of the message that this one answers (its end), and of the answer to this one (its beginning)


@dataclass(frozen=True, slots=True)
class Cut:
    """A window and, for each of its segments, the sentence's position in the document's list."""

    window: Window
    sentences: tuple[int, ...]


def voice_of(kind: str, insider: bool) -> str:
    """Which paper speaks, in words that the network can use; ``kind``: "mail", or a paper's kind."""
    if kind == "mail":
        return "mail from a colleague" if insider else "mail from outside"
    return {"policy": "policy", "contract": "contract", "amendment": "contract", "sow": "contract"}.get(kind, "notes")


def opening_of(document: Document, insider: bool) -> str:
    """The voice, and the title or subject."""
    head = document.message.subject if document.message else document.title
    voice = voice_of("mail" if document.kind is DocumentKind.EMAIL else document.kind.value, insider)
    return f"{voice}: {head}" if head else voice


def aside_of(passage: Passage) -> str:
    """Nearest heading and lead-in: what a reader has just seen when the passage begins."""
    place = passage.place
    parts = [place.heading_path[-1] if place.heading_path and place.message_id is None else "", passage.lead_in]
    return ": ".join(part for part in parts if part)


def substance_of(document: Document) -> str:
    """A message's own words without what closes it: what an answer to it answers, and what it answers."""
    return without_close([b.span.of(document.text) for b in document.blocks if b.kind in EVIDENCE_BLOCKS])


def without_close(said: Sequence[str]) -> str:
    """A message's paragraphs or sentences as one line, up to the last that is longer than a greeting."""
    end = len(said)
    while end and len(said[end - 1].split()) < SIGN_OFF:
        end -= 1
    return " ".join(" ".join(said[:end]).split())


@dataclass(frozen=True, slots=True)
class Talk:
    """What stands around a message in its conversation: the substance of the one it answers, and of the first that answers it."""

    before: str = ""
    after: str = ""


ALONE = Talk()


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence as the network is shown it. ``aside``: the heading and lead-in above it."""

    text: str
    aside: str = ""


def cut(document: Document, sentences: Sequence[Sentence], model: MiniLm, *, insider: bool, talk: Talk = ALONE) -> list[Cut]:
    """Every sentence in exactly one window, in reading order, with what stands around it."""
    return packed([Shown(s.text, aside_of(s.passage)) for s in sentences], model, opening=opening_of(document, insider), talk=talk)


def packed(sentences: Sequence[Shown], model: MiniLm, *, opening: str, talk: Talk = ALONE) -> list[Cut]:
    """Windows of up to LONGEST tokens; a heading or lead-in stands where it changes, the conversation around every window."""
    if not sentences:
        return []
    head, before, after = model.tokens([opening, talk.before, talk.after])
    start = [model.start, *head[:OPENING], model.stop]
    if before:
        start += [*before[-ANSWERED:], model.stop]
    end = [model.stop, *after[:ANSWER], model.stop] if after else [model.stop]
    between = [tokens[:ASIDE] for tokens in model.tokens([s.aside for s in sentences])]
    pieces = model.tokens([s.text for s in sentences])
    room = LONGEST - len(start) - len(end)
    cuts: list[Cut] = []
    at = 0
    while at < len(sentences):
        filling = _Filling(list(start), [], [])
        shown = None
        while at < len(sentences):
            aside = between[at] if sentences[at].aside != shown else []
            piece = pieces[at][: room - len(aside)] or [model.stop]
            if filling.kept and len(filling.ids) - len(start) + len(aside) + len(piece) > room:
                break
            filling.ids.extend(aside)
            filling.segments.append((len(filling.ids), len(filling.ids) + len(piece)))
            filling.ids.extend(piece)
            filling.kept.append(at)
            shown = sentences[at].aside
            at += 1
        cuts.append(Cut(Window((*filling.ids, *end), tuple(filling.segments)), tuple(filling.kept)))
    return cuts


@dataclass(frozen=True, slots=True)
class _Filling:
    """A window while it is filled."""

    ids: list[int]
    segments: list[tuple[int, int]]
    kept: list[int]
