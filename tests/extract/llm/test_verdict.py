"""What the model says moves a sentence over the bars or below them, and touches nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from domain.statement import Likelihood, Modality, SpeechAct
from extract.admit import BARS
from extract.llm.verdict import Kind, Verdict, refined
from tests.extract.llm.desk import BAND, believed, policy

TEXT = "The guard may open the gate."
STATEMENT = believed(policy(TEXT), TEXT)


def at(likelihood: float, kind: Kind) -> Likelihood:
    """What is believed after the verdict, where before it was this much of each kind."""
    before = replace(STATEMENT, likelihood=Likelihood(likelihood, likelihood, likelihood, likelihood))
    return refined(before, Verdict(1, (kind,), SpeechAct.STATES)).likelihood


@pytest.mark.parametrize("likelihood", [BAND.low, 0.5, BAND.high])
def test_from_anywhere_in_the_band_a_word_decides(likelihood: float) -> None:
    assert at(likelihood, Kind.RULE).rule >= BARS.rule
    assert at(likelihood, Kind.EXCEPTION).exception >= BARS.exception
    assert at(likelihood, Kind.HANDOFF).handoff >= BARS.handoff
    assert at(likelihood, Kind.DECOY).decoy >= BARS.decoy
    nothing = at(likelihood, Kind.NONE)
    assert max(nothing.rule, nothing.exception, nothing.handoff) < min(BARS.rule, BARS.formal_exception, BARS.handoff)
    assert nothing.decoy < BARS.decoy


def test_the_networks_order_stays() -> None:
    assert at(0.3, Kind.RULE).rule < at(0.6, Kind.RULE).rule < at(0.9, Kind.RULE).rule < 1


def test_a_fragment_needs_both_to_believe_it() -> None:
    assert at(0.5, Kind.RULE).rule < BARS.fragment <= at(0.9, Kind.RULE).rule


def test_only_five_fields_can_change() -> None:
    verdict = Verdict(1, (Kind.EXCEPTION,), SpeechAct.GRANTS, Modality.OBLIGATION, True, (4, 9))
    after = refined(STATEMENT, verdict)
    changed = {field.name for field in fields(after) if getattr(after, field.name) != getattr(STATEMENT, field.name)}
    assert changed == {"likelihood", "speech_act", "modality", "one_off", "handler"}
    assert (after.speech_act, after.modality, after.handler) == (SpeechAct.GRANTS, Modality.OBLIGATION, "guard")
    assert after.one_off > 0.5 > refined(after, replace(verdict, one_off=False)).one_off


def test_what_the_model_does_not_say_stays() -> None:
    before = replace(STATEMENT, handler="Dana", one_off=0.3)
    after = refined(before, Verdict(1, (Kind.RULE,), SpeechAct.STATES))
    assert (after.handler, after.one_off, after.modality) == ("Dana", 0.3, before.modality)


def test_what_is_worded_in_negatives_alone_never_becomes_leave() -> None:
    text = "Nobody parks at the gate, never."
    after = refined(believed(policy(text), text), Verdict(1, (Kind.RULE,), SpeechAct.STATES, Modality.PERMISSION))
    assert after.modality is Modality.PROHIBITION
