"""Who and what a sentence names, with the part that grammar gives each: what its fields are chosen from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.statement import Mention

if TYPE_CHECKING:
    from spacy.tokens import Span as Tree
    from spacy.tokens import Token

MOST = 12
_DOERS, _DONE = frozenset({"nsubj", "csubj", "expl"}), frozenset({"nsubjpass", "csubjpass"})
_OBJECTS = frozenset({"dobj", "attr", "oprd"})
_PARTS = {**dict.fromkeys(_DOERS, "doer"), **dict.fromkeys(_DONE, "done"), **dict.fromkeys(_OBJECTS, "object"), "poss": "of"}
_MODAL = frozenset("must shall may can should will need needs might could would ought 'll ca wo to".split())
_BEFORE = frozenset({"compound", "amod", "nmod", "poss", "nummod", "case", "punct", "quantmod", "advmod"})
_TO = frozenset("to for with from at".split())
#: A clause number that stands before the words: "B2.4", "3.1", "(a)".
_NUMBER = r"(?:[(]?(?:[A-Z]{0,2}\d[\w.]*|[a-z]|[ivx]+)[).:]?\s+)?"
_LEAD = re.compile(
    rf"^\W*{_NUMBER}(?:in\s+addition,?\s+)?(?P<who>[^.:;,]{{2,60}}?)\s+"
    r"(?:must|shall|may|can(?:not)?|should|will|agrees?|undertakes?|is|are|has|have|does|do)\b",
    re.I,
)
_BOUND = re.compile(rf"^\W*{_NUMBER}(?P<who>(?:[\w'’&/-]+\s+){{1,5}}?)(?:must|shall|may|should|will|has\s+to|have\s+to|cannot)\b")
#: Words that open a noun phrase without saying what it is about.
OPENERS = re.compile(
    r"^(?:(?:the|a|an|each|every|all|any|our|no|some|such|this|that|these|those|its|their|your|my|his|her|other|both|only|\W)\s*(?=\W|\b)\s*)+(?=\w)",
    re.I,
)
#: The first word of an order that is no verb: "please send", "do not", "never".
_ORDER = frozenset("please do never always just kindly also and so then but".split())


def mentions_of(tree: Tree, lead_in: str = "") -> tuple[Mention, ...]:
    """Noun phrases in reading order, at most MOST; then the subjects of the lead-in and of the sentence before in the same passage."""
    found: list[Mention] = []
    for token in tree:
        part = _part(token, tree)
        if part:
            text = phrase_of(token)
            if text:
                found.append(Mention(text, part))
    if _orders(tree):
        found.insert(0, Mention("you", "order"))
    bound = _BOUND.match(tree.text)
    around = (
        Mention(OPENERS.sub("", bound["who"]).strip() if bound else "", "bound"),
        Mention(lead_subject(lead_in), "lead"),
        Mention(_before(tree), "before"),
    )
    return (*found[:MOST], *(mention for mention in around if mention.text))


def lead_subject(lead_in: str) -> str:
    """Who a list's lead-in is about ("The Supplier shall:"), or ""."""
    match = _LEAD.match(lead_in)
    return OPENERS.sub("", match["who"]).strip() if match else ""


def _part(token: Token, tree: Tree) -> str:
    """doer, done, by, object, to, name; "+" after the main clause's, "!" where the verb carries a modal, "*" where it has an object."""
    kind = _kind(token)
    if kind in ("doer", "done"):
        verb = token.head
        if verb == tree.root or verb.dep_ == "conj" and verb.head == tree.root:
            kind += "+"
        if any(t.dep_ == "aux" and t.lower_ in _MODAL for t in verb.children):
            kind += "!"
        if any(t.dep_ in ("dobj", "dative") for t in verb.children):
            kind += "*"
    return kind


def _kind(token: Token) -> str:
    dep = token.dep_
    if dep in _PARTS:
        return _PARTS[dep]
    if dep == "dative":
        return "" if token.lower_ in _TO else "to"
    if dep == "pobj":
        if token.head.dep_ == "agent" or token.head.lower_ == "by":
            return "by"
        return "to" if token.head.lower_ in _TO else "in"
    if dep == "conj" and token.head.dep_ in (*_DOERS, *_DONE, *_OBJECTS, "pobj"):
        return _kind(token.head)
    return "other" if dep in ("ROOT", "npadvmod", "appos", "nmod") and token.text[:1].isalpha() and not _is_verb(token) else ""


def _is_verb(token: Token) -> bool:
    return any(t.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass", "dobj", "neg", "expl") for t in token.children)


def phrase_of(noun: Token) -> str:
    """The noun with what stands before it, and a short "of" after it; without articles, at most 60 characters."""
    start = noun.i
    for token in reversed(list(noun.lefts)):
        if token.dep_ not in _BEFORE or token.i != start - 1 and token.right_edge.i != start - 1:
            break
        start = token.left_edge.i
    end = noun.i + 1
    doc = noun.doc
    while start < noun.i and any(c.isdigit() for c in doc[start].text):
        start += 1
    if end + 1 < len(doc) and doc[end].lower_ == "of" and doc[end].head == noun and doc[end].right_edge.i - end <= 4:
        end = doc[end].right_edge.i + 1
    text = " ".join(doc[start:end].text.split())
    return OPENERS.sub("", text).strip(" ,;:-\"'“”()|*")[:60]


def _orders(tree: Tree) -> bool:
    """Whether the main verb has no subject and opens the sentence."""
    root = tree.root
    if any(t.dep_ in (*_DOERS, *_DONE) for t in root.children):
        return False
    left = [t for t in tree if t.i < root.i and not t.is_punct]
    return all(t.lower_ in _ORDER or t.dep_ in ("neg", "aux", "intj", "advmod", "cc") for t in left) and any(
        t.dep_ in ("dobj", "prep", "neg", "advcl", "ccomp", "prt", "dative") for t in root.children
    )


def _before(tree: Tree) -> str:
    """The main subject of the nearest earlier sentence of the passage that has one."""
    doc = tree.doc
    start = doc[tree.start].sent.start
    for _ in range(2):
        if start <= 0:
            return ""
        sent = doc[start - 1].sent
        subject = next((t for t in sent.root.children if t.dep_ in _DOERS), None)
        if subject is not None and len(subject.text) > 1:
            return phrase_of(subject)
        start = sent.start
    return ""
