"""Changes as Server-Sent Events: looks for new ones now and then, and ends with its caller, its key or its time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from domain.errors import Refused

#: (position, event) of what came after a position, in order; raises Refused where the caller may not read any more.
Fetch = Callable[[int], list[tuple[int, Mapping[str, object]]]]

#: Each takes a place among the requests at once; a caller beyond these is asked to come back.
MAX_STREAMS = 16


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks, without a word at most, and in all; a client then comes back with Last-Event-ID."""

    look: float = 1.0
    silence: float = 15.0
    life: float = 600.0


async def events(fetch: Fetch, position: int, pace: Pace) -> AsyncIterator[str]:
    """A heartbeat first, so that the client knows that it is through."""
    begun = spoken = time.monotonic()
    yield ": listening\n\n"
    while time.monotonic() - begun < pace.life:
        try:
            found = await run_in_threadpool(fetch, position)
        except Refused:
            return
        for number, body in found:
            position = number
            yield f"id: {position}\nevent: change\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"
        if found:
            spoken = time.monotonic()
            continue
        if time.monotonic() - spoken >= pace.silence:
            spoken = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(pace.look)
