"""What a norm is limited to: names and things of its sentences, the counterparty of its contract, whom a conversation is about."""

from __future__ import annotations

import re
from collections.abc import Callable

from domain.record import RecordKind
from domain.statement import ScopeItem
from extract.choose import Candidate, Features, chance, odds
from extract.draft import Draft, Papers
from extract.names import PRONOUNS, is_actor, key_of, names_in, short_name, squeezed
from extract.roles import MOST_NAMED, Cast
from extract.subjects import circumstances_of, state_of

#: From which chance on a candidate is part of the scope; the least for an exception's best one, and for the other party of a contract.
SURE, LEAST, PARTY = 0.62, 0.15, 0.2
MOST = 4
#: Characters of a message in which names are looked for.
LOOKED = 1500
_OPENING = re.compile(
    r"^(?:(?:if|when|where|for|the|at|on|in|fw|fwd|re|aw|r|as|and|but|so|no|only|until|from|what|re)\b[\s:]*)+(?=\S)", re.I
)
_LIMITS = re.compile(
    r"\b(?:for|from|with|to|at|on|of|in|only|except|apart\s+from|other\s+than|save|unless|when|if)\s+(?:the\s+|our\s+|all\s+)?$", re.I
)


def scope_of_draft(draft: Draft, papers: Papers, cast: Cast) -> tuple[ScopeItem, ...]:
    """The candidates that more likely limit the norm than not; most often none for a rule, one for an exception."""
    circumstances = circumstances_of(draft, papers, cast)
    scored = sorted(
        ((chance(odds(c.features, "scope", circumstances)), c) for c in candidates(draft, papers, cast)), key=lambda p: (-p[0], p[1].key)
    )
    # A contract between named parties limits whatever it says to the other one.
    between = papers.formal(draft.lead) and len(cast.parties(draft.lead.citation.document_id)) > 1
    taken: list[Candidate] = []
    for likely, candidate in scored:
        enough = SURE if taken or draft.kind is not RecordKind.EXCEPTION else LEAST
        bound = between and "party" in candidate.features and likely >= PARTY
        if len(taken) >= MOST or likely < enough and not bound:
            continue
        words = set(candidate.key.split())
        if not any(words <= set(t.key.split()) or set(t.key.split()) <= words for t in taken):
            taken.append(candidate)
    return tuple(ScopeItem(_type(c), c.text) for c in taken)


def _type(candidate: Candidate) -> str:
    if candidate.features.get("party") or candidate.features.get("known"):
        return "party"
    return "person" if candidate.features.get("person") else "other"


def candidates(draft: Draft, papers: Papers, cast: Cast) -> list[Candidate]:
    found: dict[str, tuple[str, Features]] = {}

    def note(text: str, name: str) -> None:
        text = _OPENING.sub("", re.sub(r"['’]s?$", "", text.strip()))
        key = key_of(text)
        if key and key not in PRONOUNS and len(text) > 1:
            _, features = found.setdefault(key, (text, {}))
            features[name] = 1.0

    document = papers.of(draft.lead)
    for statement, _ in draft.carriers[:3]:
        at = "in" if statement.id == draft.lead.id else "also"
        quote = statement.citation.quote
        for name in names_in(quote):
            note(name, f"{at}.name")
            if _LIMITS.search(quote[: max(quote.find(name), 0)]):
                note(name, f"{at}.after")
        for mention in statement.mentions:
            note(mention.text, f"{at}.{mention.part.rstrip('!*')}")
            person = cast.person(mention.text)
            if person is not None and person.address.rpartition("@")[2] not in cast.own_domains:
                note(cast.organisation(person.address.rpartition("@")[2]), f"{at}.employer")
    for name in cast.counterparties(document):
        note(name, "party")
    _note_around(draft, papers, cast, note)
    return [Candidate(key, text, {**features, **_known(key, text, draft, papers, cast)}) for key, (text, features) in sorted(found.items())]


def _note_around(draft: Draft, papers: Papers, cast: Cast, note: Callable[[str, str], None]) -> None:
    document = papers.of(draft.lead)
    place = draft.lead.citation.place
    if document.message is None:
        for name in names_in(f"x {document.title}"):
            note(name, "title")
        if place.heading_path:
            note(place.heading_path[-1], "heading")
            for name in names_in(f"x {place.heading_path[-1]}"):
                note(name, "heading.name")
        return
    for name in names_in(f"x {document.message.subject}"):
        note(name, "title")
    for name in names_in(document.text[:LOOKED])[:8]:
        note(name, "message")
    for address in (document.message.sender, *document.message.to[:4], *document.message.cc[:4]):
        if address.rpartition("@")[2] not in cast.own_domains:
            note(cast.organisation(address.rpartition("@")[2]), "outside.sender" if address == document.message.sender else "outside.to")
            person = cast.at(address)
            note(person.name if person else "", "outside.person")


def _known(key: str, text: str, draft: Draft, papers: Papers, cast: Cast) -> Features:
    words = key.split()
    whole = squeezed(short_name(text))
    document = papers.of(draft.lead)
    title = key_of(document.message.subject if document.message else document.title).split()
    role = cast.role(key)
    person = cast.person(text)
    named = cast.named(words[0]) if words else 0
    return {
        "words": float(min(len(words), 5)),
        "capital": float(text[:1].isupper()),
        "digit": float(any(c.isdigit() for c in text)),
        "known": float(any(cast.is_company(w) for w in words)),
        "own": float(bool(whole) and whole in squeezed(cast.own_name)),
        "person": float(person is not None),
        "insider": float(person is not None and person.address.rpartition("@")[2] in cast.own_domains),
        "intitle": float(any(w in title for w in words)),
        "actor": float(role is not None and role.weight >= 2),
        "acts": min(role.weight, 10) / 10 if role is not None else 0.0,
        "time": float(not is_actor(key)),
        "often": named / MOST_NAMED,
        "rare": float(named <= 1),
        "state.first": float(
            state_of(draft.lead) == "doer" and any(m.part.startswith("doer+") and key_of(m.text) == key for m in draft.lead.mentions)
        ),
    }
