"""Sources and what was read from them, as rows: what one transaction writes, and the lists that come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Table, and_, insert, select, true, update

from domain.document import Document
from domain.errors import NotFound
from domain.passage import Passage
from domain.ports import Reading, SourceState, SourceVersion, Vector
from domain.source import Source
from domain.statement import Statement
from store import codec
from store.arrival import READ, REFUSED, Arrival, ordinals
from store.schema import document, passage, reading, source, statement
from store.unit import Unit
from store.vectors import pack, unpack

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]

#: Ids in one query; PostgreSQL takes 65,535 parameters, SQLite 32,766.
_IDS_AT_ONCE = 10_000


def store_reading(unit: Unit, arrival: Arrival, read: Reading) -> bool:
    """False and no change where this reading is there and current."""
    known = _reading_row(unit, arrival)
    if known is not None and known.state == READ:
        return _make_current(unit, arrival, known)
    positions = ordinals(arrival, read)
    old = _retire(unit, arrival)
    _store_source(unit, arrival)
    number = _store_state(unit, arrival, known, READ, None)
    _store_texts(unit, number, read, positions)
    new = {part.id for part in read.passages}
    unit.announce("drop", "passage", sorted(old - new))
    unit.announce("put", "passage", [part.id for part in read.passages])
    unit.note("source.read", arrival.source.id)
    return True


def store_refusal(unit: Unit, arrival: Arrival, reason: str) -> bool:
    """False and no change where it is known already, or where the same pipeline has read this source before."""
    known = _reading_row(unit, arrival)
    if known is not None and (known.state == READ or (known.is_current and known.reason == reason)):
        return False
    old = _retire(unit, arrival)
    _store_source(unit, arrival)
    _store_state(unit, arrival, known, REFUSED, reason)
    unit.announce("drop", "passage", sorted(old))
    unit.note("source.refused", arrival.source.id)
    return True


def _reading_row(unit: Unit, arrival: Arrival) -> AnyRow | None:
    columns = select(reading.c.number, reading.c.state, reading.c.reason, reading.c.is_current)
    mine = and_(reading.c.workspace == unit.workspace, reading.c.source_id == arrival.source.id, reading.c.pipeline == arrival.pipeline)
    return unit.connection.execute(columns.where(mine)).one_or_none()


def _make_current(unit: Unit, arrival: Arrival, known: AnyRow) -> bool:
    """A file that was changed and changed back is as it was: its old reading holds again."""
    if known.is_current:
        return False
    old = _retire(unit, arrival)
    mine = and_(reading.c.workspace == unit.workspace, reading.c.number == known.number)
    unit.connection.execute(update(reading).where(mine).values(is_current=True, at=unit.at))
    new = _passage_ids(unit, known.number)
    unit.announce("drop", "passage", sorted(old - set(new)))
    unit.announce("put", "passage", new)
    unit.note("source.restored", arrival.source.id)
    return True


def _retire(unit: Unit, arrival: Arrival) -> set[str]:
    """Ends what is current at the path; the ids of its passages."""
    mine = and_(reading.c.workspace == unit.workspace, reading.c.path == arrival.source.path, reading.c.is_current == true())
    row = unit.connection.execute(select(reading.c.number, reading.c.source_id).where(mine)).one_or_none()
    if row is None:
        return set()
    unit.connection.execute(update(reading).where(mine).values(is_current=False))
    if row.source_id != arrival.source.id:
        unit.note("source.superseded", row.source_id)
    return set(_passage_ids(unit, row.number))


def _passage_ids(unit: Unit, number: int) -> list[str]:
    mine = and_(passage.c.workspace == unit.workspace, passage.c.reading == number)
    query = select(passage.c.id).where(mine).order_by(passage.c.ordinal, passage.c.start_char, passage.c.id)
    return list(unit.connection.execute(query).scalars())


def _store_source(unit: Unit, arrival: Arrival) -> None:
    mine = and_(source.c.workspace == unit.workspace, source.c.id == arrival.source.id)
    if unit.connection.execute(select(source.c.id).where(mine)).one_or_none() is None:
        row = {"workspace": unit.workspace, "id": arrival.source.id, "sha256": arrival.source.sha256, "path": arrival.source.path}
        unit.connection.execute(insert(source).values(**row, size=arrival.source.size, data=arrival.data))


def _store_state(unit: Unit, arrival: Arrival, known: AnyRow | None, state: str, reason: str | None) -> int:
    """The number of the reading: a new one, or that of an earlier refusal by the same pipeline."""
    outcome = {"state": state, "reason": reason, "is_current": True, "at": unit.at}
    hints = {"media_type": arrival.source.media_type, "kind_hint": arrival.source.kind_hint}
    if known is not None:
        mine = and_(reading.c.workspace == unit.workspace, reading.c.number == known.number)
        unit.connection.execute(update(reading).where(mine).values(**outcome, **hints))
        return int(known.number)
    unit.number_of_readings += 1
    key = {"workspace": unit.workspace, "number": unit.number_of_readings, "source_id": arrival.source.id, "path": arrival.source.path}
    unit.connection.execute(insert(reading).values(**key, pipeline=arrival.pipeline, **outcome, **hints))
    return unit.number_of_readings


def _store_texts(unit: Unit, number: int, read: Reading, positions: dict[str, int]) -> None:
    key = {"workspace": unit.workspace, "reading": number}
    documents = [{**key, "id": it.id, "ordinal": it.ordinal, "body": codec.dump(it)} for it in read.documents]
    passages = [
        {
            **key,
            "id": it.id,
            "ordinal": positions[it.document_id],
            "start_char": it.span.start,
            "body": codec.dump(it),
            "vector": pack(vector),
        }
        for it, vector in zip(read.passages, read.vectors, strict=True)
    ]
    statements = [
        {
            **key,
            "id": it.id,
            "ordinal": positions[it.citation.document_id],
            "start_char": it.citation.span.start,
            "body": codec.dump(it),
            "vector": pack(it.vector),
        }
        for it in read.statements
    ]
    for table, rows in ((document, documents), (passage, passages), (statement, statements)):
        if rows:
            unit.connection.execute(insert(table), rows)


def _current(table: Table, workspace: str) -> tuple[FromClause, ColumnElement[bool]]:
    """A table's rows that belong to current readings."""
    same = and_(table.c.workspace == reading.c.workspace, table.c.reading == reading.c.number)
    return reading.join(table, same), and_(reading.c.workspace == workspace, reading.c.is_current == true())


def sources(connection: Connection, workspace: str) -> list[SourceState]:
    joined = reading.join(source, and_(source.c.workspace == reading.c.workspace, source.c.id == reading.c.source_id))
    query = (
        select(source.c.sha256, source.c.path, source.c.size, reading)
        .select_from(joined)
        .where(reading.c.workspace == workspace, reading.c.is_current == true())
        .order_by(reading.c.path)
    )
    return [_state(row, row.path) for row in connection.execute(query)]


def _state(row: AnyRow, path: str) -> SourceState:
    return SourceState(Source(row.sha256, path, row.media_type, row.size, row.kind_hint), row.state, row.reason, row.pipeline)


def versions(connection: Connection, workspace: str, path: str) -> list[SourceVersion]:
    joined = reading.join(source, and_(source.c.workspace == reading.c.workspace, source.c.id == reading.c.source_id))
    rows = connection.execute(
        select(source.c.sha256, source.c.size, reading)
        .select_from(joined)
        .where(reading.c.workspace == workspace, reading.c.path == path)
        .order_by(reading.c.is_current, reading.c.at, reading.c.number)
    ).all()
    last = {row.source_id: row for row in rows}  # of several readings of one source the current, else the last one
    mine = and_(document.c.workspace == workspace, document.c.reading.in_([row.number for row in last.values()]))
    found: dict[int, list[str]] = {}
    for part in connection.execute(select(document.c.reading, document.c.id).where(mine).order_by(document.c.ordinal, document.c.id)):
        found.setdefault(part.reading, []).append(part.id)
    return [
        SourceVersion(_state(row, path), row.at, row.is_current, tuple(found.get(row.number, ())))
        for row in sorted(last.values(), key=lambda row: (row.is_current, row.at, row.number))
    ]


def source_bytes(connection: Connection, workspace: str, source_id: str) -> bytes:
    query = select(source.c.data).where(source.c.workspace == workspace, source.c.id == source_id)
    data = connection.execute(query).scalar()
    if data is None:
        raise NotFound(f"there is no source {source_id}")
    return bytes(data)


def documents(connection: Connection, workspace: str) -> list[Document]:
    joined, mine = _current(document, workspace)
    query = select(document.c.body).select_from(joined).where(mine).order_by(reading.c.path, document.c.ordinal, document.c.id)
    return [codec.load(Document, body) for body in connection.execute(query).scalars()]


def readings(connection: Connection, workspace: str) -> list[int]:
    mine = and_(reading.c.workspace == workspace, reading.c.is_current == true(), reading.c.state == READ)
    return list(connection.execute(select(reading.c.number).where(mine).order_by(reading.c.path)).scalars())


def documents_in(connection: Connection, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Document, ...]]:
    rows = _rows_in(connection, document, (document.c.ordinal, document.c.id), workspace, numbers)
    return {number: tuple(codec.load(Document, row.body) for row in some) for number, some in rows.items()}


def statements_in(connection: Connection, workspace: str, numbers: Sequence[int]) -> dict[int, tuple[Statement, ...]]:
    rows = _rows_in(connection, statement, (statement.c.ordinal, statement.c.start_char, statement.c.id), workspace, numbers)
    return {number: tuple(codec.load_with_vector(Statement, row.body, row.vector) for row in some) for number, some in rows.items()}


def _rows_in(
    connection: Connection, table: Table, order: Sequence[ColumnElement[Any]], workspace: str, numbers: Sequence[int]
) -> dict[int, list[AnyRow]]:
    """A table's rows by reading, for every one of the readings that is there."""
    found: dict[int, list[AnyRow]] = {}
    for some in _slices(numbers):
        there = and_(reading.c.workspace == workspace, reading.c.number.in_(some), reading.c.state == READ)
        found.update((number, []) for number in connection.execute(select(reading.c.number).where(there)).scalars())
        mine = and_(table.c.workspace == workspace, table.c.reading.in_(some))
        for row in connection.execute(select(table).where(mine).order_by(*order)):
            if row.reading in found:
                found[row.reading].append(row)
    return found


def one_document(connection: Connection, workspace: str, document_id: str) -> Document:
    """Also one that is no longer current, since older records and revisions cite it; of several readings the current or newest."""
    joined, _ = _current(document, workspace)
    query = (
        select(document.c.body)
        .select_from(joined)
        .where(document.c.workspace == workspace, document.c.id == document_id)
        .order_by(reading.c.is_current.desc(), reading.c.number.desc())
        .limit(1)
    )
    body = connection.execute(query).scalar()
    if body is None:
        raise NotFound(f"there is no document {document_id}")
    return codec.load(Document, body)


def passages(connection: Connection, workspace: str) -> list[tuple[Passage, Vector]]:
    joined, mine = _current(passage, workspace)
    order = (reading.c.path, passage.c.ordinal, passage.c.start_char, passage.c.id)
    query = select(passage.c.body, passage.c.vector).select_from(joined).where(mine).order_by(*order)
    return [_passage(row) for row in connection.execute(query)]


def passages_by_id(connection: Connection, workspace: str, ids: Iterable[str]) -> list[tuple[Passage, Vector]]:
    wanted = list(dict.fromkeys(ids))
    found: dict[str, tuple[Passage, Vector]] = {}
    for some in _slices(wanted):
        here = passage.c.workspace == workspace
        # Looked up first and on their own: PostgreSQL, while it has no statistics of young tables, looks them up once for each reading.
        asked = select(passage).where(here, passage.c.id.in_(some)).cte("asked").prefix_with("MATERIALIZED")
        same = and_(asked.c.workspace == reading.c.workspace, asked.c.reading == reading.c.number)
        query = (
            select(asked.c.id, asked.c.body, asked.c.vector).select_from(asked.join(reading, same)).where(reading.c.is_current == true())
        )
        found.update((row.id, _passage(row)) for row in connection.execute(query))
    return [found[key] for key in wanted if key in found]


def statements(connection: Connection, workspace: str) -> list[Statement]:
    joined, mine = _current(statement, workspace)
    order = (reading.c.path, statement.c.ordinal, statement.c.start_char, statement.c.id)
    query = select(statement.c.body, statement.c.vector).select_from(joined).where(mine).order_by(*order)
    return [codec.load_with_vector(Statement, row.body, row.vector) for row in connection.execute(query)]


def _passage(row: AnyRow) -> tuple[Passage, Vector]:
    return codec.load(Passage, row.body), unpack(row.vector)


def _slices(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[at : at + _IDS_AT_ONCE]
