"""Documents with sentences of which the network is more or less sure, and a stage that asks a stub about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document, DocumentKind
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.quantities import values_in
from domain.statement import Likelihood, Statement
from extract.llm.asking import Tally
from extract.llm.candidates import Band, Candidate, candidates
from extract.llm.client import Endpoint
from extract.llm.stage import Limits, Refined, Refiner
from tests.extract.llm.stub import Stub
from tests.extract.papers import paper, said

BAND = Band(0.2, 0.9)
UNSURE, SURE, SURE_DECOY = Likelihood(0.5, 0.1, 0.0, 0.1), Likelihood(0.97, 0.1, 0.0, 0.05), Likelihood(0.5, 0.1, 0.0, 0.95)
NOTHING = Likelihood(0.02, 0.02, 0.0, 0.1)
AMPLE = Limits(100, 1_000_000, 1)


def policy(*sentences: str, path: str = "gate.md") -> Document:
    return paper(path, DocumentKind.POLICY, [(BlockKind.PARAGRAPH, text) for text in sentences])


def passages_of(document: Document) -> list[Passage]:
    """One for each block that can be evidence."""
    return [
        Passage(
            content_id("pas", document.id, block.span.start), document.id, block.span, block.span.of(document.text), block.kind, Place()
        )
        for block in document.blocks
        if block.kind in EVIDENCE_BLOCKS
    ]


def believed(document: Document, quote: str, likelihood: Likelihood = UNSURE) -> Statement:
    return replace(said(document, quote), likelihood=likelihood, values=values_in(quote))


def all_believed(document: Document, likelihood: Likelihood = UNSURE) -> list[Statement]:
    return [believed(document, passage.text, likelihood) for passage in passages_of(document)]


def windows_of(document: Document, statements: Sequence[Statement] | None = None, band: Band = BAND) -> list[Candidate]:
    return candidates(document, passages_of(document), all_believed(document) if statements is None else statements, band)


@contextmanager
def asking(stub: Stub, folder: Path, *, limits: Limits = AMPLE, timeout: float = 10.0, model: str = "stub") -> Iterator[Refiner]:
    """A run of the stage that does not really wait between tries; how long it would have is in ``refiner.waited``."""

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    waits: list[float] = []
    endpoint = Endpoint(stub.url, model, "secret-key", timeout)
    with Refiner(endpoint, limits, BAND, folder, sleep=sleep) as refiner:
        refiner.waited = waits  # type: ignore[attr-defined] # for tests alone
        yield refiner


def refine(refiner: Refiner, document: Document, statements: Sequence[Statement] | None = None) -> Refined:
    given = all_believed(document) if statements is None else statements
    return refiner.refine([document], passages_of(document), given)


def asked_once(stub: Stub, folder: Path, document: Document, **options: object) -> tuple[Refined, Tally]:
    """One run over one document whose every block is a sentence in question."""
    with asking(stub, folder, **options) as refiner:  # type: ignore[arg-type]
        return refine(refiner, document), refiner.tally
