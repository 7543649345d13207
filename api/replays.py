"""Carries out a request with an Idempotency-Key once, and remembers in the ledger's database what it came to."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header
from starlette.exceptions import HTTPException

from api.metrics import Meter
from domain.replay_port import Claim, Standing, Told

if TYPE_CHECKING:
    from service.wiring import App

#: So many seconds an outcome is remembered.
SECONDS = 24 * 3600.0
#: So many seconds a request may take before its key is free again. One that takes longer, or was killed, has changed nothing: its write
#: and its outcome are one transaction, which fails where another request has the key by then.
LEASE = 60.0

Key = Annotated[
    str | None, Header(min_length=1, max_length=200, description="any text; the same request with the same one is carried out once")
]


@dataclass(slots=True)
class Replay:
    """``outcome``: what the first request came to, any JSON; None while there is none. Set it where no write of the ledger does."""

    outcome: Any = None


class Replays:
    """Safe between threads and between processes on one database."""

    def __init__(self, app: App, meter: Meter, clock: Callable[[], float] = time.time) -> None:
        self._app, self._meter, self._clock = app, meter, clock

    @contextmanager
    def once(self, key: tuple[str, str, str, str], fingerprint: str, told: Callable[[object], Any] | None = None) -> Iterator[Replay]:
        """Gives what is remembered, or what to fill in; a request that fails is forgotten, so that it can be sent again.

        ``key``: workspace, caller, route and the key itself. ``told``: makes the outcome of the result of the write that counts, None for
        any other; it is then kept in that write's own transaction. Raises HTTPException: 422 where the key came with another request
        before, 409 while the first is under way; Busy where that took over.
        """
        workspace, caller, route, given = key
        digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
        claim = Claim(workspace, caller, route, digest, fingerprint, secrets.token_hex(8))
        now = self._clock()
        ledger = self._app.ledger.replays
        found = ledger.claim(claim, now=now, until=now + LEASE)
        self._meter.replayed(found.standing.value)
        if found.standing is Standing.OTHER:
            raise HTTPException(422, "this Idempotency-Key came with another request before; take a new one")
        if found.standing is Standing.UNDER_WAY:
            raise HTTPException(409, "a request with this Idempotency-Key is under way; ask again in a moment")
        if found.standing is Standing.DONE:
            yield Replay(json.loads(found.outcome or "null"))
            return
        replay = Replay()
        try:
            with ledger.settling(claim, _kept(replay, told), until=now + SECONDS) if told else nullcontext():
                yield replay
            if replay.outcome is not None and told is None:
                ledger.settle(claim, json.dumps(replay.outcome), until=now + SECONDS)
        finally:
            ledger.release(claim)  # where an outcome is kept this does nothing


def _kept(replay: Replay, told: Callable[[object], Any]) -> Told:
    def outcome(result: object) -> str | None:
        made = told(result)
        if made is None:
            return None
        replay.outcome = made
        return json.dumps(made)

    return outcome


def fingerprint(*parts: object) -> str:
    """Of what was asked, as JSON: the same for the same, whatever the order of names."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
