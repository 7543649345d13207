"""The shapes of requests and answers, as docs and clients see them; what comes in is checked here and nowhere else at this door."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from domain.question import Question, joined_fact

MAX_FACTS, MAX_FACT = 100, 2_000


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def _iso_day(text: str) -> str:
    """Stricter than Python, which reads week dates too."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("must be a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError("there is no such day") from error


def storable(text: str) -> str:
    """Raises ValueError for what no database keeps as it is."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("must be text that can be stored: no NUL and no half characters")
    return text


def _fact(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """One complaint in place of one for each kind that a fact might have been."""
    try:
        return check(value)
    except ValidationError as error:
        raise ValueError(
            f"must be a text of at most {MAX_FACT} characters, a number, true, false, null, or a list of up to {MAX_FACTS} of these"
        ) from error


IsoDay = Annotated[str, AfterValidator(_iso_day), Field(json_schema_extra={"format": "date"}, examples=["2026-03-01"])]
Kind = Literal["rule", "exception", "handoff"]
StatusName = Literal["proposed", "approved", "rejected", "claimed"]
DocumentationName = Literal["documented", "undocumented"]
FactName = Annotated[str, Field(min_length=1, max_length=100)]
Simple = Annotated[str, Field(max_length=MAX_FACT)] | bool | int | Annotated[float, Field(allow_inf_nan=False)] | None
FactValue = Annotated[Simple | Annotated[list[Simple], Field(max_length=MAX_FACTS)], WrapValidator(_fact)]


def _no_text_or_flag(value: object) -> object:
    if isinstance(value, str | bool):
        raise ValueError("send a number, without quotes")
    return value


#: In a body: digits in quotes and true are no numbers. A query has nothing but text, so there it is a plain int.
Whole = Annotated[int, BeforeValidator(_no_text_or_flag)]


class Asked(BaseModel):
    """A request: a field that is not known is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


class ContextRequest(Asked):
    task: str = Field(min_length=1, max_length=4_000, description="what is about to be done, with names, amounts and dates")
    step: str | None = Field(default=None, max_length=200, description="the process step, where there is one")
    facts: dict[FactName, FactValue] = Field(
        default_factory=dict, max_length=MAX_FACTS, description="null: known to be absent; not given: unknown"
    )
    as_of: IsoDay | None = Field(default=None, description="the day for which to answer; today where it is missing")
    limit: Whole = Field(default=10, ge=1, le=100)
    statuses: list[StatusName] = Field(default=["approved", "proposed"], min_length=1, max_length=4, description="which records may count")
    token_budget: Whole | None = Field(default=None, ge=100, le=1_000_000, description="about how many tokens the answer may have")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
                "facts": {"vendor": "Kestrel Metals", "amount": "EUR 3,400", "po_number": None},
                "as_of": "2026-03-01",
                "limit": 10,
            }
        },
    )

    def question(self) -> Question:
        """Facts by name, so that their order in the request changes nothing."""
        facts = tuple((name, joined_fact(value) if isinstance(value, list) else value) for name, value in sorted(self.facts.items()))
        day = self.as_of or today()
        return Question(self.task, facts, day, self.step, self.limit, frozenset(self.statuses), self.token_budget)


class SearchRequest(Asked):
    text: str = Field(min_length=1, max_length=2_000)
    kind: Literal["passage", "record"] | None = Field(default=None, description="both where it is missing")
    limit: Whole = Field(default=10, ge=1, le=100)
    as_of: IsoDay | None = Field(default=None, description="leaves out records that do not hold on that day")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "invoices without a purchase order number", "kind": None, "limit": 10}}
    )

    def day(self) -> str:
        return self.as_of or today()


class RecordQuery(Asked):
    kind: Kind | None = None
    status: list[StatusName] | None = Field(default=None, max_length=4, description="may be repeated; by default proposed and approved")
    documentation: DocumentationName | None = None
    scope: str | None = Field(default=None, min_length=1, max_length=200, description="a party, product, place ... the record is about")
    as_of: IsoDay | None = Field(default=None, description="only what holds on that day")
    revision: int | None = Field(default=None, ge=0, description="what was believed at that revision, instead of what is believed now")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, min_length=1, max_length=200, description="`next` of the page before")


class ConflictQuery(Asked):
    as_of: IsoDay | None = Field(default=None, description="between records that hold on that day; today where it is missing")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, min_length=1, max_length=200, description="`next` of the page before")


class Answered(BaseModel):
    """An answer, for documentation: what is sent is made by service.present, and the tests compare the two."""

    model_config = ConfigDict(extra="forbid")


class ScopeBody(Answered):
    type: Literal["party", "product", "place", "document", "process", "person", "other"]
    value: str


class TestBody(Answered):
    fact: str
    op: Literal[">", ">=", "<", "<=", "==", "!="]
    value: float | str
    unit: str


class ConditionBody(Answered):
    text: str
    inferred: bool
    test: TestBody | None


class ValueBody(Answered):
    kind: Literal["money", "percent", "duration", "count", "date", "time"]
    value: float | str
    unit: str
    text: str


class FieldBody(Answered):
    name: str
    required: bool


class NearestBody(Answered):
    record: str | None
    path: str
    quote: str
    score: float
    why_not: str


class CheckBody(Answered):
    searched: int
    revision: int
    nearest: list[NearestBody]


class EvidenceBody(Answered):
    document: str
    path: str
    message_id: str | None
    sender: str | None
    sent_at: str | None
    quote: str
    start: int
    end: int
    place: str
    page: int | None
    boxes: list[list[float]]
    role: Literal["states", "requests", "grants", "repeats", "applies"]


class RecordBody(Answered):
    id: str
    kind: Kind
    statement: str
    modality: Literal["obligation", "prohibition", "permission"] | None
    subject: str | None
    action: str | None
    scope: list[ScopeBody]
    conditions: list[ConditionBody]
    values: list[ValueBody]
    overrides: str | None
    effect: Literal["lifts", "relaxes", "tightens", "replaces"] | None
    handler: str | None
    re_entry: str | None
    sender: str | None = Field(alias="from")
    receiver: str | None = Field(alias="to")
    artifact: str | None
    channel: str | None
    fields_: list[FieldBody] = Field(alias="fields")
    documentation: DocumentationName
    documentation_check: CheckBody | None
    recurrence: Literal["standing", "one_off"]
    occasions: int
    last_seen: str | None
    validity: Literal["active", "superseded", "expired", "not_yet"]
    valid_from: str | None
    valid_to: str | None
    superseded_by: str | None
    authority: int = Field(ge=0, le=4)
    authority_reason: str
    status: StatusName
    confidence: float = Field(ge=0, le=1)
    revision: int
    flags: list[str]
    evidence: list[EvidenceBody]


class GoverningBody(Answered):
    record: RecordBody
    applies: Literal["yes", "no", "unknown"]
    because: list[str]
    overridden_by: str | None
    score: float


class AskBody(Answered):
    who: str
    about: str


class ConflictBody(Answered):
    records: list[str]
    on: str
    precedence: str


class OpenConflictBody(ConflictBody):
    """``sides``: the two records, the one that goes first before the other."""

    id: str
    sides: list[RecordBody]


class ConflictPage(Answered):
    revision: int
    as_of: IsoDay
    items: list[OpenConflictBody]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class ExcerptBody(Answered):
    path: str
    quote: str
    place: str


class ContextAnswerBody(Answered):
    as_of: IsoDay
    revision: int
    completeness: Literal["full", "restricted"]
    verdict: Literal["allowed", "not_allowed", "required", "needs_approval", "unknown"]
    why: str
    governing: list[GoverningBody]
    missing_facts: list[str]
    ask: list[AskBody]
    conflicts: list[ConflictBody]
    passages: list[ExcerptBody]
    trimmed: list[str] = Field(description="what was left out to keep within `token_budget`")


class PassageHitBody(ExcerptBody):
    id: str
    document: str
    page: int | None
    score: float


class RecordHitBody(Answered):
    record: RecordBody
    score: float


class SearchAnswer(Answered):
    revision: int
    passages: list[PassageHitBody]
    records: list[RecordHitBody]


class RecordListing(Answered):
    revision: int
    as_of: IsoDay
    items: list[RecordBody]
    next: str | None = Field(description="the cursor of the next page; null on the last")


class HistoryPage(Answered):
    id: str
    items: list[RecordBody]


class EvidencePage(Answered):
    id: str
    revision: int
    items: list[EvidenceBody]


class EnvelopeBody(Answered):
    message_id: str
    sender: str
    sender_name: str
    to: list[str]
    cc: list[str]
    subject: str
    sent_at: str | None
    in_reply_to: str | None
    distrust: str = Field(description="why its author cannot be trusted as given; empty where fine")
    kind: Literal["personal", "auto_reply", "newsletter", "bounce", "invite", "quoted"]


class MarkBody(Answered):
    kind: Literal["insertion", "deletion", "comment", "footnote", "term"]
    start: int
    end: int
    target: list[int] | None = Field(description="where the comment's or footnote's own text is")
    label: str
    author: str
    at: str | None


class VersionBody(Answered):
    source: str
    sha256: str
    state: Literal["read", "refused"]
    committed_at: str
    current: bool
    documents: list[str] = Field(description="ids, readable also where the version is not current")


class DocumentBody(Answered):
    id: str
    source: str
    path: str
    ordinal: int
    kind: Literal["policy", "contract", "amendment", "sow", "email", "notes", "wiki", "faq", "case", "other"]
    formal: bool = Field(description="whether a norm that it states counts as documented")
    title: str
    issued: str | None
    effective: str | None
    signed: str | None
    version: str | None
    replaces: str | None
    parties: list[str]
    parent: str | None = Field(description="the message or archive that carried it")
    member: str | None = Field(description="its name in there, for display only")
    characters: int
    unread_pages: list[int] = Field(description="pages without a text layer, which need OCR")
    message: EnvelopeBody | None
    notes: list[str]
    marks: list[MarkBody]
    current: bool = Field(description="false: a newer file took its place, and nothing counts on it any more")
    versions: list[VersionBody] = Field(description="every file that the path has had, oldest first")


class RemovalBody(Answered):
    paths: list[str]
    sources: int = Field(description="versions of the files that went")
    documents: int
    records: int = Field(description="records that are no longer in force")
    revision: int
    cleared: bool = Field(description="false: another process was in the way, and the store's own files are cleared when opened next")


class Alive(Answered):
    status: Literal["alive"]


class Ready(Answered):
    status: Literal["ready"]


class Fault(Answered):
    field: str
    message: str


class Problem(Answered):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] | None = Field(default=None, description="with 422: every field that makes no sense")
