"""A PDF drawn word by word with sentences planted in known clauses, items, cells and pages, and where each of their lines was drawn."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import pairwise

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

Planted = tuple[str, str | None, int]
Box = tuple[float, float, float, float]

_SIZE, _LEADING = 10.0, 13.0
_TOP, _BOTTOM = 760.0, 70.0
_ADJECTIVES = (
    "outer",
    "northern",
    "covered",
    "heated",
    "flooded",
    "narrow",
    "spare",
    "upper",
    "lower",
    "central",
    "gated",
    "paved",
    "quiet",
)
_THINGS = (
    "berth",
    "store",
    "ramp",
    "winch",
    "gangway",
    "lock",
    "crane",
    "basin",
    "depot",
    "wharf",
    "shed",
    "scale",
    "hoist",
    "jetty",
    "siding",
)
_TAILS = (
    "is inspected by the harbourmaster every quarter and the inspection is written into the logbook within two days.",
    "may be used by a registered operator only after the administration has confirmed the reservation in writing.",
    "shall be cleaned before the following morning, and whoever used it last carries the expenses of the cleaning.",
    "closes at dusk.",
    "must not be entered while a consignment is being weighed, unless the superintendent accompanies the visitor and keeps the key.",
)
#: Where the words of the sentences may be cut at a line's end.
_CUTS = {
    "inspection": "inspec-",
    "administration": "adminis-",
    "reservation": "reserva-",
    "consignment": "consign-",
    "superintendent": "superin-",
}


def sentences(count: int = 200) -> list[str]:
    """So many different sentences; the words that may be cut are all written whole somewhere."""
    return [
        f"The {_ADJECTIVES[n % 13]} {_THINGS[n % 15]} {'of dock ' + str(n // 15 + 2)} {_TAILS[n % 5]}" for n in range(count)
    ]  # fmt: skip


@dataclass
class Sheet:
    """The canvas with a place where the next line goes. ``drawn``: by sentence, (page, box) of each line."""

    out: io.BytesIO = field(default_factory=io.BytesIO)
    page: int = 1
    left: float = 72.0
    right: float = 520.0
    y: float = _TOP
    drawn: dict[str, list[tuple[int, Box]]] = field(default_factory=dict)
    #: Columns of the page: (left, right) of each, and which is being filled.
    columns: tuple[tuple[float, float], ...] = ()
    column: int = 0

    def __post_init__(self) -> None:
        self.canvas = canvas.Canvas(self.out, pagesize=A4, invariant=1)
        self._frame()

    def _frame(self) -> None:
        self.canvas.setFont("Helvetica", 8)
        self.canvas.drawString(72, 805, f"Harbour Rules {'part A' if self.page % 2 else 'part B'}")
        self.canvas.drawRightString(520, 40, f"Page {self.page} of 99")
        self.canvas.drawString(72, 40, f"HBR-{self.page:06d}")
        self.canvas.setFont("Helvetica", _SIZE)

    def turn(self) -> None:
        """The next column, or the next page."""
        self.y = _TOP
        if self.columns and self.column + 1 < len(self.columns):
            self.column += 1
        else:
            self.canvas.showPage()
            self.page += 1
            self.column = 0
            self._frame()
        if self.columns:
            self.left, self.right = self.columns[self.column]

    def set_columns(self, *columns: tuple[float, float]) -> None:
        self.columns, self.column = (), 0
        self.turn()
        self.columns = columns
        if columns:
            self.left, self.right = columns[0]
        else:
            self.left, self.right = 72.0, 520.0

    def heading(self, text: str) -> None:
        if self.y < _BOTTOM + 3 * _LEADING:
            self.turn()
        self.canvas.setFont("Helvetica-Bold", 12)
        self.canvas.drawString(self.left, self.y, text)
        self.canvas.setFont("Helvetica", _SIZE)
        self.y -= 2 * _LEADING

    def write(self, sentence: str, number: str = "", indent: float = 0.0) -> int:
        """Draws a paragraph and says on which page it begins."""
        if self.y < _BOTTOM:
            self.turn()
        began = self.page
        if number:
            self.canvas.drawString(self.left + indent, self.y, number)
            indent += 30 if len(number) < 6 else 36
        words, line = sentence.split(" "), ""
        while words:
            word = words[0]
            wanted = f"{line} {word}" if line else word
            if self._fits(wanted, indent):
                line = wanted
                words.pop(0)
                continue
            bare = word.strip(".,")
            head = _CUTS.get(bare)
            if head and self._fits(f"{line} {head}", indent):
                line = f"{line} {head}"
                words[0] = word[len(head) - 1 :]
            self._line(sentence, line, indent)
            line = ""
        self._line(sentence, line, indent)
        self.y -= 0.6 * _LEADING
        return began

    def _fits(self, text: str, indent: float) -> bool:
        return bool(stringWidth(text, "Helvetica", _SIZE) <= self.right - self.left - indent)

    def _line(self, sentence: str, text: str, indent: float) -> None:
        if self.y < _BOTTOM:
            self.turn()
        x = self.left + indent
        self.canvas.drawString(x, self.y, text)
        box = (x, self.y, x + stringWidth(text, "Helvetica", _SIZE), self.y + 0.7 * _SIZE)
        self.drawn.setdefault(sentence, []).append((self.page, box))
        self.y -= _LEADING

    def table(self, rows: list[tuple[str, str]]) -> list[int]:
        """A ruled table of two columns with a header row; the page of each row."""
        if self.y < _BOTTOM + 12 * _LEADING:
            self.turn()
        edges = (self.left, self.left + 110, self.right)
        pages = []
        outer = self.left, self.right
        for name, text in [("Place", "Duty"), *rows]:
            top = self.y
            pages.append(self.page)
            self.canvas.drawString(edges[0] + 4, top - _LEADING, name)
            self.y = top - _LEADING
            self.left, self.right = edges[1] + 4, edges[2] - 4
            self.write(text)
            self.left, self.right = outer
            for left, right in pairwise(edges):
                self.canvas.rect(left, self.y, right - left, top - self.y)
        self.y -= 2 * _LEADING
        return pages[1:]


def planted_pdf(planted: list[str]) -> tuple[bytes, list[Planted]]:
    """The file, and (sentence, clause, page on which it begins) of each."""
    data, places, _ = drawn(planted)
    return data, places


def drawn(planted: list[str]) -> tuple[bytes, list[Planted], dict[str, list[tuple[int, Box]]]]:
    """As ``planted_pdf``, with where each line was drawn."""
    sheet = Sheet()
    places: list[Planted] = []
    waiting = list(planted)
    article = 0
    while waiting:
        article += 1
        if article % 4 == 0:
            sheet.set_columns((60.0, 285.0), (310.0, 535.0))
        elif article % 4 == 1 and article > 1:
            sheet.set_columns()
        _article(sheet, article, waiting, places)
    sheet.canvas.showPage()
    sheet.canvas.save()
    return sheet.out.getvalue(), places, sheet.drawn


def _article(sheet: Sheet, article: int, waiting: list[str], places: list[Planted]) -> None:
    sheet.heading(f"{article}. Rules of the {_THINGS[article % 15].title()}")
    for section in range(1, 4):
        _plant(sheet, waiting, places, f"{article}.{section}", f"{article}.{section}")
        for letter in "ab":
            _plant(sheet, waiting, places, f"({letter})", f"{article}.{section}({letter})", 30)
            if letter == "a":
                for roman in ("i", "ii"):
                    _plant(sheet, waiting, places, f"({roman})", f"{article}.{section}(a)({roman})", 60)
    if article % 4 and len(waiting) >= 3:
        rows = [(f"Quay {n}", waiting.pop(0)) for n in range(3)]
        for (_, text), page in zip(rows, sheet.table(rows), strict=True):
            places.append((text, f"{article}.3(b)", page))


def _plant(sheet: Sheet, waiting: list[str], places: list[Planted], number: str, clause: str, indent: float = 0.0) -> None:
    if waiting:
        text = waiting.pop(0)
        places.append((text, clause, sheet.write(text, number, indent)))
