"""Where a case goes: what the deciding record, or the handoff that refused, says of who catches it, until when, and how it goes on."""

from __future__ import annotations

from collections.abc import Iterable

from answer.answer import NOTHING_GOVERNS
from domain.case import CASE_PATH, Routing, Told
from domain.deadline import deadline_in
from domain.question import Applies, ContextAnswer
from domain.record import Record, StoredRecord


def routing_of(answer: ContextAnswer, handoff: StoredRecord | None, *, at: str) -> Routing:
    """A handoff that refused goes first, then the record that decides; what follows from a handoff without being said comes last.

    ``at``: the moment at which the case is opened.
    """
    deciding = _deciding(answer)
    refused = handoff.record if handoff else None
    told = [record for record in (refused, deciding) if record is not None]
    source = _case_of(deciding)
    return Routing(
        revision=answer.revision,
        verdict=answer.verdict.value,
        catcher=_catcher(answer, refused, deciding),
        deadline=_deadline(told, answer.as_of, at),
        re_entry=_re_entry(told, refused),
        decides=deciding.id if deciding else None,
        answered_by=deciding.id if deciding and source else None,
        answered_in=source,
    )


def sent_again(handoff: Record) -> str:
    """How work goes on after a refused handoff that does not say it."""
    through = f" through {handoff.channel}" if handoff.channel else ""
    return f"{handoff.sender} sends {handoff.artifact or 'it'} to {handoff.receiver}{through} again, mended"


def _deciding(answer: ContextAnswer) -> Record | None:
    if not answer.governing or answer.why == NOTHING_GOVERNS or answer.governing[0].applies is Applies.NO:
        return None
    return answer.governing[0].stored.record


def _catcher(answer: ContextAnswer, refused: Record | None, deciding: Record | None) -> Told:
    if refused is not None and refused.handler:
        return Told(refused.handler, refused.id)
    for ask in answer.ask:
        named = (it.stored.record for it in answer.governing if it.stored.record.handler == ask.who)
        if deciding is not None and (record := next(named, None)) is not None:
            return Told(ask.who, record.id)
    if deciding is not None and deciding.handler:
        return Told(deciding.handler, deciding.id)
    if refused is not None and refused.sender:
        return Told(refused.sender, refused.id, inferred=True)
    return Told()


def _deadline(told: Iterable[Record], as_of: str, at: str) -> Told:
    for record in told:
        found = deadline_in(record, as_of=as_of, at=at)
        if found is not None:
            return Told(found[0], record.id, found[1])
    return Told()


def _re_entry(told: Iterable[Record], refused: Record | None) -> Told:
    for record in told:
        if record.re_entry:
            return Told(record.re_entry, record.id)
    return Told(sent_again(refused), refused.id, inferred=True) if refused is not None else Told()


def _case_of(record: Record | None) -> str | None:
    """The case that a record was made from."""
    paths = (CASE_PATH.fullmatch(item.citation.path) for item in record.evidence) if record else ()
    return next((match["id"] for match in paths if match), None)
