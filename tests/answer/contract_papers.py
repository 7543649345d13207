"""A handoff of a payment run and rules that bear on it, for the tests of contracts."""

from __future__ import annotations

from dataclasses import replace

from domain.record import Record, RecordKind, StoredRecord
from domain.statement import HandoffField, ScopeItem
from tests.contract.builders import record

DAY = "2026-03-01"
NAMES = ("supplier", "invoice number", "amount", "due date", "pallet count", "contact e-mail", "whether it was paid", "meals")


def handoff(*fields: HandoffField, **changed: object) -> Record:
    said = "Every Thursday the clerk e-mails the Head of Finance the payment run list."
    made = record("handoff", said, kind=RecordKind.HANDOFF, modality=None, sender="clerk", receiver="Head of Finance")
    made = replace(made, artifact="payment run list", channel="e-mail", fields=fields or tuple(HandoffField(name) for name in NAMES))
    return replace(made, **changed)  # type: ignore[arg-type] # a builder's shortcut


LIMIT = record("limit", "The amount on the payment run list must not exceed EUR 10,000.")
FEWEST = record("fewest", "The pallet count on the payment run list must be at least 2.")
SIGNED = record("signed", "The Head of Finance must sign the payment run list.")
OTHER = record("other", "The amount must not exceed EUR 5.")
NEAR = record("near", "The payment run list template must be in PDF.")
ONLY_KESTREL = record("kestrel", "The amount on the payment run list must not exceed EUR 7.", scope=(ScopeItem("party", "Kestrel Metals"),))


def held(*records: Record, revision: int = 3) -> dict[str, StoredRecord]:
    return {one.id: StoredRecord(one, revision) for one in records}
