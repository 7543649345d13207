"""Stores what a person decided on a case: its source, the records that follow, what the person set, and the case, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from domain.case import Case
from domain.case_port import Closing
from domain.errors import Defect
from domain.ports import Reading
from domain.record import Record
from store import case_rows, pin_rows
from store.arrival import Arrival
from store.pins import Pins, checked
from store.reading_rows import store_reading
from store.record_diff import Compared, Held, changes
from store.record_rows import carry_out, held_now
from store.unit import Unit


def resolve_case(unit: Unit, closing: Closing, records: Sequence[Record], compared: Compared) -> Case:
    """Raises as the port says."""
    unit.unmoved(closing.entry)
    case_rows.check_open(case_rows.one_case(unit.connection, unit.workspace, closing.case.id), closing.seen)
    pins = pins_of(closing, records)
    store_reading(unit, arrival_of(closing), reading_of(closing))
    carry_out(unit, changes(with_pins_of(closing, pins, held_now(unit)), records, compared=compared))
    if closing.record is not None and pins:
        pin_rows.put(unit, closing.record, pins)
    return case_rows.end_case(unit, closing.case, closing.seen)


def pins_of(closing: Closing, records: Sequence[Record]) -> Pins:
    """What the person set, checked against the record that was made; raises Defect where that is missing, BadInput where one is no fit."""
    if closing.record is None:
        return {}
    made = next((record for record in records if record.id == closing.record), None)
    if made is None:
        raise Defect(f"no record came of the resolution of {closing.case.id}")
    return checked(made, closing.pins)


def with_pins_of(closing: Closing, pins: Pins, held: Held) -> Held:
    """What the commit finds, with what the person set as if it had been there."""
    return Held(held.heads, {**held.pins, closing.record: pins}) if closing.record is not None and pins else held


def arrival_of(closing: Closing) -> Arrival:
    return Arrival(closing.source, closing.data, closing.pipeline)


def reading_of(closing: Closing) -> Reading:
    return Reading((closing.document,), closing.passages, closing.vectors, closing.statements)
