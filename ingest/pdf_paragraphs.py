"""Printed lines to paragraphs: which line goes on in the next one, which is a heading, how a hyphen at a line's end is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from domain.document import BlockKind, Box, MarkKind
from ingest.canonical import PARAGRAPH_GAP, Draft, DraftMark
from ingest.classify import Look, look_of
from ingest.numbering import RELATIVE, split_number, style_of
from ingest.pdf_lines import Line
from ingest.pdf_words import HYPHEN

_END = re.compile(r"[.!?:;][\"”’')\]]*$")
#: A line that ends so is never the end of a paragraph.
_OPEN_END = re.compile(
    r"(?i)(?:\b(?:of|to|the|an?|from|by|with|in|on|for|at|as|that|which|any|this|these|such|under|its|their|his|her|our|your|be|is"
    r"|are|shall|may|will|not|between|than|if)|\()$"
)
#: An address that was cut because it did not fit into its cell.
_LONG_TOKEN = re.compile(r"(?:^|\s)\S*(?:@|://)\S{4,}$")
#: What a word is cut before and what is no word by itself.
_SYLLABLE = re.compile(
    r"(?:[a-z]{0,3}(?:tions?|sions?|ments?|ness|ities|ity|able|ible|ably|ibly|ings?|ated?|ally|ances?|ences?|ous|ive|ively|ual|ular|ized?|ised?))|ed|er|ly"
)
#: An enumeration within a sentence, whose later members may begin a line.
_INLINE = re.compile(r"\S\s+\((?:[a-z]|[ivx]{1,4}|\d)\)\s")
_JOINT = re.compile(r"(?:,|\b(?:and|or|and/or))$")
_WORDS = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
#: Two sizes of type that differ by less are one.
_SAME = 0.6
_TITLED = re.compile(r"(?i)\b(?:agreement|contract|amendment|addendum|deed|lease|terms|policy|procedure|handbook|manual)\b")
#: The label under which a paper was filed with an authority.
_FILED = re.compile(r"(?i)(?:exhibit|ex)[\s-]+\d+\.\d+")
_NO_TITLE = re.compile(
    r"(?i)(?:exhibit|annex|appendix|ex)[\s-]+[\w.]+$|(?:by and )?between\b|and\b|\W|confidential|execution (?:copy|version)|draft\b"
    r"|dated\b|page\b"
)
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]?\s|(?:ARTICLE|Article|Section|SECTION)\s")
_HEADING_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Looks:
    """What is usual in one document: size of type and leading in points, heading sizes from the largest, right edge by page, its words."""

    size: float
    leading: float
    sizes: tuple[float, ...]
    right: dict[int, float]
    words: frozenset[str]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Looks:
        weights: Counter[float] = Counter()
        gaps: Counter[float] = Counter()
        right: dict[int, list[float]] = {}
        for line in lines:
            weights[_half(line.size)] += len(line.text)
            right.setdefault(line.page, []).append(line.x1)
        for before, after in pairwise(lines):
            gap = before.y0 - after.y0
            if before.page == after.page and 0 < gap < 4 * before.height:
                gaps[_half(gap)] += 1
        size = weights.most_common(1)[0][0] if weights else 10.0
        leading = _leading(gaps, size)
        text = "\n".join(line.text for line in lines)
        # Outside of ASCII some capitals are no letters of a word, but their small ones are.
        words = frozenset(_WORDS.findall(text.lower()) if text.isascii() else map(str.lower, _WORDS.findall(text)))
        all_edges = sorted(x for xs in right.values() for x in xs)
        usual = all_edges[int(0.9 * (len(all_edges) - 1))] if all_edges else 0.0
        # A title page of short lines has no right edge of its own.
        edges = {page: sorted(xs)[int(0.9 * (len(xs) - 1))] if len(xs) >= 10 else max(usual, *xs) for page, xs in right.items()}
        return cls(size, leading, tuple(sorted((s for s in weights if s > size + _SAME), reverse=True)), edges, words)


def _half(value: float) -> float:
    return round(value * 2) / 2


def _leading(gaps: Counter[float], size: float) -> float:
    """The smallest of the common distances between lines: paragraphs stand further apart than lines."""
    if not gaps:
        return 1.3 * size
    most = gaps.most_common(1)[0][1]
    return (
        min(gap for gap, count in gaps.items() if count >= 0.3 * most and gap > 0.6 * size)
        if any(g > 0.6 * size for g in gaps)
        else 1.3 * size
    )


def paragraphs_of(lines: Sequence[Line], looks: Looks, *, plain: bool = False) -> list[Draft]:
    """Blocks of consecutive lines. ``plain``: inside a table cell, where nothing is a heading."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1], line, looks):
            groups[-1].append(line)
        else:
            groups.append([line])
    drafts: list[Draft] = []
    for group in groups:
        kind, level = (BlockKind.PARAGRAPH, 0) if plain else _kind(group, looks)
        if group[0].hidden:
            kind, level = BlockKind.HIDDEN, 0
        drafts.append(piece(group, kind, looks, level=level))
    return _without_runs(drafts)


def _without_runs(drafts: list[Draft]) -> list[Draft]:
    """Three numbered headings in a row with nothing below them are a list of names, or a table of contents."""
    done = list(drafts)
    start = 0
    while start < len(done):
        end = start
        while end < len(done) and done[end].kind is BlockKind.HEADING and _NUMBERED.match(done[end].text):
            end += 1
        if end - start >= 3:
            done[start:end] = [replace(d, kind=BlockKind.LIST_ITEM, level=1) for d in done[start:end]]
        start = max(end, start + 1)
    return done


def _goes_on(group: list[Line], line: Line, looks: Looks) -> bool:
    """Whether a line continues the paragraph that the lines before it have begun."""
    before = group[-1]
    if before.hidden != line.hidden or before.cell != line.cell or abs(before.size - line.size) > max(_SAME, 0.08 * line.size):
        return False
    ended = bool(_END.search(before.text))
    if before.page != line.page or line.broken:
        return _over_leaf(group, line, looks, ended)
    if not 0 < before.y0 - line.y0 <= 1.4 * max(looks.leading, 0.9 * line.height):
        return False
    short = _is_short(before, line, looks)
    if (before.bold > 0.9) != (line.bold > 0.9) and (before.bold > 0.9 and before.size > looks.size or ended or short):
        return False
    if _opens(line, group, ended or short) or "\t" in line.text.strip() and "\t" in before.text.strip():
        return False
    if not ended and (line.text[:1].islower() or _OPEN_END.search(before.text)):
        return True
    indented = line.x0 > before.x0 + 0.8 * line.size and len(group) > 1
    return not indented and not short


def _over_leaf(group: list[Line], line: Line, looks: Looks, ended: bool) -> bool:
    before = group[-1]
    capitals = line.text.isupper() and before.text.isupper() and len(before.text) > 50
    if ended or split_number(line.text) or _kind(group, looks)[0] is not BlockKind.PARAGRAPH and not capitals:
        return False
    if capitals and not _is_short(before, line, looks):
        return True
    if line.text[:1].islower() or _OPEN_END.search(before.text):
        return True
    return len(before.text) > 50 and not line.text.isupper() and not _is_short(before, line, looks) and abs(line.x0 - before.x0) < 4


def _opens(line: Line, group: list[Line], ended: bool) -> bool:
    """Whether a line begins with a number or bullet of its own rather than with a figure or reference of the sentence before."""
    first, before = group[0], group[-1]
    found = split_number(line.text.replace("\t", " "))
    if found is None or _OPEN_END.search(before.text) and not ended:
        return False
    if found.number is not None and not _END.search(before.text) and any(_INLINE.search(member.text) for member in group):
        return False
    if found.number is None or ended or _JOINT.search(before.text):
        return found.number is None or not found.number.isdigit() or not found.rest[:1].islower()
    one = split_number(first.text.replace("\t", " "))
    same = bool(one and one.number) and style_of(one.number or "" if one else "") == style_of(found.number)
    return same and abs(line.x0 - first.x0) < 2 and style_of(found.number) != "(digit)"


def _is_short(before: Line, line: Line, looks: Looks) -> bool:
    """Whether the next word would still have fitted on the line before, so that its author ended it."""
    edge = looks.right.get(before.page, before.x1)
    if before.cell is not None:
        return bool(_END.search(before.text)) and edge - before.x1 > line.first + line.size
    return edge - before.x1 > line.first + 1.2 * line.size


def _kind(group: list[Line], looks: Looks) -> tuple[BlockKind, int]:
    text = " ".join(line.text for line in group)
    if len(text) > _HEADING_LENGTH:
        return BlockKind.PARAGRAPH, 0
    size, bold = group[0].size, min(line.bold for line in group) > 0.9
    number = split_number(text.replace("\t", " "))
    rest = number.rest if number else text
    larger = size > looks.size + _SAME
    letters = sum(c.isalpha() for c in rest)
    capitals = rest.isupper() and letters > 3 and letters > 0.6 * len(rest.replace(" ", ""))
    look = look_of(rest) if rest else Look.OTHER
    relative = number is not None and number.number is not None and style_of(number.number) in RELATIVE
    if text.rstrip()[-1:] in ",;" or _JOINT.search(text) or not letters or relative and not (bold or capitals):
        return BlockKind.PARAGRAPH, 0
    if larger:
        near = min(looks.sizes, key=lambda s: abs(s - size), default=size)
        return BlockKind.HEADING, min(looks.sizes.index(near) + 1 if near in looks.sizes else 1, 6)
    titled = look in (Look.TITLE, Look.OTHER) and (text.rstrip()[-1:] not in ".:" or bold or capitals)
    if (bold or capitals) and titled or number is not None and number.number is not None and titled and len(rest) < 70 and _named(rest):
        dots = number.number.count(".") if number and number.number else 0
        return BlockKind.HEADING, min(len(looks.sizes) + 1 + dots, 6)
    return BlockKind.PARAGRAPH, 0


def _named(rest: str) -> bool:
    """Whether most of the longer words begin with a capital, as in the name of a clause."""
    words = [w for w in re.findall(r"[A-Za-z]+", rest) if len(w) > 3]
    return rest[:1].isupper() and bool(words) and sum(w[0].isupper() for w in words) >= 0.6 * len(words)


def piece(group: Sequence[Line], kind: BlockKind, looks: Looks, *, level: int = 0) -> Draft:
    """The lines as one text, with the boxes of those on the first page."""
    text = ""
    spans: list[tuple[int, int, Box]] = []
    marks: list[DraftMark] = []
    for n, line in enumerate(group):
        plain = line.text.replace("\t", " ")
        bare = plain.strip()
        following = group[n + 1].text if n + 1 < len(group) else ""
        bare, glue = _ending(bare, following, looks, cell=line.cell is not None)
        if line.page == group[0].page:
            spans.append((len(text), len(text) + len(bare), line.box))
        marks += [_reference(plain, at, key, len(text) - (len(plain) - len(plain.lstrip()))) for at, key in line.notes]
        text += bare + glue
    return Draft(kind, text.strip(), level=level, page=group[0].page, lines=tuple(spans), gap=PARAGRAPH_GAP, marks=tuple(marks))


def _reference(text: str, at: int, key: str, moved: int) -> DraftMark:
    """The mark of a footnote on the word before a place in a line."""
    end = len(text[:at].rstrip())
    start = max(text.rfind(" ", 0, end) + 1, 0)
    return DraftMark(MarkKind.FOOTNOTE, start + moved, end + moved, target=key)


def _ending(bare: str, following: str, looks: Looks, *, cell: bool) -> tuple[str, str]:
    """The line and what joins it to the next. A hyphen goes only where the document writes the whole word elsewhere without one."""
    bare = bare.replace(HYPHEN, "-")
    if not following:
        return bare, ""
    if cell and _LONG_TOKEN.search(bare) and following[:1].islower():
        return bare, ""
    if not bare.endswith("-") or bare[-2:-1] in ("-", " ", "") or not following[:1].isalpha():
        return bare, " "
    left, right = re.search(r"[A-Za-z]*-$", bare), re.match(r"[A-Za-z]+", following)
    if left is None or right is None:
        return bare, ""
    whole = (left[0][:-1] + right[0]).lower()
    compound = (left[0] + right[0]).lower()
    if compound in looks.words or not following[:1].islower():
        return bare, ""
    if whole in looks.words or _SYLLABLE.fullmatch(right[0]) and left[0][:-1].lower() not in looks.words:
        return bare[:-1], ""
    return bare, ""


def with_title(drafts: Sequence[Draft]) -> list[Draft]:
    """The largest heading on the first page before its first long paragraph is the document's title."""
    first = next((n for n, d in enumerate(drafts) if d.page != 1 or d.kind is BlockKind.PARAGRAPH and len(d.text) > 200), len(drafts))
    heads = [
        (d.level, _TITLED.search(d.text) is None, n)
        for n, d in enumerate(drafts[:first])
        if d.kind is BlockKind.HEADING and not _NO_TITLE.match(d.text) and split_number(d.text) is None
    ]
    if not heads:
        return list(drafts)
    *_, at = min(heads)
    done = [replace(d, kind=BlockKind.TITLE, level=0) if n == at else d for n, d in enumerate(drafts)]
    return [replace(d, kind=BlockKind.FURNITURE, level=0) if d.page == 1 and _FILED.fullmatch(d.text) else d for d in done]
