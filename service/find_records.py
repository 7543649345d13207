"""Finds the records that are about a text and pass a filter: a list that is ranked instead of paged."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from service.records import RecordFilter, RecordPage, check_filter, list_records, matches
from service.seen import hits
from service.wiring import App

MAX_TEXT = 2_000
#: So many are asked of the index before the filter is looked at; what ranks below is about something else.
CANDIDATES = 1_000


def find_records(app: App, caller: Caller, text: str | None, wanted: RecordFilter) -> RecordPage:
    """The best first, at most ``wanted.limit``, always one page; without a text what list_records gives.

    Raises InvalidQuestion for a value that makes no sense, and for a cursor or a past revision beside a text.
    """
    if text is None:
        return list_records(app, caller, wanted)
    caller.need(Scope.READ)
    check_filter(wanted)
    if not text.strip() or len(text) > MAX_TEXT:
        raise InvalidQuestion(f"text has 1 to {MAX_TEXT} characters and is not blank")
    if wanted.cursor is not None or wanted.revision is not None:
        raise InvalidQuestion("a search by text has one page and knows the present only: leave out cursor and revision, or leave out text")
    app.project(caller.workspace)
    snapshot = app.snapshot(caller)
    [vector] = app.encoder.encode([text])
    near = hits(app, caller, vector=vector, text=text, kind="record", limit=CANDIDATES)
    found = (snapshot.records[hit.id] for hit in near if hit.id in snapshot.records)
    items = [stored for stored in found if matches(stored, wanted)]
    return RecordPage(tuple(items[: wanted.limit]), None, snapshot.revision)
