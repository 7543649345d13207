"""A paragraph put together from pieces: the lines that a reader sees, with their marks, and beside them what was struck out or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.document import BlockKind, MarkKind
from ingest.canonical import LINE_GAP, Draft, DraftMark, clean

_BLANKS = re.compile(r"[ \t]+")
_OPEN_END = ".:;!?"


class Sort(StrEnum):
    """Whether a reader of the paper sees the words."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed or remarked something, when (ISO), as far as the file says; ``label`` as in a mark."""

    author: str = ""
    at: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words to which the same applies. A newline in ``text`` is a line break that a reader sees.

    ``change``: the open insertion or the deletion that the words are part of. ``remarks``: keys of the comments on them. ``note``: the key
    of a footnote or comment that is referred to right after the words before; such a piece has no text.
    """

    text: str
    sort: Sort = Sort.SHOWN
    change: Change | None = None
    remarks: tuple[str, ...] = ()
    note: str = ""
    note_kind: MarkKind = MarkKind.FOOTNOTE


@dataclass(slots=True)
class _Line:
    """A line as it grows. ``last``: its last character; ``before``: the character before what was added last."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    last: str = ""
    before: str = ""
    marks: list[DraftMark] = field(default_factory=list)
    latest: dict[DraftMark, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    def add(self, text: str) -> tuple[int, int]:
        """Appends words with single blanks between; gives where they stand."""
        text = _BLANKS.sub(" ", text)
        if self.last in ("", " "):
            text = text.lstrip(" ")
        start = self.size
        if text:
            self.parts.append(text)
            self.size += len(text)
            self.before, self.last = self.last, text[-1]
        return start, self.size

    def mark(self, made: DraftMark) -> None:
        """Adds the mark, or widens the last one of its kind that it goes on with."""
        kind = replace(made, start=0, end=0)
        known = self.latest.get(kind)
        if known is not None:
            old = self.marks[known]
            gap = made.start - old.end
            if gap <= 0 or gap == 1 and self.before == " ":
                self.marks[known] = replace(old, end=max(old.end, made.end))
                return
        self.latest[kind] = len(self.marks)
        self.marks.append(made)

    def take(self, other: _Line) -> None:
        """Goes on with another line."""
        self.add(" ")
        shift, _ = self.add(other.text)
        self.marks += [replace(m, start=m.start + shift, end=m.end + shift) for m in other.marks]


@dataclass(frozen=True, slots=True)
class Composed:
    """``lines``: (text, marks) as a reader sees them; ``asides``: DELETED and HIDDEN blocks that belong right after them."""

    lines: tuple[tuple[str, tuple[DraftMark, ...]], ...]
    asides: tuple[Draft, ...]

    @property
    def text(self) -> str:
        return "\n".join(text for text, _ in self.lines)


def compose(pieces: Iterable[Piece], remarks: Mapping[str, Change] | None = None) -> Composed:
    """The paragraph. ``remarks``: author, day and label of each comment by its key."""
    known = remarks or {}
    lines = [_Line()]
    struck: list[tuple[Change, _Line]] = []
    hidden: list[str] = []
    going_on = False
    for piece in pieces:
        text = clean(piece.text)
        if piece.sort is Sort.SHOWN:
            going_on = going_on and not text.strip()
            _show(lines, piece, text, known)
        elif piece.sort is Sort.DELETED:
            change = piece.change or Change()
            if not (going_on and struck and struck[-1][0] == change):
                struck.append((change, _Line()))
            _mark_remarks(struck[-1][1], struck[-1][1].add(text.replace("\n", " ")), piece, known)
            going_on = True
        else:
            hidden.append(text)
    asides = [_struck(change, line) for change, line in struck]
    words = " ".join("".join(hidden).split())
    if words:
        asides.append(Draft(BlockKind.HIDDEN, words, gap=LINE_GAP))
    return Composed(tuple(_finished(line) for line in _joined(lines)), tuple(a for a in asides if a.text))


def _show(lines: list[_Line], piece: Piece, text: str, known: Mapping[str, Change]) -> None:
    if piece.note:
        _refer(lines[-1], piece, known)
    for n, part in enumerate(text.split("\n")):
        if n:
            lines.append(_Line())
        place = lines[-1].add(part)
        if place[0] < place[1] and piece.change is not None and part.strip():
            lines[-1].mark(DraftMark(MarkKind.INSERTION, *place, piece.change.label, piece.change.author, piece.change.at))
        _mark_remarks(lines[-1], place, piece, known)


def _mark_remarks(line: _Line, place: tuple[int, int], piece: Piece, known: Mapping[str, Change]) -> None:
    for key in piece.remarks if place[0] < place[1] else ():
        line.mark(_remark(place, key, known))


def _remark(place: tuple[int, int], key: str, known: Mapping[str, Change]) -> DraftMark:
    by = known.get(key, Change())
    return DraftMark(MarkKind.COMMENT, *place, by.label, by.author, by.at, key)


def _refer(line: _Line, piece: Piece, known: Mapping[str, Change]) -> None:
    """Marks the last word before a reference; a comment that marks words already needs no more."""
    if any(m.target == piece.note for m in line.marks):
        return
    end = len(line.text.rstrip())
    place = line.text.rfind(" ", 0, end) + 1, end
    if place[0] < place[1]:
        made = DraftMark(MarkKind.FOOTNOTE, *place, target=piece.note)
        line.mark(_remark(place, piece.note, known) if piece.note_kind is MarkKind.COMMENT else made)


def _struck(change: Change, line: _Line) -> Draft:
    text, marks = _finished(line)
    whole = DraftMark(MarkKind.DELETION, 0, len(text), change.label, change.author, change.at)
    return Draft(BlockKind.DELETED, text, gap=LINE_GAP, marks=(whole, *marks))


def _finished(line: _Line) -> tuple[str, tuple[DraftMark, ...]]:
    text = line.text.rstrip()
    trimmed = []
    for mark in line.marks:
        start, end = mark.start, min(mark.end, len(text))
        while start < end and text[end - 1] == " ":
            end -= 1
        while start < end and text[start] == " ":
            start += 1
        if start < end:
            trimmed.append(replace(mark, start=start, end=end))
    return text, tuple(trimmed)


def _joined(lines: Sequence[_Line]) -> list[_Line]:
    """Line breaks separate lines of their own (addresses, signatures) unless a sentence runs across them."""
    done: list[_Line] = []
    for line in lines:
        if not line.text.strip():
            continue
        if done and line.text[:1].islower() and done[-1].text.rstrip()[-1:] not in _OPEN_END:
            done[-1].take(line)
        else:
            done.append(line)
    return done
