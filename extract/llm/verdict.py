"""What a model's answer comes to for one sentence, and how it changes what the network believed of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.statement import Likelihood, Modality, SpeechAct, Statement
from extract.parts import only_forbids

#: The model's share in a likelihood, and how sure it counts as: with both, a clear word moves a sentence from anywhere in the default band
#: over the bars of extract/admit.py or below them, while the network's own order among such sentences stays, and a fragment, whose bar is
#: higher, needs both to believe it. Whoever changes them raises service.wiring.PIPELINE.
SHARE, SURE = 0.8, 0.98


class Kind(StrEnum):
    RULE = "rule"
    EXCEPTION = "exception"
    HANDOFF = "handoff"
    DECOY = "decoy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Holds no word of the document or the model. ``sentence``: its number in the window. ``handler``: offsets in the sentence's text."""

    sentence: int
    kinds: tuple[Kind, ...]
    speech_act: SpeechAct
    modality: Modality | None = None
    one_off: bool | None = None
    handler: tuple[int, int] | None = None


def refined(statement: Statement, verdict: Verdict) -> Statement:
    """The statement with other likelihoods, speech act, modality, recurrence or handler; citation, text, author and values stay."""
    belief = statement.likelihood
    likelihood = Likelihood(
        _mixed(belief.rule, Kind.RULE in verdict.kinds),
        _mixed(belief.exception, Kind.EXCEPTION in verdict.kinds),
        _mixed(belief.handoff, Kind.HANDOFF in verdict.kinds),
        _mixed(belief.decoy, Kind.DECOY in verdict.kinds),
    )
    one_off = statement.one_off if verdict.one_off is None else _mixed(statement.one_off, verdict.one_off)
    handler = statement.handler
    if verdict.handler is not None:
        handler = " ".join(statement.citation.quote[slice(*verdict.handler)].split()) or handler
    return replace(
        statement,
        likelihood=likelihood,
        speech_act=verdict.speech_act,
        modality=_modality(statement, verdict.modality),
        one_off=one_off,
        handler=handler,
    )


def _mixed(believed: float, said: bool) -> float:
    return round((1 - SHARE) * believed + SHARE * (SURE if said else 1 - SURE), 4)


def _modality(statement: Statement, said: Modality | None) -> Modality:
    text = statement.citation.quote
    if said is Modality.PERMISSION and only_forbids(text):
        return Modality.PROHIBITION  # as for the network: what is worded in nothing but negatives gives nobody leave
    return said or statement.modality


_KINDS, _ACTS, _MODALITIES = tuple(Kind), tuple(SpeechAct), tuple(Modality)


def packed(verdicts: Sequence[Verdict]) -> str:
    """As JSON that holds nothing but numbers."""
    return json.dumps([_numbers(verdict) for verdict in verdicts], separators=(",", ":"))


def _numbers(verdict: Verdict) -> list[object]:
    modality = -1 if verdict.modality is None else _MODALITIES.index(verdict.modality)
    one_off = -1 if verdict.one_off is None else int(verdict.one_off)
    kinds = [_KINDS.index(kind) for kind in verdict.kinds]
    return [verdict.sentence, kinds, _ACTS.index(verdict.speech_act), modality, one_off, list(verdict.handler or ())]


def unpacked(body: str) -> tuple[Verdict, ...] | None:
    """What packed() was given; None where this is something else."""
    try:
        return tuple(_verdict(*row) for row in json.loads(body))
    except (ValueError, TypeError, IndexError, RecursionError):
        return None


def _verdict(sentence: int, kinds: list[int], act: int, modality: int, one_off: int, handler: list[int]) -> Verdict:
    start_end = (int(handler[0]), int(handler[1])) if handler else None
    return Verdict(
        int(sentence),
        tuple(_KINDS[kind] for kind in kinds),
        _ACTS[act],
        None if modality < 0 else _MODALITIES[modality],
        None if one_off < 0 else bool(one_off),
        start_end,
    )
