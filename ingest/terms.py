"""Defined terms where a paper defines them: (the "Carrier"), "Working Day" means ..., and lists and tables of definitions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from domain.document import EVIDENCE_BLOCKS, Block, BlockKind, Mark, MarkKind
from domain.span import Span

_QUOTED = re.compile(r"[\"“”„«]\s?([^\"“”„«»\n]{1,80}?)\s?[\"“”»]")
#: Single quotes are apostrophes as well, so that the term must begin with a capital letter.
_SINGLE = re.compile(r"['‘](?<![\w'’][\w'’‘])(?<![\w'’]['‘])([A-Z][^'‘’\"\n]{1,60})['’](?!\w)")
#: What stands between the open bracket and the quoted term: (hereinafter referred to as the "Carrier").
_ROLE_WORDS = re.compile(
    r"(?i)^(?:\"[^\"]{1,80}\"|“[^”]{1,80}”|(?:the|each|an?|and|or|together|collectively|individually|hereinafter|hereafter|herein|referred"
    r"|to|as"
    r"|such|called|in|this"
    r"|agreement|with|its|their|affiliates|jointly|being|all|any|both|of|which|shall|be|for|short|defined|known)\b|\W)*+$"
)
_MEANS = re.compile(
    r"[\"”’'»]?\s*+(?:\([^()]{0,60}\)\s*+)?(?:,?\s*+(?:as used (?:herein|in this \w+)|when used in this \w+"
    r"|or [\"“][^\"”]{1,60}[\"”]|and [\"“][^\"”]{1,60}[\"”])\s*+(?:,\s*+)?)?"
    r"(?:,\s*+)?(?:shall\s++|will\s++)?(?:also\s++)?(?:means?\b|is defined\b|are defined\b|refers? to\b|has the (?:meaning"
    r"|same meaning)|have the (?:meaning|same meaning)s?"
    r"|is used (?:to|for)|includes?\b|bedeutet\b|bezeichnet\b|d[ée]signe\b)"
)
_IS = re.compile(r"[\"”’']?\s*(?:is|are|:|–|—|-|=)\s+\S")
_CALLED = re.compile(r"(?i)\b(?:terms?|expressions?|words?|phrases?)\s*$")
_SPEAKS_OF = re.compile(r"[^.;\n]{0,60}?\b(?:means?|refers?|includes?|is|are|shall|has|have)\b")
_PLAIN = re.compile(
    r"(?:the\s+)?([A-Z][\w&'’/-]*+(?:\s++(?:of|and|the|for|to|in|or|[A-Z][\w&'’/-]*+)){0,6})(?:\s*+(?:(?:shall\s++)?means?\s++"
    r"|[:–—=]\s++)|\s++-\s++)(?=\S)"
)
_UNQUOTED_MEANS = re.compile(
    r"([A-Z][\w&'’/-]*+(?:\s++(?:of|and|the|for|to|in|or|[A-Z][\w&'’/-]*+)){0,6})\s++(?:shall mean|means?)(?=[\s:,])"
)
_DEFINITIONS = re.compile(
    r"(?i)\W*(?:\d[\d.]*\s*)?(?:(?:interpretation|general)\s+(?:and|&)\s+)?(?:definitions?|defined terms|glossary"
    r"|terms? used|words used|begriffe|definitionen)\b"
)
_TERM_COLUMN = re.compile(r"(?i)(?:defined )?(?:terms?|expressions?|abbreviations?|words?|begriffe?)")
_MEANING_COLUMN = re.compile(r"(?i)(?:definitions?|meanings?|explanations?|means|what it means|bedeutung)")
#: Words that begin a sentence without being a term.
_NO_TERM = frozenset("the this that it no nothing which what he she they we you there here each any all".split())
_WORDS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL, BlockKind.FOOTNOTE, BlockKind.TITLE, BlockKind.HEADING})


def terms_of(text: str, blocks: Sequence[Block]) -> tuple[Mark, ...]:
    """A TERM mark for each definition, ordered by place: the span is the term as printed (with its quotes), the label the term itself."""
    found: dict[Span, str] = {}
    last: Span | None = None
    starts = [b.span.start for b in blocks]
    for quoted in _all_quoted(text):
        at = bisect_right(starts, quoted.start()) - 1
        if at < 0 or blocks[at].kind not in _WORDS or quoted.end() > blocks[at].span.end:
            continue
        term = _label(quoted[1])
        if _is_term(term) and _defines(text, blocks[at].span, quoted):
            span = Span(quoted.start(), quoted.end())
            if last is None or not span.overlaps(last):
                found[span] = term
                last = span
    taken = sorted(found)
    for span, term in _listed(text, blocks):
        near = bisect_right(taken, span)
        if not any(span.overlaps(other) for other in taken[max(0, near - 1) : near + 1]) and _is_term(term):
            found[span] = term
    return tuple(Mark(MarkKind.TERM, span, term) for span, term in sorted(found.items()))


def _all_quoted(text: str) -> Iterator[re.Match[str]]:
    yield from _QUOTED.finditer(text)
    if "‘" in text or " '" in text or "('" in text:
        yield from _SINGLE.finditer(text)


def _label(quoted: str) -> str:
    """The term without the article that may stand inside the quotes: (\"the Carrier\")."""
    term = " ".join(quoted.split()).strip(" .,;:")
    return term[4:] if term.lower().startswith("the ") else term


def _is_term(term: str) -> bool:
    return any(c.isalpha() for c in term) and len(term.split()) <= 9 and term.lower() not in _NO_TERM


def _defines(text: str, within: Span, quoted: re.Match[str]) -> bool:
    """Whether the words around say that the quoted ones are being defined."""
    if _MEANS.match(text, quoted.end(), min(within.end, quoted.end() + 200)):
        return True
    before = text[max(within.start, quoted.start() - 160) : quoted.start()]
    opened = before.rfind("(")
    if opened > before.rfind(")") and ")" in text[quoted.end() : quoted.end() + 200]:
        return bool(_ROLE_WORDS.match(before[opened + 1 :]))
    if _CALLED.search(before[-14:]):
        return bool(_SPEAKS_OF.match(text, quoted.end(), quoted.end() + 90))
    tail = before.rstrip()
    starts = not tail or tail[-1] in ".;:!?" or "\n" in before[len(tail) :]
    return starts and quoted[1][:1].isupper() and bool(_IS.match(text, quoted.end(), min(within.end, quoted.end() + 12)))


def _listed(text: str, blocks: Sequence[Block]) -> Iterator[tuple[Span, str]]:
    """Terms without quotes: "Business Day means ..." anywhere, "Business Day: ..." below a heading that says Definitions, and tables."""
    inside = False
    for block in blocks:
        start, end = block.span.start, block.span.end
        if block.kind is BlockKind.HEADING:
            inside = bool(_DEFINITIONS.match(text, start, end))
        elif block.kind is BlockKind.TABLE_CELL:
            if block.row and block.column and _MEANING_COLUMN.fullmatch(block.column.strip()):
                yield from _named_by_row(text, block)
        elif block.kind in EVIDENCE_BLOCKS:
            end = min(end, start + 160)
            found = _PLAIN.match(text, start, end) if inside else _UNQUOTED_MEANS.match(text, start, end)
            if found and found[1].split()[0].lower() not in _NO_TERM:
                yield Span(found.start(1), found.end(1)), found[1]


def _named_by_row(text: str, block: Block) -> Iterator[tuple[Span, str]]:
    """The term in the first cell of a row whose other cell explains it."""
    term = (block.row or "").strip()
    at = text.rfind(term, max(0, block.span.start - len(term) - 40), block.span.start)
    if at >= 0:
        yield Span(at, at + len(term)), term.strip("\"“”„«»'‘’ ")
