"""Two rankings made one by reciprocal rank, the same way for every kind of index and with every tie settled by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from domain.ports import Hit

#: The constant of Cormack, Clarke and Büttcher (SIGIR 2009): how little the very first ranks stand out.
RRF_K = 60

#: A ranking must be longer than what is asked for, so that a hit which is middling in both can pass one which is good in one.
_DEEPER = 4
_LEAST_DEPTH = 50


def depth(limit: int) -> int:
    """How many hits of each ranking are fused."""
    return max(_LEAST_DEPTH, _DEEPER * limit)


def ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Best first; equal scores by id."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def best(fetch: Callable[[int], list[Hit]], count: int) -> list[Hit]:
    """The best hits by (score, id). ``fetch(n)`` gives an engine's n best, which settles ties as it likes.

    Where the score at the end of the list goes on beyond it, more is fetched, until all that are equal are known.
    """
    asked = count + 1
    while True:
        hits = ranked(fetch(asked))
        if len(hits) < asked or hits[-1].score < hits[count - 1].score:
            return hits[:count]
        asked *= 2


def fuse(rankings: Sequence[Sequence[Hit]], limit: int) -> list[Hit]:
    """Reciprocal rank fusion; the score is the sum of ``1 / (60 + rank)`` with ranks from 1."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            scores[hit.id] += 1 / (RRF_K + rank)
    return ranked(Hit(key, score) for key, score in scores.items())[:limit]
