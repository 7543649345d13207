"""Writes what a person decided on a case as a small source of its own, with all that reading it gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.case import CASE_HINT, Case, Resolution
from domain.document import Block, BlockKind, Document, DocumentKind
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.record import RecordKind, Recurrence
from domain.source import Source, source_of
from domain.span import Span
from domain.statement import Likelihood, SpeechAct, Statement
from service.wiring import App

TITLE = "Decision on a case"
#: Named as a clause: what a person words stands alone and under no heading.
_PLACE = Place(clause=TITLE)
#: A person's own wording needs nobody's belief.
_BELIEF = {RecordKind.RULE: Likelihood(1.0, 0.0, 0.0, 0.0), RecordKind.EXCEPTION: Likelihood(0.0, 1.0, 0.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Written:
    """``record``: the id of the record that comes of it, or None where the decision is no norm."""

    source: Source
    data: bytes
    document: Document
    passages: tuple[Passage, ...]
    vectors: tuple[tuple[float, ...], ...]
    statements: tuple[Statement, ...]
    record: str | None


def written(app: App, case: Case, resolution: Resolution, *, by: str, at: str) -> Written:
    """``by``: the caller whose key resolves the case. The norm is the last block, and the only statement."""
    parts = _lines(case, resolution)
    text = "\n\n".join(parts)
    source = source_of(text.encode(), case.path, "text/plain", CASE_HINT)
    document = _document(source, text, parts, at[:10])
    passages = tuple(
        Passage(content_id("pas", document.id, b.span.start, b.span.end), document.id, b.span, b.span.of(text), b.kind, _PLACE)
        for b in document.blocks
    )
    vectors = tuple(app.encoder.encode([passage.text for passage in passages]))
    statements: tuple[Statement, ...] = ()
    if resolution.statement is not None and resolution.kind is not None:
        statements = (_stated(app, document, passages[-1], resolution, resolution.kind, by),)
    record = content_id("rec", resolution.kind, statements[0].id) if statements and resolution.kind else None
    return Written(source, text.encode(), document, passages, vectors, statements, record)


def _stated(app: App, document: Document, norm: Passage, resolution: Resolution, kind: RecordKind, by: str) -> Statement:
    said = app.extractor.stated(document, norm)
    return replace(
        said,
        speech_act=SpeechAct.STATES,
        likelihood=_BELIEF[kind],
        modality=resolution.modality or said.modality,
        one_off=1.0 if resolution.recurrence is Recurrence.ONE_OFF else 0.0,
        ended=0.0,
        author=by,
    )


def _document(source: Source, text: str, parts: list[str], day: str) -> Document:
    at, blocks = 0, []
    for n, part in enumerate(parts):
        blocks.append(Block(BlockKind.PARAGRAPH if n else BlockKind.TITLE, Span(at, at + len(part))))
        at += len(part) + 2
    key = content_id("doc", source.id, 0)
    return Document(key, source.id, source.path, 0, DocumentKind.CASE, TITLE, text, tuple(blocks), issued=day)


def _lines(case: Case, resolution: Resolution) -> list[str]:
    parts = [
        f"Case {case.id}",
        f"Task: {case.task}",
        f"Step: {case.step}" if case.step else "",
        *(f"Fact: {fact.name} is {'known to be absent' if fact.value is None else fact.value}" for fact in case.facts),
        f"Stopped: {case.stop.reason}" if case.stop.reason else "",
        f"Outcome: {resolution.outcome.value}, decided by {resolution.decided_by} on a case of {case.opened_at[:10]}",
        f"Note: {resolution.note}" if resolution.note else "",
        resolution.statement or "",
    ]
    return [line for part in parts if (line := plain(part))]


def plain(text: str) -> str:
    """One line, without what no reader sees."""
    from ingest.canonical import INVISIBLE

    return " ".join("".join(sign for sign in INVISIBLE.sub("", text) if sign.isprintable() or sign.isspace()).split())
