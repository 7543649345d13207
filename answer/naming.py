"""Whether a sentence names a thing itself, not another thing that is called after it ("the pick list", not "the pick list template")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import dropwhile

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ARTICLES = frozenset("the a an its their his her our your each every any all".split())
#: What may stand before a name without narrowing it; an adjective or a noun makes it another thing.
_BEFORE = _ARTICLES | frozenset(
    "no of in on by with and or to for from as this that these those must may shall can be is are has have without under into than "
    "sign signs signed countersign countersigns approve approves check checks send sends carry carries show shows state states include "
    "includes list lists give gives attach attaches enter enters before after until unless if when where not both new".split()
)
#: What makes a thing another one where it stands after its name.
_AFTER = frozenset(
    "number numbers no date amount template templates form format file files desk team process system folder code list line lines book "
    "report type types office clerk manager owner address".split()
)


def place_of(text: str, name: str) -> tuple[int, int] | None:
    """Where the text first names it: (start, end), or None."""
    return next(iter(places_of(text, name)), None)


def places_of(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Singular and plural are one; a leading article of the name is left out."""
    wanted = _wanted(name)
    if not wanted or wanted[0] not in text.lower():
        return  # as nearly always: a contract is held against every record
    found = list(_WORD.finditer(text))
    said = tuple(_one(match[0]) for match in found)
    for at in range(len(said) - len(wanted) + 1):
        end = at + len(wanted)
        if said[at:end] != wanted:
            continue
        narrowed = at > 0 and found[at - 1][0].lower() not in _BEFORE and _joined(text, found[at - 1].end(), found[at].start())
        another = end < len(found) and found[end][0].lower() in _AFTER and _joined(text, found[end - 1].end(), found[end].start())
        if not narrowed and not another:
            yield found[at].start(), found[end - 1].end()


@lru_cache(maxsize=1 << 12)
def _wanted(name: str) -> tuple[str, ...]:
    words = [_one(word) for word in _words(name)]
    return tuple(dropwhile(_ARTICLES.__contains__, words))


def word_count(name: str) -> int:
    """Without articles."""
    return sum(word not in _ARTICLES for word in _words(name))


def is_filler(text: str) -> bool:
    """Whether a text holds articles only."""
    return all(word in _ARTICLES for word in _words(text))


def _joined(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip()


def _words(text: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(text)]


def _one(word: str) -> str:
    word = word.lower()
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
