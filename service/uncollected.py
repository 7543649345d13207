"""Keeps the garbage collector out of work that makes many lasting objects: it would go through all that is held, again and again."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_inside = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """No cycle is looked for meanwhile, in any thread; the last one out lets the collector work again.

    For work of seconds: what it leaves in cycles stays in memory until then.
    """
    global _inside  # noqa: PLW0603 # the collector is one for the process
    with _LOCK:
        _inside += 1
        if _inside == 1:
            gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside:
                gc.enable()
