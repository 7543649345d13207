"""Named places around a commit where a test can fail or kill the process; in production nothing happens at them."""

from __future__ import annotations

from collections.abc import Callable

#: Called with ``<write>.<step>``: write is the port's method, step is begun, written, finished or committed.
Failpoint = Callable[[str], None]


def no_failpoint(_: str) -> None:
    """The failpoint of production."""
