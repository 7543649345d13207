"""With whom a contract is, which word it has for them, and which of them the organisation itself is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.document import Document, DocumentKind, MarkKind
from extract.names import key_of, short_name, squeezed

AGREEMENTS = frozenset({DocumentKind.CONTRACT, DocumentKind.AMENDMENT, DocumentKind.SOW})
#: Characters of a contract in which its parties are introduced.
OPENING = 2500
_INTRODUCED = re.compile(
    r"(?P<name>[A-Z][\w&.’'-]+(?:[ ](?:[A-Z][\w&.’'/-]*|of|de|and|&|the|für|i|y|e))*[ ]?[A-Z][\w.’'/-]*|[A-Z]\w+)(?:,[^()\n.;]{0,90})?"
    r"\s*\((?:the|hereinafter|hereafter|in\sthis\s\w+)?[\s:,]*(?:the\s)?[\W]*$"
)
#: With whom a contract is, at the end of its title: "Loan Agreement (Norvik Foods)".
_TITLED = re.compile(r"(?:\s[-–—]\s|\()(?P<name>[A-Z][^()\d]*?)\)?$")
#: How far before a defined term the name stands that it is short for.
_REACH = 160


@dataclass(frozen=True, slots=True)
class Party:
    """``term``: what the contract calls it ("Supplier"), "" where it does not say. ``own``: the organisation itself."""

    name: str
    term: str
    own: bool


def parties_of(papers: Sequence[Document], own_domains: frozenset[str]) -> dict[str, tuple[Party, ...]]:
    labels = [squeezed(d.split(".")[0]) for d in own_domains]
    found: dict[str, tuple[Party, ...]] = {}
    for document in papers:
        if document.message is not None or document.kind not in AGREEMENTS and not document.parties:
            continue
        named = [(short_name(name), _term_for(document, name)) for name in document.parties if " " in name]
        if len(named) < 2:
            named += [(name, term) for name, term in _introduced(document) if not any(key_of(name) in key_of(n) for n, _ in named)]
        titled = _TITLED.search(document.title)
        if not named and titled is not None and document.kind is not DocumentKind.SOW:
            named = [(short_name(titled["name"]), "")]
        if named:
            found[document.id] = tuple(Party(name, term, _is_own(name, labels)) for name, term in named)
    known = sorted({p for ps in found.values() for p in ps if not p.own}, key=lambda p: (p.name, p.term))
    for document in papers:  # an amendment often names only in its title whose contract it changes
        if document.kind in AGREEMENTS and document.id not in found:
            head = key_of(document.title).split()
            meant = tuple(p for p in known if key_of(p.name).split()[0] in head)
            if meant:
                found[document.id] = meant
    return found


def _introduced(document: Document) -> list[tuple[str, str]]:
    """(name, term) of those whom a contract's opening introduces with a word for them: Norvik Foods, Oslo (the "Buyer")."""
    found = []
    for mark in document.marks:
        if mark.kind is MarkKind.TERM and mark.span.start < OPENING:
            before = document.text[max(mark.span.start - _REACH, 0) : mark.span.start]
            match = _INTRODUCED.search(before)
            if match is not None and not re.match(r"\W*\s*(?:means|is|are|runs)\b", document.text[mark.span.end :]):
                found.append((short_name(match["name"]), mark.label))
    return found[:3]


def _is_own(name: str, labels: Sequence[str]) -> bool:
    whole = squeezed(name)
    first = squeezed(name.split(maxsplit=1)[0])
    return any(label and (label in whole or len(first) >= 5 and label.startswith(first)) for label in labels)


def _term_for(document: Document, name: str) -> str:
    """The defined term that stands soon after a party's name."""
    for mark in document.marks:
        if mark.kind is MarkKind.TERM:
            before = document.text[max(mark.span.start - _REACH, 0) : mark.span.start]
            at = before.rfind(name)
            if at >= 0 and not re.search(r"[.;]\s|\n\n", before[at + len(name) + 4 :]) and "means" not in before[at:]:
                return mark.label
    return ""


def own_name(parties: Mapping[str, tuple[Party, ...]], own_domains: frozenset[str]) -> str:
    counted = Counter(p.name for ps in parties.values() for p in ps if p.own)
    if counted:
        return min(counted, key=lambda n: (-counted[n], n))
    return min(own_domains).split(".")[0].capitalize() if own_domains else ""
