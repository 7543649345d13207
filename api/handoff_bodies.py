"""The shapes and examples of handoffs: their contracts as JSON Schema, checked payloads and what changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.examples import RECORD_EXAMPLE
from api.schemas import Answered, Asked, IsoDay, RecordBody


class HandoffQuery(Asked):
    sender: str | None = Field(default=None, alias="from", min_length=1, max_length=200, description="part of who sends")
    receiver: str | None = Field(default=None, alias="to", min_length=1, max_length=200, description="part of who receives")
    text: str | None = Field(default=None, min_length=1, max_length=200, description="in the statement, artifact, channel or a field")
    as_of: IsoDay | None = Field(default=None, description="those that hold on that day; today where it is missing")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, min_length=1, max_length=200, description="`next` of the page before")


class DiffQuery(Asked):
    from_revision: int = Field(ge=0, le=2**53, description="the older one, of the workspace")
    to_revision: int = Field(ge=0, le=2**53, description="the newer one")
    as_of: IsoDay | None = Field(default=None, description="the day on which other records must hold to count; today where it is missing")


class PayloadRequest(Asked):
    payload: Any = Field(description="what is about to pass, as it is; null values count as missing")
    as_of: IsoDay | None = Field(default=None, description="the day whose contract counts; today where it is missing")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"payload": {"Order Number": "4711", "amount": 120.5}, "as_of": "2026-03-01"}}
    )


class QuotedBody(Answered):
    path: str
    quote: str
    place: str


class ClauseBody(Answered):
    id: str
    field: str | None = Field(description="a property, or null for all that passes")
    keyword: Literal["property", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "description"]
    record: str
    revision: int
    statement: str
    citations: list[QuotedBody]


class OriginBody(Answered):
    record: str
    revision: int
    sender: str = Field(alias="from")
    receiver: str = Field(alias="to")
    artifact: str | None
    channel: str | None
    as_of: IsoDay
    clauses: list[ClauseBody]


class HandoffSchemaBody(Answered):
    """A JSON Schema, draft 2020-12."""

    dialect: Literal["https://json-schema.org/draft/2020-12/schema"] = Field(alias="$schema")
    id: str = Field(alias="$id")
    title: str
    description: str
    type: Literal["object"]
    properties: dict[str, dict[str, Any]]
    required: list[str]
    additional: Literal[True] = Field(alias="additionalProperties")
    all_of: list[dict[str, Any]] | None = Field(default=None, alias="allOf")
    origin: OriginBody = Field(alias="x-groundrule")


class HandoffPage(Answered):
    revision: int
    as_of: IsoDay
    items: list[RecordBody]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class ViolationBody(Answered):
    pointer: str = Field(description="JSON pointer (RFC 6901) into the payload")
    field: str | None
    expected: str
    got: str = Field(description="of which kind it was; never the value itself")
    clause: str | None
    record: str
    citations: list[QuotedBody]
    fix: str


class UncheckedBody(Answered):
    field: str | None
    statement: str
    record: str
    citations: list[QuotedBody]


class HandlingBody(Answered):
    caught_by: str
    side: Literal["sender", "handler"]
    receiver: str
    re_entry: str
    re_entry_inferred: bool = Field(description="true: the record names none, and it is sent again")


class PayloadBody(Answered):
    record: str
    revision: int
    as_of: IsoDay
    valid: bool
    violations: list[ViolationBody]
    unchecked: list[UncheckedBody] = Field(description="clauses that code cannot test: a person must")
    handling: HandlingBody | None


class ContractChangeBody(Answered):
    what: str
    field: str | None
    breaking: bool
    before: str | None
    after: str | None
    records: list[str]


class ContractDiffBody(Answered):
    record: str
    as_of: IsoDay
    from_revision: int
    to_revision: int
    breaking: list[ContractChangeBody] = Field(description="a payload that was valid may no longer be")
    other: list[ContractChangeBody]


_ID = "rec_c4ca4238a0b923820dcc"
_SAID = "Purchasing sends accounts payable the signed order with its order number."
_QUOTED = {"path": "policies/ap.md", "quote": _SAID, "place": "1.1 Purchase orders, p. 1"}

HANDOFF_EXAMPLE: dict[str, object] = RECORD_EXAMPLE | {
    "id": _ID,
    "kind": "handoff",
    "statement": _SAID,
    "modality": None,
    "subject": None,
    "action": None,
    "scope": [],
    "conditions": [],
    "values": [],
    "overrides": None,
    "effect": None,
    "handler": None,
    "from": "purchasing",
    "to": "accounts payable",
    "artifact": "signed order",
    "fields": [{"name": "order number", "required": True}],
    "documentation": "documented",
    "documentation_check": None,
    "authority": 4,
    "authority_reason": "formal document (policy)",
}

SCHEMA_EXAMPLE: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:groundrule:handoff:{_ID}:3",
    "title": "signed order",
    "description": _SAID,
    "type": "object",
    "properties": {
        "order_number": {"title": "order number", "anyOf": [{"type": "string", "minLength": 1, "pattern": "\\S"}, {"type": "integer"}]}
    },
    "required": ["order_number"],
    "additionalProperties": True,
    "x-groundrule": {
        "record": _ID,
        "revision": 3,
        "from": "purchasing",
        "to": "accounts payable",
        "artifact": "signed order",
        "channel": None,
        "as_of": "2026-03-01",
        "clauses": [
            {
                "id": "order_number.property",
                "field": "order_number",
                "keyword": "property",
                "record": _ID,
                "revision": 3,
                "statement": _SAID,
                "citations": [_QUOTED],
            }
        ],
    },
}

PAYLOAD_EXAMPLE: dict[str, object] = {
    "record": _ID,
    "revision": 3,
    "as_of": "2026-03-01",
    "valid": False,
    "violations": [
        {
            "pointer": "/order_number",
            "field": "order_number",
            "expected": "order number: a text that is not empty, or a whole number",
            "got": "nothing",
            "clause": "order_number.property",
            "record": _ID,
            "citations": [_QUOTED],
            "fix": "Get the order number from purchasing and add it as a text that is not empty, or a whole number.",
        }
    ],
    "unchecked": [],
    "handling": {
        "caught_by": "purchasing",
        "side": "sender",
        "receiver": "accounts payable",
        "re_entry": "purchasing sends signed order to accounts payable again, mended",
        "re_entry_inferred": True,
    },
}

DIFF_EXAMPLE: dict[str, object] = {
    "record": _ID,
    "as_of": "2026-03-01",
    "from_revision": 3,
    "to_revision": 9,
    "breaking": [
        {"what": "became_required", "field": "note", "breaking": True, "before": "optional", "after": "required", "records": [_ID]}
    ],
    "other": [{"what": "channel_changed", "field": None, "breaking": False, "before": None, "after": "e-mail", "records": [_ID]}],
}
