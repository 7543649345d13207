"""Remembers what was answered to a request with an Idempotency-Key, so that the same request again does nothing twice."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.exceptions import HTTPException

#: So many keys are remembered, for so many seconds, and not beyond the process: docs/agents.md says what that guarantees.
MAX_KEYS, SECONDS = 10_000, 24 * 3600.0


@dataclass(slots=True)
class Replay:
    """``outcome``: what the first request came to, a record's revision and the day of its answer; None while it is under way."""

    fingerprint: str
    until: float
    outcome: tuple[int, str] | None = None


class Replays:
    """Safe between threads. A key is that of one caller, at one route."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Replay] = OrderedDict()

    @contextmanager
    def once(self, key: tuple[str, ...], fingerprint: str) -> Iterator[Replay]:
        """Gives what is remembered, or what to fill in; a request that fails is forgotten, so that it can be sent again.

        Raises HTTPException: 422 where the key came with another request before, 409 while the first is under way.
        """
        replay = self._entered(key, fingerprint)
        try:
            yield replay
        finally:
            if replay.outcome is None:
                with self._lock:
                    if self._kept.get(key) is replay:
                        del self._kept[key]

    def _entered(self, key: tuple[str, ...], fingerprint: str) -> Replay:
        with self._lock:
            now = self._clock()
            while self._kept and (len(self._kept) >= MAX_KEYS or next(iter(self._kept.values())).until <= now):
                self._kept.popitem(last=False)
            known = self._kept.get(key)
            if known is None:
                known = self._kept[key] = Replay(fingerprint, now + SECONDS)
                return known
            if known.fingerprint != fingerprint:
                raise HTTPException(422, "this Idempotency-Key came with another request before; take a new one")
            if known.outcome is None:
                raise HTTPException(409, "a request with this Idempotency-Key is under way; ask again in a moment")
            return known
