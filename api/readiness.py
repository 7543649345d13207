"""Whether the service can answer yet, and what it waits for where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _always() -> bool:
    return True


@dataclass(slots=True)
class Readiness:
    """``failure``: why the models or the index could not be loaded; it stays until the service is started anew."""

    warm: bool = True
    caught_up: Callable[[], bool] = _always
    failure: str = ""

    def waiting_for(self) -> str:
        """One sentence, empty where there is nothing to wait for."""
        if self.failure:
            return self.failure
        if not self.warm:
            return "The models are being loaded."
        return "" if self.caught_up() else "The index is catching up with the ledger."
