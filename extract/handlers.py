"""Who approves, catches or must be asked: a person or an office that the sentences name, or whoever granted the exception."""

from __future__ import annotations

from extract.choose import Candidate, Features, best_of, chance
from extract.draft import Draft, Papers
from extract.names import key_of
from extract.notes import Notes
from extract.parts import HANDLER, handler_of
from extract.roles import Cast
from extract.subjects import circumstances_of

#: Below this chance it is not told who handles a norm.
LEAST = 0.15


def handler_of_draft(draft: Draft, papers: Papers, cast: Cast) -> str | None:
    told = next((s.handler for s, _ in draft.carriers if s.handler and s.handler != handler_of(s.citation.quote)), None)
    if told is not None:
        return told  # not what patterns find in the sentence: a language model was asked
    found = candidates(draft, papers, cast)
    if not found:
        return None
    best, score = best_of(found, "handler", circumstances_of(draft, papers, cast))
    return best.text if chance(score) >= LEAST else None


def candidates(draft: Draft, papers: Papers, cast: Cast) -> list[Candidate]:
    """Everybody who may handle the norm, with what speaks for each, by key."""
    notes = Notes(cast)
    for statement, role in draft.carriers[:4]:
        at = "in" if statement.id == draft.lead.id else "also"
        for mention in statement.mentions:
            notes.note(mention.text, f"{at}.{mention.part}")
        for i, pattern in enumerate(HANDLER):
            match = pattern.search(statement.citation.quote)
            if match is not None:
                notes.note(match["who"], f"{at}.says{i}")
        message = papers.of(statement).message
        if message is not None:
            inside = "in" if papers.insider(statement) else "out"
            notes.note(message.sender_name or message.sender.partition("@")[0], f"{at}.sender.{inside}.{role.value}")
            for address in message.to[:3]:
                person = cast.at(address)
                if person:
                    notes.note(person.name, f"{at}.to.{'in' if address.rpartition('@')[2] in cast.own_domains else 'out'}")
    message = papers.of(draft.speaker).message
    if message is not None and message.sender_name:
        notes.note(message.sender_name, f"speaker.{'in' if papers.insider(draft.speaker) else 'out'}")
    return [
        Candidate(key, _shown(text, cast), {**features, **_known(key, text, cast)}) for key, (text, features) in sorted(notes.found.items())
    ]


def _shown(text: str, cast: Cast) -> str:
    person = cast.person(text)
    if person is not None:
        return f"{person.name} ({person.office})" if person.office else person.name
    holder = cast.holder(key_of(text))
    return f"{text} ({holder.name})" if holder is not None else text


def _known(key: str, text: str, cast: Cast) -> Features:
    role = cast.role(key)
    words = key.split()
    return {
        f"noun.{words[-1]}": 1.0,
        "person": float(cast.person(text) is not None),
        "capital": float(text[:1].isupper()),
        "words": float(min(len(words), 5)),
        "agent": float(words[-1].endswith(("er", "or", "ist", "lead", "desk", "team", "head", "board", "chair"))),
        "acts": min(role.weight, 10) / 10 if role else 0.0,
        "by": min(role.by, 5) / 5 if role else 0.0,
        "own": float(key_of(cast.own_name) == key),
        "office": float(cast.holder(key) is not None),
    }
