"""Idempotency keys as rows: claimed and settled by one statement each, also inside another write's transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Connection, and_, delete, select, text, tuple_, update

from domain.errors import Busy
from domain.replay_port import Claim, Found, Standing, Told
from store.database import Database
from store.schema import idempotency as rows

OPEN, DONE = "open", "done"
#: Rows that ran out and are dropped with one claim, so that no request pays for a quiet week.
PURGED = 50
TAKEN_OVER = "another request with this Idempotency-Key took over; send it again"

#: Works on both databases; a row that another transaction is adding is waited for.
_TAKE = text(
    "INSERT INTO idempotency (workspace, caller, route, key, fingerprint, holder, state, outcome, until) "
    "VALUES (:workspace, :caller, :route, :key, :fingerprint, :holder, 'open', NULL, :until) "
    "ON CONFLICT (workspace, caller, route, key) DO NOTHING"
)


class SqlReplays:
    """domain.replay_port.ReplayPort."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending = threading.local()

    def claim(self, claim: Claim, *, now: float, until: float) -> Found:
        with self._database.reading() as connection:  # a repetition needs no lock
            known = _found(connection, claim, now)
        if known is not None:
            return known
        return self._database.writing(lambda connection: _claimed(connection, claim, now, until))

    def settle(self, claim: Claim, outcome: str, *, until: float) -> None:
        self._database.writing(lambda connection: _settle(connection, claim, outcome, until))

    def release(self, claim: Claim) -> None:
        mine = and_(_slot(claim), rows.c.holder == claim.holder, rows.c.state == OPEN)
        self._database.writing(lambda connection: connection.execute(delete(rows).where(mine)))

    @contextmanager
    def settling(self, claim: Claim, told: Told, *, until: float) -> Iterator[None]:
        self._pending.it = (claim, told, until)
        try:
            yield
        finally:
            self._pending.it = None

    def in_transaction(self, connection: Connection, result: object) -> None:
        """For every write of the ledger, before it commits."""
        pending: tuple[Claim, Told, float] | None = getattr(self._pending, "it", None)
        if pending is None:
            return
        claim, told, until = pending
        outcome = told(result)
        if outcome is not None:
            _settle(connection, claim, outcome, until)


def _slot(claim: Claim) -> ColumnElement[bool]:
    return and_(rows.c.workspace == claim.workspace, rows.c.caller == claim.caller, rows.c.route == claim.route, rows.c.key == claim.key)


def _found(connection: Connection, claim: Claim, now: float) -> Found | None:
    """None where the key is free."""
    row = connection.execute(select(rows).where(_slot(claim), rows.c.until > now)).one_or_none()
    return None if row is None else standing_of(claim, row.fingerprint, row.state, row.outcome)


def standing_of(claim: Claim, fingerprint: str, state: str, outcome: str | None) -> Found:
    if fingerprint != claim.fingerprint:
        return Found(Standing.OTHER)
    return Found(Standing.DONE, outcome) if state == DONE else Found(Standing.UNDER_WAY)


def _claimed(connection: Connection, claim: Claim, now: float, until: float) -> Found:
    key = tuple_(rows.c.workspace, rows.c.caller, rows.c.route, rows.c.key)
    old = select(rows.c.workspace, rows.c.caller, rows.c.route, rows.c.key).where(rows.c.until <= now)
    # On PostgreSQL two claims must not wait for each other's old rows; on SQLite there is one writer.
    connection.execute(delete(rows).where(key.in_(old.limit(PURGED).with_for_update(skip_locked=True))))
    wanted = {"workspace": claim.workspace, "caller": claim.caller, "route": claim.route, "key": claim.key}
    taken = connection.execute(_TAKE, {**wanted, "fingerprint": claim.fingerprint, "holder": claim.holder, "until": until})
    if taken.rowcount == 1:
        return Found(Standing.FIRST)
    row = connection.execute(select(rows).where(_slot(claim)).with_for_update()).one_or_none()
    if row is None:  # given back between the two statements
        return _claimed(connection, claim, now, until)
    if row.until > now:
        return standing_of(claim, row.fingerprint, row.state, row.outcome)
    anew = {"fingerprint": claim.fingerprint, "holder": claim.holder, "state": OPEN, "outcome": None, "until": until}
    connection.execute(update(rows).where(_slot(claim)).values(**anew))
    return Found(Standing.FIRST)


def _settle(connection: Connection, claim: Claim, outcome: str, until: float) -> None:
    mine = and_(_slot(claim), rows.c.holder == claim.holder)
    done = connection.execute(update(rows).where(mine).values(state=DONE, outcome=outcome, until=until))
    if done.rowcount != 1:
        raise Busy(TAKEN_OVER)
