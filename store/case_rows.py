"""Cases as rows: opened, ended, listed, and emptied of what is removed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from domain.case import Case, CaseFilter, CaseState, folded
from domain.errors import InvalidQuestion, NotFound, Stale
from store import codec
from store.schema import opened_case
from store.unit import Unit


def open_case(unit: Unit, case: Case) -> tuple[Case, bool]:
    """The one that is open with the same content by the same opener, and False; or this one as stored, and True."""
    same = and_(
        opened_case.c.workspace == unit.workspace, opened_case.c.opener == case.opener, opened_case.c.fingerprint == case.fingerprint
    )
    there = unit.connection.execute(select(opened_case.c.body).where(same, opened_case.c.state == CaseState.OPEN.value)).scalars().first()
    if there is not None:
        return codec.load(Case, there), False
    earlier = unit.connection.execute(select(func.count()).select_from(opened_case).where(same)).scalar_one()
    made = case.numbered(earlier, unit.entry + 1)
    unit.note("case.opened", made.id)
    key = {"workspace": unit.workspace, "id": made.id, "number": made.number, "opener": made.opener, "fingerprint": made.fingerprint}
    unit.connection.execute(insert(opened_case).values(**key, **_columns(made)))
    return made, True


def end_case(unit: Unit, case: Case, seen: int) -> Case:
    """Stores a resolved or withdrawn case. Raises NotFound, Stale where it is at another revision than ``seen``, InvalidQuestion."""
    check_open(one_case(unit.connection, unit.workspace, case.id), seen)
    _store(unit, case)
    unit.note(f"case.{case.state.value}", case.id)
    return case


def check_open(present: Case, seen: int) -> None:
    """Raises Stale and InvalidQuestion."""
    if present.revision != seen:
        raise Stale(present.id, present.revision)
    if present.state is not CaseState.OPEN:
        raise InvalidQuestion(f"{present.id} is {present.state.value}; only an open case can be resolved or withdrawn")


def forget(unit: Unit, paths: Collection[str], records: Collection[str]) -> None:
    """Takes out of every case what goes with the sources at these paths, and what it says of these records."""
    for row in unit.connection.execute(select(opened_case).where(opened_case.c.workspace == unit.workspace)).all():
        case = codec.load(Case, row.body)
        left = case.without(paths, records)
        if left != case:
            _store(unit, left)
            unit.note("case.redacted", case.id)


def one_case(connection: Connection, workspace: str, case_id: str) -> Case:
    query = select(opened_case.c.body).where(opened_case.c.workspace == workspace, opened_case.c.id == case_id)
    body = connection.execute(query).scalar()
    if body is None:
        raise NotFound(f"there is no case {case_id}")
    return codec.load(Case, body)


def cases(connection: Connection, workspace: str, wanted: CaseFilter) -> list[Case]:
    query = select(opened_case).where(opened_case.c.workspace == workspace)
    is_open = opened_case.c.state == CaseState.OPEN.value
    overdue = and_(is_open, opened_case.c.due != "", opened_case.c.due < wanted.now)
    if wanted.state in ("overdue", "waiting"):
        query = query.where(overdue if wanted.state == "overdue" else is_open)
    elif wanted.state == CaseState.OPEN.value:
        query = query.where(is_open, or_(opened_case.c.due == "", opened_case.c.due >= wanted.now))
    elif wanted.state is not None:
        query = query.where(opened_case.c.state == wanted.state)
    for column, text in ((opened_case.c.catcher, wanted.catcher), (opened_case.c.step, wanted.step)):
        if text is not None:
            query = query.where(column == folded(text))
    if wanted.before is not None:
        query = query.where(opened_case.c.number < wanted.before)
    rows: list[Row[Any]] = list(connection.execute(query.order_by(opened_case.c.number.desc()).limit(wanted.limit)))
    return [codec.load(Case, row.body) for row in rows]


def _store(unit: Unit, case: Case) -> None:
    mine = and_(opened_case.c.workspace == unit.workspace, opened_case.c.id == case.id)
    unit.connection.execute(update(opened_case).where(mine).values(**_columns(case)))


def _columns(case: Case) -> dict[str, object]:
    return {
        "state": case.state.value,
        "due": case.due,
        "catcher": folded(case.routing.catcher.value),
        "step": folded(case.step),
        "path": case.resolution.path if case.resolution else "",
        "revision": case.revision,
        "body": codec.dump(case),
    }
