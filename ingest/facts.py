"""What a paper says about itself: its dates, version, parties, terms, and whether it holds at all."""

from __future__ import annotations

from dataclasses import dataclass

from domain.document import BlockKind, DocumentKind, Mark
from ingest.canonical import Parsed
from ingest.dates import dates_of, day_comes_first, signed_on
from ingest.parties import parties_of
from ingest.terms import terms_of
from ingest.versions import AMENDS, amended_by, replaces_of, standing_notes, version_of

_CONTRACTS = frozenset({DocumentKind.CONTRACT, DocumentKind.AMENDMENT, DocumentKind.SOW})
#: Blocks whose words are not the document's own.
_NOT_SAID = frozenset({BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.FURNITURE, BlockKind.COMMENT, BlockKind.QUOTED, BlockKind.FORWARDED})


@dataclass(frozen=True, slots=True)
class Facts:
    """Days are ISO; everything else stands as printed. ``notes``: for the document's own."""

    issued: str | None = None
    effective: str | None = None
    signed: str | None = None
    version: str | None = None
    replaces: str | None = None
    parties: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    terms: tuple[Mark, ...] = ()


NO_FACTS = Facts()


def facts_of(kind: DocumentKind, path: str, title: str, parsed: Parsed) -> Facts:
    """For a paper, not for mail. Versions and what is replaced are asked of formal papers only: notes speak of other papers' versions."""
    own = "\n".join(b.span.of(parsed.text) for b in parsed.blocks if b.kind not in _NOT_SAID)
    day_first = day_comes_first(own)
    issued, effective = dates_of(own, day_first=day_first)
    terms = terms_of(parsed.text, parsed.blocks)
    if not kind.formal:
        notes = standing_notes(title, path, parsed.text, parsed.blocks) if kind is DocumentKind.OTHER else ()
        return Facts(issued, effective, notes=notes, terms=terms)
    amended = amended_by(title, own) if kind is DocumentKind.AMENDMENT else None
    contract = kind in _CONTRACTS
    return Facts(
        issued,
        effective,
        signed_on(own, day_first=day_first) if contract else None,
        version_of(title, path, parsed.text, parsed.blocks),
        replaces_of(own),
        parties_of(parsed.text, parsed.blocks) if contract else (),
        standing_notes(title, path, parsed.text, parsed.blocks) + ((AMENDS + amended,) if amended else ()),
        terms,
    )


def merged(marks: tuple[Mark, ...], terms: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Both, ordered by their spans."""
    return tuple(sorted((*marks, *terms), key=lambda m: (m.span, m.kind, m.label, m.author))) if terms else marks
