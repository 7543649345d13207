"""Words that carry meaning, compared by rough stems."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]{3,}")
_STOP = frozenset(
    "the and for that with from this are not any all its has have been was were will shall must may can which who what when where "
    "than then them they their there our your you his her him she upon into such each other only also but under over after before "
    "within without per".split()
)


@lru_cache(maxsize=1 << 15)
def content_words(text: str) -> frozenset[str]:
    """Lower-case words that carry meaning, cut to a rough stem."""
    return frozenset(_stem(word) for word in (w.lower() for w in _WORD.findall(text)) if word not in _STOP)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def shared_words(a: frozenset[str], b: frozenset[str]) -> float:
    """The share of the smaller set that both hold, 0..1."""
    return len(a & b) / max(min(len(a), len(b)), 1)
