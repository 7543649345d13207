"""Makes the records what the statements in the ledger say; computed outside the transaction, and again where sources changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from domain.access import Caller
from domain.document import Document
from domain.errors import Defect, Moved
from domain.record import Record
from domain.statement import Statement
from service.wiring import App, now

T = TypeVar("T")

#: So often the records are derived anew where another process commits sources meanwhile.
ATTEMPTS = 5


def derive(app: App, caller: Caller) -> int:
    """Derives the records from all statements, as one revision; the revision then in force.

    Where they say what they said before, there is no new revision. Raises Moved where sources keep changing.
    """

    def commit(records: list[Record], entry: int) -> int:
        return app.ledger.commit_records(caller.workspace, records, actor=caller.name, at=now(), entry=entry)

    return derived(app, caller, commit)


Said = tuple[Document, Sequence[Statement]]


def derived(
    app: App, caller: Caller, commit: Callable[[list[Record], int], T], *, without: Collection[str] = (), beside: Said | None = None
) -> T:
    """Commits what the statements say, but for those of sources at the paths ``without``, and with a document that is not stored yet.

    ``commit`` gets the records and the audit entry that they go with; where it raises Moved the records are derived again.
    """
    from extract.assemble import assemble

    for attempt in range(1, ATTEMPTS + 1):
        entry, settings = app.ledger.entry(caller.workspace), app.settings
        documents, statements = app.holdings.said(caller.workspace)
        documents = [it for it in documents if it.path not in without]
        statements = [it for it in statements if it.citation.path not in without]
        if beside is not None:
            documents, statements = [*documents, beside[0]], [*statements, *beside[1]]
        with app.memory(caller.workspace) as memory:
            records = assemble(statements, documents, own_domains=settings.org_domains, approvers=settings.approvers, memory=memory)
        try:
            return commit(records, entry)
        except Moved:
            if attempt == ATTEMPTS:
                raise
    raise Defect("deriving neither ended nor failed")
