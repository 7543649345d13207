"""Sample sources, readings, records and keys for tests; small, valid and the same every time."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from functools import cache

from domain.access import ApiKey, Scope
from domain.document import Block, BlockKind, Document, DocumentKind, Message
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.ports import Ledger, Reading, Vector
from domain.record import (
    Documentation,
    Effect,
    Evidence,
    EvidenceRole,
    NearMiss,
    Record,
    RecordKind,
    Recurrence,
    Status,
)
from domain.source import Source, source_of
from domain.span import Span
from domain.statement import (
    Citation,
    Condition,
    Handoff,
    HandoffField,
    Likelihood,
    Mention,
    Modality,
    ScopeItem,
    SpeechAct,
    Statement,
    Test,
)
from domain.value import Value, ValueKind
from store.vectors import rounded

AT = "2026-03-01T09:00:00+00:00"
PIPELINE = "pipeline-1"
ACTOR = "tester"


@cache
def vector(seed: str) -> Vector:
    """384 numbers that float32 holds exactly, of length 1 but for rounding; another seed gives another direction."""
    dice = random.Random(seed)
    numbers = [dice.gauss(0, 1) for _ in range(384)]
    length = sum(number * number for number in numbers) ** 0.5
    return rounded([number / length for number in numbers])


@dataclass(frozen=True, slots=True)
class Paper:
    """A source with its bytes and all that was read from it."""

    source: Source
    data: bytes
    reading: Reading


def paper(path: str, *sentences: str, ordinals: int = 1) -> Paper:
    """A text with one passage and one statement a sentence; ``ordinals`` copies of it as documents, as an MBOX has several messages."""
    text = "\n".join(sentences)
    data = text.encode()
    source = source_of(data, path, "text/plain")
    documents: list[Document] = []
    passages: list[Passage] = []
    statements: list[Statement] = []
    for ordinal in range(ordinals):
        document = _document(source, text, ordinal, sentences)
        documents.append(document)
        for block in document.blocks:
            place = Place(("1 Payment",), "1.1", 1, ((72.0, 310.25, 411.7, 322.9),))
            key = content_id("pas", document.id, block.span.start, block.span.end)
            passages.append(Passage(key, document.id, block.span, block.span.of(text), block.kind, place, "The Supplier shall:"))
            statements.append(statement(document, block.span, place))
    return Paper(source, data, Reading(tuple(documents), tuple(passages), tuple(vector(it.text) for it in passages), tuple(statements)))


def _document(source: Source, text: str, ordinal: int, sentences: tuple[str, ...]) -> Document:
    blocks, at = [], 0
    for sentence in sentences:
        blocks.append(Block(BlockKind.PARAGRAPH, Span(at, at + len(sentence)), page=1))
        at += len(sentence) + 1
    key = content_id("doc", source.id, ordinal)
    return Document(key, source.id, source.path, ordinal, DocumentKind.POLICY, "A policy", text, tuple(blocks))


def statement(document: Document, span: Span, place: Place) -> Statement:
    text = span.of(document.text)
    return Statement(
        id=content_id("sta", document.id, span.start),
        citation=Citation(document.id, document.path, span, text, place),
        carrier="policy",
        speech_act=SpeechAct.STATES,
        likelihood=Likelihood(0.75, 0.125, 0.0625, 0.03),
        modality=Modality.OBLIGATION,
        subject="every invoice",
        action="carry a number",
        text=text,
        one_off=0.1,
        ended=0.0,
        insider=True,
        author="A policy",
        scope=(ScopeItem("party", "Kestrel Metals"),),
        conditions=(Condition("above EUR 500", test=Test("amount", ">", 500, "EUR")), Condition("in writing", True)),
        values=(Value(ValueKind.MONEY, 500, "EUR", "EUR 500"), Value(ValueKind.PERCENT, 2.5, "", "2.5 %")),
        vector=vector(text),
    )


def full_statement() -> Statement:
    """Every field that can be empty is filled."""
    made = paper("a.txt", "Accounts Payable sends the claim to Finance by 17:30.").reading.statements[0]
    handoff = Handoff("Accounts Payable", "Finance", "claim", "mail", (HandoffField("order number"), HandoffField("note", False)))
    times = (Value(ValueKind.TIME, "17:30", "", "17:30"), Value(ValueKind.DURATION, 2, "business_day", "two business days"))
    mentions = (Mention("Accounts Payable", "doer+"), Mention("the claim", "object+"))
    return replace(
        made,
        handler="Dana Whitcombe",
        handoff=handoff,
        valid_from="2026-01-01",
        valid_to="2026-12-31",
        values=times,
        mentions=mentions,
        topic=b"\x00\x7f\x81",
    )


def full_document() -> Document:
    """A mail with every kind of detail."""
    text = "Hello – naïve ☃ \U0001f600\n> quoted\x00"
    message = Message("m1@x", "a@x.example", "A", ("b@x.example",), ("c@x.example",), "Re: K", AT, "m0@x", ("m0@x",), "several senders")
    cell = Block(
        BlockKind.TABLE_CELL, Span(0, 5), 2, "(b)", 3, ((1.5, 2.0, 3.25, 4.0),), (Span(0, 5),), column="Supplier", row="Kestrel Metals"
    )
    quoted = Block(BlockKind.QUOTED, Span(18, 26))
    made = Document("doc_1", "src_1", "mail/a.eml", 4, DocumentKind.EMAIL, "Re: K", text, (cell, quoted), parties=("K",), message=message)
    return replace(made, issued="2026-01-01", effective="2026-02-01", notes=("a note",))


def record(name: str, text: str = "Every invoice must carry a number.", **fields: object) -> Record:
    """A rule called ``rec_<name>``; further fields replace the usual ones."""
    citation = Citation("doc_1", "policies/ap.txt", Span(0, len(text)), text, Place(("1 Payment",), "1.1", 1))
    made = Record(
        id=f"rec_{name}",
        kind=RecordKind.RULE,
        statement=text,
        modality=Modality.OBLIGATION,
        subject="every invoice",
        action="carry a number",
        evidence=(Evidence(citation, EvidenceRole.STATES),),
        documentation=Documentation.DOCUMENTED,
        recurrence=Recurrence.STANDING,
        authority=4,
        authority_reason="formal document",
        status=Status.PROPOSED,
        confidence=0.83,
        vector=vector(text),
    )
    return replace(made, **fields)  # type: ignore[arg-type] # a builder's shortcut: the fields are checked where they are read


def full_record() -> Record:
    """A handoff with every field that can be empty filled."""
    return record(
        "full",
        kind=RecordKind.HANDOFF,
        scope=(ScopeItem("party", "Kestrel Metals"),),
        conditions=(
            Condition("from March", True, Test("date", ">=", "2026-03-01")),
            Condition("big", test=Test("amount", ">", 2.5, "EUR")),
        ),
        values=(Value(ValueKind.COUNT, 3, "copies", "three copies"), Value(ValueKind.DATE, "2026-03-01", "", "1 March")),
        overrides="rec_other",
        effect=Effect.LIFTS,
        handler="Dana",
        re_entry="back to Payables",
        sender="Payables",
        receiver="Finance",
        artifact="claim",
        channel="mail",
        fields=(HandoffField("order number"), HandoffField("note", False)),
        nearest=(NearMiss("p.txt", "quote", 0.71, "another product", "rec_x"), NearMiss("q.txt", "quote", 0.5, "older")),
        occasions=3,
        last_seen="2026-01-14",
        valid_from="2026-01-01",
        valid_to="2026-12-31",
        superseded_by="rec_y",
        superseded_on="2026-06-01",
        topic=bytes([0, 127, 255]),
        rivals=("rec_z",),
    )


def key(name: str, workspace: str = "a") -> ApiKey:
    digest = hashlib.sha256(f"{workspace}/{name}".encode()).hexdigest()
    return ApiKey(f"key_{name}", workspace, name, digest, frozenset({Scope.READ, Scope.REVIEW}), AT)


def commit(ledger: Ledger, made: Paper, *, workspace: str = "a", pipeline: str = PIPELINE) -> bool:
    return ledger.commit_reading(workspace, made.source, made.data, made.reading, pipeline=pipeline, actor=ACTOR, at=AT)


def refuse(ledger: Ledger, made: Paper, reason: str = "encrypted", *, pipeline: str = PIPELINE) -> bool:
    return ledger.commit_refusal("a", made.source, made.data, reason, pipeline=pipeline, actor=ACTOR, at=AT)


def put(ledger: Ledger, *records: Record, workspace: str = "a") -> int:
    return ledger.commit_records(workspace, records, actor=ACTOR, at=AT)
