"""The commands that ask: what governs a case, and what is there about a text."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import stdout, write_json
from cli.session import opened
from cli.values import day_of, facts_of
from domain.access import LOCAL
from domain.question import Question

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day for which to answer; today by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what the HTTP route answers, as one JSON object.")]


def context(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(help="What is about to be done, with names, amounts and dates.")],
    fact: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="What is known; NAME= says it is known to be absent. May be repeated.")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    limit: Annotated[int | None, typer.Option(min=1, max=100, help="At most so many records; 5, or 10 with --json.")] = None,
) -> None:
    """Say what governs a case, why, and in whose words."""
    from service.ask import context as ask
    from service.present import answer_json

    # A person reads the first few; a program gets what the HTTP route gives.
    question = Question(task, facts_of(fact or []), day_of(as_of), limit=limit or (10 if as_json else 5))
    with opened(ctx) as app:
        answer = ask(app, LOCAL, question)
        if as_json:
            write_json(answer_json(app, LOCAL, answer))
            return
    from cli.answer_view import show_answer

    show_answer(stdout(), answer)


def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="A few words or a sentence.")],
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many of each.")] = 5,
) -> None:
    """Find records and passages about a text, by meaning and by words."""
    from service.present import search_json
    from service.search import search as find

    with opened(ctx) as app:
        result = find(app, LOCAL, text, limit=limit)
        if as_json:
            write_json(search_json(app, LOCAL, result, day_of(None)))
            return
    from cli.search_view import show_search

    show_search(stdout(), result)
