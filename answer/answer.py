"""Puts an answer together: a pure function of the question, the candidates and the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from math import log, sqrt
from operator import mul
from typing import TYPE_CHECKING

from answer.applicability import judge
from answer.facts import Case, case_of, unknown_facts
from answer.precedence import Weighed, rank
from answer.verdict import verdict_of
from domain.disagreement import disagreement
from domain.passage import Passage
from domain.question import Applies, Ask, ContextAnswer, Disagreement, Excerpt, Governing, Question, Verdict
from domain.record import Record, StoredRecord
from domain.statement import Citation
from domain.words import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: What is said where no record is near enough to decide.
NOTHING_GOVERNS = "No record governs this case: the documents do not decide it."
#: Below this cosine and with no rare word in common, the best candidate is about something else.
FAR = 0.25
EXCERPTS = 3
#: How much lower an exception may rank than the rule that it goes before.
ABOUT_AS_WELL = 0.5
#: Places in the ranking in which a record that is not shown makes an answer restricted.
FIRST = 3
#: So many records are looked at for their topic's sake, whatever search found.
NEAREST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the networks see it: its embedding, and its topic as a record keeps one; b"" where there is none."""

    vector: tuple[float, ...]
    topic: bytes = b""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that search found, with the fused score it had there."""

    record_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Library:
    """What the ledger holds at one revision. ``words``: stems of each record; ``rarity``: inverse document frequency of each stem.

    ``topics``: a row of unit length for each record, in the order of ``records``.
    """

    revision: int
    records: Mapping[str, StoredRecord] = field(repr=False)
    words: Mapping[str, frozenset[str]] = field(repr=False)
    rarity: Mapping[str, float] = field(repr=False)
    topics: Floats = field(repr=False)

    def bent_by(self, record_id: str) -> list[str]:
        """What an exception bends, and what that bends, as far as it goes."""
        found: list[str] = []
        at = record_id
        while at in self.records and (bent := self.records[at].record.overrides) in self.records and bent is not None and bent not in found:
            found.append(bent)
            at = bent
        return found

    def about(self, asked: Asked) -> dict[str, float]:
        """Of each record the cosine of its topic with the question's."""
        mine = topics([(asked.topic, asked.vector)])[0]
        if self.topics.shape[1] != len(mine):
            return dict.fromkeys(self.records, 0.0)
        found = self.topics @ mine
        return dict(zip(self.records, map(float, found), strict=True))


def library_of(revision: int, records: Mapping[str, StoredRecord], before: Library | None = None) -> Library:
    """Made once for a revision, used for every question. ``before``: that of another one, whose words of unchanged records are kept."""
    known = before.words if before else {}
    same = {record_id for record_id, stored in records.items() if before and before.records.get(record_id) is stored}
    words = {record_id: known[record_id] if record_id in same else record_words(stored.record) for record_id, stored in records.items()}
    if before is not None and _as_searched(records, words, before):
        return Library(revision, records, words, before.rarity, before.topics)
    counts: dict[str, int] = {}
    for stems in words.values():
        for stem in stems:
            counts[stem] = counts.get(stem, 0) + 1
    rarity = {stem: log((len(records) + 1) / count) for stem, count in counts.items()}
    return Library(revision, records, words, rarity, topics([(stored.record.topic, stored.record.vector) for stored in records.values()]))


def _as_searched(records: Mapping[str, StoredRecord], words: Mapping[str, frozenset[str]], before: Library) -> bool:
    """Whether what changed has neither words nor topics of its own: a decision, say, or a date."""
    if list(records) != list(before.records):
        return False
    changed = [(stored, before.records[key]) for key, stored in records.items() if before.records[key] is not stored]
    return all(
        words[new.record.id] == before.words[old.record.id]
        and new.record.topic == old.record.topic
        and new.record.vector == old.record.vector
        for new, old in changed
    )


def answer(
    question: Question,
    asked: Asked,
    candidates: Sequence[Candidate],
    library: Library,
    passages: Sequence[tuple[Passage, str]] = (),
) -> ContextAnswer:
    """Ranks the candidates and what they override, decides by the first, and says what is missing.

    ``passages``: what search found, best first, each with its path.
    """
    case = case_of(question)
    ordered = _ranked(question, case, asked, candidates, library)[: question.limit]
    verdict, why, missing = _decision(question, case, ordered)
    return ContextAnswer(
        as_of=question.as_of,
        revision=library.revision,
        complete=True,
        verdict=verdict,
        why=why,
        governing=tuple(_governing(w, ordered[:i], library) for i, w in enumerate(ordered)),
        missing_facts=missing,
        ask=_asks(ordered, verdict),
        conflicts=_conflicts(ordered),
        passages=tuple(Excerpt(path, passage.text, passage.place.shown()) for passage, path in passages[:EXCERPTS]),
    )


@dataclass(frozen=True, slots=True)
class Sighted:
    """What a caller may see who does not see all: ``records`` in part as they are shown, and the ids of those ``served``."""

    records: Mapping[str, StoredRecord] = field(repr=False)
    served: tuple[str, ...]


def withheld(question: Question, asked: Asked, candidates: Sequence[Candidate], library: Library, sighted: Sighted) -> bool:
    """Whether a record that is not to be seen bears on the case: one that ranks among the first and may apply, or one that may
    override or has superseded what is served. ``candidates`` and ``library`` are those of a caller who sees all.
    """
    case = case_of(question)
    ordered = _ranked(question, case, asked, candidates, library)
    if not ordered or _is_far(ordered[0]):
        return False
    seen = sighted.records
    if any(w.record.id not in seen and w.judgement.applies is not Applies.NO for w in ordered[:FIRST]):
        return True
    whole = [library.records[key].record for key in sighted.served if key in library.records]
    if any(record.superseded_by in library.records and record.superseded_by not in seen for record in whole):
        return True
    bending = (
        stored.record
        for key, stored in library.records.items()
        if key not in seen and stored.record.overrides in sighted.served and stored.record.status.value in question.statuses
    )
    return any(judge(record, case, question.as_of).applies is not Applies.NO for record in bending)


def _ranked(question: Question, case: Case, asked: Asked, candidates: Sequence[Candidate], library: Library) -> list[Weighed]:
    found = weigh(question, case, asked, candidates, library)
    return _with_overridden_after(sorted(found, key=lambda w: (-round(rank(w), 6), w.record.id)))


def _is_far(weighed: Weighed) -> bool:
    return weighed.closeness < FAR and weighed.overlap == 0.0


def weigh(question: Question, case: Case, asked: Asked, candidates: Sequence[Candidate], library: Library) -> list[Weighed]:
    """The candidates and the records nearest by topic, as far as they may be served, and the rules that they override, with all that their
    rank rests on.
    """
    about = library.about(asked)
    scores = {c.record_id: c.score for c in candidates}
    for record_id in nlargest(NEAREST, about, key=lambda key: (round(about[key], 6), key)):
        scores.setdefault(record_id, 0.0)
    for record_id in list(scores):
        for bent in library.bent_by(record_id):
            scores.setdefault(bent, 0.0)
    top = max(scores.values(), default=1.0) or 1.0
    weighed = []
    for record_id, score in scores.items():
        stored = library.records.get(record_id)
        if stored is None or stored.record.status.value not in question.statuses:
            continue
        record = stored.record
        judgement = judge(record, case, question.as_of)
        weighed.append(
            Weighed(
                record,
                judgement,
                _cosine(asked.vector, record.vector),
                about[record_id],
                _overlap(case, library.words[record_id], library.rarity),
                score / top,
            )
        )
    return weighed


def topics(pairs: Sequence[tuple[bytes, Sequence[float]]]) -> Floats:
    """Shape: pairs x 384, at unit length; where there is no topic the embedding stands for it, where neither is, zeros."""
    import numpy as np

    width = max((len(topic) or len(vector) for topic, vector in pairs), default=0)
    found = np.zeros((len(pairs), width), np.float32)
    for row, (topic, vector) in zip(found, pairs, strict=True):
        given = np.frombuffer(topic, np.int8) if topic else np.asarray(vector, np.float32)
        row[: len(given)] = given
    unit: Floats = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return unit


def record_words(record: Record) -> frozenset[str]:
    """Stems of everything that a record's reader sees: statement, quotes, names, headings above them."""
    places = [" ".join(e.citation.place.heading_path[-1:]) + " " + (e.citation.place.subject or "") for e in record.evidence]
    return content_words(" ".join([record.said, *(e.citation.quote for e in record.evidence), *(i.value for i in record.scope), *places]))


def _overlap(case: Case, mine: frozenset[str], rarity: Mapping[str, float]) -> float:
    """Shared rare words against the geometric mean of both sides' weight, 0..1."""
    shared = sum(rarity.get(w, 0.0) for w in mine & case.words)
    theirs = sum(rarity.get(w, 0.0) for w in case.words)
    own = sum(rarity.get(w, 0.0) for w in mine)
    return shared / sqrt(own * theirs) if own and theirs else 0.0


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(map(mul, a, b)) if len(a) == len(b) else 0.0


def _with_overridden_after(ordered: list[Weighed]) -> list[Weighed]:
    """An exception that applies goes before the rule it departs from, where it fits the case about as well."""
    result, ranks = list(ordered), {w.record.id: rank(w) for w in ordered}
    for weighed in ordered:
        record = weighed.record
        if weighed.judgement.applies is Applies.YES and record.scope and record.overrides is not None:
            at = next(i for i, w in enumerate(result) if w.record.id == record.id)
            rule = next((i for i, w in enumerate(result) if w.record.id == record.overrides), None)
            if rule is not None and rule < at <= rule + 3 and ranks[record.id] >= ranks[record.overrides] - ABOUT_AS_WELL:
                result.insert(rule, result.pop(at))
    return result


def _decision(question: Question, case: Case, ordered: Sequence[Weighed]) -> tuple[Verdict, str, tuple[str, ...]]:
    if not ordered or _is_far(ordered[0]):
        return Verdict.UNKNOWN, NOTHING_GOVERNS, ()
    first = ordered[0]
    missing = tuple(dict.fromkeys((*unknown_facts(question), *first.judgement.missing)))
    verdict = Verdict.UNKNOWN if missing else verdict_of(first.record, first.judgement, case, question.task)
    source = _spoken(first.record)
    why = f"{_sentence(first.record.statement)} ({source.path}, {source.place.shown()})"
    if missing:
        why = f"It turns on {', '.join(name.replace('_', ' ') for name in missing)}, which is not known: {why}"
    return verdict, why, missing


def _conflicts(ordered: Sequence[Weighed]) -> tuple[Disagreement, ...]:
    """Of what is served: which records cannot hold beside each other."""
    shown = {w.record.id: w.record for w in ordered}
    pairs = ((record, shown[rival]) for record in shown.values() for rival in record.rivals if rival in shown and record.id < rival)
    return tuple(found for one, other in pairs if (found := disagreement(one, other)) is not None)


def _spoken(record: Record) -> Citation:
    """The evidence whose words the statement has: of a granted request perhaps the grant."""
    cited = [evidence.citation for evidence in record.evidence]
    return next((one for one in cited if " ".join(one.quote.split()) in record.said), cited[0])


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text[-1:] in ".!?" else f"{text}."


def _governing(weighed: Weighed, before: Sequence[Weighed], library: Library) -> Governing:
    """``before``: what goes before it; it gives way to none that does not."""
    record = weighed.record
    by = next(
        (
            w.record.id
            for w in before
            if w.record.overrides == record.id and w.judgement.applies is Applies.YES and w.record.id != record.id
        ),
        None,
    )
    judgement = weighed.judgement if weighed.judgement.because else replace(weighed.judgement, because=_plain(record))
    return Governing(library.records[record.id], judgement.applies, judgement.because, round(rank(weighed), 4), by)


def _plain(record: Record) -> tuple[str, ...]:
    return ("it speaks of the same matter",) if not record.scope else (f"it is about {record.scope[0].value}",)


def _asks(ordered: Sequence[Weighed], verdict: Verdict) -> tuple[Ask, ...]:
    """Who decides, where somebody must be asked: the first applicable record that names a handler."""
    if verdict not in (Verdict.NEEDS_APPROVAL, Verdict.UNKNOWN):
        return ()
    for weighed in ordered[:3]:
        if weighed.record.handler and weighed.judgement.applies is not Applies.NO:
            return (Ask(weighed.record.handler, weighed.record.statement),)
    return ()
