"""Reads the tokens of an RTF file into paragraphs and table rows, with tracked changes, comments and notes where they belong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from domain.document import MarkKind
from domain.errors import LimitExceeded
from ingest.canonical import one_line
from ingest.docx_symbols import readable
from ingest.limits import MAX_CHARS, MAX_TREE_DEPTH
from ingest.paragraph import Change, Piece, Sort
from ingest.rtf_state import STRUCK, CellForm, Form, Look, Note, State, Story, Target, form_with, look_with, sort_of
from ingest.rtf_tokens import SYMBOL, WESTERN, Kind, Letters, Token, page_of, page_of_charset, tokens

#: Groups whose words are no text of the paper.
_SKIPPED: Final = frozenset(
    "pict fldinst info ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn xe tc rxe nonshppict listtable listoverridetable filetbl generator "
    "themedata colorschememapping datastore latentstyles rsidtbl pgdsctbl userprops docvar object objdata objclass background sp tcn "
    "list listlevel listoverride leveltext levelnumbers listname mmathPr "
    "bkmkstart bkmkend pn pnseclvl template passwordhash xmlnstbl htmltag mhtmltag keywords doccomm operator company subject".split()
)
#: Groups that programs may skip (they begin with a star) and that hold words all the same.
_STARRED: Final = frozenset(
    "shpinst shptxt ud do dptxbxtext moMath mmath moMathPara annotation atnid atnauthor atrfstart atrfend atndate atnref revtbl listtext "
    "footnote cs ts result".split()
)
_TARGETS: Final = {
    "fonttbl": Target.FONTS, "colortbl": Target.COLORS, "stylesheet": Target.STYLES, "revtbl": Target.AUTHORS, "title": Target.TITLE,
    "listtext": Target.LABEL, "pntext": Target.LABEL,
}  # fmt: skip
_FACTS: Final = frozenset({"atnid", "atnauthor", "atrfstart", "atrfend", "atndate", "atnref"})
_MARGINS: Final = frozenset("header headerl headerr headerf footer footerl footerr footerf".split())
_SIGNS: Final = {
    "tab": "\t", "line": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–",
    "emdash": "—", "emspace": " ", "enspace": " ", "qmspace": " ", "softline": "\n", "lbr": "\n",
}  # fmt: skip
_BREAKS: Final = frozenset({"par", "page", "sect", "column", "pagebb"})
_TOGGLES: Final = {"v": "hidden", "deleted": "deleted", "revised": "revised", "strike": "struck", "striked": "struck", "b": "bold"}
_NUMBERS: Final = {
    "fs": "size", "cf": "color", "cb": "ground", "chcbpat": "ground", "highlight": "ground", "revauth": "by", "revdttm": "when",
    "revauthdel": "gone_by", "revdttmdel": "gone_when",
}  # fmt: skip
#: Properties of paragraphs: which, and what it becomes.
_FORMS: Final[dict[str, Callable[[int | None], tuple[str, bool | int]]]] = {
    "s": lambda n: ("style", n or 0), "outlinelevel": lambda n: ("outline", n if n is not None else 9),
    "ilvl": lambda n: ("level", max(0, min(n or 0, 8))), "intbl": lambda n: ("in_table", True),
    "cbpat": lambda n: ("shaded", bool(n)), "shading": lambda n: ("shaded", bool(n)),
}  # fmt: skip
_CODE_SIGNS: Final = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\t": "\t"}
#: Comments that may be open at once.
_MAX_OPEN: Final = 50
#: Comments and notes of which the words that they belong to are marked: of a file, and of one paragraph.
_MAX_OPENED: Final = 2_000
_MAX_HANGING: Final = 500
#: Paragraphs and table cells with words; more than these could not be read in the time and memory that a file may take.
_MAX_PARAGRAPHS: Final = 600_000
_BODY: Final = Form()
_UNSTYLED: Final = Look()
#: Halves of letters, and the places where symbol fonts have their signs.
_HALVES: Final = re.compile("[\ud800-\udfff]")
_PRIVATE: Final = re.compile("[\uf000-\uf0ff]")
_WHITE: Final = (255, 255, 255)


@dataclass(slots=True)
class Reader:
    """``body``: the paper itself; ``margins``: page headers and footers. ``said``: author and day of each comment by key."""

    body: Story = field(default_factory=Story)
    margins: list[Story] = field(default_factory=list)
    said: dict[str, Change] = field(default_factory=dict)
    styles: dict[int, str] = field(default_factory=dict)
    title: str = ""
    _fonts: dict[int, tuple[str, str]] = field(default_factory=dict)
    _colors: list[tuple[int, ...]] = field(default_factory=list)
    _color: list[int] = field(default_factory=lambda: [-1, -1, -1])
    _authors: list[str] = field(default_factory=list)
    _page: str = WESTERN
    _default_font: int = 0
    _states: list[State] = field(default_factory=list)
    _stories: list[tuple[int, Story]] = field(default_factory=list)
    _state: State = field(default_factory=State)
    _letters: Letters = field(default_factory=Letters)
    _words: list[str] = field(default_factory=list)
    _name: list[str] = field(default_factory=list)
    _facts: dict[str, str] = field(default_factory=dict)
    _remarks: dict[str, str] = field(default_factory=dict)
    _starred: bool = False
    _begins: bool = False
    _skip: int = 0
    _notes: int = 0
    _opened: int = 0
    _footnotes: int = 0
    _size: int = 0
    _paragraphs: int = 0

    @property
    def _story(self) -> Story:
        return self._stories[-1][1] if self._stories else self.body

    def read(self, data: bytes) -> None:
        """Reads the whole file; raises LimitExceeded."""
        for token in tokens(data):
            kind = token.kind
            if kind is Kind.WORD:
                self._word(token.word, token.number)
            elif kind is Kind.TEXT or kind is Kind.BYTE:
                self._bytes(token)
            elif kind is Kind.OPEN:
                self._open()
            elif kind is Kind.CLOSE:
                if not self._states:
                    break
                self._close()
            else:
                self._sign(token.data)
        self._flush()
        while self._states:
            self._close()
        self.body.finish(self._state.form)

    def _open(self) -> None:
        self._flush()
        if len(self._states) >= MAX_TREE_DEPTH:
            raise LimitExceeded(f"the RTF is nested deeper than {MAX_TREE_DEPTH} groups")
        self._states.append(self._state)
        self._begins, self._starred, self._skip = True, False, 0

    def _close(self) -> None:
        self._flush()
        self._skip, self._begins = 0, False
        if self._stories and self._stories[-1][0] == len(self._states):
            self._end_story()
        closed, self._state = self._state, self._states.pop()
        if closed.target is Target.FACT and self._state.target is not Target.FACT:
            self._take_fact(closed.fact)
        elif closed.target is Target.FONTS or closed.target is Target.STYLES or closed.target is Target.AUTHORS:
            self._take_name(closed)

    def _word(self, word: str, number: int | None) -> None:
        begins, self._begins = self._begins, False
        starred, self._starred = self._starred and begins, False
        if self._skip and word != "u":
            self._skip -= 1
            return
        if word == "u":
            self._unicode(number or 0)
            return
        if word == "uc":
            self._state = replace(self._state, skip=max(0, min(number if number is not None else 1, 20)))
            return
        if begins and self._enter(word, starred):
            return
        if self._state.target in (Target.TEXT, Target.LABEL) or word == "f":
            self._format(word, number)
        elif self._state.target is not Target.SKIP:
            self._define(word, number)

    def _enter(self, word: str, starred: bool) -> bool:
        """The first word of a group may say where its words go."""
        target = self._state.target
        if target is Target.SKIP and word not in ("ud", "title"):
            return True
        if word in _TARGETS:
            self._state = replace(self._state, target=_TARGETS[word])
        elif word in _FACTS:
            self._state = replace(self._state, target=Target.FACT, fact=word)
        elif word in ("footnote", "annotation") and target is Target.TEXT:
            self._begin_note(comment=word == "annotation")
        elif word in _MARGINS and target is Target.TEXT:
            self.margins.append(Story())
            self._stories.append((len(self._states), self.margins[-1]))
            self._state = replace(self._state, form=Form(), look=Look(font=self._state.look.font))
        elif word == "upr" or word in _SKIPPED or starred and word not in _STARRED:
            self._state = replace(self._state, target=Target.SKIP)
        elif word == "ud":
            self._state = replace(self._states[-2] if len(self._states) > 1 else self._state, target=Target.TEXT)
        elif word in ("shptxt", "dptxbxtext") and target is Target.TEXT:
            self._flush()
            self._story.end_paragraph(self._state.form)
        else:
            return False
        return True

    def _format(self, word: str, number: int | None) -> None:
        if word in _SIGNS:
            self._say(_SIGNS[word])
        elif word in _BREAKS or word in _ACTIONS:
            self._flush()
            if word in _BREAKS:
                self._story.end_paragraph(self._state.form)
            else:
                _ACTIONS[word](self, number)
        elif word in _TOGGLES:
            self._restyle(_TOGGLES[word], number != 0)
        elif word in _NUMBERS:
            self._restyle(_NUMBERS[word], number or 0)
        elif word == "f":
            self._font(number or 0)
        else:
            self._shape(word, number)

    def _font(self, number: int) -> None:
        if self._state.target is Target.FONTS or self._state.target is Target.TEXT or self._state.target is Target.LABEL:
            self._restyle("font", number)

    def _shape(self, word: str, number: int | None) -> None:
        """Properties of paragraphs, and of the document as a whole."""
        if word in _FORMS:
            name, value = _FORMS[word](number)
            if getattr(self._state.form, name) != value:
                self._state = self._state.formed(form_with(self._state.form, name, value))
        elif word == "ansicpg":
            self._page = page_of(number or 1252)
        elif word in ("mac", "pc", "pca"):
            self._page = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "deff":
            self._default_font = number or 0

    def _define(self, word: str, number: int | None) -> None:
        """Inside the tables of fonts, colours and styles."""
        if word in ("fcharset", "cpg") and self._state.target is Target.FONTS:
            page = page_of_charset(number or 0) if word == "fcharset" else page_of(number or 1252)
            name = self._fonts.get(self._state.look.font, ("", ""))[1]
            self._fonts[self._state.look.font] = page, name
        elif word == "s" and self._state.target is Target.STYLES:
            self._state = replace(self._state, form=replace(self._state.form, style=number or 0))
        elif word in ("red", "green", "blue"):
            self._color["red green blue".split().index(word)] = number or 0

    def _sign(self, data: bytes) -> None:
        if data == b"*":
            self._starred = self._begins
            return
        self._begins = False
        if self._skip:
            self._skip -= 1
        elif data in (b"\n", b"\r", b"\r\n") and self._state.target is Target.TEXT:
            self._flush()
            self._story.end_paragraph(self._state.form)
        elif data in _CODE_SIGNS:
            self._say(_CODE_SIGNS[data])

    def _bytes(self, token: Token) -> None:
        self._begins = False
        data = token.data
        if self._skip:
            left = max(0, self._skip - len(data))
            data, self._skip = data[self._skip :], left
        if data and self._state.target is not Target.SKIP:
            if self._state.target is Target.COLORS:
                self._take_colors(data)
            else:
                self._keep(self._letters.read(data, self._codec(token)))

    def _codec(self, token: Token) -> str:
        font = self._state.look.font if self._state.look.font >= 0 else self._default_font
        page = self._fonts.get(font, ("", ""))[0] or self._page
        # The bytes of a symbol font that are written out are letters as often as signs.
        if page == SYMBOL and (token.kind is Kind.TEXT or self._state.target is Target.FONTS):
            return WESTERN
        return page

    def _unicode(self, number: int) -> None:
        if self._skip:
            self._skip = 0
        if self._state.target is not Target.SKIP:
            self._keep(self._letters.finish() + chr(number % 65536))
        self._skip = self._state.skip

    def _say(self, text: str) -> None:
        if self._state.target is not Target.SKIP:
            self._keep(self._letters.finish() + text)

    def _keep(self, text: str) -> None:
        self._words.append(text)
        self._size += len(text)
        if self._size > 2 * MAX_CHARS:
            raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters")

    def _restyle(self, name: str, value: bool | int) -> None:
        look = self._state.look
        if getattr(look, name) != value:
            self._flush()
            self._state = self._state.looking(look_with(look, name, value))

    def _flush(self) -> None:
        """Hands on the words that were read in the present state."""
        if not self._words and self._letters.idle:
            return
        text = "".join(self._words) + self._letters.finish()
        self._words.clear()
        if not text:
            return
        if _HALVES.search(text):
            # Letters beyond the first 65,536 are written as two halves.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        state = self._state
        if state.target is Target.TEXT:
            self._write(text, state)
        elif state.target is Target.LABEL:
            self._story.here.label += readable(text, self._fonts.get(state.look.font, ("", ""))[1])
        elif state.target is Target.TITLE:
            self.title += text
        elif state.target is Target.FACT:
            self._facts[state.fact] = self._facts.get(state.fact, "") + text
        else:
            self._name.append(text)

    def _write(self, text: str, state: State) -> None:
        paragraph, look = self._story.here, state.look
        blank = not text.strip()
        if not blank and not paragraph.begun:
            paragraph.form, paragraph.bold, paragraph.begun = state.form, True, True
            self._paragraphs += 1
            if self._paragraphs > _MAX_PARAGRAPHS:
                raise LimitExceeded(f"the RTF has more than {_MAX_PARAGRAPHS:,} paragraphs and table cells: split it into several files")
        white = 0 < look.color < len(self._colors) and self._colors[look.color] == _WHITE
        shaded = look.ground or state.form.shaded or self._story.shaded
        sort = sort_of(look, white and not shaded)
        change = Change(self._author(look.by), _day(look.when)) if look.revised else None
        if look.deleted:
            change = Change(self._author(look.gone_by or look.by), _day(look.gone_when or look.when))
        elif sort is Sort.DELETED:
            change = STRUCK
        paragraph.bold = paragraph.bold and (look.bold or blank)
        if sort is Sort.HIDDEN and (not paragraph.pieces or paragraph.pieces[-1].sort is not sort):
            # What hides begins anew here; two hidden stretches are no one word.
            paragraph.pieces.append(Piece(" ", sort))
        if _PRIVATE.search(text):
            text = readable(text, self._fonts.get(look.font if look.font >= 0 else self._default_font, ("", ""))[1])
        paragraph.pieces.append(Piece(text, sort, change, tuple(self._remarks.values()) if self._remarks else ()))

    def _author(self, number: int) -> str:
        name = self._authors[number] if 0 <= number < len(self._authors) else ""
        return "" if name == "Unknown" else name

    def _begin_note(self, *, comment: bool) -> None:
        self._notes += 1
        key = f"{'comment' if comment else 'note'} {self._notes}"
        if not comment:
            self._footnotes += 1
        note = Note(key, "" if comment else str(self._footnotes), comment)
        self._stories.append((len(self._states), Story(note=note)))
        self._state = replace(self._state, form=Form(), look=Look(font=self._state.look.font))

    def _end_story(self) -> None:
        story = self._stories.pop()[1]
        story.finish(self._state.form)
        note = story.note
        if note is None:
            return
        note.items = story.items
        kind = MarkKind.COMMENT if note.comment else MarkKind.FOOTNOTE
        if note.comment:
            reference = self._facts.pop("atnref", "").strip()
            note.key = f"comment {reference}" if reference else note.key
            day = self._facts.pop("atndate", "").strip()
            author = one_line(self._facts.pop("atnauthor", "") or self._facts.pop("atnid", ""))
            self.said[note.key] = Change(author, _day(int(day)) if day.lstrip("-").isdecimal() and len(day) < 12 else None)
        if len(self._story.here.hanging) < _MAX_HANGING:
            self._story.here.pieces.append(Piece("", note=note.key, note_kind=kind))
        self._story.here.hanging.append(note)

    def _take_fact(self, fact: str) -> None:
        if fact == "atrfstart":
            name = self._facts.pop(fact, "").strip()
            self._opened += 1
            if len(self._remarks) < _MAX_OPEN and self._opened <= _MAX_OPENED:
                self._remarks[name] = f"comment {name}"
        elif fact == "atrfend":
            self._remarks.pop(self._facts.pop(fact, "").strip(), None)

    def _take_name(self, closed: State) -> None:
        names, self._name = "".join(self._name), []
        if closed.target is Target.AUTHORS:
            self._authors += [one_line(n) for n in islice(names.split(";"), 1) if n.strip()]
        elif closed.target is Target.FONTS:
            page = self._fonts.get(closed.look.font, ("", ""))[0]
            self._fonts[closed.look.font] = page, one_line(names.split(";")[0])
        elif names.strip():
            self.styles.setdefault(closed.form.style, one_line(names.split(";")[0]))

    def _take_colors(self, data: bytes) -> None:
        for _ in range(data.count(b";")):
            self._colors.append(tuple(self._color))
            self._color = [-1, -1, -1]


def _day(packed: int) -> str | None:
    """A day and time in 32 bits: minute, hour, day, month and year from 1900."""
    packed &= 0xFFFFFFFF
    minute, hour, day, month, year = packed & 63, packed >> 6 & 31, packed >> 11 & 31, packed >> 16 & 15, 1900 + (packed >> 20 & 511)
    plain = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00" if plain else None


def _pard(reader: Reader, number: int | None) -> None:
    reader._state = reader._state.formed(_BODY)


def _plain(reader: Reader, number: int | None) -> None:
    reader._state = reader._state.looking(look_with(_UNSTYLED, "font", reader._default_font))


def _cell(reader: Reader, number: int | None) -> None:
    reader._story.end_cell(reader._state.form)


def _inner_cell(reader: Reader, number: int | None) -> None:
    """Tables inside cells are read as paragraphs of the cell."""
    reader._story.end_paragraph(reader._state.form, in_cell=True)


def _row(reader: Reader, number: int | None) -> None:
    reader._story.end_row()


def _new_row(reader: Reader, number: int | None) -> None:
    story = reader._story
    story.forms, story.form, story.header, story.shaded = [], CellForm(), False, False


def _cell_end(reader: Reader, number: int | None) -> None:
    story = reader._story
    story.forms.append(story.form)
    story.shaded = story.shaded or story.form.shaded
    story.form = CellForm()


def _header_row(reader: Reader, number: int | None) -> None:
    reader._story.header = True


def _right(reader: Reader, number: int | None) -> None:
    reader._story.form.right = True


def _down(reader: Reader, number: int | None) -> None:
    reader._story.form.down = True


def _shaded(reader: Reader, number: int | None) -> None:
    reader._story.form.shaded = bool(number)


_ACTIONS: Final[dict[str, Callable[[Reader, int | None], None]]] = {
    "pard": _pard, "plain": _plain, "cell": _cell, "nestcell": _inner_cell, "row": _row, "trowd": _new_row, "cellx": _cell_end,
    "trhdr": _header_row, "clmrg": _right, "clvmrg": _down, "clcbpat": _shaded,
}  # fmt: skip
