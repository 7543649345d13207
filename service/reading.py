"""Reads what one source holds into passages, vectors and statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.document import Document
from domain.passage import Passage
from domain.ports import Reading, Vector
from domain.statement import Statement
from service.wiring import App

if TYPE_CHECKING:
    from extract.llm.stage import Refiner
    from extract.talks import Talks

#: Between the pipeline's version, the conversation that a source was read in, and how much of it a language model has left to read.
_TALK, _LEFT = "+", "~"


@dataclass(frozen=True, slots=True)
class Read:
    """``version``: what the ledger notes of the reading. ``left``: windows that a language model was to be asked about and was not."""

    reading: Reading
    version: str
    left: int = 0


def version_of(pipeline: str, talk: str, left: int = 0) -> str:
    """``talk`` as of extract.talks.Talks.key; a source of which something is left is read again in the next run."""
    return f"{pipeline}{_TALK + talk if talk else ''}{f'{_LEFT}{left}' if left else ''}"


def whole(version: str, pipeline: str) -> bool:
    """Whether a reading of this version is all that this pipeline reads, in whatever conversation."""
    return _LEFT not in version and version.partition(_TALK)[0] == pipeline


def read_documents(app: App, documents: Sequence[Document], talks: Talks | None, refiner: Refiner | None) -> Read:
    """``talks``: the conversations that the documents may stand in; None where they hold no message."""
    from ingest.passages import passages_of

    extractor = app.extractor
    passages: list[Passage] = []
    vectors: list[Vector] = []
    statements: list[Statement] = []
    for document in documents:
        cut = passages_of(document)
        extraction = extractor.extract(document, cut, *([talks.around(document)] if talks else []))
        passages += cut
        vectors += extraction.vectors
        statements += extraction.statements
    key = talks.key(documents) if talks else ""
    if refiner is None:
        reading = Reading(tuple(documents), tuple(passages), tuple(vectors), tuple(statements))
        return Read(reading, version_of(app.pipeline, key))
    refined = refiner.refine(documents, passages, statements, talks)
    reading = Reading(tuple(documents), tuple(passages), tuple(vectors), refined.statements)
    return Read(reading, version_of(app.pipeline, key, refined.left), refined.left)
