"""Fits the weights by which subject, scope and handler of a norm are chosen, on what the authors of the training companies wrote.

python -m training.fit_fields [--hold-out SLUG ...]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.document import Document
from domain.record import EvidenceRole, RecordKind
from domain.statement import Statement
from domain.words import content_words
from extract import ends, handlers, scopes, subjects
from extract.authority import Channels, known_domains
from extract.choose import WEIGHTS, Candidate, crossed
from extract.draft import Draft, Papers
from extract.minilm import own_file
from extract.roles import BELIEVED, Cast, cast_of
from extract.statements import Extractor
from extract.talks import talks_by_id
from extract.windows import ALONE
from ingest.passages import passages_of
from training.dataset import ROOT, Gold, documents_of, own_domains, rendered, words

#: Strength of the shrinking (as scikit-learn counts it, and of the ordering), and in how many companies a noun must be right to have a
#: weight of its own.
SHRINK, RIDGE, COMPANIES = 0.1, 1.0, 4
#: Steps of the ordering's descent, and its first rate.
STEPS, RATE = 600, 0.1
#: How often, in a hundred, the overridden rule's subject is taken from the author, or from some other rule: links can be wrong.
LINKED, MISLED = 55, 30

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One norm as its author describes it, and as a draft of its statements. ``ruled``: what is known of the overridden rule's subject."""

    company: str
    wanted: Record
    draft: Draft
    papers: Papers
    cast: Cast
    ruled: str


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate's crossed features, and whether the author means it."""

    features: dict[str, float]
    right: bool


def same_phrase(one: str, other: str) -> bool:
    """The same noun phrase, give or take articles and number: half of the shorter one's words are the other's."""
    first, second = (_bare(text) for text in (one, other))
    return bool(first & second) and len(first & second) >= 0.5 * min(len(first), len(second))


def _bare(text: str) -> set[str]:
    return {w.rstrip("s") for w in words(text)} - {"the", "a", "an", "all", "any", "each", "every", "our", "their"}


def same_name(one: str, other: str) -> bool:
    """One name holds the other whole."""
    first, second = set(words(one)), set(words(other))
    return bool(first and second) and (first <= second or second <= first)


def statements_of(folder: Path, documents: Sequence[Document], extractor: Extractor) -> list[Statement]:
    talks = talks_by_id(documents)
    return [s for d in documents for s in extractor.extract(d, passages_of(d), talks.get(d.id, ALONE)).statements]


def cases_of(
    company: str, gold: Gold, documents: Sequence[Document], statements: Sequence[Statement], own: frozenset[str]
) -> Iterator[Case]:
    """The author's norms whose sentences were read, each with its draft."""
    by_id = {document.id: document for document in documents}
    papers = Papers(by_id, Channels(own, frozenset(), known_domains(documents, own), by_id))
    carried: dict[str, list[Statement]] = defaultdict(list)
    kept = []
    for statement in sorted(statements, key=lambda s: (s.citation.path, s.citation.document_id, s.citation.span.start)):
        ids = gold.ids(by_id[statement.citation.document_id], statement.citation.quote)
        belief = statement.likelihood
        if ids or max(belief.rule, belief.exception, belief.handoff) >= BELIEVED:
            kept.append(statement)
        for gold_id in ids:
            carried[gold_id].append(statement)
    cast = cast_of(kept, documents, own)
    rules = [r for r in gold.records.values() if r["kind"] == "rule" and r.get("subject")]
    for gold_id, record in sorted(gold.records.items()):
        if carried[gold_id]:
            draft = _draft(record, carried[gold_id], papers)
            yield Case(company, record, draft, papers, cast, _ruled(company, record, gold, rules))


def _draft(record: Record, statements: Sequence[Statement], papers: Papers) -> Draft:
    meant = content_words(str(record["statement"]))
    lead = max(statements, key=lambda s: (papers.formal(s), len(content_words(s.text) & meant), s.id))
    carriers = [(lead, EvidenceRole.STATES), *((s, EvidenceRole.REPEATS) for s in statements if s.id != lead.id)]
    speaker = lead
    if lead.citation.quote.rstrip().endswith("?"):
        speaker = next((s for s in reversed(statements) if s.id != lead.id), lead)
    return Draft(RecordKind(record["kind"]), lead, tuple(carriers), speaker, 0.9)


def _ruled(company: str, record: Record, gold: Gold, rules: Sequence[Record]) -> str:
    """What linking will have found: mostly the right rule, at times another, at times none; the same draw every time."""
    if record["kind"] != "exception":
        return ""
    draw = zlib.crc32(f"{company}{record['id']}".encode()) % 100
    if draw < LINKED:
        return str(gold.records.get(record.get("overrides") or "", {}).get("subject") or "")
    return str(rules[draw * 7 % len(rules)]["subject"]) if draw < LINKED + MISLED and rules else ""


def subject_rows(case: Case) -> Iterator[tuple[Candidate, bool]]:
    wanted = case.wanted.get("subject")
    if case.draft.kind is not RecordKind.HANDOFF and wanted:
        for candidate in subjects.candidates(case.draft, case.papers, case.cast, case.ruled):
            yield candidate, same_phrase(candidate.text, wanted)


def scope_rows(case: Case) -> Iterator[tuple[Candidate, bool]]:
    if case.draft.kind is not RecordKind.HANDOFF:
        for candidate in scopes.candidates(case.draft, case.papers, case.cast):
            yield candidate, any(same_name(candidate.text, name) for name in case.wanted["scope"])


def handler_rows(case: Case) -> Iterator[tuple[Candidate, bool]]:
    wanted = case.wanted.get("handler")
    if case.draft.kind is not RecordKind.HANDOFF:
        for candidate in handlers.candidates(case.draft, case.papers, case.cast):
            yield candidate, bool(wanted) and same_phrase(candidate.text, str(wanted))


def end_rows(side: str) -> Callable[[Case], Iterator[tuple[Candidate, bool]]]:
    def rows(case: Case) -> Iterator[tuple[Candidate, bool]]:
        wanted = case.wanted.get(side)
        if case.draft.kind is RecordKind.HANDOFF and wanted:
            for candidate in ends.candidates(case.draft, case.papers, case.cast):
                yield candidate, same_phrase(candidate.text, str(wanted))

    return rows


FIELDS: Mapping[str, Callable[[Case], Iterator[tuple[Candidate, bool]]]] = {
    "subject": subject_rows, "scope": scope_rows, "handler": handler_rows, "from": end_rows("from"), "to": end_rows("to"),
}  # fmt: skip


#: Fields that always name the likeliest candidate.
CHOSEN = frozenset({"subject", "from", "to"})


def fitted(cases: Sequence[Case], rows: Callable[[Case], Iterator[tuple[Candidate, bool]]], *, one: bool) -> dict[str, float]:
    """One field's weights by name of feature, "" the constant; those that say next to nothing are left out.

    ``one``: exactly one candidate is chosen, so that only the order within a case counts.
    """
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    found = [(i, case, candidate, right) for i, case in enumerate(cases) for candidate, right in rows(case)]
    nouns: dict[str, set[str]] = defaultdict(set)
    for _, case, candidate, right in found:
        if right:
            nouns[candidate.key.split()[-1]].add(case.company)
    known = {f"noun.{noun}" for noun, companies in nouns.items() if len(companies) >= COMPANIES}
    table = []
    for _, case, candidate, _ in found:
        kept = {name: value for name, value in candidate.features.items() if value and (not name.startswith("noun.") or name in known)}
        table.append(crossed(kept, subjects.circumstances_of(case.draft, case.papers, case.cast)))
    vectorizer = DictVectorizer()
    features, meant = vectorizer.fit_transform(table), np.array([r for *_, r in found])
    if one:
        learned, constant = _ordering(features, meant, np.array([i for i, *_ in found])), 0.0
    else:
        model = LogisticRegression(C=SHRINK, max_iter=300).fit(features, meant)
        learned, constant = model.coef_[0], float(model.intercept_[0])
    weights = {str(name): round(float(w), 3) for name, w in zip(vectorizer.feature_names_, learned, strict=True) if abs(w) >= 0.01}
    weights[""] = round(weights.get("", 0.0) + constant, 3)
    return dict(sorted(weights.items()))


def _ordering(features: Any, right: Any, case: Any) -> Any:
    """Weights that put right candidates first: a softmax over each case's candidates, shrunk; cases without a right one teach nothing."""
    import numpy as np

    starts = np.flatnonzero(np.r_[True, case[1:] != case[:-1]])
    sizes = np.diff(np.r_[starts, len(case)])
    told = np.repeat(np.logical_or.reduceat(right, starts), sizes)
    weights, mean, spread = (np.zeros(features.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = features @ weights
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes)) * told
        whole = np.repeat(np.add.reduceat(scores, starts), sizes)
        good = np.repeat(np.add.reduceat(scores * right, starts), sizes)
        share = np.divide(scores, whole, out=np.zeros_like(scores), where=whole > 0)
        meant = np.divide(scores * right, good, out=np.zeros_like(scores), where=good > 0)
        slope = features.T @ (share - meant) + 2 * RIDGE * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return weights


def store(weights: Mapping[str, Mapping[str, float]]) -> None:
    own_file(WEIGHTS).write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SLUG", help="companies that are left out of the fit")
    options = parser.parse_args()
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as out:
        for company in sorted(p for p in (ROOT / "companies").iterdir() if p.is_dir() and p.name not in options.hold_out):
            folder = rendered(company, Path(out))
            documents, own = list(documents_of(folder)), own_domains(folder)
            extractor = Extractor(own_domains=own)
            cases += cases_of(company.name, Gold(folder), documents, statements_of(folder, documents, extractor), own)
    store({field: fitted(cases, rows, one=field in CHOSEN) for field, rows in FIELDS.items()})


if __name__ == "__main__":
    main()
