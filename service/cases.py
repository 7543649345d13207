"""Steps that cannot proceed: opened as cases, routed by what the records say, and resolved by people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from domain.access import Caller, Scope
from domain.case import CASE_ID, CASE_PIPELINE, Case, CaseFilter, CaseState, Event, Fact, Outcome, Resolution, Stop
from domain.case_port import Closing
from domain.errors import BadInput, Forbidden, InvalidQuestion, NotFound, Stale
from domain.question import FactValue, Question
from domain.record import SERVED, Record, RecordKind, Recurrence, StoredRecord
from domain.statement import Modality
from service.ask import context
from service.case_source import Written, plain, written
from service.derivation import derived
from service.records import check_limit
from service.wiring import App, now

STATES = frozenset({"open", "overdue", "waiting", "resolved", "withdrawn"})
#: What a person may set on the record that comes of a resolution, beside its recurrence.
SETTABLE = frozenset(
    {
        "modality", "subject", "action", "scope", "conditions", "values", "overrides", "effect", "handler", "re_entry", "valid_from",
        "valid_to",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """``as_of``: the day on which the step stopped; None for today. ``facts`` by name."""

    task: str
    facts: tuple[tuple[str, FactValue], ...]
    stop: Stop
    step: str = ""
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided. ``statement``: the norm in the person's words, or None for a decision that makes no rule.

    ``fields``: as in a record's JSON, set on the record for good. ``decided_by``: whose decision it is; "" for the caller.
    """

    outcome: Outcome
    statement: str | None = None
    note: str = ""
    decided_by: str = ""
    kind: RecordKind = RecordKind.EXCEPTION
    recurrence: Recurrence = Recurrence.STANDING
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CasePage:
    items: tuple[Case, ...]
    next_cursor: str | None
    now: str


def open_case(app: App, caller: Caller, wanted: Opening) -> tuple[Case, bool]:
    """The case as opened and True; or the one that this caller has open with the same content, and False.

    Raises InvalidQuestion for an empty task, for a stop without a reason, and for a handoff that is not in force.
    """
    from answer.case_routing import routing_of

    caller.need(Scope.READ)
    caller.need(Scope.CASE)
    if not wanted.stop.reason.strip() and wanted.stop.handoff is None:
        raise InvalidQuestion("stopped: say why the step cannot proceed, as a reason or as the handoff that refused the payload")
    moment = now()
    day = wanted.as_of or moment[:10]
    answer = context(app, caller, Question(wanted.task, wanted.facts, day, wanted.step or None))
    routing = routing_of(answer, _handoff(app, caller, wanted.stop.handoff, day), at=moment)
    case = Case(
        caller.name,
        _fingerprint(wanted),
        moment,
        day,
        wanted.task,
        routing,
        tuple(Fact(name, value) for name, value in wanted.facts),
        wanted.stop,
        wanted.step,
        events=(Event("opened", caller.name, moment),),
    )
    return app.ledger.open_case(caller.workspace, case, actor=caller.name, at=moment)


def _handoff(app: App, caller: Caller, record_id: str | None, day: str) -> StoredRecord | None:
    if record_id is None:
        return None
    stored = app.snapshot(caller).records.get(record_id)
    if stored is None or stored.record.kind is not RecordKind.HANDOFF or stored.record.status not in SERVED:
        raise InvalidQuestion(f"stopped.handoff: there is no proposed or approved handoff {record_id}; GET /v1/handoffs lists them")
    if not stored.record.governs(day):
        raise InvalidQuestion(f"stopped.handoff: {record_id} does not hold on {day}")
    return stored


def _fingerprint(wanted: Opening) -> str:
    """Of all that was sent; a day that was left out stays out, so that the same request a day later is the same case."""
    sent = json.dumps([wanted.task, wanted.facts, wanted.step, wanted.as_of, asdict(wanted.stop)], sort_keys=True)
    return hashlib.sha256(sent.encode()).hexdigest()


def get_case(app: App, caller: Caller, case_id: str) -> Case:
    """Raises NotFound."""
    caller.need(Scope.READ)
    if not CASE_ID.fullmatch(case_id):
        raise NotFound("there is no case with that id; GET /v1/cases lists them")
    return app.ledger.case(caller.workspace, case_id)


def list_cases(app: App, caller: Caller, wanted: CaseFilter) -> CasePage:
    """One page, newest first; ``before`` of the filter is the cursor. Raises InvalidQuestion for an unknown state."""
    caller.need(Scope.READ)
    check_limit(wanted.limit)
    if wanted.state is not None and wanted.state not in STATES:
        raise InvalidQuestion(f"state is one of {', '.join(sorted(STATES))}, not {wanted.state!r}")
    found = app.ledger.cases(caller.workspace, replace(wanted, limit=wanted.limit + 1))
    page = found[: wanted.limit]
    return CasePage(tuple(page), str(page[-1].number) if len(found) > len(page) else None, wanted.now)


def withdraw(app: App, caller: Caller, case_id: str, reason: str, *, seen: int) -> Case:
    """By whoever opened it, or by a reviewer. Raises NotFound, Stale, Forbidden, and InvalidQuestion where it is not open."""
    caller.need(Scope.READ)
    case = get_case(app, caller, case_id)
    if not _may_review(caller):
        caller.need(Scope.CASE)
        if case.opener != caller.name:
            raise Forbidden(f"{case_id} was opened by somebody else; its opener or a key with the scope 'review' may withdraw it")
    if not reason.strip():
        raise InvalidQuestion("reason: say in a sentence why the case is withdrawn")
    moment = now()
    ended = replace(case.ended(CaseState.WITHDRAWN, caller.name, moment), withdrawn_because=reason)
    return app.ledger.withdraw_case(caller.workspace, ended, seen=seen, actor=caller.name, at=moment)


def _may_review(caller: Caller) -> bool:
    try:
        caller.need(Scope.REVIEW)
    except Forbidden:
        return False
    return True


def resolve(app: App, caller: Caller, case_id: str, decided: Decided, *, seen: int) -> Case:
    """The case as resolved; where there is a statement a proposed record comes of it, in the same transaction.

    ``seen``: the revision that was looked at. Raises NotFound, Stale where the case is at another one, InvalidQuestion where the decision
    makes no sense or the case is not open.
    """
    caller.need(Scope.READ)
    caller.need(Scope.REVIEW)
    case = get_case(app, caller, case_id)
    if case.revision != seen:
        raise Stale(case_id, case.revision)
    if case.state is not CaseState.OPEN:
        raise InvalidQuestion(f"{case_id} is {case.state.value}; only an open case can be resolved")
    _check(app, caller, decided)
    moment = now()
    resolution = _resolution(case, caller, decided)
    made = written(app, case, resolution, by=caller.name, at=moment)
    after = replace(case.ended(CaseState.RESOLVED, caller.name, moment), resolution=replace(resolution, record=made.record))
    return _committed(app, caller, after, made, decided, seen=seen, at=moment)


def _committed(app: App, caller: Caller, case: Case, made: Written, decided: Decided, *, seen: int, at: str) -> Case:
    pins = {**decided.fields, "recurrence": decided.recurrence.value} if made.record else {}

    def commit(records: list[Record], entry: int) -> Case:
        closing = Closing(
            case, seen, made.source, made.data, made.document, made.passages, made.vectors, made.statements, CASE_PIPELINE, entry,
            made.record, pins,
        )  # fmt: skip
        return app.ledger.resolve_case(caller.workspace, closing, records, actor=caller.name, at=at)

    try:
        return derived(app, caller, commit, beside=(made.document, made.statements))
    except BadInput as error:
        if isinstance(error, NotFound | Stale | InvalidQuestion):
            raise
        raise InvalidQuestion(f"fields: {error}") from error


def _resolution(case: Case, caller: Caller, decided: Decided) -> Resolution:
    said = plain(decided.statement) if decided.statement is not None else None
    modality = decided.fields.get("modality")
    return Resolution(
        decided.outcome,
        decided.decided_by.strip() or caller.name,
        case.path,
        said,
        decided.note.strip(),
        decided.kind if said else None,
        decided.recurrence if said else None,
        Modality(modality) if said and isinstance(modality, str) else None,
    )


def _check(app: App, caller: Caller, decided: Decided) -> None:
    fields = decided.fields
    if decided.kind is RecordKind.HANDOFF:
        raise InvalidQuestion("kind: what comes of a case is a rule or an exception")
    if decided.statement is None:
        if fields:
            raise InvalidQuestion("fields: go with a statement; without one no record is made")
        return
    if not plain(decided.statement):
        raise InvalidQuestion("statement: word the norm in one sentence, or leave it out where this was decided once and makes no rule")
    unknown = sorted(set(fields) - SETTABLE)
    if unknown:
        raise InvalidQuestion(f"fields: {unknown[0]!r} cannot be set; these can: {', '.join(sorted(SETTABLE))}")
    bent = fields.get("overrides")
    if bent is not None and bent not in app.snapshot(caller).records:
        raise InvalidQuestion("fields.overrides: there is no such record")
    if bent is not None and fields.get("effect") is None:
        raise InvalidQuestion("fields.effect: say what this does to the rule: lifts, relaxes, tightens or replaces")
