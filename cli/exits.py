"""Which exit code an error has, in one table."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import (
    BadInput,
    Busy,
    DamagedSource,
    Defect,
    Forbidden,
    GroundruleError,
    InvalidQuestion,
    LimitExceeded,
    Moved,
    NotFound,
    Refused,
    Stale,
    Unauthenticated,
    Unavailable,
    UnsupportedFormat,
)

DONE, ERROR, USAGE, PARTLY, UNREACHABLE, NOT_ALLOWED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
#: A gate of `groundrule eval` is not passed; what is wrong with its input is USAGE, so that the two can be told apart.
FELL = ERROR

#: Error class -> exit code. The nearest class of an error's ancestry counts.
EXITS: Mapping[type[GroundruleError], int] = {
    BadInput: ERROR,
    UnsupportedFormat: ERROR,
    DamagedSource: ERROR,
    LimitExceeded: ERROR,
    InvalidQuestion: USAGE,
    NotFound: ERROR,
    Stale: ERROR,
    Refused: NOT_ALLOWED,
    Unauthenticated: NOT_ALLOWED,
    Forbidden: NOT_ALLOWED,
    Busy: UNREACHABLE,
    Moved: UNREACHABLE,
    Unavailable: UNREACHABLE,
    Defect: ERROR,
    GroundruleError: ERROR,
}


def exit_of(error: GroundruleError) -> int:
    return next(EXITS[kind] for kind in type(error).__mro__ if kind in EXITS)
