"""Whom a contract binds: the names in its preamble, on its cover or in its table of parties, as printed and in that order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from domain.document import Block, BlockKind

#: A preamble may stand behind a cover and a table of contents.
_HEAD = 12_000
_PREAMBLE = 3_000
_LINES = 4_000
_MOST = 8
#: Characters of address and description between one party's defined name and the next.
_APART = 800
_FORMS = (
    "Ltd Limited Inc Incorporated LLC L.L.C LLP PLC plc GmbH AG A/S ApS AS AB Oy S.r.l Srl S.p.A SpA S.A SA B.V BV N.V NV Pty Corp "
    "Corporation Company Co KG SE Pte LP L.P University Foundation Hospital Trust Council Holding Holdings Bank S.L SARL S.à.r.l Sarl SAS "
    "KGaA eG e.V mbH Oyj ASA Kft s.r.o Chapter Association Authority Ministry Institute Society Partnership Group"
)
_CORPORATE = (
    "(?:"
    + "|".join(re.escape(f) for f in sorted({v for f in _FORMS.split() for v in (f, f.upper())}, key=len, reverse=True))
    + r"|inc)(?![\w])\.?"
)
_WORD = r"(?:[A-ZÀ-Þ][\w&.'’/+-]*+|[a-z]{1,8}[\d.][\w.]*+|(?=\d[\w.&-]*[A-Za-z])[\w.&-]++|\((?:[A-Z][\w.]*)(?: [A-Z][\w.]*){0,2}\)|&|-|–)"
_LINK = r"(?:of|and|the|for|de|la|van|von|der|del|di|du|und|et|y)"
_STEP = rf"(?:,? (?:{_LINK} ){{0,3}}{_WORD})"
#: A word that looks like a legal form may stand inside a name: "Stallings Capital Group Consultants, Ltd.".
_MORE = rf"(?:(?: {_WORD}){{0,4}}?,?[ ]{_CORPORATE})*"
_NAME = re.compile(rf"(?P<full>{_WORD}{_STEP}{{0,12}}?,?[ ]{_CORPORATE}{_MORE})(?=[\s,;:()\"“.]|$)")
_PLAIN = re.compile(rf"(?P<full>{_WORD}(?: (?:{_LINK} ){{0,2}}{_WORD}){{0,8}})")
#: What follows a name that has no legal form: a person, an authority, a brand.
_AFTER_PLAIN = re.compile(r"\s*(?:$|,|\(|\s(?:of|an?|acting|having|residing|with)\b|[-–—]\s|[\"“])")
_QUOTE = "\"“”'‘«„"
_ROLE = re.compile(
    rf"\(\s*(?:[^(){_QUOTE}]{{0,80}}\s)?[{_QUOTE}](?P<term>[^\"”“’()]{{1,50}})[\"”“’'»][^()]{{0,120}}\)"
    r"|\((?:hereinafter|hereafter)(?:[ ,]+(?:referred to|called|known))*(?: as)?\s+(?:the\s+)?(?P<bare>[A-Z][\w ]{1,40})\)"
    r"|(?:^|(?<=\n)|(?<=, ))[“\"](?P<line>the [A-Z][\w ]{1,30})[\"”]"
)
_NO_ROLE = re.compile(
    r"(?i)\W*+(?:(?:hereinafter|hereafter|together|each|individually|individual|collectively|the|this|as|such|a|an|of|which"
    r"|are|is|be|may|referred|to)\W++){0,7}"
    r"(?:agreement|contract|effective|amendment|commencement|part(?:y(?! [A-D]\b)|ies)|deed|lease|schedule|recitals?"
    r"|execution|closing|sow|order|(?:[\w-]+ ){0,3}(?:law|act|code|program(?:me)?|products?|services|property|marks?"
    r"|territory"
    r"|business|date|agreement))\b(?![\w-]* (?:provider|company|recipient|manager))"
)
_BETWEEN = re.compile(
    r"(?i)\b(?:by\s+and\s+(?:between|among)|between|among(?:st)?|made\s+(?:this|as\s+of|on|by)|entered\s+into(?:\s+by)?"
    r"|parties(?:\s+to\s+this[^\n]{0,40})?(?=\s*[:\n]))\b\s*:?"
)
_PREAMBLE_END = re.compile(
    r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals?|BACKGROUND|Background|WITNESSETH|W I T N E S S E T H|NOW,? THEREFORE"
    r"|IT IS AGREED|TABLE OF CONTENTS|PREAMBLE|Preamble)\b"
    r"|(?:collectively|together|each|jointly)[^()\n]{0,40}[\"“]part(?:y|ies)"
)
_SPLIT = re.compile(
    r"(?<!\s)\s++(?:and|AND|And|und|et)\b:?(?!\s+its\b)|[;\u037e]|\n++|(?:(?<!\s)\s++)?\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)\s"
    r"|\bParty\s+[A-Z]\b\s*+(?:\([^()]{1,30}\)\s*+)?:"
)
_LEAD = re.compile(
    r"(?:[\s,;:.*_–—-]|\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)|\d{1,2}[.)]\s|(?i:and|between|among|by|the parties|the)\b"
    r"|(?i:party\s+[a-z])\s*(?:\([^()]{1,30}\))?:|[A-Z](?:[\w ]{2,30})?:\s|M/s\.?)*"
)
_LABELS = (
    "party(?: [a-d1-9])?|supplier|vendor|seller|customer|client|buyer|purchaser|contractor|sub-?contractor|consultant"
    "|company|provider|service provider|landlord"
    "|tenant|lessor|lessee|licensor|licensee|lender|borrower|employer|employee|carrier|shipper|distributor|manufacturer"
    "|principal|agent|owner|operator|grantor|grantee"
)
_LABELLED = re.compile(
    rf"(?im)^\W{{0,3}}+(?=\w)(?:the\s+)?(?P<label>{_LABELS})(?:\s+name|\s*\([^()\n]{{1,30}}\))?\s*:\s*(?P<rest>[^\n]{{3,160}})"
)
_PARTY_AB = re.compile(r"\bParty\s+(?P<label>[A-D])(?:\s*\([^()]{1,30}\))?\s*:\s*(?P<rest>[^\n]{3,160})")
_ROW = re.compile(rf"(?i)(?:the\s+)?(?:name of (?:the )?)?(?:{_LABELS})(?:\s+name)?\s*:?")
_NO_NAME = re.compile(
    r"(?i)(?:and|between|whereas|date[d]?|this|agreement|table of contents|source|address|article|section|exhibit|schedule"
    r"|execution version|[\d\W]+|the parties|party [a-z])\b\W*$"
    r"|(?i:this|dated|room|suite|floor|p\.? ?o\.? box|source|exhibit|section|article|schedule|whereas|recitals?)\b"
    r"|.*\b(?:agreement\b|(?:contract|effective date)$)"
)


@dataclass(frozen=True, slots=True)
class Party:
    """``alias``: the term that the contract defines for it ("Carrier"), empty where it defines none."""

    name: str
    alias: str = ""


def parties_of(text: str, blocks: Sequence[Block] = ()) -> tuple[str, ...]:
    """Names of those between whom a contract is made, as printed: 'Meridor Line A/S (... "the Carrier")' gives the name."""
    return tuple(party.name for party in named_parties(text, blocks))


def named_parties(text: str, blocks: Sequence[Block] = ()) -> tuple[Party, ...]:
    """The parties in the order of the paper, with their defined terms. ``text`` with ``blocks``: the canonical text, of which headers,
    footers and what nobody sees are left out."""
    head = re.sub(r"[ \t]+", " ", _own_head(text, blocks) if blocks else text[:_HEAD])
    best: tuple[Party, ...] = ()
    ways: tuple[Callable[[], tuple[Party, ...]], ...] = (
        lambda: _from_roles(head[:_LINES]),
        lambda: _from_roles(head) if len(head) > _LINES else (),
        lambda: _labelled(head),
        lambda: _from_table(text, blocks),
        lambda: _from_cover(head),
    )
    for way in ways:
        if len(found := way()) >= 2:
            return found
        best = best or found
    return best


def _own_head(text: str, blocks: Sequence[Block]) -> str:
    parts: list[str] = []
    size = 0
    for block in blocks:
        if block.kind in (BlockKind.FURNITURE, BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.COMMENT):
            continue
        parts.append(block.span.of(text))
        size += block.span.end - block.span.start
        if size > _HEAD:
            break
    return "\n".join(parts)[:_HEAD]


def _from_roles(head: str) -> tuple[Party, ...]:
    """From "between A (the "Carrier") and B (the "Merchant")": the name that begins what stands before each defined role."""
    roles = [m for m in _ROLE.finditer(head) if not _NO_ROLE.match(m[0])]
    anchors = [m.end() for m in _BETWEEN.finditer(head)]
    for first, role in enumerate(roles):
        # A cover page says "between" as well; the words just before the first defined name are those that count.
        before = [a for a in anchors if 0 <= role.start() - a <= 700]
        for at in before[::-1][:3]:
            if found := _walk(head, at, roles[first:]):
                return found
        # Without "between" the first name begins the line on which its term is defined.
        line = head.rfind("\n", 0, role.start()) + 1
        if first < 4 and role.start() < _LINES and len(found := _walk(head, line, roles[first:], strict=True)) >= 2:
            return found
        if first > 6:
            break
    return ()


def _walk(head: str, at: int, roles: Sequence[re.Match[str]], *, strict: bool = False) -> tuple[Party, ...]:
    """The parties from ``at`` on; ``strict``: the first name has to stand right there."""
    ends = [m.start() for m in _PREAMBLE_END.finditer(head, at, at + _PREAMBLE)]
    end = ends[0] if ends else at + _PREAMBLE
    found: dict[str, str] = {}
    for role in roles:
        if role.start() > end or len(found) >= _MOST or found and role.start() - at > _APART:
            break
        if name := _name_in(head[at : role.start()], 12 if found else 1 if strict else 3):
            found.setdefault(name, re.sub(r"(?i)^the\s+", "", (role["term"] or role["bare"] or role["line"] or "").strip(" .,")))
        elif not found:
            return ()
        at = role.end()
    return tuple(Party(name, alias) for name, alias in found.items())


def _name_in(words: str, most: int) -> str | None:
    """The first name that begins one of the first ``most`` pieces of the words."""
    pieces = [(m[0].strip()[:3].lower() in ("and", "und", "et"), m.end()) for m in _SPLIT.finditer(words)]
    # Addresses and descriptions say "and" as well; a semicolon, a new line or "(b)" parts the parties where there is one.
    starts = [0, *(p for weak, p in sorted(pieces, key=lambda piece: piece[0]))]
    for start in starts[:most]:
        if name := _name_at(words, start):
            return name
    return None


def _name_at(words: str, start: int) -> str | None:
    lead = _LEAD.match(words, start)
    at = lead.end() if lead else start
    found = _NAME.match(words, at)
    if found is None:
        found = _PLAIN.match(words, at)
        if (
            found is None
            or not _AFTER_PLAIN.match(words[found.end() :])
            or " " not in found["full"].strip()
            and words[found.end() :].strip()
        ):
            return None
        if re.search(r"\w{4,}\. ", found["full"]):
            return None
    name = " ".join(found["full"].split()).strip(" ,;:-–")
    return name if 2 < len(name) <= 120 and not _NO_NAME.match(name) else None


def _labelled(head: str) -> tuple[Party, ...]:
    """From lines such as "Supplier: Quarl Metals Ltd" and "Party A: ..."."""
    found: dict[str, str] = {}
    for pattern in (_PARTY_AB, _LABELLED):
        for line in pattern.finditer(head):
            if (name := _name_at(line["rest"], 0)) and len(name.split()) > 1:
                label = line["label"]
                found.setdefault(name, f"Party {label}" if pattern is _PARTY_AB else label)
        if len(found) >= 2:
            break
    return tuple(Party(name, alias) for name, alias in list(found.items())[:_MOST])


def _from_table(text: str, blocks: Sequence[Block]) -> tuple[Party, ...]:
    found: dict[str, str] = {}
    for block in blocks[:80]:
        if (
            block.kind is BlockKind.TABLE_CELL
            and block.row
            and _ROW.fullmatch(block.row.strip())
            and (name := _name_at(block.span.of(text), 0))
        ):
            found.setdefault(name, block.row.strip(" :"))
    return tuple(Party(name, alias) for name, alias in list(found.items())[:_MOST])


def _from_cover(head: str) -> tuple[Party, ...]:
    """From a cover without defined roles: "between", then one name a line or "A and B"."""
    for anchor in _BETWEEN.finditer(head[: _HEAD // 2]):
        found = tuple(_listed_names(head[anchor.end() : anchor.end() + 600]))
        if len(found) >= 2 and (any(_NAME.match(name) for name in found) or all(" " in name for name in found)):
            return tuple(Party(name) for name in dict.fromkeys(found))[:_MOST]
    return ()


def _listed_names(words: str) -> Iterator[str]:
    start = 0
    for piece in [*_SPLIT.finditer(words), None]:
        end = piece.start() if piece else len(words)
        part = words[start:end].strip(" ,\n")
        start = piece.end() if piece else end
        if part and part.lower() not in ("and", "und"):
            name = _name_at(part, 0)
            if name is None or _NAME.match(name) is None and len(part) > len(name) + 3:
                return
            yield name
