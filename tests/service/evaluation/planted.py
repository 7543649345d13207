"""A small gold folder whose figures can be worked out by hand, and records to score against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.evaluation.found import FoundRecord, record_of
from service.evaluation.gold import Gold, load_gold

PAPER = """# Buying

Every purchase above EUR 500 needs a purchase order number.

Invoices without a purchase order number must not be paid.

The clerk sends the payment list to the Head of Finance every Thursday.
"""
MAIL = """From: Dana <dana@acme.example>
To: Luis <luis@acme.example>
Date: Mon, 02 Feb 2026 09:00:00 +0100
Message-ID: <m1@acme.example>
Subject: Kestrel
Content-Type: text/plain; charset=utf-8

Kestrel we pay without a number up to EUR 900, ask Dana Whitcombe first.
Should freight invoices go without a number too?
Back in 2019 anybody could buy anything.
"""


def gold_json() -> dict[str, Any]:
    """Two rules, an undocumented exception, a handoff, two decoys."""
    norm = {"documentation": "documented", "recurrence": "standing", "status": "active", "overrides": None, "handler": None}
    money = {"kind": "money", "unit": "EUR"}
    return {
        "company": "Acme",
        "domain": "acme.example",
        "today": "2026-03-01",
        "people": [],
        "records": [
            norm
            | {"id": "r1", "kind": "rule", "statement": "Purchases above EUR 500 need a number.", "modality": "obligation"}
            | {"subject": "Buyer", "scope": [], "values": [money | {"value": 500}]},
            norm
            | {"id": "r2", "kind": "rule", "statement": "Invoices without a number must not be paid.", "modality": "prohibition"}
            | {"subject": "The clerks", "scope": [], "values": []},
            norm
            | {"id": "x1", "kind": "exception", "statement": "Kestrel is paid without a number.", "modality": "permission"}
            | {"subject": "Clerk", "scope": ["Kestrel Metals"], "values": [money | {"value": 900}], "documentation": "undocumented"}
            | {"overrides": "r2", "handler": "Dana Whitcombe"},
            {"id": "h1", "kind": "handoff", "statement": "The clerk sends the payment list.", "from": "Clerk", "to": "Head of Finance"}
            | {"artifact": "payment list", "channel": None, "fields": [], "documentation": "documented", "status": "active"},
        ],
        "decoys": [{"id": "d1", "why": "question"}, {"id": "d2", "why": "past history"}],
        "spans": [
            {"ids": ["r1"], "file": "policies/buying.md", "text": "Every purchase above EUR 500 needs a purchase order number."},
            {"ids": ["r2"], "file": "policies/buying.md", "text": "Invoices without a purchase order number must not be paid."},
            {"ids": ["h1"], "file": "policies/buying.md"}
            | {"text": "The clerk sends the payment list to the Head of Finance every Thursday."},
            {"ids": ["x1"], "file": "mail/kestrel.eml", "message_id": "<m1@acme.example>"}
            | {"text": "Kestrel we pay without a number up to EUR 900, ask Dana Whitcombe first."},
            {"ids": ["d1"], "file": "mail/kestrel.eml", "message_id": "<m1@acme.example>"}
            | {"text": "Should freight invoices go without a number too?"},
            {"ids": ["d2"], "file": "mail/kestrel.eml", "message_id": "<m1@acme.example>"}
            | {"text": "Back in 2019 anybody could buy anything."},
        ],
    }


def tasks_json() -> dict[str, Any]:
    case = {"facts": {"vendor": "Kestrel", "po_number": None}, "as_of": "2026-03-01", "relevant": ["r2"], "why": "", "missing_facts": []}
    return {
        "company": "Acme",
        "domains": ["Acme.example"],
        "today": "2026-03-01",
        "tasks": [
            case
            | {"id": "t1", "task": "Pay Kestrel without a number.", "governing": ["x1"], "verdict": "needs_approval"}
            | {"must_not_use": ["d1"]},
            case
            | {"id": "t2", "task": "Pay for freight.", "governing": [], "verdict": "unknown", "must_not_use": ["d1"]}
            | {"missing_facts": ["amount"]},
        ],
    }


def write_gold(folder: Path, gold: Any = None, tasks: Any = None) -> Path:
    """The folder with its files; ``gold`` and ``tasks`` in place of those above."""
    for path, text in (("policies/buying.md", PAPER), ("mail/kestrel.eml", MAIL)):
        file = folder / "files" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "gold.json").write_text(json.dumps(gold_json() if gold is None else gold))
    (folder / "tasks.json").write_text(json.dumps(tasks_json() if tasks is None else tasks))
    return folder


def planted(folder: Path) -> Gold:
    return load_gold(write_gold(folder))


def exported(gold: Gold, name: str, **changes: Any) -> dict[str, Any]:
    """What an export would hold of a gold record that was found perfectly, but for ``changes``."""
    want = gold.records[name]
    quotes = [
        {"quote": span.text, "path": span.file, "message_id": span.message_id, "place": "1"} for span in gold.spans if name in span.ids
    ]
    perfect = want.model_dump(mode="json", by_alias=True) | {
        "id": f"rec_{name}",
        "overrides": want.overrides and f"rec_{want.overrides}",
        "scope": [{"type": "party", "value": value} for value in want.scope or ()],
        "values": [value.model_dump(mode="json") for value in want.values or ()],
        "validity": want.status,
        "confidence": 0.9,
        "evidence": quotes,
    }
    return perfect | changes


def found(gold: Gold, name: str, **changes: Any) -> FoundRecord:
    return record_of(exported(gold, name, **changes))


def on_decoy(gold: Gold, name: str, **changes: Any) -> FoundRecord:
    """A rule that rests on a decoy's passage."""
    span = next(span for span in gold.spans if name in span.ids)
    evidence = [{"quote": span.text, "path": span.file, "message_id": span.message_id, "place": "1"}]
    return found(gold, "r1", id=f"rec_{name}", evidence=evidence, **changes)


def elsewhere(gold: Gold, number: int, **changes: Any) -> FoundRecord:
    """A rule on words that nobody marked."""
    evidence = [{"quote": f"Bicycles number {number} are red.", "path": "policies/buying.md", "message_id": None, "place": "1"}]
    return found(gold, "r1", id=f"rec_else_{number}", evidence=evidence, **changes)
