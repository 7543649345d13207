"""Tells a line break that an editor made to fit a width from one that an author meant."""

from __future__ import annotations

#: Shorter lines are not wrapped by editors, who wrap at 60 to 80.
MIN_WRAP = 55
MAX_WRAP = 130


def wrapped(before: str, after: str, width: int) -> bool:
    """Whether ``after`` goes on with what ``before`` broke off: its first word would not have fitted into ``width`` characters."""
    if not MIN_WRAP <= len(before) <= MAX_WRAP or not after:
        return False
    first = after.split(" ", 1)[0]
    if len(before) + 1 + len(first) > min(width, 100):
        return True
    return after[:1].islower() and before[-1:] not in ".!?:;"
