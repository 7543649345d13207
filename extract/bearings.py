"""What speaks for an exception's bending a rule: how near they are by topic, words, place and names, and what is said around it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.document import Document
from domain.record import Documentation, Record
from domain.statement import Modality, Statement
from domain.value import ValueKind
from domain.words import content_words
from extract.draft import Draft
from extract.similarity import embeddings, topics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extract.similarity import Floats

    Places = NDArray[np.int64]

Told = tuple[Record, Draft]
Beside = tuple[tuple[Statement, ...], tuple[Statement, ...]]
#: Characters within which two sentences of one document stand near, and in which nearness falls to a third.
NEAR, FADES = 600, 400
#: Kinds of quantity that say nothing of what two norms are about.
_ANYWHERE = frozenset({ValueKind.DATE, ValueKind.COUNT})
#: What is told of each pair of an exception and a rule, in this order. ``carrier``, ``carriers``: the greatest and the mean cosine of
#: topics over the exception's evidence; ``message``, ``thread``: that of the mean of what its documents and its thread say; ``told``: the
#: greatest over what else its thread says; ``both_permit``: what permits rarely bends what permits.
FEATURES = (
    "topic", "vector", "carrier", "carriers", "message", "thread", "told", "shared", "kinds", "both_permit", "formal", "party",
    "same_document", "just_before", "after", "distance", "same_heading",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """The statements of each document and of each thread of messages, by document id and by the id of the thread's root."""

    documents: Mapping[str, Document]
    statements: Mapping[str, tuple[Statement, ...]]
    thread: Mapping[str, str]
    threads: Mapping[str, tuple[Statement, ...]] = field(repr=False)

    @classmethod
    def of(cls, statements: Iterable[Statement], documents: Mapping[str, Document], places: Mapping[str, tuple[str, int]]) -> Around:
        by_document: dict[str, list[Statement]] = {}
        by_thread: dict[str, list[Statement]] = {}
        thread = {document_id: root for document_id, (root, _) in places.items()}
        for statement in statements:
            home = statement.citation.document_id
            by_document.setdefault(home, []).append(statement)
            if home in thread:
                by_thread.setdefault(thread[home], []).append(statement)
        return cls(documents, {k: tuple(v) for k, v in by_document.items()}, thread, {k: tuple(v) for k, v in by_thread.items()})

    def beside(self, draft: Draft) -> Beside:
        """What else an exception's documents say, and what else its threads say."""
        own = {s.id for s, _ in draft.carriers}
        homes = list(dict.fromkeys(s.citation.document_id for s, _ in draft.carriers))
        roots = list(dict.fromkeys(self.thread[home] for home in homes if home in self.thread))
        near = (s for home in homes for s in self.statements.get(home, ()) if s.id not in own)
        return tuple(near), tuple(s for root in roots for s in self.threads.get(root, ()) if s.id not in own)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rules that may be bent, prepared for many exceptions. ``by_word``, ``by_document``: their positions."""

    rules: Sequence[Record]
    topic: Floats = field(repr=False)
    vector: Floats = field(repr=False)
    by_word: Mapping[str, Places] = field(repr=False)
    by_document: Mapping[str, Places] = field(repr=False)
    lengths: Places = field(repr=False)
    titles: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, rules: Sequence[Record], around: Around) -> Shelf:
        import numpy as np

        by_word: dict[str, list[int]] = {}
        by_document: dict[str, list[int]] = {}
        words = [words_of(rule) for rule in rules]
        for j, rule in enumerate(rules):
            by_document.setdefault(rule.evidence[0].citation.document_id, []).append(j)
            for word in words[j]:
                by_word.setdefault(word, []).append(j)
        titles = {}
        for home in by_document:
            document = around.documents[home]
            titles[home] = " ".join([document.title, *document.parties]).lower()
        return cls(
            rules,
            topics(rules),
            embeddings(rules),
            {word: np.asarray(places, np.int64) for word, places in by_word.items()},
            {home: np.asarray(places, np.int64) for home, places in by_document.items()},
            np.asarray([len(some) for some in words], np.int64),
            titles,
        )


def words_of(record: Record) -> frozenset[str]:
    return content_words(" ".join([record.said, *(e.citation.quote for e in record.evidence)]))


@dataclass(frozen=True, slots=True, eq=False)
class Bending:
    """An exception as it looks for its rule. ``carriers``, ``told``: topics of its evidence and of what else its thread says, in rows;
    ``message``, ``thread``: the direction of what its documents and its thread say.
    """

    record: Record
    words: frozenset[str]
    names: tuple[str, ...]
    carriers: Floats = field(repr=False)
    told: Floats = field(repr=False)
    message: Floats = field(repr=False)
    thread: Floats = field(repr=False)

    @classmethod
    def of(cls, record: Record, draft: Draft, beside: Beside) -> Bending:
        own, (near, far) = [s for s, _ in draft.carriers], beside
        names = tuple(name.split()[0] for item in record.scope if (name := item.value.lower().strip()))
        return cls(record, words_of(record), names, topics(own), topics(far), _direction([*own, *near]), _direction([*own, *far]))


def _direction(statements: Sequence[Statement]) -> Floats:
    import numpy as np

    mean = embeddings(statements).mean(0)
    unit: Floats = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit


def features(exceptions: Sequence[Bending], shelf: Shelf) -> Mapping[str, Floats]:
    """For each of FEATURES a matrix, exceptions x rules."""
    import numpy as np

    records = [e.record for e in exceptions]
    spread = np.concatenate([e.carriers for e in exceptions]) @ shelf.topic.T
    counts = np.asarray([len(e.carriers) for e in exceptions])
    starts = np.cumsum([0, *counts[:-1]])
    found = {
        "topic": topics(records) @ shelf.topic.T,
        "vector": embeddings(records) @ shelf.vector.T,
        "carrier": np.maximum.reduceat(spread, starts),
        "carriers": np.add.reduceat(spread, starts) / counts.astype(np.float32)[:, None],
        "message": np.stack([e.message for e in exceptions]) @ shelf.vector.T,
        "thread": np.stack([e.thread for e in exceptions]) @ shelf.vector.T,
        "told": np.stack([_greatest(e.told, shelf) for e in exceptions]),
        "shared": np.stack([_shared(e.words, shelf) for e in exceptions]),
        "kinds": _kinds(records, _ANYWHERE) @ _kinds(shelf.rules, frozenset()).T,
        "both_permit": _permits(records)[:, None] * _permits(shelf.rules)[None],
        "formal": np.repeat(np.asarray([[r.documentation is Documentation.DOCUMENTED for r in shelf.rules]], np.float32), len(records), 0),
    }
    for name in FEATURES[len(found) :]:
        found[name] = np.zeros_like(found["topic"])
    for i, exception in enumerate(exceptions):
        _place(exception, shelf, {name: table[i] for name, table in found.items()})
    return found


def _greatest(told: Floats, shelf: Shelf) -> Floats:
    import numpy as np

    greatest: Floats = (told @ shelf.topic.T).max(0) if len(told) else np.zeros(len(shelf.rules), np.float32)
    return greatest


def _shared(words: frozenset[str], shelf: Shelf) -> Floats:
    """The share of the shorter one's words that both have."""
    import numpy as np

    places = [shelf.by_word[word] for word in words if word in shelf.by_word]
    counts = np.bincount(np.concatenate(places), minlength=len(shelf.rules)) if places else np.zeros(len(shelf.rules))
    share: Floats = (counts / np.maximum(np.minimum(shelf.lengths, len(words)), 1)).astype(np.float32)
    return share


def _kinds(records: Sequence[Record], without: frozenset[ValueKind]) -> Floats:
    """Which kinds of quantity each names; shape: records x kinds."""
    import numpy as np

    kinds = [kind for kind in ValueKind if kind not in _ANYWHERE]
    rows = [[float(kind not in without and any(v.kind is kind for v in r.values)) for kind in kinds] for r in records]
    return np.asarray(rows, np.float32).reshape(len(records), len(kinds))


def _permits(records: Sequence[Record]) -> Floats:
    import numpy as np

    return np.asarray([r.modality is Modality.PERMISSION for r in records], np.float32)


def _place(exception: Bending, shelf: Shelf, row: Mapping[str, Floats]) -> None:
    """Fills in what the places of the two say, and whether the rule's paper names whom the exception is about."""
    citation = exception.record.evidence[0].citation
    for home, title in shelf.titles.items():
        if any(name in title for name in exception.names):
            row["party"][shelf.by_document[home]] = 1.0
    for j in shelf.by_document.get(citation.document_id, ()):
        other = shelf.rules[j].evidence[0].citation
        apart = abs(other.span.start - citation.span.start)
        after = other.span.start > citation.span.start
        row["same_document"][j], row["after"][j] = 1.0, float(after)
        row["just_before"][j] = float(apart < NEAR and not after)
        row["distance"][j] = math.exp(-apart / FADES)
        row["same_heading"][j] = float(bool(citation.place.heading_path) and citation.place.heading_path == other.place.heading_path)
