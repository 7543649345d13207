"""Fetches documents and their canonical text."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.document import Document
from domain.ports import SourceVersion
from service.wiring import App


def get_document(app: App, caller: Caller, document_id: str) -> Document:
    """Raises NotFound."""
    caller.need(Scope.READ)
    return app.ledger.document(caller.workspace, document_id)


def get_versions(app: App, caller: Caller, document: Document) -> list[SourceVersion]:
    """Every source that the document's path has had, oldest first."""
    caller.need(Scope.READ)
    return app.ledger.versions(caller.workspace, document.path)
