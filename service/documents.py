"""Fetches documents and their canonical text."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.document import Document
from service.wiring import App


def get_document(app: App, caller: Caller, document_id: str) -> Document:
    """Raises NotFound."""
    caller.need(Scope.READ)
    return app.ledger.document(caller.workspace, document_id)
