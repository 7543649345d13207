"""The second look takes back what the sentence's own form does not bear out."""

from __future__ import annotations

from dataclasses import replace

from domain.statement import Likelihood, Statement
from extract.second_look import WEIGHTS, features, reconsidered
from tests.extract.papers import OLE, mail, said

REMARK = "Meera for Dec."
SENTENCE = "Old Mr Harms is let in without signing the register, as he has a bad hand and everybody knows him."


def believed(text: str, likelihood: Likelihood) -> Statement:
    return replace(said(mail("m1", OLE, text), text), likelihood=likelihood)


def test_a_remark_loses_to_a_sentence_of_which_the_network_believes_the_same() -> None:
    belief = Likelihood(0.05, 0.8, 0.01, 0.1)
    remark, sentence = (reconsidered(believed(text, belief)).likelihood.exception for text in (REMARK, SENTENCE))
    assert remark < sentence


def test_more_belief_stays_more_belief() -> None:
    for kind, low, high in (
        ("exception", Likelihood(0.05, 0.4, 0.01, 0.1), Likelihood(0.05, 0.9, 0.01, 0.1)),
        ("rule", Likelihood(0.4, 0.05, 0.01, 0.1), Likelihood(0.9, 0.05, 0.01, 0.1)),
    ):
        less, more = (getattr(reconsidered(believed(SENTENCE, belief)).likelihood, kind) for belief in (low, high))
        assert less < more


def test_nothing_but_the_two_beliefs_changes() -> None:
    before = believed(SENTENCE, Likelihood(0.3, 0.8, 0.2, 0.1))
    after = reconsidered(before)
    assert replace(after, likelihood=before.likelihood) == before
    assert (after.likelihood.handoff, after.likelihood.decoy) == (0.2, 0.1)
    assert reconsidered(before) == after


def test_every_weight_has_its_feature() -> None:
    known = set(features(believed(SENTENCE, Likelihood(0.3, 0.8, 0.2, 0.1))))
    assert all(set(weights) <= known for weights in WEIGHTS.values())
