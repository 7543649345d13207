"""What people set on records, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import and_, delete, insert, select, update

from store.pins import Pins
from store.schema import pin
from store.unit import Unit


def pins(unit: Unit, record_id: str | None = None) -> dict[str, dict[str, object]]:
    """Field to value by record id; of one record, or of all."""
    query = select(pin.c.record_id, pin.c.field, pin.c.value).where(pin.c.workspace == unit.workspace)
    if record_id is not None:
        query = query.where(pin.c.record_id == record_id)
    found: dict[str, dict[str, object]] = {}
    for row in unit.connection.execute(query):
        found.setdefault(row.record_id, {})[row.field] = orjson.loads(row.value)
    return found


def put(unit: Unit, record_id: str, fields: Pins) -> None:
    """A field that was pinned before takes its new value; ``unit.revision`` is the one that it goes with."""
    key = {"workspace": unit.workspace, "record_id": record_id}
    mine = and_(pin.c.workspace == unit.workspace, pin.c.record_id == record_id, pin.c.field.in_(list(fields)))
    unit.connection.execute(delete(pin).where(mine))
    made = {"actor": unit.actor, "at": unit.at, "revision": unit.revision}
    rows = [{**key, "field": name, "value": orjson.dumps(value).decode(), **made} for name, value in fields.items()]
    if rows:
        unit.connection.execute(insert(pin), rows)


def move(unit: Unit, carried: Mapping[str, tuple[str, Pins]]) -> None:
    """To the successors, with who set them and when; what does not go along ends here."""
    for old, (new, kept) in carried.items():
        mine = and_(pin.c.workspace == unit.workspace, pin.c.record_id == old)
        unit.connection.execute(delete(pin).where(mine, pin.c.field.not_in(list(kept))))
        unit.connection.execute(update(pin).where(mine).values(record_id=new))
        unit.note("record.pins_carried", new, f"from {old}")


def drop_quietly(unit: Unit, record_id: str) -> None:
    """Before others are put in their place."""
    unit.connection.execute(delete(pin).where(pin.c.workspace == unit.workspace, pin.c.record_id == record_id))


def drop(unit: Unit, record_ids: Sequence[str]) -> None:
    """With the source that the records rested on."""
    for record_id in record_ids:
        drop_quietly(unit, record_id)
        unit.note("record.pins_dropped", record_id)
