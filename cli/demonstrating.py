"""The command that shows the whole thing on an invented company."""

from __future__ import annotations

import shlex

import typer

from cli import exits, progress
from cli.console import clean, say, stdout
from cli.ingesting import counted
from cli.session import opened
from domain.question import FactValue, Question


def demo(ctx: typer.Context) -> int:
    """Read the demo company's papers and mail, and answer three cases."""
    from service.demo import demo as run

    with opened(ctx) as app, progress.shown() as report:
        result = run(app, report)
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    from cli.answer_view import show_answer

    console, summary = stdout(), result.summary
    found = summary.records
    console.print(Text(clean(result.company), "bold"))
    hidden = f"{counted(found.get('exception', 0), 'exception')}, of them {result.undocumented} undocumented"
    files = f"{counted(summary.files, 'file')} of papers and mail hold"
    console.print(Text(f"{files} {counted(found.get('rule', 0), 'rule')} and {hidden}; {counted(found.get('handoff', 0), 'handoff')}."))
    for number, case in enumerate(result.cases, 1):
        console.print(Padding(Rule(Text(f"Case {number} ", "bold"), align="left", style="dim"), (1, 0), expand=False))
        console.print(Text(clean(case.question.task)))
        console.print(Padding(Text(_facts(case.question), "dim"), (0, 0, 1, 0), expand=False))
        show_answer(console, case.answer)
    for refusal in summary.refused:
        say(f"refused {refusal.path}: {refusal.reason}")
    say(f'now ask it yourself: groundrule --data-dir {shlex.quote(str(result.folder))} context "TASK" --fact NAME=VALUE')
    return exits.PARTLY if summary.refused else exits.DONE


def _facts(question: Question) -> str:
    return "Known: " + "; ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in question.facts)


def _value(value: FactValue) -> str:
    return "none" if value is None else clean(str(value))
