"""What the reference shows: an example for each answer, and the problems that a route may give."""

from __future__ import annotations

from typing import Any

from api.errors import MEDIA_TYPE
from api.schemas import Problem

_DETAILS = {
    400: ("bad-request", "Bad Request", "The body cannot be read: send JSON in UTF-8, or a form where the route takes a file."),
    401: ("no-valid-key", "No valid key", "this key is not known or was revoked"),
    403: ("not-allowed", "Not allowed", "this needs a key with the scope 'read'"),
    404: ("not-found", "Not found", "there is no record rec_5d41402abc4b2a76b971"),
    409: ("conflict", "Conflict", "a request with this Idempotency-Key is under way; ask again in a moment"),
    408: ("request-timeout", "Request Timeout", "The body did not arrive within 20 seconds."),
    412: (
        "has-changed-since",
        "Has changed since",
        "rec_5d41402abc4b2a76b971 has changed since and is at revision 4 now; look at it again before you decide",
    ),
    413: ("too-large", "Too large", "A body may have 1000000 bytes."),
    422: ("makes-no-sense", "Makes no sense", "as_of: there is no such day"),
    428: ("say-what-you-looked-at", "Say what you looked at", "send If-Match with the ETag of the record that you looked at"),
    429: ("too-many-requests", "Too many requests", "this key may send 200 requests a second; wait as Retry-After says"),
    503: ("unavailable", "Unavailable", "The models are being loaded."),
}


def _problem(status: int) -> dict[str, Any]:
    slug, title, detail = _DETAILS[status]
    shown = {"type": f"urn:groundrule:problem:{slug}", "title": title, "status": status, "detail": detail, "instance": "/v1/records"}
    return {
        "model": Problem,
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}},
    }


PROBLEM = {status: _problem(status) for status in _DETAILS}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These and 429, which whoever sends too much gets from any route that has problems."""
    return {status: PROBLEM[status] for status in sorted({*statuses, 429})}


def example(body: object) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": body}}}}


EVIDENCE_EXAMPLE: dict[str, object] = {
    "document": "doc_7d793037a0760186574b",
    "path": "mail/kestrel.eml",
    "message_id": "20260114.ap@northwell.example",
    "sender": "dana.whitcombe@northwell.example",
    "sent_at": "2026-01-14T09:12:00+01:00",
    "quote": "Kestrel never manages a PO. Pay anything below EUR 5,000 as long as I am in copy.",
    "start": 88,
    "end": 170,
    "place": "dana.whitcombe@northwell.example, 2026-01-14, Re: Kestrel",
    "page": None,
    "boxes": [],
    "role": "grants",
}

RECORD_EXAMPLE: dict[str, object] = {
    "id": "rec_5d41402abc4b2a76b971",
    "kind": "exception",
    "statement": "Invoices of Kestrel Metals below EUR 5,000 are paid without a purchase order number if Dana Whitcombe is in copy.",
    "modality": "permission",
    "subject": "accounts payable",
    "action": "pay without a purchase order number",
    "scope": [{"type": "party", "value": "Kestrel Metals"}],
    "conditions": [{"text": "below EUR 5,000", "inferred": False, "test": {"fact": "amount", "op": "<", "value": 5000, "unit": "EUR"}}],
    "values": [{"kind": "money", "value": 5000, "unit": "EUR", "text": "EUR 5,000"}],
    "overrides": "rec_098f6bcd4621d373cade",
    "effect": "relaxes",
    "handler": "Dana Whitcombe",
    "re_entry": None,
    "from": None,
    "to": None,
    "artifact": None,
    "channel": None,
    "fields": [],
    "documentation": "undocumented",
    "documentation_check": {"searched": 412, "revision": 812, "nearest": []},
    "recurrence": "standing",
    "occasions": 3,
    "last_seen": "2026-01-14",
    "validity": "active",
    "valid_from": None,
    "valid_to": None,
    "superseded_by": None,
    "authority": 2,
    "authority_reason": "employee, authenticated domain",
    "status": "proposed",
    "confidence": 0.83,
    "revision": 3,
    "flags": [],
    "evidence": [EVIDENCE_EXAMPLE],
}

CONFLICT_EXAMPLE: dict[str, object] = {
    "id": "rec_098f6bcd4621d373cade.rec_5d41402abc4b2a76b971",
    "records": ["rec_5d41402abc4b2a76b971", "rec_098f6bcd4621d373cade"],
    "on": "money: EUR 5,000 or EUR 500",
    "precedence": "explicit override: the first is an exception to the second, on less authority: employee, authenticated domain",
    "sides": [
        RECORD_EXAMPLE,
        RECORD_EXAMPLE
        | {
            "id": "rec_098f6bcd4621d373cade",
            "kind": "rule",
            "statement": "Every invoice above EUR 500 must carry a purchase order number.",
            "modality": "obligation",
            "scope": [],
            "conditions": [],
            "values": [{"kind": "money", "value": 500, "unit": "EUR", "text": "EUR 500"}],
            "overrides": None,
            "effect": None,
            "handler": None,
            "documentation": "documented",
            "documentation_check": None,
            "authority": 4,
            "authority_reason": "formal document (policy)",
        },
    ],
}

ANSWER_EXAMPLE: dict[str, object] = {
    "as_of": "2026-03-01",
    "revision": 812,
    "completeness": "full",
    "verdict": "allowed",
    "why": "Invoices of Kestrel Metals below EUR 5,000 are paid without a purchase order number if Dana Whitcombe is in copy.",
    "governing": [
        {"record": RECORD_EXAMPLE, "applies": "yes", "because": ["vendor is Kestrel Metals"], "overridden_by": None, "score": 0.91}
    ],
    "missing_facts": [],
    "ask": [{"who": "Dana Whitcombe", "about": "being in copy"}],
    "conflicts": [],
    "passages": [],
    "trimmed": [],
}

SEARCH_EXAMPLE: dict[str, object] = {
    "revision": 812,
    "passages": [
        {
            "id": "psg_9e107d9d372bb6826bd8",
            "document": "doc_e4d909c290d0fb1ca068",
            "path": "policies/ap.pdf",
            "quote": "Every invoice above EUR 500 must carry a purchase order number.",
            "place": "1.1 Purchase orders, p. 1",
            "page": 1,
            "score": 0.032787,
        }
    ],
    "records": [{"record": RECORD_EXAMPLE, "score": 0.032258}],
}

DOCUMENT_EXAMPLE: dict[str, object] = {
    "id": "doc_e4d909c290d0fb1ca068",
    "source": "src_1b6453892473a467d073",
    "path": "policies/ap.pdf",
    "ordinal": 0,
    "kind": "policy",
    "formal": True,
    "title": "Accounts payable",
    "issued": "2025-01-01",
    "effective": "2025-02-01",
    "signed": None,
    "version": "2.1",
    "replaces": "version 2.0",
    "parties": [],
    "parent": None,
    "member": None,
    "characters": 18204,
    "unread_pages": [],
    "message": None,
    "notes": [],
    "marks": [{"kind": "term", "start": 812, "end": 821, "target": None, "label": "Purchase Order", "author": "", "at": None}],
    "current": True,
    "versions": [
        {
            "source": "src_1b6453892473a467d073",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "state": "read",
            "committed_at": "2026-03-01T09:00:00+00:00",
            "current": True,
            "documents": ["doc_e4d909c290d0fb1ca068"],
        }
    ],
}

REMOVAL_EXAMPLE: dict[str, object] = {
    "paths": ["policies/ap.pdf"],
    "sources": 2,
    "documents": 2,
    "records": 31,
    "revision": 813,
    "cleared": True,
}
