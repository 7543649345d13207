"""Gives each statement its topic: a vector near that of the rule which it bends, and of what states the same norm in other words; and each
question one near those of the norms that decide it.

An encoder of the same shape as the index's, whose upper layers learned that by contrast (training/train_topics.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.document import EVIDENCE_BLOCKS, Document
from domain.span import Span
from domain.statement import Statement
from extract.minilm import MiniLm, Network, Window, own_tensors, packaged_tensors
from extract.similarity import as_topic
from extract.windows import ASIDE, OPENING, opening_of

#: Tokens of what stands before a sentence, characters from which they are taken, and tokens of the sentence itself and of a question.
BEFORE, LOOK_BACK, LONG, ASKED = 20, 160, 48, 96


class Topics:
    """Holds the network. ``model``: whose tokeniser is used."""

    def __init__(self, model: MiniLm, *, streams: int = 2) -> None:
        self._model = model
        self._network = Network({**packaged_tensors(), **own_tensors("topics")}, None, streams=streams)

    def given(self, statements: Sequence[Statement], document: Document) -> list[Statement]:
        """The statements of one document, each with its topic."""
        windows = [shown(s, document, self._model) for s in statements]
        return [replace(s, topic=as_topic(p.vectors[0])) for s, p in zip(statements, self._network.run(windows), strict=True)]

    def of_question(self, text: str) -> bytes:
        """The topic of a task with its facts."""
        return as_topic(self._network.run([asked(self._model, text)])[0].vectors[0])


def shown(statement: Statement, document: Document, model: MiniLm) -> Window:
    """A statement as the network is shown it."""
    above = opening_of(document, statement.insider), _aside(statement), before_of(document, statement.citation.span)
    return windowed(model, *above, statement.citation.quote)


def windowed(model: MiniLm, opening: str, aside: str, before: str, text: str) -> Window:
    """What paper speaks; then the heading, the end of what stands before, and the sentence, over which the states are averaged."""
    head, beside, back, said = model.tokens([opening, aside, before, text])
    above = (model.start, *head[:OPENING], model.stop, *beside[:ASIDE], *back[-BEFORE:])
    return _averaged(model, above, said[:LONG])


def asked(model: MiniLm, text: str) -> Window:
    """A question as the network is shown it."""
    opening, said = model.tokens(["question", text])
    return _averaged(model, (model.start, *opening, model.stop), said[:ASKED])


def _averaged(model: MiniLm, above: tuple[int, ...], said: Sequence[int]) -> Window:
    own = tuple(said) or (model.stop,)
    return Window((*above, *own, model.stop), ((len(above), len(above) + len(own)),))


def before_of(document: Document, span: Span) -> str:
    """What a reader has just read: of a message all that stands above, of a paper the same paragraph."""
    read = [b.span for b in document.blocks if b.kind in EVIDENCE_BLOCKS and b.span.start < span.start]
    last = read[-3:] if document.message is not None else [s for s in read[-1:] if s.end >= span.end]
    text = " ".join(document.text[s.start : min(s.end, span.start)] for s in last)
    return " ".join(text[-LOOK_BACK:].split())


def _aside(statement: Statement) -> str:
    """As windows.aside_of: the nearest heading, and the lead-in that the sentence completes."""
    place, quote = statement.citation.place, " ".join(statement.citation.quote.split())
    heading = place.heading_path[-1] if place.heading_path and place.message_id is None else ""
    lead_in = statement.text.removesuffix(quote).strip() if statement.text != quote else ""
    return ": ".join(part for part in (heading, lead_in) if part)
