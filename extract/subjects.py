"""Who a norm binds or allows: candidates from its sentences, its paper and the whole set, ranked."""

from __future__ import annotations

import math
import re
from collections import defaultdict

from domain.document import DocumentKind
from domain.statement import Statement
from extract.choose import Candidate, Features, best_of
from extract.draft import Draft, Papers
from extract.names import PRONOUNS, is_actor, key_of
from extract.parties import Party
from extract.roles import Cast, section_of

STAFF = "staff"
_NUMBERED = re.compile(r"^\W*(?:[A-Z]{0,3}[\d.]+\W+)?(?:the\s)?", re.I)
_PIECES = re.compile(
    r"\s*(?:[,:;/&()|–—]|\s-\s|\band\b|\bfor\b|\b(?:policy|manual|standard|rules?|procedures?|code|handbook|guide|agreement|contract|the)\b)\s*",
    re.I,
)
_SELF, _OTHER = frozenset({"i", "we", "me", "us"}), frozenset({"you"})
#: Endings of nouns that mostly name who acts.
_AGENT = (
    "er",
    "or",
    "ist",
    "ant",
    "ian",
    "man",
    "men",
    "people",
    "person",
    "team",
    "crew",
    "clerk",
    "lead",
    "everyone",
    "staff",
    "partie",
    "party",
)


def subject_of_draft(draft: Draft, papers: Papers, cast: Cast, ruled: str = "") -> str:
    """The likeliest candidate; ``ruled``: the subject of the rule that an exception overrides."""
    found = candidates(draft, papers, cast, ruled)
    best, _ = best_of(found, "subject", circumstances_of(draft, papers, cast))
    return best.text


def circumstances_of(draft: Draft, papers: Papers, cast: Cast) -> tuple[str, ...]:
    """Kind of the norm, of its main clause and of its paper: what the weights are told apart by."""
    document = papers.of(draft.lead)
    if document.message:
        paper = "mail" if papers.insider(draft.lead) else "outside"
    else:
        paper = "contract" if cast.parties(document.id) else "paper"
    state = state_of(draft.lead)
    return draft.kind.value, state, paper, f"{paper}.{state}"


def state_of(lead: Statement) -> str:
    """What the main clause's subject is: an order, the writer, the reader, another pronoun, a passive's or a noun."""
    for mention in lead.mentions:
        word = mention.text.lower()
        if mention.part == "order":
            return "order"
        if mention.part.startswith("doer+"):
            return "self" if word in _SELF else "reader" if word in _OTHER else "pronoun" if word in PRONOUNS else "doer"
        if mention.part.startswith("done+"):
            return "done"
    return "none"


def candidates(draft: Draft, papers: Papers, cast: Cast, ruled: str = "") -> list[Candidate]:
    """Everybody and everything that may be meant, with what speaks for each, by key."""
    notes = _Notes(draft, papers, cast)
    for statement, _ in draft.carriers[:4]:
        at = "in" if statement.id == draft.lead.id else "also"
        for mention in statement.mentions:
            notes.note(mention.text, f"{at}.{mention.part}")
    notes.note_document()
    notes.note_people()
    near = notes.note_near()
    for key in (*cast.common(), *cast.common_in(draft.lead.citation.document_id)):
        notes.note_key(key, "common")
    notes.note(ruled, "ruled")
    notes.note(STAFF, "generic")
    return [notes.candidate(key, near) for key in sorted(notes.found)]


class _Notes:
    """Candidates of one draft while they are gathered."""

    def __init__(self, draft: Draft, papers: Papers, cast: Cast) -> None:
        self.draft, self.papers, self.cast = draft, papers, cast
        self.document = papers.of(draft.lead)
        self.found: dict[str, tuple[str, Features]] = {}
        place = draft.lead.citation.place
        head = place.heading_path[-1] if place.heading_path and place.message_id is None else ""
        title = self.document.message.subject if self.document.message else self.document.title
        self.head_text = head
        self.head, self.title, self.said = (frozenset(key_of(text).split()) for text in (head, title, draft.lead.text))
        self.section = section_of(draft.lead)
        self.own_key = key_of(cast.own_name)
        self.bearers: dict[str, Party] = {}
        for party in cast.parties(self.document.id):
            for name in (party.term, party.name, party.name.split()[0]):
                if name:
                    self.bearers.setdefault(key_of(name), party)

    def note(self, text: str, name: str, value: float = 1.0) -> None:
        person = self.cast.person(text)
        key = key_of(person.name if person else text)
        party = self.bearers.get(key)
        if party is not None:
            text = party.term or party.name
            key = key_of(text)
        if key == self.own_key and party is None:
            key, text = STAFF, STAFF
        if key and key not in PRONOUNS and is_actor(key):
            _, features = self.found.setdefault(key, (person.name if person else text, {}))
            features[name] = max(features.get(name, 0.0), value)
            if person:
                features["person"] = 1.0

    def note_key(self, key: str, name: str, value: float = 1.0) -> None:
        role = self.cast.role(key)
        if role is not None:
            self.note(role.text, name, value)

    def note_document(self) -> None:
        parties = self.cast.parties(self.document.id)
        for party in parties:
            who = "titled" if len(parties) == 1 and not party.term else "own" if party.own else "counter"
            self.note(party.term or party.name, f"party.{who}")
        if self.head_text:
            self.note(_NUMBERED.sub("", self.head_text), "heading.whole")
        if self.document.message is None and self.document.kind is not DocumentKind.CASE:  # the title of these is one for all
            for piece in _PIECES.split(self.document.title):
                self.note(_NUMBERED.sub("", piece), "title.piece")

    def note_people(self) -> None:
        for at, statement in (("", self.draft.lead), ("speaker.", self.draft.speaker)):
            message = self.papers.of(statement).message
            if message is not None:
                self._note_person(message.sender, f"{at}sender", message.sender_name)
                for address in message.to[:3]:
                    self._note_person(address, f"{at}to")

    def _note_person(self, address: str, name: str, shown: str = "") -> None:
        person = self.cast.at(address)
        inside = "in" if address.rpartition("@")[2] in self.cast.own_domains else "out"
        box = address.partition("@")[0].replace(".", " ").replace("-", " ").replace("_", " ")
        self.note(person.name if person else shown or box, f"{name}.{inside}")

    def note_near(self) -> dict[str, tuple[float, float]]:
        """Who acts in the statements most like this one: for each key the greatest cosine and the sum of the nearest."""
        apart = frozenset(s.id for s, _ in self.draft.carriers)
        sums: dict[str, list[float]] = defaultdict(list)
        for keys, cosine in self.cast.like(self.draft.lead.id, apart):
            for key in keys:
                sums[key].append(cosine)
                self.note_key(key, "like", 1.0)
        return {key: (max(cosines), sum(c * c for c in cosines)) for key, cosines in sums.items()}

    def candidate(self, key: str, near: dict[str, tuple[float, float]]) -> Candidate:
        text, features = self.found[key]
        words = key.split()
        features[f"noun.{words[-1]}"] = 1.0
        features["words"] = float(len(words))
        features["agent"] = float(words[-1].endswith(_AGENT))
        for name, there in (("heading", self.head), ("title", self.title), ("said", self.said)):
            features[name] = len(there.intersection(words)) / len(words)
        features["nearest"], features["near"] = near.get(key, (0.0, 0.0))
        features.update(self._role(key))
        return Candidate(key, self._shown(key, text), features)

    def _role(self, key: str) -> Features:
        role = self.cast.role(key)
        if role is None:
            return {"new": 1.0}
        beside = self.document.message is None and key in self.cast.beside(self.draft.lead.id)
        return {
            "bound": math.log1p(role.bound),
            "acts": math.log1p(role.acts),
            "by": math.log1p(role.by),
            "drives": math.log1p(role.drives),
            "rate": role.weight / max(role.named, 1),
            "papers": math.log1p(role.papers),
            "here": math.log1p(self.cast.here(key, self.document.id)),
            "section": math.log1p(self.cast.in_section(key, self.section)),
            "beside": float(beside),
        }

    def _shown(self, key: str, text: str) -> str:
        """A contract's word with the company that bears it, a person with the office."""
        party = self.bearers.get(key)
        if party is not None and party.term:
            return f"{party.term} ({party.name})"
        person = self.cast.person(text)
        if person and person.office:
            return f"{person.name} ({person.office})"
        return f"{self.cast.own_name} {STAFF}".strip() if key == STAFF else text
