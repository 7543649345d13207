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
        "always": -2.523,
        "rule": 0.414,
        "exception": -0.039,
        "decoy": -0.048,
        "formal": 0.439,
        "formal exception": -1.032,
        "contract": 0.158,
        "mail": -0.388,
        "length": 0.278,
        "clause": 1.193,
        "names": 0.156,
        "conditions": 0.37,
        "values": -0.027,
        "permits": -0.378,
        "binds": 0.295,
        "against": 0.051,
        "embedded": 0.036,
        "one_off": -0.983,
        "asks": -0.474,
        "grants": -0.426,
    },
    "exception": {
        "always": -3.019,
        "rule": -0.069,
        "exception": 0.356,
        "decoy": -0.099,
        "formal": -0.488,
        "formal exception": 1.889,
        "contract": -0.655,
        "mail": 0.019,
        "length": 0.653,
        "clause": -0.161,
        "names": -0.187,
        "conditions": -0.119,
        "values": -0.013,
        "permits": 0.245,
        "binds": -0.2,
        "against": 0.399,
        "embedded": 1.176,
        "one_off": 0.209,
        "asks": 0.461,
        "grants": 0.422,
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
