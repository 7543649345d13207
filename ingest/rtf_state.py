"""What holds for the words at one point of an RTF file: its groups restore both when they close."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from ingest.paragraph import Change, Piece, Sort

STRUCK = Change(label="struck out by hand")
#: Half points; letters of this size and smaller are a dot.
_TINY = 4


class Target(StrEnum):
    """Where the words of a group go."""

    TEXT = "text"
    LABEL = "label"  # the number or bullet of a list item, as the writing program computed it
    SKIP = "skip"
    FONTS = "fonts"
    COLORS = "colors"
    STYLES = "styles"
    AUTHORS = "authors"
    TITLE = "title"
    FACT = "fact"  # of a comment: its author, its day, what it marks


@dataclass(frozen=True, slots=True)
class Look:
    """``color`` and ``ground``: numbers in the colour table, 0 for none. ``by`` and ``when`` of an insertion, ``gone_by`` and ``gone_when``
    of a deletion.
    """

    font: int = -1
    hidden: bool = False
    deleted: bool = False
    revised: bool = False
    struck: bool = False
    bold: bool = False
    size: int = 24
    color: int = 0
    ground: int = 0
    by: int = 0
    when: int = 0
    gone_by: int = 0
    gone_when: int = 0

    @property
    def tiny(self) -> bool:
        return self.size <= _TINY


@dataclass(frozen=True, slots=True)
class Form:
    """Of a paragraph. ``outline``: its heading level from 0; ``level``: how deep in lists from 0; ``shaded``: on a ground of its own."""

    style: int = 0
    outline: int = 9
    level: int = 0
    in_table: bool = False
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """``skip``: how many characters stand after a Unicode one for programs that know none. ``fact``: which, where the target is one."""

    target: Target = Target.TEXT
    look: Look = Look()
    form: Form = Form()
    skip: int = 1
    fact: str = ""

    def looking(self, look: Look) -> State:
        """The same with another look."""
        return State(self.target, look, self.form, self.skip, self.fact)

    def formed(self, form: Form) -> State:
        """The same in a paragraph of another form."""
        return State(self.target, self.look, form, self.skip, self.fact)


@lru_cache(maxsize=4096)
def look_with(look: Look, name: str, value: bool | int) -> Look:
    """The look with one property changed. Remembered, for files go back and forth between few looks, and copies are slow."""
    changed: dict[str, Any] = {name: value}
    return replace(look, **changed)


@lru_cache(maxsize=1024)
def form_with(form: Form, name: str, value: bool | int) -> Form:
    """The form with one property changed."""
    changed: dict[str, Any] = {name: value}
    return replace(form, **changed)


@dataclass(slots=True)
class Paragraph:
    """``label``: as printed. ``begun``: whether it has words. ``hanging``: notes and comments that belong right after it."""

    form: Form = Form()
    pieces: list[Piece] = field(default_factory=list)
    label: str = ""
    bold: bool = False
    begun: bool = False
    hanging: list[Note] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.begun or self.hanging) and not any(p.text.strip() or p.note for p in self.pieces)


@dataclass(slots=True)
class Note:
    """A footnote with its printed mark, or a comment, whose mark is empty."""

    key: str
    mark: str = ""
    comment: bool = False
    items: list[Paragraph | Row] = field(default_factory=list)


@dataclass(slots=True)
class CellForm:
    """``right``: joined to the cell on its left; ``down``: to the one above; ``shaded``: on a ground of its own."""

    right: bool = False
    down: bool = False
    shaded: bool = False


@dataclass(slots=True)
class Row:
    cells: list[list[Paragraph]]
    forms: list[CellForm]
    header: bool = False


@dataclass(slots=True)
class Story:
    """A text of its own: the body, a note, a page header. ``cell`` and ``row``: of the table that is being read.

    ``shaded``: whether any cell of its row is on a ground of its own.
    """

    items: list[Paragraph | Row] = field(default_factory=list)
    here: Paragraph = field(default_factory=Paragraph)
    cell: list[Paragraph] = field(default_factory=list)
    row: list[list[Paragraph]] = field(default_factory=list)
    forms: list[CellForm] = field(default_factory=list)
    form: CellForm = field(default_factory=CellForm)
    header: bool = False
    shaded: bool = False
    note: Note | None = None

    def end_paragraph(self, form: Form, *, in_cell: bool = False) -> None:
        """Closes the paragraph being read; it takes the form of its first words."""
        done, self.here = self.here, Paragraph()
        if not done.begun:
            done.form = form
        if done.empty:
            return
        if in_cell or self.row or done.form.in_table or form.in_table:
            self.cell.append(done)
        else:
            self.items.append(done)

    def end_cell(self, form: Form) -> None:
        self.end_paragraph(form, in_cell=True)
        self.row.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        if self.cell:
            self.row.append(self.cell)
        if self.row:
            # The forms hold until the next definition of a row; no more of them than cells are of use.
            self.items.append(Row(self.row, self.forms[: len(self.row)], self.header))
        self.row, self.cell = [], []

    def finish(self, form: Form) -> None:
        """The end of the text: what was never closed is kept."""
        self.end_paragraph(form)
        if self.row:
            self.end_row()
        self.items += self.cell
        self.cell = []


def sort_of(look: Look, white: bool) -> Sort:
    """Whether a reader sees words of this look. ``white``: on white."""
    if look.deleted or look.struck and not look.hidden:
        return Sort.DELETED
    return Sort.HIDDEN if look.hidden or look.tiny or white else Sort.SHOWN
