"""Lays two readings of one paper beside each other, word by word, so that a place in one is found in the other."""

from __future__ import annotations

import re
from bisect import bisect_left
from difflib import SequenceMatcher

_WORD = re.compile(r"[^\W_]+")


class Words:
    """A text's words with their places; ``words`` in lower case."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.words = [match[0].lower() for match in found]
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]

    def within(self, start: int, end: int) -> range:
        """Numbers of the words that lie wholly between two offsets."""
        first = bisect_left(self._starts, start)
        last = first
        while last < len(self._ends) and self._ends[last] <= end:
            last += 1
        return range(first, last)


def same_places(one: Words, other: Words) -> dict[int, int]:
    """Word numbers of ``one`` to those of ``other`` for what both have in the same order; numbers that a reader drops are passed over."""
    # autojunk only keeps frequent words from starting a match, which spares minutes; a match still runs on through them.
    matcher = SequenceMatcher(None, one.words, other.words, autojunk=True)
    return {block.a + n: block.b + n for block in matcher.get_matching_blocks() for n in range(block.size)}
