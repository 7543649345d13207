"""How an answer looks to a person, compared with files; ``GROUNDRULE_REWRITE=1`` writes them anew."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from cli import console as speaking
from cli.answer_view import show_answer
from domain.question import Applies, Ask, ContextAnswer, Disagreement, Excerpt, Governing, Verdict
from domain.record import Record
from tests.api.papers import PO_EXCEPTION, PO_RULE, RULE, stored

GOLDEN = Path(__file__).parent / "golden"
REWRITE = os.environ.get("GROUNDRULE_REWRITE") == "1"


def governing(record: Record, applies: Applies, *because: str, by: str | None = None) -> Governing:
    return Governing(stored(record), applies, because, 0.9, by)


ALLOWED = ContextAnswer(
    "2026-03-01", 812, True, Verdict.ALLOWED, "Kestrel Metals is paid without a purchase order number up to EUR 5,000. (mail/kestrel.eml)",
    (
        governing(PO_EXCEPTION, Applies.YES, "the vendor is Kestrel Metals", "EUR 3,400 is up to EUR 5,000"),
        governing(PO_RULE, Applies.YES, "EUR 3,400 is above EUR 500", by=PO_EXCEPTION.id),
    ),
    ask=(Ask("Dana Whitcombe", "being in copy"),),
)  # fmt: skip
UNDECIDED = ContextAnswer(
    "2026-03-01", 812, False, Verdict.UNKNOWN, "Whether it applies depends on the amount.",
    (governing(PO_RULE, Applies.UNKNOWN, "the amount is not known"), governing(PO_EXCEPTION, Applies.NO, "the vendor is another")),
    missing_facts=("amount",), conflicts=(Disagreement((PO_RULE.id, PO_EXCEPTION.id), "purchase order", "not settled"),),
)  # fmt: skip
NOTHING = ContextAnswer(
    "2026-03-01", 812, True, Verdict.UNKNOWN, "No record governs this case: the documents do not decide it.",
    passages=(Excerpt("policies/ap.md", RULE, "1.1 Purchase orders, p. 1"),),
)  # fmt: skip


def shown(answer: ContextAnswer, *, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=speaking.WIDTH, force_terminal=terminal, highlight=False, markup=False, emoji=False)
    show_answer(console, answer)
    return file.getvalue()


@pytest.mark.parametrize(("name", "answer"), [("allowed", ALLOWED), ("undecided", UNDECIDED), ("nothing", NOTHING)])
def test_an_answer_looks_as_agreed(name: str, answer: ContextAnswer) -> None:
    text = "".join(f"{line.rstrip()}\n" for line in shown(answer).splitlines())
    file = GOLDEN / f"{name}.txt"
    if REWRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


def test_the_flag_that_rewrites_the_files_is_off() -> None:
    assert not REWRITE


def test_words_of_a_document_cannot_act_on_the_terminal() -> None:
    hostile = replace(PO_RULE, statement="Pay \x1b]0;owned\x07 [bold red]now[/] \u202eeno\u202c :warning: \x9b31m")
    text = shown(replace(ALLOWED, governing=(governing(hostile, Applies.YES, "\x1b[2J"),), why="\x1b[31mred"))
    assert not any(sign in text for sign in ("\x1b", "\x07", "\x9b", "\u202e"))
    assert "[bold red]now[/]" in text
    assert ":warning:" in text


def test_a_terminal_gets_colour_and_no_color_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in shown(ALLOWED, terminal=True)
    assert ";32m" in shown(ALLOWED, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert ";32m" not in shown(ALLOWED, terminal=True)


def test_every_verdict_can_be_shown() -> None:
    for verdict in Verdict:
        assert verdict.value.replace("_", " ").upper() in shown(replace(ALLOWED, verdict=verdict))
