"""The two ends of a handoff: who passes something on, and who gets it."""

from __future__ import annotations

import re
from collections import Counter

from domain.document import Document
from domain.statement import Statement
from extract.choose import Candidate, Features, best_of, odds
from extract.draft import Draft, Papers
from extract.names import PRONOUNS, key_of
from extract.notes import Notes
from extract.roles import Cast
from extract.subjects import circumstances_of

_PASSES = re.compile(
    r"\b(?:(?:shall|must|will|also)\s+)*(?P<verb>(?:e-?mail|send|hand|give|pass|forward|deliver|submit|bring|leave|put|text|WhatsApp|post|fax|write|tell|issue|supply|report|mail)"
    r"(?:e?s)?)\s+(?:(?:over|on)\s+)?(?P<rest>[^.;:]*)"
)
_TAKER = re.compile(
    r"^(?:(?:the|each|our|every|all)\s+)?(?P<to>(?:(?!the\b|a\b|an\b|its\b|his\b|her\b|their\b|by\b|with\b|to\b|in\b)[\w'’&-]+\s+){1,6}?)(?:the|an?|its|his|her|their|for\s+each|by)\b"
)
_TO = re.compile(
    r"\b(?:to|with|for)\s+(?:the\s+|each\s+|our\s+)?(?P<to>(?:[A-Z][\w'’&-]*|[a-z][\w'’-]+)(?:\s+(?:[A-Z][\w'’&-]*|(?:office|desk|team|manager|clerk|lead|officer|accountant|crew)\b)){0,3})"
)
_TIME = re.compile(
    r"\b(?:\w+days?|mornings?|evenings?|noon|month|week|quarter|day|year|departure|issue|discharge|closing|afternoons?|night)\b", re.I
)
_SELF = frozenset({"i", "we", "me", "us"})


def ends_of_draft(draft: Draft, papers: Papers, cast: Cast) -> tuple[str, str] | None:
    """(from, to), two different ones; None where nobody is named."""
    found = candidates(draft, papers, cast)
    if len(found) < 2:
        return None
    circumstances = circumstances_of(draft, papers, cast)
    giver, _ = best_of(found, "from", circumstances)
    taker = max((c for c in found if c.key != giver.key), key=lambda c: (odds(c.features, "to", circumstances), c.key))
    return giver.text, taker.text


def candidates(draft: Draft, papers: Papers, cast: Cast) -> list[Candidate]:
    """Everybody and everything that may be an end, with what speaks for each, by key."""
    notes = Notes(cast)
    for statement, _ in draft.carriers[:3]:
        at = "in" if statement.id == draft.lead.id else "also"
        first: Counter[str] = Counter()
        for mention in statement.mentions:
            part = mention.part.rstrip("!*")
            first[part] += 1
            notes.note(mention.text, f"{at}.{part}.{min(first[part], 3)}")
    if draft.lead.handoff is not None:
        notes.note(draft.lead.handoff.sender, "grammar.from")
        notes.note(draft.lead.handoff.receiver, "grammar.to")
    for name, side in passed_in(draft.lead.citation.quote):
        notes.note(name, side)
    document = papers.of(draft.lead)
    for party in cast.parties(document.id):
        notes.note(party.term or party.name, f"party.{'own' if party.own else 'counter'}")
    _note_message(document, _pronouns(draft.lead), notes)
    place = draft.lead.citation.place
    if place.heading_path and document.message is None:
        notes.note(place.heading_path[-1], "heading")
    for key in cast.common():
        role = cast.role(key)
        if role is not None:
            notes.note(role.text, "common")
    return [
        Candidate(key, _shown(text, document.id, cast), {**features, **_known(key, text, cast)})
        for key, (text, features) in sorted(notes.found.items())
    ]


def _pronouns(lead: Statement) -> list[str]:
    """The writer, the reader and others as pronouns show them, each with its part: "self.doer", "you.to"."""
    found = set()
    for mention in lead.mentions:
        word, part = mention.text.lower(), mention.part.rstrip("!*+")
        if word in _SELF or word in ("you", "they"):
            found.add(f"{'self' if word in _SELF else word}.{part}")
    return sorted(found)


def _note_message(document: Document, pronouns: list[str], notes: Notes) -> None:
    message = document.message
    if message is None:
        return
    shown = [("sender", message.sender_name)]
    for address in message.to[:3]:
        person = notes.cast.at(address)
        shown.append(("to", person.name if person else address.partition("@")[0].replace(".", " ").replace("-", " ")))
    for side, name in shown:
        notes.note(name, side)
        for pronoun in pronouns:
            notes.note(name, f"{side}.{pronoun}")


def passed_in(text: str) -> list[tuple[str, str]]:
    """(name, "says.from" or "says.to") as the words around a verb of passing on show them: for where the parse goes wrong ("e-mails")."""
    found: list[tuple[str, str]] = []
    for match in _PASSES.finditer(text):
        before = re.split(r"[,;:.]|\b(?:the|each|and|when|once)\b", _TIME.sub(",", text[: match.start()]))[-1].strip()
        if before and len(before.split()) <= 5 and key_of(before.split()[-1]) not in PRONOUNS:
            found.append((before, "says.from"))
        taker = _TAKER.match(match["rest"]) or _TO.search(match["rest"])
        if taker is not None:
            found.append((taker["to"].strip(), "says.to"))
    return found


def _shown(text: str, document_id: str, cast: Cast) -> str:
    for party in cast.parties(document_id):
        if party.term and key_of(text) == key_of(party.term):
            return f"{party.term} ({party.name})"
    person = cast.person(text)
    return f"{person.name} ({person.office})" if person is not None and person.office else text


def _known(key: str, text: str, cast: Cast) -> Features:
    role = cast.role(key)
    words = key.split()
    return {
        f"noun.{words[-1]}": 1.0,
        "capital": float(text[:1].isupper()),
        "words": float(min(len(words), 5)),
        "agent": float(words[-1].endswith(("er", "or", "ist", "lead", "desk", "team", "crew", "office", "staff"))),
        "acts": min(role.weight, 10) / 10 if role else 0.0,
        "person": float(cast.person(text) is not None),
        "own": float(key_of(cast.own_name) == key),
    }
