"""Fetches documents and their canonical text."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.document import Document
from domain.ports import SourceVersion
from service.seen import may_read, the_document
from service.wiring import App


def get_document(app: App, caller: Caller, document_id: str) -> Document:
    """Raises NotFound."""
    caller.need(Scope.READ)
    return the_document(app, caller, document_id)


def get_versions(app: App, caller: Caller, document: Document) -> list[SourceVersion]:
    """Every source that the document's path has had, oldest first; none where the path may not be read."""
    caller.need(Scope.READ)
    if not may_read(app, caller, document.path):
        return []
    return app.ledger.versions(caller.workspace, document.path)
