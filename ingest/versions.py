"""Which version of a paper this is, what it replaces or amends, and whether it says of itself that it does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from domain.document import Block, BlockKind
from domain.span import Span
from ingest.dates import date_at, iso_date

MARKED_DRAFT = "marked as a draft"
MARKED_SUPERSEDED = "marked as superseded"
UNFILLED = "a template with blanks to fill in"
AMENDS = "amends: "

_NTH = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))"
_NUMBER = r"(?:\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?|[A-Z]\d{0,2})(?![\w/-])"
_VERSION = re.compile(
    rf"\b(?:(?P<word>[Vv]ersion|VERSION|[Vv]er\.|[Rr]evision|REVISION|[Rr]ev\.?|REV\.?|[Ii]ssue|ISSUE|[Ee]dition|EDITION|[Ff]assung)"
    rf"(?P<gap>\s*(?:[Nn]o\.?|[Nn]umber|[Nn]r\.?|#)?\s*[:#|]?\s*)(?P<number>{_NUMBER})"
    rf"|(?P<short>[vV]\.?\s?\d{{1,3}}(?:\.\d{{1,3}}){{0,2}})\b(?!\.\d)"
    rf"|(?P<worded>(?:(?:19|20)\d\d|{_NTH}"
    rf"|{_NTH.replace('first', 'First').replace('second', 'Second').replace('third', 'Third')})\s+(?:[Ee]dition|[Vv]ersion"
    rf"|[Ii]ssue|[Rr]evision)))"
)
#: Before a version that is somebody else's, or an earlier one.
_OTHER = re.compile(
    r"(?i)\b(?:replac\w+|supersed\w+|previous|earlier|former|old|since|than|from|under|with|until|of the"
    r"|cancel\w+)[\s:(“\"]+(?:the\s+)?$"
)
_FILE = re.compile(
    r"(?i)(?:^|[\s_.-])(v\.?\d{1,3}(?:[._]\d{1,3}){0,2}|rev[._-]?(?:[a-z]|\d{1,3})|version[._-]?\d{1,3}(?:[._]\d{1,3})?)(?=$"
    r"|[\s_.)-])"
)
_LABEL = re.compile(r"(?i)(?:document |doc\.? )?(?:version|ver\.?|revision|rev\.?|issue|edition|release)(?: ?(?:no\.?|number|nr\.?))?\s*:?")
_PLAIN = re.compile(r"(?i)(?:v\.?\s?)?(?:\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?|[A-Z]\d{0,2})")
_REPLACES = re.compile(
    r"(?i)(?:replaces|supersedes|replacing|superseding|ersetzt|remplace)(?:\s+(?:and\s+)?(?:replaces|supersedes|cancels))?\s*:?\s+"
    r"(?P<what>[^;\n]{4,220}?)(?=[;\n]|\.(?<!\b[Nn]o\.)(?<!\b[Nn]r\.)(?<!\b[Rr]ev\.)(?:\s|$)|\s(?:and|which|with effect"
    r"|in its entirety|in full)\b(?!\s+(?:expenses?|conditions))|$)"
)
_NAMES_PAPER = re.compile(
    r"(?i)\b(?:version|edition|issue\s+\d|rev(?:ision|\.)?\s*[\dA-Z]\b|v\d|polic(?:y|ies)|procedures?|manual|handbook"
    r"|standards?|instructions?|rules|circular"
    r"|agreement|contract|terms|schedule|statement of work|chapter|dated)\b"
)
_NO_PAPER = re.compile(
    r"(?i)\W*(?:any|all|every|each|prior|previous(?:ly)?\s+(?:agreements|negotiations|understandings)|clause|section"
    r"|paragraph|article|sub-?clause|it|them|this|these|(?:the\s+)?(?:last|previous|earlier|old)\s+(?:version|edition"
    r"|one)s?\W*$)\b"
)
_DRAFT = re.compile(
    r"\bDRAFT\b|(?i:^\W*(?:working |first |second |final |consultation |discussion |internal )*draft\b(?! (?:had|was|is|has|of the))"
    r"|\bdraft (?:v(?:ersion)?\.? ?\d|for (?:discussion|comments?|review|consultation|approval|signature)|only|no\.? ?\d)"
    r"|\((?:final )?draft\)"
    r"|\bfor discussion (?:purposes )?only\b|\bnot (?:yet )?(?:in force|approved|adopted|for execution)\b"
    r"|\bstatus\s*[:|]?\s*(?:working )?(?:draft|proposed|in review)\b"
    r"|\bsubject to contract\b|\bentwurf\b)"
)
_SUPERSEDED = re.compile(
    r"(?i)\bsuperseded\b(?! (?:versions?|documents?|editions?|polic\w+|procedures?)?\s*:)|\b(?:withdrawn|obsolete|archived"
    r"|revoked|rescinded)\b(?! goods| items| stock)"
    r"|\bno longer (?:in force|valid|applicable|applies|current)\b|\breplaced by (?:version|v\.? ?\d|issue|revision)"
    r"|\bout of force\b|\baußer kraft\b"
)
_ABOUT_OTHERS = re.compile(r"(?i)\bsupersedes\b|\bsuperseded (?:versions?|documents?|editions?|polic\w+)\b")
_FILE_DRAFT = re.compile(r"(?i)(?:^|[\s_.(-])(?:draft|entwurf)(?=$|[\s_.)\d-])")
_FILE_OLD = re.compile(r"(?i)(?:^|[\s_.(-])(?:superseded|obsolete|withdrawn)(?=$|[\s_.)-])")
_BLANK = re.compile(
    r"\[\s*[●•○]\s*\]|\[(?:[Ii]nsert|INSERT|[Nn]ame|NAME|[Dd]ate|DATE|[Cc]ompany|COMPANY|[Aa]mount|[Aa]ddress"
    r"|ADDRESS)\b[^\]\n]{0,60}\]|<(?:insert|name|date)[^>\n]{0,40}>"
)
_LINE = re.compile(r"_{4,}|\.{8,}|…{3,}")
_AMENDMENT = r"(?:amendment|addendum|variation|supplement(?:al agreement)?|side letter|endorsement|change order|deed of variation|nachtrag)"
_AMENDS = re.compile(
    rf"(?i)\b{_AMENDMENT}\b(?:\s+(?:agreement\s+)?(?:no\.?|number|nr\.?|#)?\s*[\w-]{{1,8}})?\s+(?:to|of|zu)\s+(?:the\s+"
    rf"|that\s+(?:certain\s+)?)?"
    rf"(?P<what>[^\n.;]{{0,110}}?\b(?:agreement|contract|lease|licen[cs]e|deed|policy|terms|authority|[A-Z]{{2,4}}[-/ ]?[\w/-]*\d)\b)"
)
_AMENDS_IT = re.compile(
    r"(?i)\b(?:amends|varies|forming part of|supplements|amend)\s+(?:and\s+\w+\s+)?(?:the\s+|that\s+certain\s+)?"
    r"(?P<what>(?:[\w&/-]+\s+){0,8}?(?:agreement|contract|lease|deed))"
)
_DATED = re.compile(r"(?i)[^.\n;]{0,80}?\b(?:dated|made|entered into)\s+(?:as\s+of\s+|on\s+)?")

#: A head line about the paper; what is longer is prose.
_SHORT = 160
_HEAD_BLOCKS = 14
_HEAD = 4_000
_FURNITURE = 12
#: A paper that speaks of replacing this often is about spare parts.
_MOST = 300


def version_of(title: str, path: str, text: str, blocks: Sequence[Block]) -> str | None:
    """The version as printed ("2.1", "Rev. C", "2024 edition"): from the title, the table of revisions, lines of the head, headers and
    footers, and last from the file's name."""
    if found := _version_in(title):
        return found
    head = [b for b in blocks if b.kind not in _UNSAID][:_HEAD_BLOCKS]
    cells = [b for b in blocks if b.kind is BlockKind.TABLE_CELL]
    places: tuple[Iterable[str | None], ...] = (
        (_version_in(b.span.of(text)) for b in head[:4] if b.kind in _HEADINGS),
        (_labelled(cells, text),),
        (_newest_row(cells, text),),
        (_version_in(t) for b in head if (b.kind is not BlockKind.TABLE_CELL and len(t := b.span.of(text)) <= 3 * _SHORT)),
        (_version_in(t) for t in _furniture(text, blocks)),
    )
    for place in places:
        if found := next(filter(None, place), None):
            return found
    named = _FILE.search(re.sub(r"\.\w{1,5}$", "", path.rsplit("/", 1)[-1]))
    return named[1].replace("_", ".") if named else None


def _version_in(text: str) -> str | None:
    for found in _VERSION.finditer(text):
        if _OTHER.search(text[max(0, found.start() - 30) : found.start()]):
            continue
        if found["word"] is None:
            return " ".join((found["short"] or found["worded"]).split())
        word = found["word"].lower()
        if found["gap"] or word == "rev.":
            return found["number"] if word.startswith("ver") else f"{found['word']} {found['number']}"
    return None


def _labelled(cells: Sequence[Block], text: str) -> str | None:
    """The value beside "Version" in a table of two columns."""
    for block in cells[:60]:
        if block.row and _LABEL.fullmatch(block.row.strip()) and _PLAIN.fullmatch(value := block.span.of(text).strip()):
            return value
    return None


def _rows(cells: Sequence[Block], text: str) -> Iterator[list[Block]]:
    """The cells of each row: a row begins on a new line with a cell that no row names."""
    row: list[Block] = []
    for block in cells:
        if row and block.row is None and "\n" in text[row[-1].span.end : block.span.start]:
            yield row
            row = []
        row.append(block)
    if row:
        yield row


def _newest_row(cells: Sequence[Block], text: str) -> str | None:
    """The version of the newest row of a table of revisions: a column of versions beside one of dates or changes."""
    found: list[tuple[str, tuple[int, ...], str]] = []
    for row in _rows(cells, text):
        named = {(b.column or "").strip().lower(): b.span.of(text).strip() for b in row}
        version = next((t for c, t in named.items() if _LABEL.fullmatch(c) and _PLAIN.fullmatch(t)), None)
        others = " ".join(c for c in named if not _LABEL.fullmatch(c))
        if version and re.search(r"date|change|author|description|summary|approved|datum|amend", others):
            day = next((d for c, t in named.items() if re.search("date|datum", c) and (d := iso_date(t, day_first=True))), "")
            found.append((day, _rank(version), version))
    return max(found)[2] if found else None


def _rank(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else ord(part[0].lower()) for part in re.findall(r"\d+|[A-Za-z]", version.lstrip("vV. ")))


def replaces_of(text: str) -> str | None:
    """What the paper says it replaces, as printed ("version 2.0 of 1 March 2024"); words about all earlier talk ("any prior understanding")
    name nothing. ``text``: the document's own words."""
    for start in islice(_starts(text), _MOST):
        found = _REPLACES.match(text, start)
        if found is None:
            continue
        what = " ".join(found["what"].split()).strip(' ,(“"')
        if not _NO_PAPER.match(what) and (_NAMES_PAPER.search(what) or iso_date(what)) and not what.startswith(("clause", "section")):
            return re.sub(r"^(?:the|its)\s+", "", what, flags=re.IGNORECASE)
    return None


def _starts(text: str) -> Iterator[int]:
    """Where a word for replacing stands; plain search in the lowered text is many times faster than the pattern."""
    low = text.lower()
    if len(low) != len(text):
        return
    for word in ("replac", "supersed", "ersetzt", "remplace"):
        at = low.find(word)
        while at >= 0:
            yield at
            at = low.find(word, at + 1)


def amended_by(title: str, text: str) -> str | None:
    """The agreement that an amendment amends, as printed with its date; from its title and first page."""
    best: str | None = None
    for place, pattern in ((title, _AMENDS), (text[:_HEAD], _AMENDS), (text[:_HEAD], _AMENDS_IT)):
        for found in pattern.finditer(place):
            dated = _DATED.match(place, found.end())
            day = date_at(place, dated.end(), day_first=True) if dated else None
            what = " ".join(place[found.start("what") : day[1] if day else found.end()].split())
            if re.match(r"(?i)(?:this|such|any|said)\b", what):
                continue
            if day:
                return what
            best = best or what
    return best


def standing_notes(title: str, path: str, text: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Notes on a paper that says of itself that it is a draft, is superseded, or has blanks where names belong."""
    name = re.sub(r"\.\w{1,5}$", "", path.rsplit("/", 1)[-1])
    lines = [title, *_head_lines(text, blocks), *_furniture(text, blocks)]
    notes = []
    if any(_DRAFT.search(line) for line in lines) or _FILE_DRAFT.search(name):
        notes.append(MARKED_DRAFT)
    if any(_SUPERSEDED.search(line) and not _ABOUT_OTHERS.search(line) for line in lines) or _FILE_OLD.search(name):
        notes.append(MARKED_SUPERSEDED)
    if len(_BLANK.findall(text[: 5 * _HEAD])) >= 3 or len(_LINE.findall(text[: _HEAD // 2])) >= 2:
        notes.append(UNFILLED)
    return tuple(notes)


def _head_lines(text: str, blocks: Sequence[Block]) -> Iterator[str]:
    """Short lines at the beginning, without the author's sentences about other papers."""
    for block in [b for b in blocks if b.kind not in _UNSAID][:_HEAD_BLOCKS]:
        for line in block.span.of(text).split("\n"):
            if len(line) <= _SHORT and not re.search(r"[a-z]\.\s+[A-Z].*\.$", line):
                yield f"{block.row}: {line}" if block.row and block.kind is BlockKind.TABLE_CELL else line


def _furniture(text: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    """The headers and footers that are not the same as one before."""
    found: dict[str, None] = {}
    for block in blocks:
        if block.kind is BlockKind.FURNITURE and block.span.end - block.span.start <= 2 * _SHORT:
            found[Span(block.span.start, block.span.end).of(text)] = None
            if len(found) >= _FURNITURE:
                break
    return tuple(found)


_HEADINGS = frozenset({BlockKind.TITLE, BlockKind.HEADING})
_UNSAID = frozenset({BlockKind.FURNITURE, BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.COMMENT})
