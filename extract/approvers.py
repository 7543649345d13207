"""Whom formal papers make approvers: an office that a policy names, held by whom a formal paper says holds it.

A signature says what its writer likes to be called, and what somebody does again and again gives no authority either: neither counts here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.document import Document
from domain.statement import Statement
from extract.authority import EMPLOYEE, Channels
from extract.kept import Kept
from extract.names import key_of, squeezed
from extract.people import Capitals, names_of, offices_in


def named_approvers(
    papers: Sequence[Document], statements: Sequence[Statement], channels: Channels, capitals: Kept[Document, Capitals] | None = None
) -> dict[str, str]:
    """By mail address of the organisation's own: why what its owner says counts as an approver's.

    ``capitals``: what is kept of formal papers that were looked through before.
    """
    formal = sorted((d for d in papers if d.message is None and channels.of(d).formal), key=lambda d: (d.path, d.ordinal))
    by_id = {document.id: document for document in formal}
    naming: dict[str, str] = {}
    for statement in sorted(statements, key=lambda s: (s.citation.path, s.citation.span.start)):
        document = by_id.get(statement.citation.document_id)
        if document is not None and statement.handler and channels.said(document, statement.citation.span).formal:
            naming.setdefault(key_of(statement.handler), document.path)
    if not naming:
        return {}
    writers = _writers(papers, channels)
    offices = offices_in(formal, set(writers), capitals or Kept())
    found = {}
    for name, addresses in writers.items():
        office = offices.get(name, "")
        path = naming.get(key_of(office)) if office else None
        path = path or naming.get(key_of(name))
        if path is not None and len(addresses) == 1:
            (address,) = addresses
            found[address] = f"{office or name}, named as approver in {path}"
    return found


def _writers(papers: Sequence[Document], channels: Channels) -> Mapping[str, set[str]]:
    """The organisation's own people by full name, with their addresses. An address that has nothing of the name proves nothing."""
    inside = [d for d in papers if d.message is not None and channels.of(d).tier >= EMPLOYEE]
    found: dict[str, set[str]] = defaultdict(set)
    for address, name in names_of(inside).items():
        box, words = squeezed(address.partition("@")[0]), name.split()
        if len(words) > 1 and any(len(word) > 2 and squeezed(word) in box for word in (words[0], words[-1])):
            found[name].add(address)
    return found
