"""The paragraphs of a slide's shape as blocks: bullets and numbers as the layout draws them, words that nobody can see set apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.docx_figures import figure
from ingest.html_colors import CLEAR, UNKNOWN, alike
from ingest.paragraph import Composed, Piece, Sort, compose
from ingest.slides_colors import Palette, a, whole_number

#: Hundredths of a point; letters of this size and smaller are a dot.
_TINY = 200
#: How the file names the looks of automatic numbers: the figures, and what stands around them.
_FIGURES = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}
_AROUND = {"Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", "")}


@dataclass(frozen=True, slots=True)
class Bullet:
    """``style``: of an automatic number, as the file names it; None for a bullet."""

    style: str | None = None
    start: int = 1


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader sees of a shape's words. ``behind``: every colour that may lie behind them; none where nobody knows.

    ``styles``: the shape's own list styles, which hold where a run says nothing itself.
    """

    palette: Palette = field(default_factory=Palette)
    behind: tuple[str, ...] = ()
    styles: etree._Element | None = None

    def hides(self, run: etree._Element | None, level: int) -> bool:
        """Whether nobody sees words with these run properties: tiny, without a fill, or in the colour of what is behind them."""
        style = self.styles.find(a(f"lvl{level + 1}pPr") + "/" + a("defRPr")) if self.styles is not None else None
        stated = [p for p in (run, style) if p is not None]
        size = next((n for p in stated if (n := whole_number(p.get("sz"))) is not None), None)
        if size is not None and size <= _TINY:
            return True
        color = next((c for p in stated if (c := self.palette.fill(p)) is not None), UNKNOWN)
        if color == UNKNOWN or any(_is_drawn_around(p) for p in stated):
            return False
        marker = run.find(a("highlight")) if run is not None else None
        behind = self.behind if marker is None else (self.palette.color(marker),)
        return color == CLEAR or bool(behind) and all(alike(color, b) for b in behind)


def _is_drawn_around(properties: etree._Element) -> bool:
    """Outlines, shadows and glows show words of any colour."""
    line, effects = properties.find(a("ln")), properties.find(a("effectLst"))
    outlined = line is not None and any(c.tag not in (a("noFill"), a("round"), a("bevel"), a("miter")) for c in line)
    return outlined or effects is not None and len(effects) > 0


_PLAIN = Sight()


def bullet_of(properties: etree._Element | None) -> Bullet | bool | None:
    """The bullet that paragraph properties state; False where they state that there is none, None where they do not say."""
    for child in properties if properties is not None else ():
        if child.tag == a("buNone"):
            return False
        if child.tag in (a("buChar"), a("buBlip")):
            return Bullet()
        if child.tag == a("buAutoNum"):
            start = child.get("startAt", "1")
            return Bullet(child.get("type", "arabicPeriod"), int(start) if start.isdecimal() and len(start) < 6 else 1)
    return None


def level_of(properties: etree._Element | None) -> int:
    """The level from 0 to 8."""
    stated = properties.get("lvl", "0") if properties is not None else "0"
    return min(int(stated), 8) if stated.isdecimal() and len(stated) < 3 else 0


def words_of(body: etree._Element) -> str:
    """All the words of a text body in one line."""
    return seen_and_hidden(body, _PLAIN)[0]


def seen_and_hidden(body: etree._Element, sight: Sight) -> tuple[str, list[Draft]]:
    """The words of a text body in one line, and beside them those that nobody sees."""
    made = [_composed(p, sight) for p in body.iter(a("p"))]
    return " ".join(" ".join(c.text.split()) for c in made).strip(), [d for c in made for d in c.asides]


def _composed(paragraph: etree._Element, sight: Sight) -> Composed:
    return compose(_pieces(paragraph, sight, level_of(paragraph.find(a("pPr")))))


def body_drafts(body: etree._Element, inherited: Sequence[Bullet | bool | None], kind: BlockKind, sight: Sight = _PLAIN) -> Iterator[Draft]:
    """The paragraphs. ``inherited``: for each level, the bullet that the layout gives; ``kind``: of what is no list item."""
    counts: dict[int, int] = {}
    for paragraph in body.iterchildren(a("p")):
        properties = paragraph.find(a("pPr"))
        level = level_of(properties)
        stated = bullet_of(properties)
        bullet = stated if stated is not None else inherited[level] if level < len(inherited) else None
        composed = _composed(paragraph, sight)
        prefix, number = "", None
        if isinstance(bullet, Bullet) and composed.lines and kind is BlockKind.PARAGRAPH:
            prefix, number = _marker(bullet, level, counts)
        elif composed.lines:
            counts.clear()
        for n, (text, marks) in enumerate(composed.lines):
            here = BlockKind.LIST_ITEM if prefix else kind
            gap = LINE_GAP if n or prefix else PARAGRAPH_GAP
            lead, own = (prefix, number) if n == 0 else ("", None)
            yield Draft(here, text, lead, level + 1 if prefix else 0, own, gap=gap, marks=marks)
        yield from composed.asides


def _marker(bullet: Bullet, level: int, counts: dict[int, int]) -> tuple[str, str | None]:
    for deeper in [n for n in counts if n > level]:
        del counts[deeper]
    if bullet.style is None:
        return "• ", None
    counts[level] = counts.get(level, bullet.start - 1) + 1
    family = next((f for f in _FIGURES if bullet.style.startswith(f)), "arabic")
    before, after = _AROUND.get(bullet.style.removeprefix(family), ("", "."))
    shown = figure(counts[level], _FIGURES[family])
    # As elsewhere, a number keeps its brackets and loses its dot.
    return f"{before}{shown}{after} ", f"({shown})" if before else shown


def _pieces(paragraph: etree._Element, sight: Sight, level: int) -> Iterator[Piece]:
    for child in paragraph:
        if child.tag == a("br"):
            yield Piece("\n")
        elif child.tag in (a("r"), a("fld")):
            hidden = sight.hides(child.find(a("rPr")), level)
            yield Piece((child.findtext(a("t")) or "").replace("\x0b", "\n"), Sort.HIDDEN if hidden else Sort.SHOWN)
        elif isinstance(child.tag, str) and child.tag.endswith("}m"):
            yield Piece("".join(str(t) for t in child.itertext()))


def hidden_drafts(drafts: Sequence[Draft]) -> list[Draft]:
    """The same words as HIDDEN blocks."""
    return [
        replace(d, kind=BlockKind.HIDDEN, prefix="", level=0, number=None, column=None, row=None, marks=(), gap=LINE_GAP) for d in drafts
    ]
