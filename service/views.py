"""From the whole snapshot of a workspace to a caller's: the one place that every door gets its records and documents from."""

from __future__ import annotations

import threading
from dataclasses import replace

from domain.access import Caller
from domain.record import Documentation
from domain.words import content_words
from service.sight import Sight, Vocabulary, words_of_record
from service.snapshot import Snapshot

#: Sets of labels of which the view is kept, for each workspace.
KEPT = 32


def narrowed(full: Snapshot, labels: frozenset[str]) -> Snapshot:
    """What those who may read these labels see of it; the very same snapshot where that is everything."""
    hidden = frozenset(path for path, needed in full.labels.items() if not needed <= labels)
    if not hidden:
        return full
    documents = {key: document for key, document in full.documents.items() if document.path not in hidden}
    papers = [document for document in full.documents.values() if document.path in hidden]
    vocabulary = Vocabulary(papers, list(documents.values()))
    # All words at once: what is found here is not looked for again with each record.
    vocabulary.betrayed({word for stored in full.records.values() for word in content_words(words_of_record(stored.record))})
    sight = Sight(hidden, vocabulary, full.records.keys(), documents)
    ids = {key for key, stored in full.records.items() if sight.shown(stored) is not None}
    sight = replace(sight, ids=ids)
    records = {key: shown for key in full.records if key in ids and (shown := sight.shown(full.records[key])) is not None}
    formal = sum(stored.record.documentation is Documentation.DOCUMENTED for stored in records.values())
    return replace(full, records=records, formal=formal, documents=documents, labels={}, sight=sight)


class Sights:
    """The views of the last snapshot of each workspace, by the labels they are for."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Snapshot, dict[frozenset[str], Snapshot]]] = {}
        self._lock = threading.Lock()

    def of(self, full: Snapshot, caller: Caller) -> Snapshot:
        if caller.labels is None or not full.labels:
            return full
        with self._lock:
            whole, views = self._kept.get(caller.workspace, (None, {}))
            if whole is not full:
                views = {}
                self._kept[caller.workspace] = full, views
            view = views.get(caller.labels)
            if view is None:
                if len(views) >= KEPT:
                    views.clear()
                view = views[caller.labels] = narrowed(full, caller.labels)
            return view

    def forget(self, workspace: str) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._kept.pop(workspace, None)
