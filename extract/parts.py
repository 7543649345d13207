"""Takes a sentence apart by its grammar: who is bound, to do what, on which conditions, and who decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.quantities import values_in
from domain.statement import Condition, Handoff, HandoffField, Modality, Test
from domain.value import Value, ValueKind

if TYPE_CHECKING:
    from spacy.tokens import Span as Tree
    from spacy.tokens import Token

_SUBJECT = frozenset({"nsubj", "nsubjpass", "csubj"})
_KEEP = frozenset({"compound", "amod", "nmod", "poss", "case", "nummod", "punct", "conj", "cc", "prep", "pobj", "det", "appos"})
_ARTICLE = re.compile(r"^(?:the|a|an|each|every|all|any|our|no|such|this|that|these|those|its|their)\s+", re.I)
_PRONOUN = frozenset(
    "i we you they he she it us them me him her one who whoever someone somebody anyone anybody "
    "nobody everyone everybody this that there".split()
)

PROHIBITION = re.compile(
    r"\b(?:must|shall|may|can|should|will|do|does|are|is)(?:\s?n['o]t|\s+not|\s+never)\b|\bcan(?:no|')t\b|\bnever\b|"
    r"\bno\s+(?:one|\w+)\b[^.]*\b(?:may|shall|is|are|goes?|gets?)\b|"
    r"\b(?:prohibited|forbidden|not\s+permitted|not\s+allowed|off\s+limits|nobody|nothing)\b|^no\s+",
    re.I,
)
PERMISSION = re.compile(
    r"\b(?:may|might|can|could|allowed|permitted|entitled|free\s+to|fine|ok|okay|go\s+ahead|accept(?:s|ed)?|"
    r"no\s+need|not\s+need|needn['o]t|not\s+(?:have|required)|don['o]t\s+(?:bother|need|have)|"
    r"without|instead|enough|will\s+do|let|lets|skip|waive[sd]?)\b",
    re.I,
)
#: Words of leave that a negative takes back: "may not", "nobody may", "not allowed".
_TAKEN_BACK = re.compile(
    r"\b(?:may|might|can|could)(?:\s+(?:not|never)\b|(?:n|no)?['’]?t\b)|\b(?:nobody|no\s+\w+|none)\b[^.,;]{0,40}?\b(?:may|can)\b|"
    r"\bnot\s+(?:be\s+)?(?:allowed|permitted|entitled|accepted)\b",
    re.I,
)

_CONDITION = re.compile(
    r"\b(?P<cue>if|when(?:ever)?|where(?:ver)?|unless|provided(?:\s+that)?|as\s+long\s+as|so\s+long\s+as|in\s+case|once|only\s+(?:if|when)|"
    r"(?:for|on|of)\s+(?=[^,.;]*\b(?:above|over|under|below|up\s+to|less\s+than|more\s+than|exceeding)\b))(?P<rest>[^,;.]*)",
    re.I,
)
_COMPARE = re.compile(
    r"\b(?P<cue>more\s+than|above|over|exceed(?:s|ing)?|greater\s+than|beyond|older\s+than|longer\s+than|later\s+than|"
    r"at\s+least|no\s+less\s+than|not\s+less\s+than|minimum\s+of|from|up\s+to|at\s+most|no\s+more\s+than|not\s+more\s+than|maximum\s+of|"
    r"within|less\s+than|under|below|stays?\s+under)\s+(?:a\s+total\s+of\s+)?$",
    re.I,
)
_OPERATOR = {
    "at least": ">=", "no less than": ">=", "not less than": ">=", "minimum of": ">=", "from": ">=", "up to": "<=", "at most": "<=",
    "no more than": "<=", "not more than": "<=", "maximum of": "<=", "within": "<=", "less than": "<", "under": "<", "below": "<",
    "stay under": "<", "stays under": "<",
}  # fmt: skip
_FACT = {ValueKind.MONEY: "amount", ValueKind.PERCENT: "percent", ValueKind.DURATION: "duration", ValueKind.COUNT: "count"}

_TITLE = r"(?:[A-Z][\w'’-]+|of|and|the|for|&|,(?=\s[A-Z]))"
_NAME = rf"(?P<who>(?:the\s+)?(?:[A-Z][\w'’-]*)(?:\s+{_TITLE})*)"
_APPROVED = (
    r"(?:approv(?:ed|al)|sign(?:ed|-off|ature)?|agree[sd]?|consent|permission|clear(?:ed|ance)?|released?|confirm(?:ed|ation)?|"
    r"authori[sz](?:ed|ation)|OK|ok|nod|decided|countersigned)"
)
_APPROVES = r"(?:approves?|agrees?|signs?(?:\s+off)?|authori[sz]es?|decides?|consents?|waives?|releases?|grants?|allows?)"
HANDLER = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_APPROVED}\s+(?:in\s+writing\s+)?(?:by|of|from|with)\s+{_NAME}",
        rf"{_NAME}(?:\s+(?:may|can|must|shall|has\s+to|will))?\s+{_APPROVES}\b",
        rf"(?:ask|call|check\s+with|refer(?:red)?\s+to|goes?\s+to|escalated?\s+to|up\s+to|on\s+to|with)\s+{_NAME}",
        rf"{_NAME}['’]s\s+(?:approval|signature|consent|OK|ok|permission|letter|say-so|initials|name|sign-off)",
    )
)
_SEND = re.compile(
    r"\b(?P<verb>sends?|hands?(?:\s+over)?|e-?mails?|mails?|gives?|passes|pass|forwards?|delivers?|submits?|uploads?|shares?|provides?|"
    r"faxes|transfers?|reports?|posts?|puts?|supplies|issues?|get|gets|receives?)\b",
    re.I,
)
_CHANNEL = re.compile(
    r"\b(?:by|via|through|in|as|on)\s+(?P<channel>(?:an?\s+|the\s+)?(?:secure\s+|shared\s+|paper\s+)?(?:[\w-]+\s)?"
    r"(?:e-?mail|portal|system|ticket|folder|share|phone|post|fax|spreadsheet|form|chat|queue|"
    r"file\s+transfer|channel|paper|EDI|CSV|PDF))\b",
    re.I,
)
_FIELDS = re.compile(
    r"\b(?:with|listing|showing|stating|containing|including|giving|consisting\s+of|naming|quoting|carries|bearing|has|have)\s+"
    r"(?P<list>[^.;:]+(?:,\s*[^.;:]+)*(?:\s+and\s+[^.;:]+)?)",
    re.I,
)


def subject_of(tree: Tree) -> str:
    """Who is bound or allowed, as a short noun phrase without its article; "" where grammar does not tell."""
    root = tree.root
    agent = next((t for t in tree if t.dep_ == "agent" and t.head == root), None)
    if agent is not None:
        noun = next((t for t in agent.children if t.dep_ == "pobj"), None)
        if noun is not None:
            return _phrase(noun)
    subject = next((t for t in root.children if t.dep_ in _SUBJECT), None)
    if subject is None:
        subject = next((t for t in tree if t.dep_ in _SUBJECT), None)
    if subject is None or subject.lower_ in _PRONOUN:
        return ""
    return _phrase(subject)


def _phrase(noun: Token) -> str:
    words = [noun]
    for child in noun.children:
        if child.dep_ in _KEEP and child.dep_ not in ("prep", "det", "punct"):
            words += [t for t in child.subtree if t.dep_ in _KEEP]
        elif child.dep_ == "prep" and child.lower_ in ("of", "for") and child.i == noun.i + 1:
            words += list(child.subtree)[:4]
    ordered = sorted({t.i: t for t in words}.values(), key=lambda t: t.i)
    text = "".join(t.text_with_ws for t in ordered).strip(" ,;:-")
    return _ARTICLE.sub("", text)[:80]


def action_of(tree: Tree) -> str:
    """The verb phrase: the root's part of the sentence without its subject and auxiliaries, at most 160 characters."""
    root = tree.root
    text = "".join(t.text_with_ws for t in tree if t.i >= root.i)
    return text.strip(" .;!")[:160]


def only_forbids(text: str) -> bool:
    """Whether it is worded in nothing but negatives, which give nobody leave."""
    return bool(PROHIBITION.search(text)) and not PERMISSION.search(_TAKEN_BACK.sub(" ", text))


def modality_of(text: str) -> Modality:
    """By cue words; only where nothing better is known."""
    if PROHIBITION.search(text):
        return Modality.PROHIBITION
    return Modality.PERMISSION if PERMISSION.search(text) else Modality.OBLIGATION


def conditions_of(text: str, values: tuple[Value, ...]) -> tuple[Condition, ...]:
    """Subordinate clauses that limit the norm, and comparisons with a quantity; those that code can test carry the test."""
    found = [Condition(match[0].strip(), test=_test(match[0])) for match in _CONDITION.finditer(text) if match["rest"].strip()]
    covered = " ".join(condition.text for condition in found)
    for value in values:
        if value.kind in _FACT and value.text not in covered:
            at = text.find(value.text)
            cue = _COMPARE.search(text[:at]) if at >= 0 else None
            if cue is not None:
                found.append(Condition(text[cue.start() : at + len(value.text)], test=_as_test(cue["cue"], value)))
    return tuple(found)


def _test(clause: str) -> Test | None:
    for value in values_in(clause):
        at = clause.find(value.text)
        cue = _COMPARE.search(clause[:at])
        if value.kind in _FACT and cue is not None:
            return _as_test(cue["cue"], value)
    return None


def _as_test(cue: str, value: Value) -> Test:
    return Test(_FACT[value.kind], _OPERATOR.get(" ".join(cue.lower().split()), ">"), float(value.value), value.unit)


def handler_of(text: str) -> str | None:
    """Who approves, signs, decides or must be asked, where the sentence names a person or an office in capitals."""
    for pattern in HANDLER:
        match = pattern.search(text)
        if match is not None:
            who = re.sub(r"(?:\s+(?:of|and|the|for|&|,))+$", "", _ARTICLE.sub("", match["who"]).strip(" ,"))
            if who and who.lower() not in _PRONOUN:
                return who
    return None


def handoff_of(tree: Tree, text: str) -> Handoff | None:
    """Sender, receiver, what passes, how, and its fields; None where the two ends cannot be told."""
    verb = next((t for t in tree if _SEND.fullmatch(t.text)), None)
    if verb is None:
        return None
    giver = next((t for t in verb.children if t.dep_ in _SUBJECT), None) or next((t for t in tree if t.dep_ in _SUBJECT), None)
    taker = next((t for t in verb.children if t.dep_ == "dative"), None)
    if taker is not None and taker.lower_ in ("to", "for"):
        taker = next((t for t in taker.children if t.dep_ == "pobj"), None)
    if taker is None:
        taker = next((t for t in tree if t.dep_ == "pobj" and t.head.lower_ in ("to", "with") and t.i > verb.i), None)
    thing = next((t for t in verb.children if t.dep_ in ("dobj", "nsubjpass")), None)
    if giver is None or (taker is None and thing is None):
        return None
    if taker is None or thing is None:
        others = [t for t in tree if t.dep_ in ("dobj", "pobj") and t.i > verb.i and t not in (taker, thing)]
        taker, thing = taker or (others[0] if others else thing), thing or (others[0] if others else taker)
    if taker is None or thing is None:
        return None
    channel = _CHANNEL.search(text)
    named = channel["channel"] if channel else ("e-mail" if verb.lower_.replace("-", "").startswith(("email", "mail")) else None)
    return Handoff(_phrase(giver) or giver.text, _phrase(taker) or taker.text, _phrase(thing) or thing.text, named, _fields(text))


def _fields(text: str) -> tuple[HandoffField, ...]:
    match = _FIELDS.search(text)
    if match is None:
        return ()
    names = (_ARTICLE.sub("", part.strip()) for part in re.split(r",|\band\b", match["list"]))
    return tuple(HandoffField(name) for name in names if 0 < len(name) <= 40)[:20]
