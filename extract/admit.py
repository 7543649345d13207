"""Which statements become records, and of which kind: precision before volume."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.record import EvidenceRole, RecordKind
from domain.statement import SpeechAct, Statement
from extract.draft import Draft, Papers


@dataclass(frozen=True, slots=True)
class Bars:
    """The least likelihood at which a sentence is taken; chosen on companies held out from training."""

    rule: float = 0.7
    exception: float = 0.6
    formal_exception: float = 0.5
    handoff: float = 0.6
    fragment: float = 0.9
    decoy: float = 0.5


BARS = Bars()
#: Words by which a sentence carries an exception to what it says itself.
EMBEDDED = re.compile(
    r"\b(?:except|save|unless|other\s+than|apart\s+from|with\s+the\s+exception|but\s+not|excluding|provided)\b|,\s+but\b|;", re.I
)
#: What binds in a contract whatever the network believes, in the drafters' own set words. "may" keeps its case: May is a month.
RULING = re.compile(
    r"\b(?-i:may|MAY)\b|\b(?:shall|must|will|cannot|agrees?|entitled|obligat\w+|responsible|liable|(?:hereby|irrevocably)\s+\w+s|grants?|"
    r"(?:has|have|had)\s+(?:the|no|a|full)\s+(?:sole\s+|exclusive\s+)*right|required|prohibited|permitted|undertakes?|covenants?|waives?|"
    r"(?:is|are)\s+(?:not\s+)?to|allowed|reserves\s+the\s+right)\b",
    re.I,
)
#: Recitals, preambles, definitions, representations of fact, signature clauses.
TELLING = re.compile(
    r"^\W*(?:whereas\b|now,?\s+therefore|in\s+witness\s+whereof|recitals?\b|"
    r"this\s+[\w\s]{0,60}agreement\b.{0,80}\b(?:is\s+(?:made|entered)|by\s+and\s+(?:between|among)))|"
    r"[\"“”']\s*[^\"“”]{1,80}[\"“”]\s*(?:,\s*)?(?:or\s+[\"“][^\"”]{1,60}[\"”]\s*)?(?:shall|will)?\s*"
    r"(?:means?\b|have\s+the\s+(?:same\s+)?meanings?|refers?\s+to|includes?\b|has\s+the\s+meaning|be\s+defined)|"
    r"\bha(?:s|ve)\s+the\s+(?:same\s+)?meanings?\b|\bhave\s+executed\b|\bagrees?\s+as\s+follows|"
    r"\bin\s+(?:any\s+number\s+of|two\s+or\s+more|several)\s+(?:original\s+)?counterparts|"
    r"\b(?:represents?|warrants?)\s+(?:and\s+(?:represents?|warrants?|covenants?)\s+)*(?:to\s+\w+\s+)?(?:that|as\s+follows)\b|"
    r"\bdesires?\s+to\b|\bwishes\s+to\b",
    re.I | re.S,
)
#: Papers whose set words are believed, the fewest words of such a sentence, and the belief that it then counts with.
SET_WORDS, FEWEST, WORDED = frozenset({"contract", "amendment", "sow"}), 6, 0.9
SHORTEST = 4
#: Parts of a noun phrase that only a sentence with a verb gives.
_CLAUSE = frozenset({"doer", "done", "object", "order"})
_NO_NORM = frozenset({SpeechAct.ASKS, SpeechAct.SUPPOSES, SpeechAct.REPORTS_PAST, SpeechAct.REFUSES})


def drafts_of(statements: list[Statement], papers: Papers, bars: Bars = BARS) -> list[Draft]:
    """One draft for each norm that a statement alone holds; a sentence with a rule and its exception gives two."""
    drafts = []
    for statement in statements:
        if statement.speech_act in _NO_NORM or statement.likelihood.decoy >= bars.decoy:
            continue
        for kind, confidence in _kinds(statement, papers.formal(statement), bars):
            drafts.append(Draft(kind, statement, ((statement, EvidenceRole.STATES),), statement, confidence))
    return drafts


def worded_as_norm(text: str, carrier: str) -> bool:
    """Whether a contract's sentence binds by its set words alone."""
    return carrier in SET_WORDS and len(text.split()) >= FEWEST and bool(RULING.search(text)) and not TELLING.search(text)


def _kinds(statement: Statement, formal: bool, bars: Bars) -> list[tuple[RecordKind, float]]:
    return _believed(statement, formal, bars) or _worded(statement, formal)


def _worded(statement: Statement, formal: bool) -> list[tuple[RecordKind, float]]:
    """A real contract's norm that the network, which learned from plainer papers, did not see."""
    if not formal or not has_clause(statement) or not worded_as_norm(statement.citation.quote, statement.carrier):
        return []
    bends = statement.likelihood.exception > statement.likelihood.rule and EMBEDDED.search(statement.text)
    return [(RecordKind.EXCEPTION if bends else RecordKind.RULE, WORDED)]


def has_clause(statement: Statement) -> bool:
    """Whether it has a verb with somebody or something to it."""
    return any(mention.part.rstrip("+!*") in _CLAUSE for mention in statement.mentions)


def _believed(statement: Statement, formal: bool, bars: Bars) -> list[tuple[RecordKind, float]]:
    belief = statement.likelihood
    if belief.handoff >= bars.handoff and statement.handoff is not None and belief.handoff >= max(belief.rule, belief.exception):
        return [(RecordKind.HANDOFF, belief.handoff)]
    rule_bar, exception_bar = bars.rule, bars.formal_exception if formal else bars.exception
    short = len(statement.citation.quote.split()) < SHORTEST
    if short and formal:
        return []  # a table's lone cell, a heading's echo
    if short or statement.mentions and not has_clause(statement):
        rule_bar, exception_bar = max(rule_bar, bars.fragment), max(exception_bar, bars.fragment)
    found = []
    if belief.rule >= rule_bar:
        found.append((RecordKind.RULE, belief.rule))
    if belief.exception >= exception_bar:
        found.append((RecordKind.EXCEPTION, belief.exception))
    if len(found) == 2 and not (formal and EMBEDDED.search(statement.text)):
        found.sort(key=lambda pair: -pair[1])
        found = found[:1]  # one sentence says one thing, unless it names its own exception
    return found
