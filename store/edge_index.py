"""The index inside this process: Qdrant Edge in a folder of which one process at a time is the owner."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING

from domain.errors import Busy, Unavailable
from domain.ports import Hit, Point, Vector
from store import point as names
from store.bm25 import Bm25, rarity
from store.fusion import best, depth, fuse
from store.positions import read_positions, write_positions

if TYPE_CHECKING:
    from qdrant_edge import EdgeShard, Filter, Query, SearchParams, SparseVector
    from qdrant_edge import Point as EdgePoint

#: (workspace, kind, token or None for all) to how many points.
_Counts = dict[tuple[str, str, int | None], int]

#: Points in one update: some 20 ms of work that a search may have to wait for.
_POINTS_AT_ONCE = 500


class EdgeIndex:
    """domain.ports.Index in a folder; safe to share between threads.

    Dense search is exact, never by graph: 9 ms at 20,000 points, and the same answer however the index came about.

    Raises:
        Busy: another process, or another object of this one, has the folder open.
        Unavailable: the engine cannot use the folder; the ledger has everything, so deleting the folder loses nothing.
    """

    def __init__(self, path: str | Path) -> None:
        self._folder = Path(path)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._positions_file = self._folder / "positions.json"
        self._lock = RLock()
        self._bm25 = Bm25()
        self._counts: _Counts = {}
        self._owner: int | None = _own(self._folder / "owner.lock")
        self._shard: EdgeShard | None = None
        try:
            self._shard = self._open()
        except Unavailable:
            self._disown()
            raise

    def _open(self) -> EdgeShard:
        from qdrant_edge import EdgeShard

        positions = read_positions(self._positions_file, names.LAYOUT)
        points = self._folder / "points"
        if positions is None or not points.exists():
            return self._create()
        self._positions = positions
        with _engine():
            return EdgeShard.load(str(points))

    def _create(self) -> EdgeShard:
        """An empty shard. The positions go first: points without positions are taken for nothing, positions without points would not be."""
        from qdrant_edge import (
            Distance,
            EdgeConfig,
            EdgeShard,
            EdgeSparseVectorParams,
            EdgeVectorParams,
            IntegerIndexParams,
            KeywordIndexParams,
            UpdateOperation,
        )

        self._positions_file.unlink(missing_ok=True)
        points = self._folder / "points"
        shutil.rmtree(points, ignore_errors=True)
        points.mkdir()
        dense = EdgeVectorParams(size=names.DIMENSIONS, distance=Distance.Cosine)
        with _engine():
            config = EdgeConfig(vectors={names.DENSE: dense}, sparse_vectors={names.SPARSE: EdgeSparseVectorParams()})
            shard = EdgeShard.create(str(points), config)
            shard.update(UpdateOperation.create_field_index(names.WORKSPACE, KeywordIndexParams(is_tenant=True)))
            shard.update(UpdateOperation.create_field_index(names.KIND, KeywordIndexParams()))
            shard.update(UpdateOperation.create_field_index(names.TOKENS, IntegerIndexParams(lookup=True, range=False)))
            shard.flush()
        self._positions = {}
        write_positions(self._positions_file, names.LAYOUT, self._positions)
        return shard

    @contextmanager
    def _using(self) -> Iterator[EdgeShard]:
        with _engine():
            if self._shard is None:
                raise Unavailable("the index is closed")
            yield self._shard

    def position(self, workspace: str) -> int:
        return self._positions.get(workspace, 0)

    def apply(self, workspace: str, *, put: Sequence[Point], drop: Sequence[str], position: int) -> None:
        """Points are on the disk before the position says so; a crash between means doing it again, which changes nothing."""
        from qdrant_edge import UpdateOperation

        with self._lock, self._using() as shard:
            for at in range(0, len(drop), _POINTS_AT_ONCE):
                ids = [names.point_id(workspace, key) for key in drop[at : at + _POINTS_AT_ONCE]]
                shard.update(UpdateOperation.delete_points(list(ids)))
            for at in range(0, len(put), _POINTS_AT_ONCE):
                some = put[at : at + _POINTS_AT_ONCE]
                shard.update(UpdateOperation.upsert_points([_edge_point(workspace, one, self._bm25) for one in some]))
            if put or drop:
                shard.flush()
                # A new dict: a search that counts while points change has the old one in hand.
                self._counts = {}
            self._move(workspace, position)

    def _move(self, workspace: str, position: int) -> None:
        positions = {**self._positions, workspace: position}
        write_positions(self._positions_file, names.LAYOUT, positions)
        self._positions = positions

    def search(self, workspace: str, *, vector: Vector, text: str, kind: str, limit: int) -> list[Hit]:
        from qdrant_edge import Query, SearchParams, SparseVector

        if limit < 1:
            return []
        rankings = []
        with self._using() as shard:
            inside = _inside(workspace, kind)
            if vector:
                nearest = Query.Nearest(list(vector), using=names.DENSE)
                rankings.append(_ranking(shard, nearest, inside, limit, SearchParams(exact=True)))
            asked = self._asked(shard, workspace, kind, text)
            if asked:
                lexical = Query.Nearest(SparseVector(list(asked), list(asked.values())), using=names.SPARSE)
                rankings.append(_ranking(shard, lexical, inside, limit, None))
        return fuse(rankings, limit)

    def _asked(self, shard: EdgeShard, workspace: str, kind: str, text: str) -> dict[int, float]:
        """Those tokens of a question that some point has, with their weights."""
        known = self._counts
        tokens = self._bm25.query(text)
        counts = {token: _count(shard, known, workspace, kind, token) for token in tokens}
        total = _count(shard, known, workspace, kind, None) if tokens else 0
        return {token: rarity(total, having) for token, having in counts.items() if having}

    def count(self, workspace: str) -> int:
        from qdrant_edge import CountRequest

        with self._using() as shard:
            return shard.count(CountRequest(filter=_inside(workspace)))

    def wipe(self) -> None:
        with self._lock, self._using() as shard:
            self._shard = None
            shard.close()
            self._counts = {}
            self._shard = self._create()

    def ping(self) -> None:
        with self._using() as shard:
            shard.info()

    def close(self) -> None:
        """Lets another process have the folder; a second call does nothing."""
        with self._lock:
            shard, self._shard = self._shard, None
            try:
                if shard is not None:
                    with _engine():
                        shard.flush()
                        shard.close()
            finally:
                self._disown()

    def _disown(self) -> None:
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None


class _engine:  # noqa: N801 # reads as a word in ``with _engine():``
    """Turns the engine's failures into Unavailable.

    Qdrant Edge raises bare ``Exception`` for everything. That very class is looked for, and no other that derives from it, so that our
    own mistakes are not taken for the engine's.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is Exception or (kind is not None and issubclass(kind, OSError)):
            raise Unavailable(f"the index cannot be used: {error}") from error


def _own(path: Path) -> int:
    """An open file with a lock that the system lets go when this process ends, however it ends; the engine's own comes too late."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Busy(f"another process has the index in {path.parent} open") from error
    return descriptor


def _edge_point(workspace: str, one: Point, bm25: Bm25) -> EdgePoint:
    from qdrant_edge import Point as EdgePoint
    from qdrant_edge import SparseVector

    weights = bm25.document(one.text)
    vectors: dict[str, list[float] | SparseVector | list[list[float]]] = {}
    if one.vector:
        vectors[names.DENSE] = list(one.vector)
    if weights.tokens:
        vectors[names.SPARSE] = SparseVector(list(weights.tokens), list(weights.values))
    payload = {names.ID: one.id, names.WORKSPACE: workspace, names.KIND: one.kind, names.TOKENS: list(weights.tokens)}
    return EdgePoint(names.point_id(workspace, one.id), vectors, payload)


def _inside(workspace: str, kind: str | None = None, token: int | None = None) -> Filter:
    from qdrant_edge import FieldCondition, Filter, MatchValue

    fields: dict[str, str | int | None] = {names.WORKSPACE: workspace, names.KIND: kind, names.TOKENS: token}
    return Filter(must=[FieldCondition(key=key, match=MatchValue(value)) for key, value in fields.items() if value is not None])


def _count(shard: EdgeShard, known: _Counts, workspace: str, kind: str, token: int | None) -> int:
    """Points of a kind, or those of them that have a token; counted once between two changes."""
    from qdrant_edge import CountRequest

    key = (workspace, kind, token)
    if key not in known:
        known[key] = shard.count(CountRequest(filter=_inside(workspace, kind, token)))
    return known[key]


def _ranking(shard: EdgeShard, query: Query, inside: Filter, limit: int, params: SearchParams | None) -> list[Hit]:
    from qdrant_edge import QueryRequest

    def fetch(count: int) -> list[Hit]:
        request = QueryRequest(limit=count, query=query, filter=inside, params=params, with_payload=[names.ID])
        return [Hit((point.payload or {})[names.ID], point.score) for point in shard.query(request)]

    return best(fetch, depth(limit))
