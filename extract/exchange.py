"""Reads conversations: a request and the answer that grants it are one norm, a refusal ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.record import EvidenceRole, RecordKind
from domain.statement import SpeechAct, Statement
from domain.words import content_words, shared_words
from extract.draft import Draft, Papers

#: A question counts as a request for a departure from this likelihood on.
REQUEST = 0.3
#: The answer may stand this many messages after the request.
REACH = 4


@dataclass(frozen=True, slots=True)
class Conversations:
    """``place``: (thread, position) of each mail document."""

    place: dict[str, tuple[str, int]]

    def turn(self, statement: Statement) -> tuple[str, int] | None:
        return self.place.get(statement.citation.document_id)


def paired(drafts: Sequence[Draft], statements: Sequence[Statement], talks: Conversations, papers: Papers) -> list[Draft]:
    """The drafts, with each granted request joined to its grant, and grants that a request explains no longer alone."""
    by_thread: dict[str, list[Statement]] = {}
    for statement in statements:
        turn = talks.turn(statement)
        if turn is not None:
            by_thread.setdefault(turn[0], []).append(statement)
    alone = {draft.lead.id: draft for draft in drafts if draft.kind is not RecordKind.HANDOFF}
    joined: list[Draft] = []
    used: set[str] = set()
    for thread in sorted(by_thread):
        for request in by_thread[thread]:
            if request.speech_act is SpeechAct.ASKS and request.likelihood.exception >= REQUEST:
                grant = _answer(request, by_thread[thread], talks, papers)
                if grant is not None and grant.id not in used:
                    used.add(grant.id)
                    joined.append(_granted(request, grant, alone.get(grant.id)))
    return [d for d in drafts if d.kind is RecordKind.HANDOFF or d.lead.id not in used] + joined


def _answer(request: Statement, thread: list[Statement], talks: Conversations, papers: Papers) -> Statement | None:
    """The first later statement by somebody else that settles the request, if it grants it."""
    turn = talks.turn(request)
    if turn is None:
        return None
    asker = papers.of(request).message
    later = []
    for statement in thread:
        place = talks.turn(statement)
        author = papers.of(statement).message
        if place and turn[1] < place[1] <= turn[1] + REACH and author and asker and author.sender != asker.sender and statement.insider:
            later.append((place[1], statement.citation.span.start, statement))
    settled = [
        s
        for _, _, s in sorted(later, key=lambda t: t[:2])
        if s.speech_act in (SpeechAct.GRANTS, SpeechAct.REFUSES) or s.likelihood.exception >= 0.5
    ]
    if not settled:
        return None
    topic = content_words(request.text)
    best = max(
        settled, key=lambda s: (round(s.likelihood.exception + 0.5 * shared_words(topic, content_words(s.text)), 4), -settled.index(s))
    )
    if settled[0].speech_act is SpeechAct.REFUSES and best.likelihood.exception < 0.5:
        return None
    return None if best.speech_act is SpeechAct.REFUSES else best


def _granted(request: Statement, grant: Statement, draft: Draft | None) -> Draft:
    says_more = grant.likelihood.exception >= 0.5 or len(content_words(grant.text)) >= 6
    confidence = max(request.likelihood.exception, grant.likelihood.exception if draft is None else draft.confidence)
    carriers = ((request, EvidenceRole.REQUESTS), (grant, EvidenceRole.GRANTS))
    return Draft(RecordKind.EXCEPTION, grant if says_more else request, carriers, grant, confidence)
