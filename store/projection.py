"""Carries what the ledger holds into the index, by following the outbox or from nothing."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors import NotFound
from domain.passage import Passage
from domain.ports import Change, Index, Ledger, Point, Vector
from domain.record import Record

PASSAGE = "passage"
RECORD = "record"

BATCH = 1000

#: Up to so many records are asked for one by one; beyond, all at once is cheaper.
_FEW = 20


def follow(ledger: Ledger, index: Index, workspace: str, batch: int = BATCH) -> int:
    """Applies the outbox from the index's position to its end; the number of lines applied.

    An index that is ahead of its ledger, since the ledger was restored from a copy, is rebuilt.
    """
    done = 0
    while True:
        position = index.position(workspace)
        # Sequences have no gaps, so the line at the position must be there: it is read again as a check.
        lines = ledger.changes(workspace, after=max(position - 1, 0), limit=batch + 1)
        if position and (not lines or lines[0].sequence != position):
            return done + rebuild(ledger, index, workspace)
        fresh = [line for line in lines if line.sequence > position]
        if not fresh:
            return done
        _apply(ledger, index, workspace, fresh)
        done += len(fresh)


def rebuild(ledger: Ledger, index: Index, workspace: str) -> int:
    """Wipes the index, of every workspace, and fills this one from the ledger's present state; the number of points.

    Other workspaces fill again when they are followed, since their positions are gone too.
    """
    # The position first: what is committed from here on is applied again later, which changes nothing.
    position = _end(ledger, workspace)
    index.wipe()
    points = [passage_point(workspace, *pair) for pair in ledger.passages(workspace)]
    points += [record_point(workspace, stored.record) for stored in ledger.records(workspace)]
    for at in range(0, len(points), BATCH):
        index.apply(workspace, put=points[at : at + BATCH], drop=(), position=0)
    index.apply(workspace, put=(), drop=(), position=position)
    return len(points)


def passage_point(workspace: str, passage: Passage, vector: Vector) -> Point:
    text = f"{passage.lead_in} {passage.text}".strip()
    return Point(passage.id, workspace, PASSAGE, text, vector)


def record_point(workspace: str, record: Record) -> Point:
    quotes = dict.fromkeys(evidence.citation.quote for evidence in record.evidence)
    return Point(record.id, workspace, RECORD, " ".join([record.said, *quotes]), record.vector)


def _apply(ledger: Ledger, index: Index, workspace: str, lines: Sequence[Change]) -> None:
    """Of several lines about one target only the last counts; what it puts but is no longer there is dropped by a line further on."""
    last = {(line.kind, line.target): line.op for line in lines}
    put = {kind: [target for (of, target), op in last.items() if of == kind and op == "put"] for kind in (PASSAGE, RECORD)}
    points = [passage_point(workspace, *pair) for pair in ledger.passages_by_id(workspace, put[PASSAGE])] if put[PASSAGE] else []
    points += [record_point(workspace, record) for record in _records(ledger, workspace, put[RECORD])]
    there = {point.id for point in points}
    drop = [target for _, target in last if target not in there]
    index.apply(workspace, put=points, drop=drop, position=lines[-1].sequence)


def _records(ledger: Ledger, workspace: str, ids: Sequence[str]) -> list[Record]:
    """Those of the ids that are in force."""
    if not ids:
        return []
    if len(ids) > _FEW:
        wanted = set(ids)
        return [stored.record for stored in ledger.records(workspace) if stored.record.id in wanted]
    return [found for key in ids if (found := _record(ledger, workspace, key)) is not None]


def _record(ledger: Ledger, workspace: str, record_id: str) -> Record | None:
    try:
        return ledger.record(workspace, record_id).record
    except NotFound:
        return None


def _end(ledger: Ledger, workspace: str) -> int:
    """The outbox's last sequence."""
    end = 0
    while lines := ledger.changes(workspace, after=end, limit=10 * BATCH):
        end = lines[-1].sequence
    return end
