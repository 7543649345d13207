"""What leaves the ledger and the index for a caller beside the snapshot: versions, documents and hits, each checked against the sight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.access import Caller
from domain.document import Document
from domain.errors import InvalidQuestion, NotFound
from domain.ports import Hit, RecordChange, Vector
from domain.record import StoredRecord
from domain.source import Source
from service.snapshot import Snapshot
from service.wiring import App

#: The most that is asked of the index for a caller who may not see all that it finds.
MOST = 10_000
#: Where ranks begin that stand for a score: as in fusion, so that the first is no outlier.
FIRST_RANK = 60

_RECORD = re.compile(r"rec_\w+")


def everything(caller: Caller) -> Caller:
    """The same caller as one who may read all labels: only for telling whether something is withheld, never for showing it."""
    return replace(caller, labels=None)


def the_record(app: App, caller: Caller, record_id: str) -> StoredRecord:
    """As it stands now; raises NotFound, in the same words for what is hidden as for what is not there."""
    stored = app.snapshot(caller).records.get(record_id)
    if stored is None:
        raise NotFound(f"there is no record {record_id}")
    return stored


def shown_to(app: App, caller: Caller, stored: StoredRecord) -> StoredRecord:
    """The last look before a record leaves the service; raises NotFound where the caller may not see it."""
    snapshot = app.snapshot(caller)
    if snapshot.sight is None or snapshot.records.get(stored.record.id) is stored:
        return stored
    seen = _shown(stored, snapshot)
    if seen is None:
        raise NotFound(f"there is no record {stored.record.id}")
    return seen


def versions_of(app: App, caller: Caller, record_id: str) -> list[StoredRecord]:
    """Every version that the caller may see, oldest first; raises NotFound where there is none, or the present one is hidden."""
    before = app.snapshot(caller)
    history, after = app.ledger.record_history(caller.workspace, record_id), app.snapshot(caller)
    if before.sight is None and after.sight is None:
        return history
    gone = record_id not in app.snapshot(everything(caller)).records
    shown = [seen for stored in history if (seen := _shown(stored, before, after)) is not None]
    present = shown and shown[-1].revision == history[-1].revision if gone else record_id in after.records
    if not shown or not present:
        raise NotFound(f"there is no record {record_id}")
    return shown


def _shown(stored: StoredRecord, *snapshots: Snapshot) -> StoredRecord | None:
    """By the labels before and after it was read: what is removed meanwhile loses them."""
    seen: StoredRecord | None = stored
    for snapshot in snapshots:
        if seen is not None and snapshot.sight is not None:
            now = snapshot.records.get(seen.record.id)
            seen = snapshot.sight.shown(seen, past=now is None or now.revision != seen.revision)
    return seen


def believed(app: App, caller: Caller, revision: int) -> list[StoredRecord]:
    """The records in force at a past revision, by id, as the caller may see them now. Raises InvalidQuestion for one still to come."""
    before, present = app.snapshot(caller), app.ledger.revision(caller.workspace)
    if not 0 <= revision <= present:
        raise InvalidQuestion(f"the workspace is at revision {present}; ask for one up to that, not {revision}")
    found, after = app.ledger.records(caller.workspace, at_revision=revision), app.snapshot(caller)
    if before.sight is None and after.sight is None:
        return found
    now = app.snapshot(everything(caller)).records
    known = [stored for stored in found if stored.record.id in after.records or stored.record.id not in now]
    return [seen for stored in known if (seen := _shown(stored, before, after)) is not None]


def the_document(app: App, caller: Caller, document_id: str) -> Document:
    """Also one that is no longer current; raises NotFound, in the same words for what is hidden as for what is not there."""
    before = app.snapshot(caller)
    document = app.ledger.document(caller.workspace, document_id)
    if not (_reads(before, document.path) and may_read(app, caller, document.path)):
        raise NotFound(f"there is no document {document_id}")
    return document


def _reads(snapshot: Snapshot, path: str) -> bool:
    return snapshot.sight is None or path not in snapshot.sight.hidden


def may_read(app: App, caller: Caller, path: str) -> bool:
    return _reads(app.snapshot(caller), path)


def the_bytes(app: App, caller: Caller, source: Source) -> bytes:
    """A source as it was received; raises NotFound, in the same words for what is hidden as for what is not there."""
    if not may_read(app, caller, source.path):
        raise NotFound(f"there is no source {source.id}")
    return app.ledger.source_bytes(caller.workspace, source.id)


def hits(app: App, caller: Caller, *, vector: Vector, text: str, kind: str, limit: int) -> list[Hit]:
    """What the index finds, the best first. For a caller who may not see all of it, the next ones in place of what is hidden.

    Their scores then only tell the order, since those of the index also count what goes between.
    """
    snapshot = app.snapshot(caller)
    if snapshot.sight is None:
        return app.index.search(caller.workspace, vector=vector, text=text, kind=kind, limit=limit)
    asked = 2 * limit + 20
    while True:
        found = app.index.search(caller.workspace, vector=vector, text=text, kind=kind, limit=asked)
        mine = _mine(app, caller, found, kind)
        if len(mine) >= limit or len(found) < asked or asked >= MOST:
            return [Hit(key, 1 / (FIRST_RANK + rank)) for rank, key in enumerate(mine[:limit])]
        asked = min(4 * asked, MOST)


def _mine(app: App, caller: Caller, found: Sequence[Hit], kind: str) -> list[str]:
    snapshot = app.snapshot(caller)
    if kind == "record":
        return [hit.id for hit in found if hit.id in snapshot.records]
    passages = app.ledger.passages_by_id(caller.workspace, [hit.id for hit in found])
    return [passage.id for passage, _ in passages if passage.document_id in snapshot.documents]


def changes_seen(app: App, caller: Caller, *, after: int, since: int, until: int, limit: int) -> list[RecordChange]:
    """As the ledger's record_changes, of versions that the caller may see; a drop, where the last version could be seen.

    Of what was removed with its source no version is left to tell by, and nobody but those who see everything hears of it.
    """
    snapshot = app.snapshot(caller)
    if snapshot.sight is None:
        return app.ledger.record_changes(caller.workspace, after=after, since=since, until=until, limit=limit)
    found: list[RecordChange] = []
    seen: dict[str, dict[int, StoredRecord]] = {}
    while len(found) < limit:
        page = app.ledger.record_changes(caller.workspace, after=after, since=since, until=until, limit=MOST)
        for change in page:
            if change.record_id not in seen:
                seen[change.record_id] = _by_revision(app, caller, change.record_id)
            if _told(change, seen[change.record_id]):
                named = set(_RECORD.findall(change.reason)) - snapshot.records.keys()
                found.append(replace(change, reason="") if named else change)
        if len(page) < MOST:
            break
        after = page[-1].position
    return found[:limit]


def _by_revision(app: App, caller: Caller, record_id: str) -> dict[int, StoredRecord]:
    try:
        return {stored.revision: stored for stored in versions_of(app, caller, record_id)}
    except NotFound:
        return {}


def _told(change: RecordChange, versions: dict[int, StoredRecord]) -> bool:
    if change.op == "put":
        return change.revision in versions
    return any(revision < change.revision for revision in versions)
