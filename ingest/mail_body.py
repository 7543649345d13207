"""The parts of a mail body: what its author wrote, what others wrote and it quotes, signature and small print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import BlockKind, Message
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.mail_quotes import quoted_lines
from ingest.mail_signature import is_small_print, signature_start
from ingest.numbering import split_number
from ingest.wrapping import wrapped

_RULE = re.compile(r"[-=_*~. ]{3,}")


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines that belong together; ``blank``: an empty line stands before them."""

    kind: BlockKind
    lines: tuple[str, ...]
    blank: bool
    prefix: str = ""
    number: str | None = None


def body_drafts(text: str, message: Message, *, html: Sequence[Draft] | None = None) -> list[Draft]:
    """Blocks of a body. ``html``: the blocks of an HTML body, which is then taken instead of ``text``."""
    if html is not None:
        return _marked(list(html), message)
    lines = [line.rstrip() for line in text.split("\n")]
    quoted = quoted_lines(lines)
    parts = _parts(lines, quoted)
    return _marked([_draft(p) for p in parts], message)


def _parts(lines: list[str], quoted: set[int]) -> list[_Part]:
    parts: list[_Part] = []
    blank, at = True, 0
    width = max((len(line) for n, line in enumerate(lines) if n not in quoted and len(line) <= 130), default=0)
    while at < len(lines):
        if not lines[at].strip() or _RULE.fullmatch(lines[at]) and at not in quoted and lines[at].rstrip() != "--":
            blank, at = True, at + 1
            continue
        count = 1
        if at not in quoted:
            while at + count < len(lines) and at + count not in quoted and _runs_on(lines[at : at + count], lines[at + count], width):
                count += 1
        parts.append(_part(lines[at : at + count], at in quoted, blank))
        blank, at = False, at + count
    return parts


def _runs_on(before: Sequence[str], line: str, width: int) -> bool:
    bare = line.strip()
    if not bare or _RULE.fullmatch(bare):
        return False
    item = split_number(before[0].strip()) is not None
    if split_number(bare) and not (bare[:1].islower() and bare[1:2] not in ".)"):
        return False
    return wrapped(before[-1].strip(), bare, width) or item and line[:2].isspace() and not before[0][:2].isspace()


def _part(lines: Sequence[str], quoted: bool, blank: bool) -> _Part:
    bare = tuple(line.strip() for line in lines)
    if quoted:
        return _Part(BlockKind.QUOTED, bare, blank)
    found = split_number(bare[0], letters=False)
    if found is None:
        return _Part(BlockKind.PARAGRAPH, bare, blank)
    return _Part(BlockKind.LIST_ITEM, (found.rest, *bare[1:]), blank, found.prefix, found.number)


def _draft(part: _Part) -> Draft:
    gap = PARAGRAPH_GAP if part.blank else LINE_GAP
    return Draft(part.kind, " ".join(part.lines), part.prefix, 1 if part.kind is BlockKind.LIST_ITEM else 0, part.number, gap=gap)


def _marked(drafts: list[Draft], message: Message) -> list[Draft]:
    """Signature and small print of the author's own part get their kinds."""
    own = [n for n, d in enumerate(drafts) if d.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING, BlockKind.TABLE_CELL)]
    kinds: dict[int, BlockKind] = {}
    for n in own:
        if is_small_print(drafts[n].text):
            kinds[n] = BlockKind.FURNITURE
    own = [n for n in own if n not in kinds]
    start = signature_start([drafts[n].text for n in own], [drafts[n].gap == PARAGRAPH_GAP for n in own], message)
    kinds |= dict.fromkeys(own[start:], BlockKind.SIGNATURE)
    return [_rekinded(d, kinds[n]) if n in kinds else d for n, d in enumerate(drafts)]


def _rekinded(draft: Draft, kind: BlockKind) -> Draft:
    return Draft(kind, draft.text, draft.prefix, gap=draft.gap)
