"""BM25 as sparse vectors, with one tokeniser and one formula for every kind of index, so that they rank alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdrant_edge import SparseVector

#: Tokens of a usual passage or record after stop words are gone: the length at which nothing is added or taken away.
AVERAGE_LENGTH = 20.0

#: Part of an index's layout: weights made with other settings do not go together.
SETTINGS = f"bm25 english k=1.2 b=0.75 length={AVERAGE_LENGTH:g}"


@dataclass(frozen=True, slots=True)
class Weights:
    """``tokens``: 32-bit hashes of stemmed words, ascending; ``values`` goes with them, one for one."""

    tokens: tuple[int, ...]
    values: tuple[float, ...]


class Bm25:
    """Qdrant Edge's own tokeniser and term weights; needs no index and no server."""

    def __init__(self) -> None:
        from qdrant_edge import Bm25 as Embedder
        from qdrant_edge import Bm25Config

        self._embedder = Embedder(Bm25Config(avg_len=AVERAGE_LENGTH))

    def document(self, text: str) -> Weights:
        """Term frequencies, saturated and set off against the length; how rare a word is comes in with the query."""
        return _weights(self._embedder.embed_document(text))

    def query(self, text: str) -> tuple[int, ...]:
        """The distinct tokens of a question."""
        return _weights(self._embedder.embed_query(text)).tokens


def _weights(sparse: SparseVector) -> Weights:
    pairs = sorted(zip(sparse.indices, sparse.values, strict=True))
    return Weights(tuple(token for token, _ in pairs), tuple(value for _, value in pairs))


def rarity(total: int, having: int) -> float:
    """A token's weight in a query (inverse document frequency): ``having`` of ``total`` points hold it.

    Counted by us from the living points of one workspace and kind. The engines' own figure also counts deleted points and other
    tenants' points, so that an index that was followed would rank otherwise than the same index rebuilt.
    """
    return log(1 + (total - having + 0.5) / (having + 0.5))
