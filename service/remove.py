"""Removes sources with everything derived from them: from the ledger, the index and this process's memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.case import CASE_HINT
from domain.errors import Busy, InvalidQuestion, NotFound, Unavailable
from domain.ports import Removal, Removed
from domain.record import Record
from service.conversations import converse
from service.derivation import derive, derived
from service.seen import may_read, the_document
from service.wiring import App, now

#: Paths in one transaction; a database takes some 30,000 values in one query, and a path may have had several readings.
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RemovalSummary:
    """``sources``: versions of the files that went; ``records``: those no longer in force, of those that the caller could see.

    ``cleared``: whether the index and the store's own files are rid of it already; else that is done when the folder is opened next.
    """

    paths: tuple[str, ...]
    sources: int
    documents: int
    records: int
    revision: int
    cleared: bool


def remove(app: App, caller: Caller, names: Collection[str], *, reason: str = "removed on request") -> RemovalSummary:
    """Removes whole sources, named by their paths as ingested or by the id of a document in them: all versions at these paths.

    A mailbox or archive is one source: what carried a document and what came with it goes too. Nothing is removed where a name is not
    known (NotFound). Up to AT_ONCE paths are one transaction, more are several. Raises Moved where sources keep being committed meanwhile.
    """
    caller.need(Scope.WRITE)
    paths = sorted({_path_of(app, caller, name) for name in names})
    if not paths:
        return RemovalSummary((), 0, 0, 0, app.ledger.revision(caller.workspace), True)
    seen = app.snapshot(caller).records.keys()
    done = [_removed(app, caller, frozenset(paths[at : at + AT_ONCE]), reason) for at in range(0, len(paths), AT_ONCE)]
    # An answer to a message that went says less, or something else, than it did.
    revision = derive(app, caller) if converse(app, caller) else done[-1].revision
    app.forget(caller.workspace)
    cleared = _indexed(app, caller) and app.ledger.scrub()
    went = sum(it.sources for it in done), sum(it.documents for it in done), sum(len(seen & set(it.records)) for it in done)
    return RemovalSummary(tuple(paths), *went, revision, cleared)


def _removed(app: App, caller: Caller, paths: frozenset[str], reason: str) -> Removed:
    def commit(records: list[Record], entry: int) -> Removed:
        removal = Removal(paths, entry, reason)
        return app.ledger.remove_sources(caller.workspace, removal, records, actor=caller.name, at=now())

    return derived(app, caller, commit, without=paths)


def remove_document(app: App, caller: Caller, document_id: str) -> RemovalSummary:
    """Removes the source that a document was read from; raises NotFound."""
    caller.need(Scope.WRITE)
    return remove(app, caller, [the_document(app, caller, document_id).path])


def remove_missing(app: App, caller: Caller, kept: Collection[str], *, reason: str = "no longer in the folder") -> RemovalSummary:
    """Removes what is held at other paths than these, as ingested; raises InvalidQuestion where that would be everything."""
    caller.need(Scope.WRITE)
    held = {
        state.source.path
        for state in app.ledger.sources(caller.workspace)
        if state.source.kind_hint != CASE_HINT  # what people decided on cases lies in no folder
        and may_read(app, caller, state.source.path)
    }
    missing = held - set(kept)
    if missing and missing == held:
        raise InvalidQuestion("none of the files that are held is among those given: this would remove everything; name them to 'remove'")
    return remove(app, caller, missing, reason=reason)


def _path_of(app: App, caller: Caller, name: str) -> str:
    if may_read(app, caller, name) and app.ledger.versions(caller.workspace, name):
        return name
    try:
        return the_document(app, caller, name).path
    except NotFound:
        raise NotFound(f"nothing was ingested at the path {name!r}, and there is no document with that id") from None


def _indexed(app: App, caller: Caller) -> bool:
    """Whether the index has followed, here or in the server that holds it; it never holds text, and hits are checked with the ledger."""
    from store.memory_index import MemoryIndex

    try:
        if not isinstance(app.index, MemoryIndex):
            app.project(caller.workspace)
    except (Busy, Unavailable):
        return False
    return True
