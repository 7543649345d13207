"""Writes the records out: lossless JSON Lines, or CSV and Markdown for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.record import RecordKind, StoredRecord
from service.present import record_json
from service.records import MAX_PAGE, RecordFilter, list_records
from service.wiring import App

COLUMNS = (
    "id",
    "kind",
    "statement",
    "documentation",
    "validity",
    "recurrence",
    "status",
    "handler",
    "overrides",
    "authority_reason",
    "last_seen",
    "source",
    "quote",
)


def export_records(app: App, caller: Caller, *, as_of: str | None, form: str, statuses: frozenset[str] | None) -> Iterator[str]:
    """Chunks of text, records by id. ``statuses`` None: proposed and approved, which is what agents are served.

    Raises InvalidQuestion for an unknown form or status.
    """
    caller.need(Scope.READ)
    writers = {"jsonl": _jsonl, "csv": _csv, "md": _markdown}
    if form not in writers:
        raise InvalidQuestion(f"format is one of {', '.join(writers)}, not {form!r}")
    day = as_of or datetime.now(UTC).date().isoformat()
    return writers[form](app, caller, day, _all(app, caller, statuses))


def _all(app: App, caller: Caller, statuses: frozenset[str] | None) -> list[StoredRecord]:
    found: list[StoredRecord] = []
    cursor: str | None = None
    while True:
        page = list_records(app, caller, RecordFilter(status=statuses, cursor=cursor, limit=MAX_PAGE))
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _jsonl(app: App, caller: Caller, day: str, records: list[StoredRecord]) -> Iterator[str]:
    for stored in records:
        yield json.dumps(record_json(app, caller, stored, as_of=day), ensure_ascii=False) + "\n"


def _csv(app: App, caller: Caller, day: str, records: list[StoredRecord]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for stored in records:
        row = record_json(app, caller, stored, as_of=day)
        first = stored.record.evidence[0].citation
        row |= {"source": f"{first.path}, {first.place.shown()}", "quote": first.quote}
        writer.writerow([harmless(row[column]) for column in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def harmless(cell: object) -> str:
    """A cell that a spreadsheet would run as a formula gets a quote before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _markdown(app: App, caller: Caller, day: str, records: list[StoredRecord]) -> Iterator[str]:
    titles = {RecordKind.RULE: "Rules", RecordKind.EXCEPTION: "Exceptions", RecordKind.HANDOFF: "Handoffs"}
    for kind, title in titles.items():
        yield f"# {title}\n\n"
        for stored in records:
            record = stored.record
            if record.kind is kind:
                first = record.evidence[0].citation
                traits = f"{record.documentation}, {record.recurrence}, {record.validity(day)}, {record.status}"
                yield f"- **{record.statement}** ({traits})\n  > {first.quote}\n  >\n  > {first.path}, {first.place.shown()}\n\n"
