"""The shapes of decisions, of the review queue and of changes, with their examples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, model_validator

from api.examples import RECORD_EXAMPLE
from api.schemas import Answered, Asked, DocumentationName, IsoDay, Kind, RecordBody, StatusName, storable
from domain.urgency import Cause

Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(storable)]
Long = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(storable)]
Unit = Annotated[str, Field(max_length=50), AfterValidator(storable)]
#: Strict: digits in quotes are text, and too long a text is not saved by being all digits.
Number = Annotated[float, Field(strict=True, ge=-1e15, le=1e15, allow_inf_nan=False)]
RecordName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(storable)]
CauseName = Literal["loosens", "low_authority", "conflict", "flagged", "uncertain", "no_rule", "undocumented"]


class ScopeEdit(Asked):
    type: Literal["party", "product", "place", "document", "process", "person", "other"]
    value: Line


class TestEdit(Asked):
    fact: Line
    op: Literal[">", ">=", "<", "<=", "==", "!="]
    value: Number | Line
    unit: Unit = ""


class ConditionEdit(Asked):
    text: Line
    inferred: StrictBool = False
    test: TestEdit | None = None


class ValueEdit(Asked):
    kind: Literal["money", "percent", "duration", "count", "date", "time"]
    value: Number | Line
    unit: Unit
    text: Line


class HandoffFieldEdit(Asked):
    name: Line
    required: StrictBool = True


class FieldsEdit(Asked):
    """Fields of a record as in its JSON: what is given is set and stays set, null too; what is not given stays as it is."""

    statement: Long = ""
    modality: Literal["obligation", "prohibition", "permission"] | None = None
    subject: Line | None = None
    action: Line | None = None
    scope: list[ScopeEdit] = Field(default=[], max_length=50)
    conditions: list[ConditionEdit] = Field(default=[], max_length=50)
    values: list[ValueEdit] = Field(default=[], max_length=50)
    overrides: RecordName | None = None
    effect: Literal["lifts", "relaxes", "tightens", "replaces"] | None = None
    handler: Line | None = None
    re_entry: Line | None = None
    sender: Line | None = Field(default=None, alias="from")
    receiver: Line | None = Field(default=None, alias="to")
    artifact: Line | None = None
    channel: Line | None = None
    fields_: list[HandoffFieldEdit] = Field(default=[], max_length=100, alias="fields")
    documentation: DocumentationName = "documented"
    recurrence: Literal["standing", "one_off"] = "standing"
    valid_from: IsoDay | None = None
    valid_to: IsoDay | None = None
    superseded_by: RecordName | None = None

    def given(self) -> dict[str, object]:
        """By the names of the record's JSON."""
        return self.model_dump(mode="json", by_alias=True, include=self.model_fields_set)


class DecisionRequest(Asked):
    decision: Literal["approve", "edit", "reject", "merge"]
    reason: str | None = Field(default=None, max_length=2_000, description="kept in the audit trail for good; reject needs one")
    fields_: FieldsEdit | None = Field(default=None, alias="fields", description="with edit, or with approve: what is to be set")
    into: RecordName | None = Field(default=None, description="with merge: the record that this one repeats")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"decision": "approve", "reason": "Checked with Dana.", "fields": {"handler": "Dana Whitcombe"}}},
    )

    @model_validator(mode="after")
    def _reason_can_be_stored(self) -> DecisionRequest:
        storable(self.reason or "")
        return self


class QueueQuery(Asked):
    kind: Kind | None = None
    documentation: DocumentationName | None = None
    reason: CauseName | None = Field(default=None, description="only records that wait for this reason, among others")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, min_length=1, max_length=200, description="`next` of the page before")


class ReasonBody(Answered):
    cause: CauseName
    text: str
    weight: float = Field(ge=0, le=1)


class WaitingBody(Answered):
    """``score``: 0 to 1, what the reasons' weights come to together."""

    score: float = Field(ge=0, le=1)
    reasons: list[ReasonBody] = Field(description="the heaviest first")
    record: RecordBody


class OpenBody(Answered):
    total: int
    kinds: dict[Kind, int]
    reasons: dict[CauseName, int] = Field(description="a record counts under each of its reasons")


class QueuePage(Answered):
    revision: int
    as_of: IsoDay
    open: OpenBody = Field(description="all proposed records, whatever was filtered")
    items: list[WaitingBody]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class SimilarBody(Answered):
    """``score``: how alike the two are, 0 to 1. ``alone``: it loosens something, and is to be decided by itself."""

    score: float = Field(ge=0, le=1)
    why: list[str]
    alone: bool
    record: RecordBody


class SimilarPage(Answered):
    id: str
    items: list[SimilarBody] = Field(description="the most alike first")


class ChangeQuery(Asked):
    after: int = Field(default=0, ge=0, le=2**53, description="a revision: what came after it is told")
    limit: int = Field(default=100, ge=1, le=500)
    cursor: int = Field(default=0, ge=0, le=2**53, description="`next` of the page before")


class ChangeBody(Answered):
    position: int
    revision: int
    record: str
    op: Literal["put", "drop"]
    status: StatusName | None = Field(description="of the new version; null with drop")
    by: str
    at: str
    action: Literal["record.put", "record.drop", "record.decided", "record.edited", "record.undone"]
    reason: str


class ChangePage(Answered):
    revision: int = Field(description="what these pages tell of up to; give it as `after` next time")
    items: list[ChangeBody]
    next: int | None = Field(description="the cursor of the next page; null on the last")


QUEUE_EXAMPLE: dict[str, object] = {
    "revision": 812,
    "as_of": "2026-03-01",
    "open": {
        "total": 1,
        "kinds": {"rule": 0, "exception": 1, "handoff": 0},
        "reasons": {cause.value: int(cause in (Cause.LOOSENS, Cause.UNDOCUMENTED)) for cause in Cause},
    },
    "items": [
        {
            "score": 0.575,
            "reasons": [
                {"cause": "loosens", "text": "it loosens a rule about money", "weight": 0.5},
                {"cause": "undocumented", "text": "it is a standing practice that no formal document states, seen 3 times", "weight": 0.15},
            ],
            "record": RECORD_EXAMPLE,
        }
    ],
    "next": None,
}

SIMILAR_EXAMPLE: dict[str, object] = {
    "id": "rec_c81e728d9d4c2f636f06",
    "items": [{"score": 0.81, "why": ["about Kestrel Metals", "bends the same rule"], "alone": True, "record": RECORD_EXAMPLE}],
}

CHANGE_EXAMPLE: dict[str, object] = {
    "position": 4711,
    "revision": 812,
    "record": "rec_5d41402abc4b2a76b971",
    "op": "put",
    "status": "approved",
    "by": "dana",
    "at": "2026-03-01T09:00:00+00:00",
    "action": "record.decided",
    "reason": "Checked with Dana.",
}
