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
from extract.admit import BINDING, EMBEDDED, has_clause
from extract.calibration import odds

#: By kind: the worth of one unit of each feature. Printed by training/fit_second_look.py.
WEIGHTS: Mapping[str, Mapping[str, float]] = {"rule": {"rule": 1.0}, "exception": {"exception": 1.0}}
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
        "handoff": odds(belief.handoff),
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
        "ended": statement.ended,
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
