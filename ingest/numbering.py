"""Numbers and bullets before clauses and list items: how they look, and what a clause's full number is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document import BlockKind
from ingest.canonical import Draft, with_text

BULLET = re.compile(r"(?:[•·▪‣◦●○■□►▸–—*+-]|\uf0b7|\uf0a7|o(?=\s{2,}|\t))[ \t]+(?=\S)")
_ROMAN = re.compile(r"(?i)[ivxlc]+")
_WORDED = re.compile(
    r"(?i)(?P<number>(?:article|section|clause|schedule|annex|appendix|exhibit|part|chapter|§§?)\s*"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|(?<=[\s§])[a-z])\b)(?P<end>\s*[.:)–—-]?[ \t]+|\s*[.:]?$)"
)
_ALONE = re.compile(r"(?i)(?:article|section|clause|schedule|annex|appendix|exhibit|part|chapter)\s+(?:\d{1,3}|[ivxlc]{1,6}|[a-z])\s*[.:]?")
_CLAUSE = re.compile(r"(?i)(?:article|section|clause)\b")
_NUMBER = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){1,4}(?:\s?\([a-z0-9]{1,4}\)){0,2}|\d{1,3}|\((?:[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,6}|\d{1,3})\)"
    r"|[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})"
    r"(?P<end>[.)]{0,2}(?:\s*[–—-](?=\s))?)(?P<space>[ \t]+)(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """``prefix + rest`` is the text; ``number`` is as printed, without the dot or bracket that closes it."""

    prefix: str
    number: str | None
    rest: str


def split_number(text: str, *, letters: bool = True) -> Numbered | None:
    """Number or bullet at the start of a paragraph, or None. ``letters``: whether a lone "A." can be a number (else it is an initial)."""
    if bullet := BULLET.match(text):
        return Numbered(bullet[0], None, text[bullet.end() :])
    if (worded := _WORDED.match(text)) and worded["number"][:1].isupper() | worded["number"].startswith("§"):
        return _worded(worded, text)
    found = _NUMBER.match(text)
    if found is None or not _plausible(found["number"], found["end"], text[found.end() :], letters):
        return None
    return Numbered(found[0], found["number"].replace(" ", ""), text[found.end() :])


def _worded(found: re.Match[str], text: str) -> Numbered | None:
    rest = text[found.end() :]
    separated = bool(found["end"].strip()) or not rest or rest[:1].isupper() and len(rest) < 120
    if not separated or not rest:
        return None
    return Numbered(found[0], " ".join(found["number"].split()), rest)


def _plausible(number: str, end: str, rest: str, letters: bool) -> bool:
    """Keeps quantities, dates, initials and the article "a" from being taken for numbers."""
    if number.isdigit():
        return bool(end) and not re.match(
            r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b", rest
        )
    if "." in number:
        # "1.5 million" is a quantity, "8.2.1 with" is not.
        return rest[:1].isupper() or not rest[:1].isalnum() or bool(end) or number.count(".") > 1 or "(" in number
    if number.startswith("("):
        return True
    if not end.strip(" –—-"):
        return False
    return letters or not number.isupper() or len(number) > 1


def has_lettered(texts: Sequence[str]) -> bool:
    """Whether a list with capital letters begins somewhere ("A. ..."), so that "B." is a number rather than an initial."""
    seen = {t[0] for t in texts if len(t) > 3 and t[0] in "AB" and t[1] in ".)" and t[2].isspace()}
    return seen == {"A", "B"}


def number_drafts(drafts: Sequence[Draft]) -> list[Draft]:
    """Moves the bare numbers and bullets of paragraphs, items and headings into their prefixes."""
    drafts = _with_number_lines(drafts)
    letters = has_lettered([d.text for d in drafts])
    return [_numbered(d, letters) for d in drafts]


def _with_number_lines(drafts: Sequence[Draft]) -> list[Draft]:
    """A line that is only "ARTICLE 4" numbers the heading or paragraph below it."""
    done: list[Draft] = []
    for draft in drafts:
        before = done[-1] if done else None
        if before is not None and _is_numbered_by(before, draft):
            number = " ".join(before.text.rstrip(" .:").split())
            done[-1] = replace(draft, prefix=f"{before.text}\n", number=number, level=before.level, gap=before.gap)
        else:
            done.append(draft)
    return done


def _is_numbered_by(before: Draft, draft: Draft) -> bool:
    if draft.prefix or before.prefix or not _ALONE.fullmatch(before.text) or split_number(draft.text) is not None:
        return False
    if before.kind is draft.kind is BlockKind.HEADING:
        return True
    # An exhibit's name stands for all of it, an article's for its first paragraph at least.
    alone = before.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) and draft.kind is BlockKind.PARAGRAPH
    return alone and _CLAUSE.match(before.text) is not None


def _numbered(draft: Draft, letters: bool) -> Draft:
    if draft.number is not None or draft.prefix or draft.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING):
        return draft
    found = split_number(draft.text, letters=letters)
    if found is None:
        return draft
    moved = replace(with_text(draft, found.rest, found.prefix), number=found.number)
    if draft.kind is BlockKind.PARAGRAPH and (found.number is None or style_of(found.number) in RELATIVE):
        return replace(moved, kind=BlockKind.LIST_ITEM)
    return moved


RELATIVE = frozenset({"lower", "upper", "roman", "ROMAN", "(digit)"})


def style_of(number: str) -> str:
    """The family a number belongs to: dotted (7.2), digit (7), worded (Article 7), or one of RELATIVE, which count within a parent."""
    bare = number.strip("().")
    if number[:1].isalpha() and " " in number or number.startswith("§"):
        return "worded"
    if "." in bare:
        return "dotted"
    if bare.isdigit():
        return "(digit)" if number.startswith("(") else "digit"
    if _ROMAN.fullmatch(bare) and (len(bare) > 1 or bare.lower() == "i"):
        return "roman" if bare.islower() else "ROMAN"
    return "lower" if bare.islower() else "upper"


_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def _value(roman: str) -> int:
    """What a roman number counts; -1 for what is none."""
    digits = [_ROMANS.get(c, 0) for c in roman.lower()]
    if not all(digits):
        return -1
    return sum(-d if d < max(digits[n:]) else d for n, d in enumerate(digits))


class ClauseCounter:
    """Walks down a document and says each numbered block's full clause number: "(b)" below "7.2" is "7.2(b)"."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []

    @property
    def depth(self) -> int:
        return len(self._stack)

    def enter(self, number: str, *, heading: bool = False) -> str:
        """The full number of a block that carries ``number``; blocks after it without one belong to it."""
        style = self._style(number)
        if self._absolute(number, style, heading):
            self._stack = [(style, number)]
        else:
            styles = [s for s, _ in self._stack]
            if style in styles:
                del self._stack[styles.index(style) :]
            self._stack.append((style, number))
        return self.current() or number

    def leave(self) -> None:
        """A heading without a number ends the clauses before it."""
        self._stack = []

    @property
    def root(self) -> str | None:
        """The number of the clause that the items here belong to; None for items that belong to none."""
        return self._stack[0][1] if self._stack and self._stack[0][0] not in RELATIVE else None

    def current(self) -> str | None:
        """The full number of the last numbered block."""
        if not self._stack:
            return None
        first = self._stack[0][1]
        return first + "".join(f"({n.strip('().')})" for _, n in self._stack[1:])

    def _style(self, number: str) -> str:
        """Tells "(i)" after "(h)" from "(i)" at the start of a roman list, and "(v)" after "(iv)" from "(v)" after "(u)"."""
        style = style_of(number)
        bare = number.strip("().")
        if len(bare) != 1 or style not in ("roman", "ROMAN", "lower", "upper"):
            return style
        small = style in ("roman", "lower")
        for kind, before in reversed(self._stack):
            last = before.strip("().")
            if kind == ("lower" if small else "upper") and ord(last[-1]) + 1 == ord(bare):
                return kind
            if kind == ("roman" if small else "ROMAN") and _value(last) + 1 == _value(bare):
                return kind
        return style

    def _absolute(self, number: str, style: str, heading: bool) -> bool:
        if style in ("dotted", "worded") or not self._stack:
            return True
        if style != "digit":
            return False
        within = next((n for s, n in self._stack[1:] if s == "digit"), None)
        if within is not None and not heading and int(number) == int(within) + 1:
            return False
        first_style, first = self._stack[0]
        if heading or first_style == "digit" or first_style in RELATIVE and first.startswith("("):
            return True
        head = re.match(r"\d+", first)
        return head is not None and int(number) == int(head[0]) + 1
