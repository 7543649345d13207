"""Every error that Groundrule raises on purpose, as one small tree.

::

    GroundruleError
    |-- BadInput                  the caller can mend it
    |   |-- UnsupportedFormat     no parser for these bytes
    |   |-- DamagedSource         a parser exists, the bytes are broken or hostile
    |   |-- LimitExceeded         larger, deeper or slower than allowed
    |   |-- Stale                 what was looked at has changed since; look again
    |   |-- InvalidQuestion       a question, filter or setting that makes no sense
    |   `-- NotFound              no such thing here, or not for this caller
    |-- Refused                   the caller may not
    |   |-- Unauthenticated       no key, or none that is known
    |   `-- Forbidden             the key lacks the scope, or the setting forbids it
    |-- Busy                      somebody else holds it; try again
    |   `-- Moved                 the ledger moved on since the work was begun; begin it again
    |-- Unavailable               something needed is not reachable
    `-- Defect                    our own mistake: an invariant does not hold

The doors choose exit and status codes from the class, in one table each (cli/exits.py, api/errors.py).
"""

from __future__ import annotations


class GroundruleError(Exception):
    """The root; ``str(error)`` is one sentence for a person, saying what to do where that is known."""


class BadInput(GroundruleError):
    """What was given cannot be used as it is."""


class UnsupportedFormat(BadInput):
    """No parser reads these bytes."""


class DamagedSource(BadInput):
    """A parser exists, but the bytes are broken, encrypted, empty or hostile."""


class LimitExceeded(BadInput):
    """Larger, deeper, slower or more than allowed; the message names the limit."""


class InvalidQuestion(BadInput):
    """A question, filter, cursor or setting that makes no sense; the message names the field."""


class Stale(BadInput):
    """What the caller looked at has changed since; ``revision`` is its present one."""

    def __init__(self, what: str, revision: int) -> None:
        super().__init__(f"{what} has changed since and is at revision {revision} now; look at it again before you decide")
        self.revision = revision


class NotFound(BadInput):
    """There is no such thing, or not for this caller."""


class Refused(GroundruleError):
    """The caller may not do this."""


class Unauthenticated(Refused):
    """No key was given, or none that is known and alive."""


class Forbidden(Refused):
    """The key lacks the scope, or a setting forbids it."""


class Busy(GroundruleError):
    """Another process holds what is needed; the same call may work later."""


class Moved(Busy):
    """What this work was computed from has changed meanwhile; computed again it may be committed."""


class Unavailable(GroundruleError):
    """A database, an index or a model that is needed cannot be reached."""


class Defect(GroundruleError):
    """An invariant of ours does not hold: never the caller's fault."""
