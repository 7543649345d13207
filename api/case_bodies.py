"""The shapes and examples of cases: what opens, resolves and withdraws them, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from api.handoff_bodies import QuotedBody
from api.review_bodies import ConditionEdit, Line, Long, RecordName, ScopeEdit, ValueEdit
from api.schemas import MAX_FACTS, Answered, Asked, FactName, FactValue, IsoDay, Simple, StatusName, storable
from domain.question import joined_fact

if TYPE_CHECKING:
    from service.cases import Decided, Opening

#: Every reader of JSON keeps whole numbers up to here.
LARGEST = 10**15
StateName = Literal["open", "overdue", "resolved", "withdrawn"]


Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Said = Annotated[str, Field(max_length=2_000), AfterValidator(storable)]


class FaultAsked(Asked):
    """One of the `violations` that a handoff's check answers; what else stands there is left out."""

    pointer: Said = Field(description="JSON pointer (RFC 6901) into the payload")
    expected: Said
    got: Said = ""
    fix: Said = ""
    record: RecordName | None = None

    model_config = ConfigDict(extra="ignore")


class StopAsked(Asked):
    reason: Said | None = Field(default=None, description="in a sentence; may be left out where a handoff refused")
    handoff: RecordName | None = Field(default=None, description="id of the handoff whose check refused the payload")
    violations: list[FaultAsked] = Field(default=[], max_length=100, description="as the check answered them")


class CaseRequest(Asked):
    task: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S"), AfterValidator(storable)] = Field(
        description="what was about to be done, as in a question"
    )
    step: Annotated[str, Field(max_length=200), AfterValidator(storable)] | None = Field(default=None, description="the process step")
    facts: dict[FactName, FactValue] = Field(
        default_factory=dict, max_length=MAX_FACTS, description="null: known to be absent; not given: unknown"
    )
    stopped: StopAsked = Field(description="why the step cannot proceed: a reason, or the handoff that refused; one of them is needed")
    as_of: IsoDay | None = Field(default=None, description="the day on which it stopped; today where it is missing")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
                "step": "pay invoice",
                "facts": {"vendor": "Kestrel Metals", "amount": "EUR 3,400", "po_number": None},
                "stopped": {"reason": "No order number, and nobody is in copy."},
                "as_of": "2026-03-01",
            }
        },
    )

    @model_validator(mode="after")
    def _facts_can_be_stored(self) -> CaseRequest:
        for name, value in self.facts.items():
            for part in (name, *(value if isinstance(value, list) else [value])):
                storable(part if isinstance(part, str) else "")
                if isinstance(part, int) and not -LARGEST <= part <= LARGEST:
                    raise ValueError("a whole number may have 15 digits; give a longer one as a text")
        return self

    def opening(self) -> Opening:
        """Facts by name, so that their order in the request changes nothing."""
        from domain.case import Fault, Stop
        from service.cases import Opening

        facts = tuple((name, joined_fact(value) if isinstance(value, list) else value) for name, value in sorted(self.facts.items()))
        faults = tuple(Fault(it.pointer, it.expected, it.got, it.fix, it.record) for it in self.stopped.violations)
        stop = Stop((self.stopped.reason or "").strip(), self.stopped.handoff, faults)
        return Opening(self.task, facts, stop, (self.step or "").strip(), self.as_of)


class NormFields(Asked):
    """Fields of the record that comes of it, as in its JSON: what is given is set and stays set, null too."""

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
    valid_from: IsoDay | None = None
    valid_to: IsoDay | None = None


class ResolutionRequest(Asked):
    outcome: Literal["proceed", "refuse", "other"]
    statement: Long | None = Field(
        default=None, description="the norm as you word it, to be read alone; null: decided this once, and no rule"
    )
    kind: Literal["rule", "exception"] = Field(default="exception", description="of the record that comes of a statement")
    recurrence: Literal["standing", "one_off"] = Field(default="standing", description="a practice from now on, or this once")
    fields_: NormFields | None = Field(default=None, alias="fields", description="with a statement: what is to be set on the record")
    decided_by: Line | None = Field(default=None, description="whose decision it is; the key's name where it is missing")
    note: Said | None = Field(default=None, description="why, for whoever reads the case")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "outcome": "proceed",
                "statement": "Kestrel Metals invoices may be paid without a PO up to EUR 5,000 when Dana Whitcombe confirms by mail.",
                "fields": {"scope": [{"type": "party", "value": "Kestrel Metals"}], "handler": "Dana Whitcombe"},
                "decided_by": "Dana Whitcombe",
            }
        },
    )

    def decided(self) -> Decided:
        from domain.case import Outcome
        from domain.record import RecordKind, Recurrence
        from service.cases import Decided

        fields = self.fields_.model_dump(mode="json", include=self.fields_.model_fields_set) if self.fields_ else {}
        kind, recurrence = RecordKind(self.kind), Recurrence(self.recurrence)
        return Decided(Outcome(self.outcome), self.statement, self.note or "", self.decided_by or "", kind, recurrence, fields)


class WithdrawalRequest(Asked):
    reason: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S"), AfterValidator(storable)] = Field(
        description="why nobody needs to decide it any more"
    )

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "Kestrel sent the order number."}})


class CaseQuery(Asked):
    state: Literal["open", "overdue", "resolved", "withdrawn", "waiting"] | None = Field(
        default=None, description="`waiting`: open and overdue ones"
    )
    catcher: Word | None = Field(default=None, description="who catches it, without regard to case")
    step: Word | None = Field(default=None, description="the process step, without regard to case")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, pattern=r"^[0-9]{1,15}$", description="`next` of the page before")


class ToldBody(Answered):
    value: str | None = Field(description="null: no record says it")
    basis: Literal["said", "inferred", "not known"]
    words: str | None = Field(description="of the record, that it was worked out from")
    record: str | None
    citations: list[QuotedBody]


class FaultBody(Answered):
    pointer: str
    expected: str
    got: str
    fix: str
    record: str | None


class StopBody(Answered):
    reason: str | None
    handoff: str | None
    violations: list[FaultBody]


class AnsweredBody(Answered):
    record: str
    case: str


class ResolutionBody(Answered):
    outcome: Literal["proceed", "refuse", "other"]
    statement: str | None
    note: str | None
    decided_by: str | None
    kind: Literal["rule", "exception"] | None
    recurrence: Literal["standing", "one_off"] | None
    record: str | None = Field(description="the record that came of it")
    status: StatusName | None = Field(description="of that record today")
    path: str = Field(description="of the source that holds the decision, and that the record quotes")


class EventBody(Answered):
    what: Literal["opened", "resolved", "withdrawn"]
    actor: str
    at: str


class CaseBody(Answered):
    id: str
    state: StateName
    revision: int = Field(ge=1)
    opened_by: str
    opened_at: str
    as_of: IsoDay
    task: str
    step: str | None
    facts: dict[str, Simple]
    stopped: StopBody
    verdict: Literal["allowed", "not_allowed", "required", "needs_approval", "unknown"] | None
    decides: str | None = Field(description="id of the record that decided the question")
    known_at: int = Field(description="the revision of the workspace at which the records were asked")
    catcher: ToldBody
    deadline: ToldBody = Field(description="a day, which counts until its end in UTC, or a moment in UTC")
    re_entry: ToldBody
    answered_by: AnsweredBody | None = Field(description="the deciding record, where it came of an earlier case: no need to wait")
    resolution: ResolutionBody | None
    withdrawn_because: str | None
    history: list[EventBody]
    erased: bool = Field(description="its texts were removed with its source")


class CasePage(Answered):
    items: list[CaseBody]
    next: str | None = Field(description="the cursor of the next page; null on the last")


_EXCEPTION = "rec_5d41402abc4b2a76b971"
_QUOTED = {
    "path": "mail/kestrel.eml",
    "quote": "Kestrel never manages a PO. Pay anything below EUR 5,000 as long as I am in copy.",
    "place": "dana.whitcombe@northwell.example, 2026-01-14, Re: Kestrel",
}
_UNKNOWN: dict[str, object] = {"value": None, "basis": "not known", "words": None, "record": None, "citations": []}

CASE_EXAMPLE: dict[str, object] = {
    "id": "case_2c1743a391305fbf367d",
    "state": "open",
    "revision": 1,
    "opened_by": "agent",
    "opened_at": "2026-03-01T09:30:00+00:00",
    "as_of": "2026-03-01",
    "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
    "step": "pay invoice",
    "facts": {"amount": "EUR 3,400", "po_number": None, "vendor": "Kestrel Metals"},
    "stopped": {"reason": "No order number, and nobody is in copy.", "handoff": None, "violations": []},
    "verdict": "needs_approval",
    "decides": _EXCEPTION,
    "known_at": 812,
    "catcher": {"value": "Dana Whitcombe", "basis": "said", "words": None, "record": _EXCEPTION, "citations": [_QUOTED]},
    "deadline": _UNKNOWN,
    "re_entry": _UNKNOWN,
    "answered_by": None,
    "resolution": None,
    "withdrawn_because": None,
    "history": [{"what": "opened", "actor": "agent", "at": "2026-03-01T09:30:00+00:00"}],
    "erased": False,
}

RESOLVED_EXAMPLE: dict[str, object] = CASE_EXAMPLE | {
    "state": "resolved",
    "revision": 2,
    "resolution": {
        "outcome": "proceed",
        "statement": "Kestrel Metals invoices may be paid without a PO up to EUR 5,000 when Dana Whitcombe confirms by mail.",
        "note": None,
        "decided_by": "Dana Whitcombe",
        "kind": "exception",
        "recurrence": "standing",
        "record": "rec_c81e728d9d4c2f636f06",
        "status": "proposed",
        "path": "cases/case_2c1743a391305fbf367d.txt",
    },
    "history": [
        {"what": "opened", "actor": "agent", "at": "2026-03-01T09:30:00+00:00"},
        {"what": "resolved", "actor": "dana", "at": "2026-03-01T11:02:00+00:00"},
    ],
}

WITHDRAWN_EXAMPLE: dict[str, object] = CASE_EXAMPLE | {
    "state": "withdrawn",
    "revision": 2,
    "withdrawn_because": "Kestrel sent the order number.",
    "history": [
        {"what": "opened", "actor": "agent", "at": "2026-03-01T09:30:00+00:00"},
        {"what": "withdrawn", "actor": "agent", "at": "2026-03-01T10:15:00+00:00"},
    ],
}
