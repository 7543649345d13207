"""From all statements to the records: a pure function, so that any order of arrival and any number of workers give the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.document import Document, MessageKind
from domain.ids import content_id
from domain.record import Documentation, Effect, Evidence, EvidenceRole, Record, RecordKind, Recurrence, Status
from domain.span import Span
from domain.statement import Statement
from extract.admit import drafts_of
from extract.alone import standing_alone
from extract.approvers import named_approvers
from extract.authority import EMPLOYEE, Channels, known_domains
from extract.bearings import Around, Told
from extract.calibration import calibrated
from extract.conflicts import contested
from extract.copies import distinct, stored_originals, unmarked_copies
from extract.documentedness import checked
from extract.draft import Draft, Papers
from extract.ends import ends_of_draft
from extract.exchange import Conversations, paired
from extract.handlers import handler_of_draft
from extract.memory import Memory
from extract.merge import merged
from extract.roles import BELIEVED, Cast, cast_of
from extract.runs import told_together
from extract.scopes import scope_of_draft
from extract.subjects import subject_of_draft
from extract.succession import succeeded
from extract.threads import Forest, forest
from extract.wording import Wording, stored, worded, wording

ONE_OFF = 0.5
#: A favour granted once, without an end of its own, is taken to have been used after this many days.
USED_AFTER = 60


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every record by id with its draft, before records are laid beside each other, and what they were made from."""

    told: Mapping[str, Told]
    around: Around
    papers: Papers
    cast: Cast


def assemble(
    statements: Sequence[Statement],
    documents: Sequence[Document],
    *,
    own_domains: frozenset[str],
    approvers: frozenset[str] = frozenset(),
    memory: Memory | None = None,
) -> list[Record]:
    """Every record that these statements hold, by id. ``memory``: of the last time; it saves work and changes nothing."""
    memory = memory or Memory()
    found = gathered(statements, documents, own_domains=own_domains, approvers=approvers, memory=memory)
    links = memory.links.overridden(list(found.told.values()), found.around)
    records = [_linked(told, *links[record_id], found, memory) if record_id in links else told[0] for record_id, told in found.told.items()]
    leads = {record_id: draft.lead for record_id, (_, draft) in found.told.items()}
    records = checked(succeeded(records, found.papers.by_id), leads, memory.checks)
    return memory.settled(sorted(contested(records, _near(leads, memory)), key=lambda r: r.id))


def gathered(
    statements: Sequence[Statement],
    documents: Sequence[Document],
    *,
    own_domains: frozenset[str],
    approvers: frozenset[str] = frozenset(),
    memory: Memory | None = None,
) -> Gathered:
    """One record for each norm, each by itself."""
    memory = memory or Memory()
    told = distinct(documents, own_domains, memory.seen)
    by_id = {document.id: document for document in told.kept}
    channels = Channels(own_domains, approvers, known_domains(told.kept, own_domains), by_id)
    channels = replace(channels, named=named_approvers(told.kept, statements, channels, memory.formal_capitals))
    papers = Papers(by_id, channels, told.original)
    words = wording(stored(told.kept), memory.vocabulary)
    woods = forest(told.kept, words)
    places = woods.places()
    spoken = _own_words(statements, papers, words, woods)
    ordered = sorted(spoken, key=lambda s: (s.citation.path, s.citation.document_id, s.citation.span.start, s.citation.span.end))
    drafts = drafts_of(ordered, papers)
    drafts = told_together(paired(drafts, ordered, Conversations(places), papers), papers)
    drafts = sorted(merged(drafts, papers, memory.likeness), key=lambda d: d.key)
    believed = [s for s in ordered if max(s.likelihood.rule, s.likelihood.exception, s.likelihood.handoff) >= BELIEVED]
    leads = list({id(draft.lead): draft.lead for draft in drafts}.values())
    cast = cast_of(believed, told.kept, own_domains, leads, memory.recalled)
    memory.begin(cast, cast.own_name, own_domains, approvers)
    made = [(memory.record(draft, papers, cast, _record), draft) for draft in drafts]
    found = {record.id: (record, draft) for record, draft in made}
    memory.end(found)
    return Gathered(found, Around.of(ordered, by_id, places), papers, cast)


def _own_words(statements: Sequence[Statement], papers: Papers, words: Wording, woods: Forest) -> list[Statement]:
    """Leaves out what another document of these says itself: copies of messages, quoted messages that are in store, pastes without marks.

    Nothing rests on a bounce either: what it says, a program says.
    """
    quoted = stored_originals((d for d in papers.by_id.values() if d.message and d.message.kind is MessageKind.QUOTED), words)
    pasted: dict[str, list[Span]] = {}
    for paste in unmarked_copies(words, woods.ancestors()):
        pasted.setdefault(paste.document_id, []).append(paste.span)
    kept = []
    for statement in statements:
        document = papers.by_id.get(statement.citation.document_id)
        if document is None or document.id in quoted or document.message and document.message.kind is MessageKind.BOUNCE:
            continue
        core = worded(document.text, statement.citation.span)
        if not any(span.contains(core) for span in pasted.get(document.id, ())):
            kept.append(statement)
    return kept


def _linked(told: Told, rule: Record, effect: Effect, found: Gathered, memory: Memory) -> Record:
    """An exception with the rule that it departs from, which also tells whom it binds where its own words do not."""
    record, draft = told

    def bent() -> Record:
        subject = subject_of_draft(draft, found.papers, found.cast, rule.subject or "")
        return replace(record, overrides=rule.id, effect=effect, subject=subject or record.subject)

    return memory.bent(told, rule, effect, found.cast, bent)


def _near(leads: Mapping[str, Statement], memory: Memory) -> dict[str, dict[str, float]]:
    """By record: the cosines of its topic with those of others that are near."""
    led: dict[int, list[str]] = {}
    for record_id, lead in leads.items():
        led.setdefault(id(lead), []).append(record_id)
    unique = list({id(lead): lead for lead in leads.values()}.values())
    near: dict[str, dict[str, float]] = {}
    for lead, others in zip(unique, memory.likeness.topics.within(unique), strict=True):
        found = {other: cosine for j, cosine in others.items() for other in led[id(unique[j])]}
        near.update((record_id, found) for record_id in led[id(lead)])
    return near


def _record(draft: Draft, papers: Papers, cast: Cast) -> Record:
    lead = draft.lead
    standing = next((papers.standing(s) for s, _ in draft.carriers if papers.formal(s)), papers.standing(draft.speaker))
    authority, formal = standing.tier, standing.formal
    once = draft.kind is RecordKind.EXCEPTION and not formal and max(lead.one_off, draft.speaker.one_off) >= ONE_OFF
    one_off = once and not _repeated(draft, papers)
    start, end = _period(draft, papers, one_off=one_off)
    handoff = lead.handoff if draft.kind is RecordKind.HANDOFF else None
    ends = ends_of_draft(draft, papers, cast) if handoff else None
    return Record(
        id=content_id("rec", draft.kind, lead.id),
        kind=draft.kind,
        statement=standing_alone(draft, papers),
        modality=None if handoff else lead.modality,
        subject=None if handoff else subject_of_draft(draft, papers, cast) or lead.subject or None,
        action=None if handoff else lead.action,
        evidence=tuple(Evidence(s.citation, role) for s, role in draft.carriers),
        documentation=Documentation.DOCUMENTED if formal else Documentation.UNDOCUMENTED,
        recurrence=Recurrence.ONE_OFF if one_off else Recurrence.STANDING,
        authority=authority,
        authority_reason=standing.reason,
        status=Status.PROPOSED if authority >= EMPLOYEE else Status.CLAIMED,
        confidence=calibrated(draft.confidence, draft.kind, formal=formal, repeated=len(draft.carriers) > 1),
        scope=scope_of_draft(draft, papers, cast),
        conditions=lead.conditions,
        values=lead.values or next((s.values for s, _ in draft.carriers if s.values), ()),
        handler=handler_of_draft(draft, papers, cast),
        sender=ends[0] if ends else handoff.sender if handoff else None,
        receiver=ends[1] if ends else handoff.receiver if handoff else None,
        artifact=handoff.artifact if handoff else None,
        channel=handoff.channel if handoff else None,
        fields=handoff.fields if handoff else (),
        occasions=max(len({occasion for s, _ in draft.carriers if (occasion := papers.occasion(s))}), 1),
        last_seen=max((day for s, _ in draft.carriers if (day := papers.day(s))), default=None),
        valid_from=start,
        valid_to=end,
        vector=lead.vector,
        topic=lead.topic,
    )


def _repeated(draft: Draft, papers: Papers) -> bool:
    """Whether different people have said it on different days: a favour that is done again and again is a practice."""
    told = [s for s, role in draft.carriers if role is not EvidenceRole.REQUESTS and papers.insider(s) and papers.occasion(s)]
    return len({papers.day(s) for s in told}) > 1 and len({s.author for s in told}) > 1


def _period(draft: Draft, papers: Papers, *, one_off: bool) -> tuple[str | None, str | None]:
    start = next((s.valid_from for s, _ in draft.carriers if s.valid_from), None)
    end = next((s.valid_to for s, _ in draft.carriers if s.valid_to), None)
    document = papers.of(draft.lead)
    if start is None and papers.formal(draft.lead):
        start = document.effective
    said = papers.day(draft.speaker)
    if end is None and one_off and said:
        end = (date.fromisoformat(said) + timedelta(days=USED_AFTER)).isoformat()
    if start is not None and end is not None and end < start:
        start = None
    return start, end
