"""Keeps every message read in its conversation: what was read before its neighbours came, or with some that are gone, is read again."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from domain.access import Caller
from domain.document import Document
from service.reading import read_documents, version_of, whole
from service.wiring import App, now

if TYPE_CHECKING:
    from extract.llm.stage import Refiner


def converse(app: App, caller: Caller, refiner: Refiner | None = None) -> int:
    """Reads again the sources whose messages stand in another conversation than they were read in; how many those were.

    Only what the present pipeline read is looked at: the rest is read again from its file. ``refiner``: that of the run, if it has one.
    """
    from extract.talks import Talks

    where, ledger, pipeline = caller.workspace, app.ledger, app.pipeline
    by_source: dict[str, list[Document]] = {}
    documents = app.holdings.documents(where)
    for document in documents:
        by_source.setdefault(document.source_id, []).append(document)
    talks = Talks(documents)
    stale = [
        state.source
        for state in ledger.sources(where)
        if state.state == "read"
        and whole(state.pipeline, pipeline)
        and state.pipeline != version_of(pipeline, talks.key(by_source.get(state.source.id, ())))
    ]
    if stale:
        with nullcontext(refiner) if refiner else app.refiner() or nullcontext() as asking:
            for source in stale:
                read, data = read_documents(app, by_source[source.id], talks, asking), ledger.source_bytes(where, source.id)
                ledger.commit_reading(where, source, data, read.reading, pipeline=read.version, actor=caller.name, at=now())
    return len(stale)
