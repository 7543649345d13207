"""The index on a Qdrant server, for several processes: the same points, weights and fusion as in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from domain.errors import Unavailable
from domain.ports import Hit, Point, Vector
from store import point as names
from store.bm25 import Bm25, rarity
from store.fusion import best, depth, fuse

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

#: Points in one request: about 2 MB of JSON, where a server takes 32.
_POINTS_AT_ONCE = 256

_SECONDS = 30

#: The field of the point that remembers a workspace's position. Such points have no workspace field, so no search or count sees them.
_POSITION_OF = "position_of"
_POSITION = "position"


class ServerIndex:
    """domain.ports.Index in one collection of a server; safe to share between threads.

    ``url``: the server's HTTP address; ``:memory:`` runs the client's slow imitation of a server, for tests.

    Raises:
        Unavailable: where the server does not answer or refuses.
    """

    def __init__(self, url: str, collection: str = "groundrule", *, api_key: str | None = None) -> None:
        from qdrant_client import QdrantClient

        self._collection = collection
        self._bm25 = Bm25()
        with _server(url):
            # A comparison of versions at every start would cost a request and only warn.
            self._client: QdrantClient = QdrantClient(url, api_key=api_key, timeout=_SECONDS, check_compatibility=False)
            if not self._client.collection_exists(collection):
                self._create()
        self._url = url

    def _create(self) -> None:
        from qdrant_client import models
        from qdrant_client.http.exceptions import UnexpectedResponse

        dense = models.VectorParams(size=names.DIMENSIONS, distance=models.Distance.COSINE)
        try:
            self._client.create_collection(
                self._collection,
                vectors_config={names.DENSE: dense},
                sparse_vectors_config={names.SPARSE: models.SparseVectorParams()},
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:  # another process was quicker
                raise
        fields: dict[str, models.PayloadSchemaType | models.KeywordIndexParams | models.IntegerIndexParams] = {
            names.WORKSPACE: models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
            names.KIND: models.PayloadSchemaType.KEYWORD,
            names.TOKENS: models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=True, range=False),
        }
        for field, schema in fields.items():
            self._client.create_payload_index(self._collection, field, field_schema=schema, wait=True)

    def position(self, workspace: str) -> int:
        with _server(self._url):
            found = self._client.retrieve(self._collection, [str(names.position_id(workspace))], with_payload=True)
        return int((found[0].payload or {})[_POSITION]) if found else 0

    def apply(self, workspace: str, *, put: Sequence[Point], drop: Sequence[str], position: int) -> None:
        """Each request is waited for; the position comes last, so that a crash before it means doing it again."""
        from qdrant_client import models

        with _server(self._url):
            for at in range(0, len(drop), _POINTS_AT_ONCE):
                ids: list[int | str | Any] = [str(names.point_id(workspace, key)) for key in drop[at : at + _POINTS_AT_ONCE]]
                self._client.delete(self._collection, models.PointIdsList(points=ids), wait=True)
            for at in range(0, len(put), _POINTS_AT_ONCE):
                points = [_server_point(workspace, one, self._bm25) for one in put[at : at + _POINTS_AT_ONCE]]
                self._client.upsert(self._collection, points, wait=True)
            payload = {_POSITION_OF: workspace, _POSITION: position}
            mark = models.PointStruct(id=str(names.position_id(workspace)), vector={}, payload=payload)
            self._client.upsert(self._collection, [mark], wait=True)

    def search(self, workspace: str, *, vector: Vector, text: str, kind: str, limit: int) -> list[Hit]:
        from qdrant_client import models

        if limit < 1:
            return []
        rankings = []
        with _server(self._url):
            if vector:
                exact = models.SearchParams(exact=True)
                rankings.append(best(self._fetcher(list(vector), names.DENSE, _inside(workspace, kind), exact), depth(limit)))
            asked = self._asked(workspace, kind, text)
            if asked:
                sparse = models.SparseVector(indices=list(asked), values=list(asked.values()))
                rankings.append(best(self._fetcher(sparse, names.SPARSE, _inside(workspace, kind), None), depth(limit)))
        return fuse(rankings, limit)

    def _fetcher(
        self, query: list[float] | models.SparseVector, using: str, inside: models.Filter, params: models.SearchParams | None
    ) -> Callable[[int], list[Hit]]:
        def fetch(count: int) -> list[Hit]:
            answer = self._client.query_points(
                self._collection,
                query=query,
                using=using,
                query_filter=inside,
                search_params=params,
                limit=count,
                with_payload=[names.ID],
            )
            return [Hit((point.payload or {})[names.ID], point.score) for point in answer.points]

        return fetch

    def _asked(self, workspace: str, kind: str, text: str) -> dict[int, float]:
        """Those tokens of a question that some point has, with their weights; a request for each, since others may write too."""
        counts = {token: self._count(_inside(workspace, kind, token)) for token in self._bm25.query(text)}
        total = self._count(_inside(workspace, kind)) if any(counts.values()) else 0
        return {token: rarity(total, having) for token, having in counts.items() if having}

    def _count(self, inside: models.Filter) -> int:
        return self._client.count(self._collection, count_filter=inside, exact=True).count

    def count(self, workspace: str) -> int:
        with _server(self._url):
            return self._count(_inside(workspace))

    def wipe(self) -> None:
        with _server(self._url):
            self._client.delete_collection(self._collection)
            self._create()

    def ping(self) -> None:
        with _server(self._url):
            if not self._client.collection_exists(self._collection):
                raise Unavailable(f"the Qdrant server has no collection {self._collection}; rebuild the index")

    def close(self) -> None:
        self._client.close()


@contextmanager
def _server(url: str) -> Iterator[None]:
    """Turns the client's failures into Unavailable."""
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except ApiException as error:
        raise Unavailable(f"the Qdrant server at {url} cannot be used: {error}") from error


def _server_point(workspace: str, one: Point, bm25: Bm25) -> models.PointStruct:
    from qdrant_client import models

    weights = bm25.document(one.text)
    vectors: dict[str, Any] = {}
    if one.vector:
        vectors[names.DENSE] = list(one.vector)
    if weights.tokens:
        vectors[names.SPARSE] = models.SparseVector(indices=list(weights.tokens), values=list(weights.values))
    payload = {names.ID: one.id, names.WORKSPACE: workspace, names.KIND: one.kind, names.TOKENS: list(weights.tokens)}
    return models.PointStruct(id=str(names.point_id(workspace, one.id)), vector=vectors, payload=payload)


def _inside(workspace: str, kind: str | None = None, token: int | None = None) -> models.Filter:
    from qdrant_client import models

    fields: dict[str, str | int | None] = {names.WORKSPACE: workspace, names.KIND: kind, names.TOKENS: token}
    conditions = [
        models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in fields.items() if value is not None
    ]
    return models.Filter(must=[*conditions])
