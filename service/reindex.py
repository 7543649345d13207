"""Makes the search index anew from the ledger."""

from __future__ import annotations

from domain.access import LOCAL, Caller, Scope
from domain.errors import Busy
from service.wiring import App


def reindex(app: App, caller: Caller = LOCAL) -> int:
    """The number of points. Raises Busy where a server holds the index: it follows the ledger by itself."""
    from store.memory_index import MemoryIndex
    from store.projection import rebuild

    caller.need(Scope.ADMIN)
    if isinstance(app.index, MemoryIndex):
        raise Busy("a running server holds the index; stop it, then reindex")
    return rebuild(app.ledger, app.index, caller.workspace)
