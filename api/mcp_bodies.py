"""What tools are asked and answer beyond what routes are asked and answer."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from api.handoff_bodies import PayloadRequest
from api.schemas import Answered, Asked, IsoDay, RecordBody, RecordQuery


class FindRules(RecordQuery):
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=2_000,
        description="what the records are about; best first, and no cursor or revision beside it",
    )
    #: A page of a program is too long for an agent to read.
    limit: int = Field(default=10, ge=1, le=500)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "invoices without a purchase order number", "kind": "exception", "limit": 10}},
    )


class RecordAsked(Asked):
    id: str = Field(
        min_length=1,
        max_length=100,
        description="as in `governing`, `conflicts`, `overrides` or a list",
        examples=["rec_5d41402abc4b2a76b971"],
    )
    as_of: IsoDay | None = Field(default=None, description="the day whose validity is shown; today where it is missing")


class HandoffAsked(PayloadRequest):
    id: str = Field(min_length=1, max_length=100, description="of the handoff: find_rules with kind handoff lists them")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"id": "rec_5d41402abc4b2a76b971", "payload": {"Order Number": "4711", "amount": 120.5}}},
    )


class RecordAnswer(Answered):
    record: RecordBody
    versions: int = Field(ge=1, description="how many the record has had, this one included")
