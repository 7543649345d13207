"""The twin of store/replay_rows.py in memory: the same answers, gone with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.errors import Busy
from domain.replay_port import Claim, Found, Standing, Told
from store.replay_rows import DONE, OPEN, TAKEN_OVER, standing_of

_Slot = tuple[str, str, str, str]


@dataclass(slots=True)
class _Row:
    fingerprint: str
    holder: str
    until: float
    state: str = OPEN
    outcome: str | None = None


class MemoryReplays:
    """domain.replay_port.ReplayPort; one lock for everything."""

    def __init__(self) -> None:
        self._lock, self._rows = threading.Lock(), dict[_Slot, _Row]()
        self._pending = threading.local()

    def claim(self, claim: Claim, *, now: float, until: float) -> Found:
        with self._lock:
            self._rows = {slot: row for slot, row in self._rows.items() if row.until > now}
            row = self._rows.get(_slot(claim))
            if row is not None:
                return standing_of(claim, row.fingerprint, row.state, row.outcome)
            self._rows[_slot(claim)] = _Row(claim.fingerprint, claim.holder, until)
            return Found(Standing.FIRST)

    def settle(self, claim: Claim, outcome: str, *, until: float) -> None:
        with self._lock:
            row = self._rows.get(_slot(claim))
            if row is None or row.holder != claim.holder:
                raise Busy(TAKEN_OVER)
            row.state, row.outcome, row.until = DONE, outcome, until

    def release(self, claim: Claim) -> None:
        with self._lock:
            row = self._rows.get(_slot(claim))
            if row is not None and row.holder == claim.holder and row.state == OPEN:
                del self._rows[_slot(claim)]

    @contextmanager
    def settling(self, claim: Claim, told: Told, *, until: float) -> Iterator[None]:
        self._pending.it = (claim, told, until)
        try:
            yield
        finally:
            self._pending.it = None

    def in_write(self, result: object) -> None:
        """For every write of the ledger, before it takes hold."""
        pending: tuple[Claim, Told, float] | None = getattr(self._pending, "it", None)
        if pending is None:
            return
        claim, told, until = pending
        outcome = told(result)
        if outcome is not None:
            self.settle(claim, outcome, until=until)


def _slot(claim: Claim) -> _Slot:
    return claim.workspace, claim.caller, claim.route, claim.key
