"""How much may be asked in one run, in calls and tokens, and when asking has failed too often to go on."""

from __future__ import annotations

from dataclasses import dataclass

#: An endpoint that failed so often in a row is not asked again in this run.
FAILURES = 6
#: Characters that count as one token until the endpoint says how many there were: on the safe side for English.
PER_TOKEN = 3


@dataclass(slots=True)
class Budget:
    """Holds back before a call what it may cost at most, and counts after it what it did.

    Only a call that costs more than was held back for it can go beyond ``max_tokens``, and is then the last one.
    """

    max_calls: int
    max_tokens: int
    calls: int = 0
    tokens: int = 0
    spent: bool = False
    _held: int = 0

    def reserve(self, tokens: int) -> bool:
        """False, now and from now on, where the next call does not fit."""
        if self.spent or self.calls >= self.max_calls or self.tokens + self._held + tokens > self.max_tokens:
            self.spent = True
            return False
        self.calls += 1
        self._held += tokens
        return True

    def settle(self, reserved: int, used: int) -> None:
        self._held -= reserved
        self.tokens += used


@dataclass(slots=True)
class Breaker:
    """``opened``: why nothing more is asked in this run; "" as long as it is."""

    limit: int = FAILURES
    opened: str = ""
    _in_a_row: int = 0

    def worked(self) -> None:
        self._in_a_row = 0

    def failed(self, reason: str, *, for_good: bool = False) -> None:
        self._in_a_row += 1
        if not self.opened and (for_good or self._in_a_row >= self.limit):
            self.opened = reason


def tokens_in(text: str) -> int:
    """An estimate, rounded up."""
    return len(text) // PER_TOKEN + 8
