"""Two papers and a mail with the records that are in them, committed to a ledger without any model."""

from __future__ import annotations

from pathlib import Path

from domain.access import ApiKey
from domain.document import Block, BlockKind, Document, DocumentKind, Message
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.ports import Reading
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
    StoredRecord,
)
from domain.source import source_of
from domain.span import Span
from domain.statement import Citation, Condition, HandoffField, Modality, ScopeItem, Test
from domain.value import Value, ValueKind
from service.settings import Settings
from service.wiring import App, open_app

RULE = "Every invoice above EUR 500 must carry a purchase order number."
HANDOFF = "Purchasing sends accounts payable the signed order with its order number."
GRANT = "Kestrel never manages a PO, so pay them without one up to EUR 5,000 as long as I am in copy."
CLAIM = "As agreed, Kestrel invoices are due within five days."

AT = "2026-02-01T08:00:00+00:00"
SECRETS = {"reader": "gr_reader", "writer": "gr_writer", "admin": "gr_admin"}
#: Of the encoder's length; where a test wants a real one, the models are there.
VECTOR = tuple([1.0] + [0.0] * 383)


def paper(path: str, kind: DocumentKind, texts: list[str], message: Message | None = None) -> tuple[Document, bytes]:
    text = "\n".join(texts)
    data = text.encode()
    source = source_of(data, path, "text/plain")
    at, blocks = 0, []
    for part in texts:
        blocks.append(Block(BlockKind.PARAGRAPH, Span(at, at + len(part)), page=1))
        at += len(part) + 1
    document = Document(content_id("doc", source.id, 0), source.id, path, 0, kind, path, text, tuple(blocks), message=message)
    return document, data


MAIL = Message(
    "20260114.ap@northwell.example", "dana@northwell.example", "Dana Whitcombe", subject="Re: Kestrel", sent_at="2026-01-14T09:12:00+01:00"
)
POLICY, POLICY_BYTES = paper("policies/ap.md", DocumentKind.POLICY, ["1.1 Purchase orders", RULE, HANDOFF])
LETTER, LETTER_BYTES = paper("mail/kestrel.eml", DocumentKind.EMAIL, ["Hi Tom,", GRANT], MAIL)
OUTSIDE, OUTSIDE_BYTES = paper("mail/claim.eml", DocumentKind.EMAIL, [CLAIM])


def evidence(document: Document, quote: str, role: EvidenceRole = EvidenceRole.STATES) -> Evidence:
    at = document.text.index(quote)
    message = document.message
    place = (
        Place(message_id=message.message_id, sender=message.sender, sent_at=message.sent_at, subject=message.subject)
        if message
        else Place(("1.1 Purchase orders",), "1.1", 1, ((72.0, 310.2, 411.7, 322.9),))
    )
    return Evidence(Citation(document.id, document.path, Span(at, at + len(quote)), quote, place), role)


PO_RULE = Record(
    "rec_00000000000000000001", RecordKind.RULE, RULE, Modality.OBLIGATION, "every invoice", "carry a purchase order number",
    (evidence(POLICY, RULE),), Documentation.DOCUMENTED, Recurrence.STANDING, 4, "formal document", Status.APPROVED, 0.9,
    conditions=(Condition("above EUR 500", test=Test("amount", ">", 500, "EUR")),),
    values=(Value(ValueKind.MONEY, 500, "EUR", "EUR 500"),), vector=VECTOR, rivals=("rec_00000000000000000002",),
)  # fmt: skip
PO_EXCEPTION = Record(
    "rec_00000000000000000002", RecordKind.EXCEPTION, "Kestrel Metals is paid without a purchase order number up to EUR 5,000.",
    Modality.PERMISSION, "accounts payable", "pay without a purchase order number", (evidence(LETTER, GRANT, EvidenceRole.GRANTS),),
    Documentation.UNDOCUMENTED, Recurrence.STANDING, 2, "employee", Status.PROPOSED, 0.83, scope=(ScopeItem("party", "Kestrel Metals"),),
    values=(Value(ValueKind.MONEY, 5000, "EUR", "EUR 5,000"),), overrides=PO_RULE.id, effect=Effect.LIFTS, handler="Dana Whitcombe",
    nearest=(NearMiss("policies/ap.md", RULE, 0.71, "names no vendor", PO_RULE.id),), last_seen="2026-01-14", vector=VECTOR,
)  # fmt: skip
ORDER_HANDOFF = Record(
    "rec_00000000000000000003", RecordKind.HANDOFF, HANDOFF, None, None, None, (evidence(POLICY, HANDOFF),), Documentation.DOCUMENTED,
    Recurrence.STANDING, 4, "formal document", Status.PROPOSED, 0.8, sender="purchasing", receiver="accounts payable",
    artifact="signed order", fields=(HandoffField("order number"),), valid_to="2026-06-30", vector=VECTOR,
)  # fmt: skip
CLAIMED = Record(
    "rec_00000000000000000004", RecordKind.RULE, CLAIM, Modality.OBLIGATION, "invoices", "are due within five days",
    (evidence(OUTSIDE, CLAIM),), Documentation.UNDOCUMENTED, Recurrence.STANDING, 0, "external", Status.CLAIMED, 0.6, vector=VECTOR,
)  # fmt: skip
RECORDS = [PO_RULE, PO_EXCEPTION, ORDER_HANDOFF, CLAIMED]


def stored(record: Record) -> StoredRecord:
    return StoredRecord(record, 1)


def filled(folder: Path) -> App:
    """An open App over a data folder with all of it and a key for each of three roles."""
    from domain.access import Scope
    from service.keys import digest_of

    app = open_app(Settings(data_dir=folder, org_domains=frozenset({"northwell.example"})))
    for document, data in ((POLICY, POLICY_BYTES), (LETTER, LETTER_BYTES), (OUTSIDE, OUTSIDE_BYTES)):
        source = source_of(data, document.path, "text/plain")
        passages = tuple(
            Passage(
                content_id("psg", document.id, block.span.start), document.id, block.span, block.span.of(document.text), block.kind, Place()
            )
            for block in document.blocks
        )
        reading = Reading((document,), passages, tuple(VECTOR for _ in passages), ())
        app.ledger.commit_reading("default", source, data, reading, pipeline="test", actor="test", at=AT)
    app.ledger.commit_records("default", RECORDS, actor="test", at=AT)
    scopes = {"reader": Scope.READ, "writer": Scope.WRITE, "admin": Scope.ADMIN}
    for name, secret in SECRETS.items():
        app.ledger.add_key(ApiKey(f"key_{name}", "default", name, digest_of(secret), frozenset({scopes[name]}), AT))
    app.ledger.add_key(ApiKey("key_stranger", "elsewhere", "stranger", digest_of("gr_stranger"), frozenset({Scope.READ}), AT))
    return app
