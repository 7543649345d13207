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

    rule: float = 0.5
    plain_rule: float = 0.8
    informal_rule: float = 0.8
    exception: float = 0.8
    formal_exception: float = 0.5
    handoff: float = 0.4
    fragment: float = 0.95
    decoy: float = 0.5


BARS = Bars()
#: Words by which a sentence carries an exception to what it says itself.
EMBEDDED = re.compile(
    r"\b(?:except|save|unless|other\s+than|apart\s+from|with\s+the\s+exception|but\s+not|excluding|provided)\b|,\s+but\b|;", re.I
)
#: Words of duty, leave, prohibition or limit.
BINDING = re.compile(
    r"\b(?:must|shall|may|can(?:no|')?t?|should|need(?:s|ed)?|ha(?:s|ve)\s+to|(?:is|are)\s+to|required?|requires|permitted|allowed|entitled|free\s+to|"
    r"prohibited|forbidden|obliged|bound|never|only|at\s+least|at\s+most|no\s+(?:more|later|less)\s+than|not\s+(?:more|later|less)\s+than|within|up\s+to|"
    r"not|no|without|unless|before|every|each|all|any|on\s+request|due|payable|applies|apply|by\s+the)\b",
    re.I,
)
SHORTEST = 4
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


def _kinds(statement: Statement, formal: bool, bars: Bars) -> list[tuple[RecordKind, float]]:
    belief = statement.likelihood
    if belief.handoff >= bars.handoff and statement.handoff is not None and belief.handoff >= max(belief.rule, belief.exception):
        return [(RecordKind.HANDOFF, belief.handoff)]
    rule_bar, exception_bar = (bars.rule, bars.formal_exception) if formal else (bars.informal_rule, bars.exception)
    if formal and not BINDING.search(statement.text):
        # Papers explain as much as they rule; what has no word of duty, leave or limit must be believed all the more.
        rule_bar = max(rule_bar, bars.plain_rule)
    if len(statement.text.split()) < SHORTEST or not statement.action:
        # A table's lone cell, a heading's echo: without a verb hardly anything is ruled.
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
