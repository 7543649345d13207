"""The words of all stored messages as one indexed stream, so that any run of them is found in the message that said it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.document import BlockKind, Document, MessageKind
from domain.span import Span
from extract.kept import Kept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

#: Words in an indexed run: shorter ones are said by everybody.
RUN = 5
#: So many places of one run are looked at, the earliest first; what stands in more messages than this is boilerplate.
SEEN = 64
#: Blocks of a message whose words are not its author's, or not for a reader's eyes.
NOT_OWN = frozenset({BlockKind.QUOTED, BlockKind.FORWARDED, BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.COMMENT})
WORD = re.compile(r"[^\W_]+")
_GAP, _UNKNOWN = -1, -2  # ids of no word: a break that no run may cross, and a word that no message uses
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)


def sent(document: Document) -> str:
    """When a mail was sent, in a form that sorts across offsets; "" where nobody says."""
    when = document.message.sent_at if document.message else None
    return _sortable(when) if when else ""


@lru_cache(maxsize=1 << 16)
def _sortable(when: str) -> str:
    moment = datetime.fromisoformat(when)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except OverflowError:  # the first and last day of the calendar have no neighbour in another zone
        return moment.replace(tzinfo=UTC).isoformat()


def by_time(document: Document) -> tuple[bool, str, str, int]:
    """Sorts mails by the time they were sent, those without one last."""
    when = sent(document)
    return not when, when, document.path, document.ordinal


def stored(documents: Iterable[Document]) -> list[Document]:
    """Messages that are in store themselves, earliest first: not those known only from a copy inside another."""
    return sorted((d for d in documents if d.message is not None and d.message.kind is not MessageKind.QUOTED), key=by_time)


def folded(text: str) -> list[str]:
    """The words of a text without regard to case, white space, quote marks and punctuation, which mail programs change."""
    return [word.casefold() for word in WORD.findall(text)]


def worded(text: str, span: Span) -> Span:
    """The span from its first word to its last; as it is where it has none."""
    found = list(WORD.finditer(text, span.start, span.end))
    return Span(found[0].start(), found[-1].end()) if found else span


@dataclass(frozen=True, slots=True)
class Wording:
    """``ids``, ``starts``, ``ends``: one entry for each word in the own text of each document, in the documents' order; a break is -1.

    ``first``: where each document's words begin in the stream. ``hashes`` (sorted) and ``places`` are the index of runs of RUN words.
    """

    documents: tuple[Document, ...]
    number: dict[str, int]
    vocabulary: dict[str, int]
    ids: Ints
    starts: Ints
    ends: Ints
    first: list[int]
    hashes: NDArray[np.uint64]
    places: NDArray[np.int64]

    def numbered(self, words: Sequence[str]) -> Ints:
        """The words as ids of this stream."""
        import numpy as np

        return np.asarray([self.vocabulary.get(word, _UNKNOWN) for word in words], np.int32)

    def owner(self, place: int) -> int:
        """The document, by its position, whose words stand at a place of the stream."""
        return bisect_right(self.first, place) - 1

    def span(self, place: int, length: int) -> Span:
        """Where so many words from a place on stand in their document's text."""
        return Span(int(self.starts[place]), int(self.ends[place + length - 1]))

    def found(self, run: Ints) -> list[int]:
        """The earliest places at which a run of at least RUN words is said, at most SEEN; none for a shorter run."""
        import numpy as np

        if len(run) < RUN or bool((run < 0).any()):
            return []
        keys = _hashed(run)
        left, right = np.searchsorted(self.hashes, keys, "left"), np.searchsorted(self.hashes, keys, "right")
        rarest = int(np.argmin(right - left))
        places = [int(p) - rarest for p in self.places[left[rarest] : right[rarest]][:SEEN]]
        return [p for p in places if p >= 0 and np.array_equal(self.ids[p : p + len(run)], run)]

    def within(self, number: int, run: Ints) -> int | None:
        """The place at which one document says the run, however short."""
        start = self.first[number]
        end = self.first[number + 1] if number + 1 < len(self.first) else len(self.ids)
        if not len(run) or bool((run < 0).any()):
            return None
        raw, wanted = self.ids[start:end].tobytes(), run.tobytes()
        at = raw.find(wanted)
        while at >= 0 and at % self.ids.itemsize:
            at = raw.find(wanted, at + 1)
        return start + at // self.ids.itemsize if at >= 0 else None


class Vocabulary:
    """The number of each word, and each document's own words as numbers with their places, kept from one time to the next."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.documents: Kept[Document, tuple[array[int], array[int], array[int]]] = Kept()

    def own(self, document: Document) -> tuple[array[int], array[int], array[int]]:
        """Numbers, starts and ends of its own words, with a break after the last."""
        ids, starts, ends = array("i"), array("i"), array("i")
        for word, at, after in (*own_words(document), ("", 0, 0)):
            ids.append(self.numbers.setdefault(word, len(self.numbers)) if word else _GAP)
            starts.append(at)
            ends.append(after)
        return ids, starts, ends


def wording(documents: Sequence[Document], vocabulary: Vocabulary | None = None) -> Wording:
    """Indexes the own words of the documents, in the order given; time and memory grow with the number of words."""
    import numpy as np

    vocabulary = vocabulary or Vocabulary()
    vocabulary.documents.keep_only(documents)
    ids, starts, ends = array("i"), array("i"), array("i")
    first: list[int] = []
    for document in documents:
        first.append(len(ids))
        mine = vocabulary.documents.of(document, vocabulary.own)
        ids.extend(mine[0])
        starts.extend(mine[1])
        ends.extend(mine[2])
    stream, begin, end = (np.frombuffer(values, np.int32) if values else np.empty(0, np.int32) for values in (ids, starts, ends))
    hashes, places = _index(stream)
    numbers = {document.id: number for number, document in enumerate(documents)}
    return Wording(tuple(documents), numbers, vocabulary.numbers, stream, begin, end, first, hashes, places)


def own_words(document: Document) -> list[tuple[str, int, int]]:
    """Each word of a document that is its author's, with its place in the text; an empty word where somebody else's stand between."""
    found: list[tuple[str, int, int]] = []
    foreign = [b.span for b in document.blocks if b.kind in NOT_OWN]
    at = 0
    for match in WORD.finditer(document.text):
        while at < len(foreign) and foreign[at].end <= match.start():
            at += 1
            if found and found[-1][0]:
                found.append(("", match.start(), match.start()))
        if at == len(foreign) or match.end() <= foreign[at].start:
            found.append((match[0].casefold(), match.start(), match.end()))
    return found


def _index(stream: Ints) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of all runs that no break crosses, sorted, and their places: equal ones in the order of the stream."""
    import numpy as np

    if len(stream) < RUN:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    whole = np.lib.stride_tricks.sliding_window_view(stream, RUN).min(axis=1) >= 0
    places = np.flatnonzero(whole).astype(np.int64)
    hashes = _hashed(stream)[places]
    order = np.argsort(hashes, kind="stable")
    return hashes[order], places[order]


def _hashed(run: Ints) -> NDArray[np.uint64]:
    """One hash for each RUN words in a row; what it finds is compared word by word."""
    import numpy as np

    count = len(run) - RUN + 1
    wide = run.astype(np.uint64) + np.uint64(1)
    total = np.zeros(count, np.uint64)
    for step, factor in enumerate(_MIX):
        total ^= (wide[step : step + count] * np.uint64(factor)) >> np.uint64(step)
        total *= np.uint64(_MIX[0])
    return total
