"""Requests that are safe to repeat: which key stands for which request, and what the first one came to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: What the result of a write comes to, as text to keep; None where it is not the write that the request is about.
Told = Callable[[object], str | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """One request's hold on a key. ``key``: a digest of it, of any length that the caller chose; ``holder``: of this request alone.

    ``fingerprint``: a digest of what was asked.
    """

    workspace: str
    caller: str
    route: str
    key: str
    fingerprint: str
    holder: str


class Standing(StrEnum):
    """What a request with a key finds."""

    FIRST = "first"
    DONE = "done"
    UNDER_WAY = "under_way"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Found:
    """``outcome``: with DONE only, the text that the first request left."""

    standing: Standing
    outcome: str | None = None


class ReplayPort(Protocol):
    """Times are seconds since 1970 by the caller's clock. Safe between threads and, on a database, between processes."""

    def claim(self, claim: Claim, *, now: float, until: float) -> Found:
        """FIRST takes the key until ``until``; a hold that ran out counts as none, and so does an outcome. Drops some that ran out."""

    def settle(self, claim: Claim, outcome: str, *, until: float) -> None:
        """Keeps the outcome; raises Busy, and keeps nothing, where the hold ran out and another request took the key."""

    def release(self, claim: Claim) -> None:
        """Gives the key back where this request still holds it and left no outcome."""

    def settling(self, claim: Claim, told: Told, *, until: float) -> AbstractContextManager[None]:
        """Within it, the first write of this thread whose result ``told`` knows keeps the outcome in its own transaction.

        Such a write raises Busy, and changes nothing, where another request took the key.
        """
