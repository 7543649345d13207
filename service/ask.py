"""Answers an agent's case: candidates from the index, everything else from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.question import ContextAnswer, Question
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
    snapshot = app.snapshot(caller.workspace)
    asked, candidates = look_up(app, caller.workspace, question)
    near = app.index.search(caller.workspace, vector=asked.vector, text=question_text(question), kind="passage", limit=PASSAGES)
    passages = app.ledger.passages_by_id(caller.workspace, [hit.id for hit in near])
    paths = {
        passage.id: snapshot.documents[passage.document_id].path for passage, _ in passages if passage.document_id in snapshot.documents
    }
    near_by = [(p, paths[p.id]) for p, _ in passages if p.id in paths]
    return answer(question, asked, candidates, app.library(caller.workspace), near_by)


def look_up(app: App, workspace: str, question: Question) -> tuple[Asked, list[Candidate]]:
    """The question as the networks see it, and the records that search finds for it."""
    from answer.answer import Asked, Candidate
    from answer.facts import question_text

    text = question_text(question)
    topic = app.beside.submit(app.topics.of_question, text)  # on the other core while the index is asked
    [vector] = app.encoder.encode([text])
    hits = app.index.search(workspace, vector=vector, text=text, kind="record", limit=CANDIDATES)
    return Asked(vector, topic.result()), [Candidate(hit.id, hit.score) for hit in hits]
