"""Answers an agent's case: candidates from the index, everything else from the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.question import ContextAnswer, Question
from service.seen import everything, hits
from service.wiring import App

if TYPE_CHECKING:
    from answer.answer import Asked, Candidate

MAX_TASK, MAX_FACTS = 4_000, 100
#: So many records and passages are asked of the index before applicability is looked at.
CANDIDATES, PASSAGES = 60, 10


def context(app: App, caller: Caller, question: Question) -> ContextAnswer:
    """What governs the case. Raises InvalidQuestion for an empty or oversized one."""
    from answer.answer import answer
    from answer.facts import question_text

    caller.need(Scope.READ)
    if not question.task.strip() or len(question.task) > MAX_TASK or len(question.facts) > MAX_FACTS:
        raise InvalidQuestion(f"a task has 1 to {MAX_TASK} characters and at most {MAX_FACTS} facts")
    app.project(caller.workspace)
    snapshot = app.snapshot(caller)
    asked, candidates = look_up(app, caller, question)
    near = hits(app, caller, vector=asked.vector, text=question_text(question), kind="passage", limit=PASSAGES)
    passages = app.ledger.passages_by_id(caller.workspace, [hit.id for hit in near])
    paths = {
        passage.id: snapshot.documents[passage.document_id].path for passage, _ in passages if passage.document_id in snapshot.documents
    }
    near_by = [(p, paths[p.id]) for p, _ in passages if p.id in paths]
    found = answer(question, asked, candidates, app.library(caller), near_by)
    return found if snapshot.sight is None else replace(found, complete=not _withheld(app, caller, question, asked, found))


def _withheld(app: App, caller: Caller, question: Question, asked: Asked, found: ContextAnswer) -> bool:
    """Whether something that the caller may not see bears on the case; the one thing that an answer tells of it."""
    from answer.answer import Sighted, withheld

    whole = everything(caller)
    sighted = Sighted(app.library(caller).records, tuple(item.stored.record.id for item in found.governing))
    return withheld(question, asked, _candidates(app, whole, asked, question), app.library(whole), sighted)


def look_up(app: App, caller: Caller, question: Question) -> tuple[Asked, list[Candidate]]:
    """The question as the networks see it, and the records that search finds for it and the caller may see."""
    from answer.answer import Asked
    from answer.facts import question_text

    text = question_text(question)
    topic = app.beside.submit(app.topics.of_question, text)  # on the other core while the index is asked
    [vector] = app.encoder.encode([text])
    asked = Asked(vector)
    candidates = _candidates(app, caller, asked, question)
    return replace(asked, topic=topic.result()), candidates


def _candidates(app: App, caller: Caller, asked: Asked, question: Question) -> list[Candidate]:
    from answer.answer import Candidate
    from answer.facts import question_text

    found = hits(app, caller, vector=asked.vector, text=question_text(question), kind="record", limit=CANDIDATES)
    return [Candidate(hit.id, hit.score) for hit in found]
