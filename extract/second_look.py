"""Looks again at what the classifier believes of a sentence, with what only its parsed form shows: its length, its clauses, its carrier.

A logistic regression on the classifier's log odds; fitted on companies that it did not learn from, so that it also takes back the
confidence that a network has in what it saw in training.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from domain.document import DocumentKind
from domain.statement import Modality, SpeechAct, Statement
from extract.admit import EMBEDDED, has_clause
from extract.calibration import odds

#: By kind: the worth of one unit of each feature. Printed by training/fit_second_look.py.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "rule": {
        "always": -2.429,
        "rule": 0.386,
        "exception": 0.006,
        "decoy": -0.058,
        "formal": 0.493,
        "formal exception": -0.639,
        "contract": 0.114,
        "mail": -0.539,
        "length": 0.162,
        "clause": 1.254,
        "names": 0.19,
        "conditions": 0.46,
        "values": -0.112,
        "permits": -0.338,
        "binds": 0.429,
        "against": -0.06,
        "embedded": 0.322,
        "one_off": -1.216,
        "asks": -0.434,
        "grants": -0.457,
    },
    "exception": {
        "always": -3.318,
        "rule": -0.037,
        "exception": 0.318,
        "decoy": -0.117,
        "formal": -0.596,
        "formal exception": 1.346,
        "contract": -0.446,
        "mail": 0.123,
        "length": 0.714,
        "clause": -0.246,
        "names": -0.193,
        "conditions": -0.043,
        "values": -0.021,
        "permits": 0.088,
        "binds": -0.093,
        "against": 0.458,
        "embedded": 1.184,
        "one_off": 0.595,
        "asks": 0.33,
        "grants": 0.475,
    },
}
#: Words of duty, leave, prohibition or limit.
BINDING = re.compile(
    r"\b(?:must|shall|may|can(?:no|')?t?|should|need(?:s|ed)?|ha(?:s|ve)\s+to|(?:is|are)\s+to|required?|requires|permitted|allowed|entitled|free\s+to|"
    r"prohibited|forbidden|obliged|bound|never|only|at\s+least|at\s+most|no\s+(?:more|later|less)\s+than|not\s+(?:more|later|less)\s+than|within|up\s+to|"
    r"not|no|without|unless|before|every|each|all|any|on\s+request|due|payable|applies|apply|by\s+the)\b",
    re.I,
)
#: Words by which one case is set against the usual.
AGAINST = re.compile(
    r"\b(?:instead|in\s+(?:place|lieu)\s+of|rather\s+than|despite|even\s+(?:if|when|though)|notwithstanding|except|unless|save|apart\s+from|"
    r"other\s+than|without|may|exempt\w*|waive\w*|longer|normally|usual\w*|otherwise|however|only|for\s+(?:once|now)|this\s+(?:once|one\s+time)|"
    r"always|do(?:n['’]?t|\s+not)\s+(?:bother|need)|no\s+need)\b",
    re.I,
)


def features(statement: Statement) -> dict[str, float]:
    """What is known of a sentence, as numbers."""
    belief, kind = statement.likelihood, DocumentKind(statement.carrier)
    return {
        "always": 1.0,
        "rule": odds(belief.rule),
        "exception": odds(belief.exception),
        "decoy": odds(belief.decoy),
        "formal": float(kind.formal),
        "formal exception": belief.exception * kind.formal,
        "contract": float(kind in (DocumentKind.CONTRACT, DocumentKind.AMENDMENT)),
        "mail": float(kind is DocumentKind.EMAIL),
        "length": math.log(1.0 + len(statement.citation.quote.split())),
        "clause": float(has_clause(statement)),
        "names": float(bool(statement.scope)),
        "conditions": float(bool(statement.conditions)),
        "values": float(bool(statement.values)),
        "permits": float(statement.modality is Modality.PERMISSION),
        "binds": float(bool(BINDING.search(statement.text))),
        "against": float(bool(AGAINST.search(statement.citation.quote))),
        "embedded": float(bool(EMBEDDED.search(statement.citation.quote))),
        "one_off": statement.one_off,
        "asks": float(statement.speech_act is SpeechAct.ASKS),
        "grants": float(statement.speech_act is SpeechAct.GRANTS),
    }


def reconsidered(statement: Statement) -> Statement:
    """The statement with the likelihoods of a rule and of an exception that the second look gives it."""
    seen = features(statement)
    rule, exception = (_probability(WEIGHTS[kind], seen) for kind in ("rule", "exception"))
    return replace(statement, likelihood=replace(statement.likelihood, rule=rule, exception=exception))


def _probability(weights: Mapping[str, float], seen: Mapping[str, float]) -> float:
    return round(1.0 / (1.0 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in seen.items()))), 4)
