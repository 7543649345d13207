"""Reads conversations: a request and the answer that grants it are one norm, a refusal ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    turns: dict[tuple[str, int], list[Statement]] = {}
    requests: dict[str, list[Statement]] = {}
    for statement in statements:
        turn = talks.turn(statement)
        if turn is None or papers.copied(statement) is not None:
            continue  # what a copy says that somebody asked or granted was perhaps never said
        turns.setdefault(turn, []).append(statement)
        if statement.speech_act is SpeechAct.ASKS and statement.likelihood.exception >= REQUEST:
            requests.setdefault(turn[0], []).append(statement)
    alone = {draft.lead.id: draft for draft in drafts if draft.kind is not RecordKind.HANDOFF}
    joined: list[Draft] = []
    used: set[str] = set()
    for thread in sorted(requests):
        for request in requests[thread]:
            grant = _answer(request, turns, talks, papers)
            if grant is not None and grant.id not in used:
                used.add(grant.id)
                joined.append(_granted(request, grant, alone.get(grant.id)))
    return [d for d in drafts if d.kind is RecordKind.HANDOFF or d.lead.id not in used] + joined


def _answer(
    request: Statement, turns: Mapping[tuple[str, int], Sequence[Statement]], talks: Conversations, papers: Papers
) -> Statement | None:
    """The first later statement by somebody else that settles the request, if it grants it."""
    turn = talks.turn(request)
    if turn is None:
        return None
    asker = papers.of(request).message
    later = []
    for position in range(turn[1] + 1, turn[1] + REACH + 1):
        for statement in turns.get((turn[0], position), ()):
            author = papers.of(statement).message
            if author and asker and author.sender != asker.sender and papers.insider(statement):
                later.append((position, statement.citation.span.start, statement))
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
