"""The parts of a mail body: what its author wrote, what others wrote and it quotes or passes on, signature and small print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document import BlockKind, Message
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.mail_lines import RULE, Line
from ingest.mail_notices import notices
from ingest.mail_quotes import Forward, told_apart
from ingest.mail_signature import signature_in
from ingest.numbering import number_drafts, split_number
from ingest.wrapping import MAX_WRAP, wrapped

_OWN = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING, BlockKind.TABLE_CELL)


@dataclass(frozen=True, slots=True)
class Body:
    """``forwards``: messages that the body passes on, in order, those inside them not yet looked for."""

    drafts: list[Draft]
    forwards: list[Forward]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block to be, and whether it is the author's own. ``signed``: the mail program says that it is the signature."""

    draft: Draft
    own: bool
    signed: bool = False


def body_of(lines: Sequence[Line], message: Message) -> Body:
    """The blocks of a body, in order."""
    told = told_apart(lines, message)
    width = _width(lines, told.kinds)
    pieces: list[_Piece] = []
    at = 0
    while at < len(lines):
        kind = told.kinds[at]
        count = 1
        if kind is None and lines[at].draft is None:
            while at + count < len(lines) and told.kinds[at + count] is None and _runs_on(lines[at : at + count], lines[at + count], width):
                count += 1
        pieces.append(_piece(lines[at : at + count], kind))
        at += count
    return Body(_marked(_numbered(pieces), message), told.forwards)


def _width(lines: Sequence[Line], kinds: Sequence[BlockKind | None]) -> int:
    """The longest of the author's own lines that another follows at once: where the editor wrapped; one that stands alone says nothing."""
    pairs = zip(lines, lines[1:], kinds, strict=False)
    return max(
        (len(line.text) for line, after, kind in pairs if kind is None and not after.blank and len(line.text) <= MAX_WRAP), default=0
    )


def _runs_on(before: Sequence[Line], line: Line, width: int) -> bool:
    bare = line.text
    if line.blank or line.draft is not None or RULE.fullmatch(bare):
        return False
    item = split_number(before[0].text) is not None
    if split_number(bare) and not (bare[:1].islower() and bare[1:2] not in ".)"):
        return False
    return wrapped(before[-1].text, bare, width) or item and line.indented and not before[0].indented


def _piece(lines: Sequence[Line], kind: BlockKind | None) -> _Piece:
    first = lines[0]
    if not first.seen and first.draft is not None:
        return _Piece(first.draft, own=False)
    gap = PARAGRAPH_GAP if first.blank else LINE_GAP
    if kind is not None:
        return _Piece(Draft(kind, (first.mark + first.text).strip(), gap=first.draft.gap if first.draft else gap), own=False)
    if first.draft is not None:
        return _Piece(first.draft, own=True, signed=first.signed)
    text = " ".join(line.text for line in lines)
    found = split_number(text, letters=False)
    if found is None:
        return _Piece(Draft(BlockKind.PARAGRAPH, text, gap=gap), own=True)
    return _Piece(Draft(BlockKind.LIST_ITEM, found.rest, found.prefix, 1, found.number, gap=gap), own=True)


def _numbered(pieces: list[_Piece]) -> list[_Piece]:
    """Typed numbers and bullets of an HTML body move into prefixes, as those of a plain one did."""
    at = [n for n, piece in enumerate(pieces) if piece.own and piece.draft.kind is BlockKind.PARAGRAPH]
    done = list(pieces)
    for n in at:
        (draft,) = number_drafts([pieces[n].draft])
        done[n] = replace(pieces[n], draft=draft)
    return done


def _marked(pieces: list[_Piece], message: Message) -> list[Draft]:
    """Signature and small print of the author's own part get their kinds."""
    kinds: dict[int, BlockKind] = {}
    runs = _runs(pieces)
    for number, run in enumerate(runs):
        texts = [pieces[n].draft.text for n in run]
        small = {run[k] for k in notices(texts)}
        kinds |= dict.fromkeys(small, BlockKind.DISCLAIMER)
        kinds |= {n: BlockKind.SIGNATURE for n in run if pieces[n].signed and n not in small}
        rest = [n for n in run if n not in kinds]
        signed = signature_in([pieces[n].draft.text for n in rest], message, whole=number in (0, len(runs) - 1))
        kinds |= {rest[n]: BlockKind.SIGNATURE for n in signed}
    return [_rekinded(p.draft, kinds[n]) if n in kinds else p.draft for n, p in enumerate(pieces)]


def _runs(pieces: Sequence[_Piece]) -> list[list[int]]:
    """The author's own pieces, as they stand together between the words of others."""
    runs: list[list[int]] = []
    fresh = True
    for n, piece in enumerate(pieces):
        if piece.draft.kind in (BlockKind.QUOTED, BlockKind.FORWARDED):
            fresh = True
        elif piece.own and piece.draft.kind in _OWN:
            if fresh:
                runs.append([])
            fresh = False
            runs[-1].append(n)
    return runs


def _rekinded(draft: Draft, kind: BlockKind) -> Draft:
    return replace(draft, kind=kind, level=0, number=None, column=None, row=None)
