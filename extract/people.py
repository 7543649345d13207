"""Who writes an organisation's mail, and the office that its papers give them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.document import Document, MessageKind
from extract.kept import Kept

_TITLE = r"[A-Z][\w&/-]+(?:[ ](?:of[ ]|and[ ]|for[ ]|&[ ]|the[ ])?[A-Z][\w&/-]+){0,4}"
_CAPITAL = re.compile(r"[^\W\d_a-z][\w'’-]*")
_AFTER = re.compile(rf"(?:\s?[,(|–-]\s?|\s*\n\s*|\sis\s(?:the|our)\s)(?:the\s|our\s)?(?P<office>{_TITLE})")
_BEFORE = re.compile(rf"(?P<office>{_TITLE})(?:\s\(|,\s|:\s|\s\|\s|\s)$")
#: How far before a name its office may begin.
_REACH = 60
#: The capitalised words of a text, each with its place.
Capitals = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str
    office: str


def capitals_in(document: Document) -> Capitals:
    return tuple((match[0], match.start()) for match in _CAPITAL.finditer(document.text))


def people_of(papers: Sequence[Document], capitals: Kept[Document, Capitals] | None = None) -> dict[str, Person]:
    """Everybody who writes mail, by address. ``capitals``: what is kept of documents that were looked through before."""
    chosen = names_of(papers)
    offices = offices_in(papers, {n for n in chosen.values() if " " in n}, capitals or Kept())
    return {address: Person(name, address, offices.get(name, "")) for address, name in sorted(chosen.items())}


def names_of(papers: Sequence[Document]) -> dict[str, str]:
    """Under which name each address mostly writes."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for document in papers:
        if document.message is not None and document.message.kind is not MessageKind.QUOTED and document.message.sender_name:
            names[document.message.sender][document.message.sender_name] += 1
    return {address: min(c, key=lambda n: (-c[n], n)) for address, c in names.items()}


def first_names(people: Iterable[Person]) -> dict[str, Person]:
    """Whom a first name means, where it means one person only; a full name too."""
    named: dict[str, set[Person]] = defaultdict(set)
    for person in people:
        words = person.name.lower().split()
        if len(words) > 1:
            named[words[0]].add(person)
    return {first: next(iter(who)) for first, who in named.items() if len({p.name for p in who}) == 1 and len(who) == 1}


def offices_in(papers: Sequence[Document], names: set[str], capitals: Kept[Document, Capitals]) -> dict[str, str]:
    """The office that most texts give a person: "Dana Whitcombe, AP Manager", "AP Manager (Dana Whitcombe)", a signature's second line."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        by_first[name.split()[0]].append(name)
    parts = {word for name in names for word in name.split()}
    given: dict[str, Counter[str]] = defaultdict(Counter)
    capitals.keep_only(papers)
    for document in papers:
        text = document.text
        for word, start in capitals.of(document, capitals_in):
            who = next((name for name in by_first.get(word, ()) if text.startswith(name, start)), None)
            if who is None:
                continue
            after = _AFTER.match(text, start + len(who))
            before = _BEFORE.search(text[max(start - _REACH, 0) : start])
            for office in (after["office"] if after else "", before["office"] if before else ""):
                if len(office) > 2 and not parts.intersection(office.split()):
                    given[who][office] += 1
    return {who: min(offices, key=lambda o: (-offices[o], o)) for who, offices in given.items()}
