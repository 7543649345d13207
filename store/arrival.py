"""A source as it arrives at the ledger, checked before anything is stored; the same for every kind of ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.errors import Defect
from domain.ports import Reading
from domain.source import Source

READ = "read"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrival:
    """``pipeline``: the version of the code that read the source, or refused it.

    Raises:
        Defect: where the bytes are not the source's.
    """

    source: Source
    data: bytes
    pipeline: str

    def __post_init__(self) -> None:
        if hashlib.sha256(self.data).hexdigest() != self.source.sha256:
            raise Defect(f"these are not the bytes of {self.source.path}")


def ordinals(arrival: Arrival, reading: Reading) -> dict[str, int]:
    """Document id to its position in the source; Defect where the parts of a reading do not belong together."""
    known = {document.id: document.ordinal for document in reading.documents}
    if any(document.source_id != arrival.source.id for document in reading.documents):
        raise Defect(f"a reading of {arrival.source.path} holds another source's document")
    if len(reading.passages) != len(reading.vectors):
        raise Defect(f"a reading of {arrival.source.path} has {len(reading.passages)} passages and {len(reading.vectors)} vectors")
    parts = [p.document_id for p in reading.passages] + [s.citation.document_id for s in reading.statements]
    if not known.keys() >= set(parts):
        raise Defect(f"a reading of {arrival.source.path} has a passage or statement of no document in it")
    for kind, ids in (
        ("document", known),
        ("passage", {p.id for p in reading.passages}),
        ("statement", {s.id for s in reading.statements}),
    ):
        if len(ids) != len({"document": reading.documents, "passage": reading.passages, "statement": reading.statements}[kind]):
            raise Defect(f"a reading of {arrival.source.path} has two of one {kind} id")
    return known
