"""From all statements to the records: a pure function, so that any order of arrival and any number of workers give the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.document import Document
from domain.ids import content_id
from domain.record import Documentation, Effect, Evidence, Record, RecordKind, Recurrence, Status
from domain.statement import ScopeItem, Statement
from extract.admit import drafts_of
from extract.authority import EMPLOYEE, FORMAL, Channels, known_domains
from extract.documentedness import checked
from extract.draft import Draft, Papers
from extract.exchange import Conversations, paired
from extract.link import overridden
from extract.merge import merged
from extract.succession import succeeded
from extract.threads import threads_of

ONE_OFF = 0.5
#: A favour granted once, without an end of its own, is taken to have been used after this many days.
USED_AFTER = 60


def assemble(
    statements: Sequence[Statement], documents: Sequence[Document], *, own_domains: frozenset[str], approvers: frozenset[str] = frozenset()
) -> list[Record]:
    """Every record that these statements hold, by id."""
    ordered = sorted(statements, key=lambda s: (s.citation.path, s.citation.document_id, s.citation.span.start, s.citation.span.end))
    papers = Papers({document.id: document for document in documents})
    channels = Channels(own_domains, approvers, known_domains(list(documents), own_domains))
    drafts = drafts_of(ordered, papers)
    drafts = merged(paired(drafts, ordered, Conversations(threads_of(documents)), papers), papers)
    records = [_record(draft, papers, channels) for draft in sorted(drafts, key=lambda d: d.key)]
    unique = {record.id: record for record in records}
    linked = overridden(list(unique.values()))
    records = [_linked(record, linked.get(record.id)) for record in unique.values()]
    return sorted(checked(succeeded(records, papers.by_id)), key=lambda r: r.id)


def _linked(record: Record, link: tuple[str, Effect] | None) -> Record:
    return record if link is None else replace(record, overrides=link[0], effect=link[1])


def _record(draft: Draft, papers: Papers, channels: Channels) -> Record:
    lead, document = draft.lead, papers.of(draft.lead)
    authority, reason = channels.authority(papers.of(draft.speaker))
    formal = any(papers.formal(statement) for statement, _ in draft.carriers)
    if formal:
        authority, reason = FORMAL, next(channels.authority(papers.of(s))[1] for s, _ in draft.carriers if papers.formal(s))
    one_off = draft.kind is RecordKind.EXCEPTION and not formal and max(s.one_off for s, _ in draft.carriers) >= ONE_OFF
    start, end = _period(draft, papers, one_off=one_off)
    handoff = lead.handoff if draft.kind is RecordKind.HANDOFF else None
    return Record(
        id=content_id("rec", draft.kind, lead.id),
        kind=draft.kind,
        statement=lead.text,
        modality=None if handoff else lead.modality,
        subject=None if handoff else (lead.subject or _default_subject(draft, document)),
        action=None if handoff else lead.action,
        evidence=tuple(Evidence(s.citation, role) for s, role in draft.carriers),
        documentation=Documentation.DOCUMENTED if formal else Documentation.UNDOCUMENTED,
        recurrence=Recurrence.ONE_OFF if one_off else Recurrence.STANDING,
        authority=authority,
        authority_reason=reason,
        status=Status.PROPOSED if authority >= EMPLOYEE else Status.CLAIMED,
        confidence=round(draft.confidence, 3),
        scope=_scope(draft, document),
        conditions=lead.conditions,
        values=lead.values or next((s.values for s, _ in draft.carriers if s.values), ()),
        handler=_handler(draft, papers),
        sender=handoff.sender if handoff else None,
        receiver=handoff.receiver if handoff else None,
        artifact=handoff.artifact if handoff else None,
        channel=handoff.channel if handoff else None,
        fields=handoff.fields if handoff else (),
        occasions=len({s.citation.document_id for s, _ in draft.carriers}),
        last_seen=max((day for s, _ in draft.carriers if (day := papers.day(s))), default=None),
        valid_from=start,
        valid_to=end,
        vector=lead.vector,
    )


def _period(draft: Draft, papers: Papers, *, one_off: bool) -> tuple[str | None, str | None]:
    start = next((s.valid_from for s, _ in draft.carriers if s.valid_from), None)
    end = next((s.valid_to for s, _ in draft.carriers if s.valid_to), None)
    document = papers.of(draft.lead)
    if start is None and document.kind.formal:
        start = document.effective
    said = papers.day(draft.speaker)
    if end is None and one_off and said:
        end = (date.fromisoformat(said) + timedelta(days=USED_AFTER)).isoformat()
    if start is not None and end is not None and end < start:
        start = None
    return start, end


def _default_subject(draft: Draft, document: Document) -> str | None:
    if document.message is None:
        return None
    speaker = draft.carriers[0][0]
    return document.message.sender_name or speaker.author


def _scope(draft: Draft, document: Document) -> tuple[ScopeItem, ...]:
    """Names in the sentences that carry the norm; a contract's norms are limited to its counterparty."""
    found: dict[str, ScopeItem] = {}
    for statement, _ in draft.carriers[:2]:
        for item in statement.scope:
            found.setdefault(item.value.lower(), item)
    if document.kind.formal and document.parties:
        return tuple(ScopeItem("party", party) for party in document.parties[-1:])
    return tuple(found.values())


def _handler(draft: Draft, papers: Papers) -> str | None:
    named = next((s.handler for s, _ in draft.carriers if s.handler), None)
    if named is not None or draft.kind is not RecordKind.EXCEPTION:
        return named
    message = papers.of(draft.speaker).message
    return message.sender_name or message.sender if message is not None and draft.speaker.insider else None
