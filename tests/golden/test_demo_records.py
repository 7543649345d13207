"""What is found in the demo company, against what its author marked: floors that a change must not fall through."""

from __future__ import annotations

import json
import re

import pytest

from domain.access import LOCAL
from domain.question import Question
from domain.record import Documentation, Record, RecordKind, Status
from service.ask import context
from tests.conftest import DemoCompany

WORD = re.compile(r"[^\W_]+")


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}


def records(company: DemoCompany) -> list[Record]:
    return [stored.record for stored in company.app.snapshot(LOCAL).records.values()]


def marked(company: DemoCompany, kind: str, documentation: str | None = None) -> dict[str, list[set[str]]]:
    """Words of the marked passages of each norm of a kind."""
    wanted = {str(r["id"]) for r in company.gold["records"] if r["kind"] == kind and documentation in (None, r["documentation"])}
    found: dict[str, list[set[str]]] = {}
    for span in company.gold["spans"]:
        for norm in span["ids"]:  # type: ignore[attr-defined]
            if norm in wanted:
                found.setdefault(norm, []).append(words(str(span["text"])))
    return found


def recall(company: DemoCompany, kind: RecordKind, documentation: Documentation | None = None) -> float:
    """The share of marked norms of which some record of that kind quotes most of a passage."""
    quotes = [words(e.citation.quote) for r in records(company) if r.kind is kind for e in r.evidence]
    norms = marked(company, kind.value, documentation.value if documentation else None)
    hit = sum(any(len(span & quote) >= 0.6 * len(span) for span in spans for quote in quotes) for spans in norms.values())
    return hit / len(norms)


def test_most_rules_are_found(demo_company: DemoCompany) -> None:
    assert recall(demo_company, RecordKind.RULE) >= 0.6


def test_undocumented_exceptions_are_found(demo_company: DemoCompany) -> None:
    assert recall(demo_company, RecordKind.EXCEPTION, Documentation.UNDOCUMENTED) >= 0.3


def test_few_decoys_are_taken_and_none_from_outside_is_served(demo_company: DemoCompany) -> None:
    decoys = {str(d["id"]): str(d["why"]) for d in demo_company.gold["decoys"]}
    served = [r for r in records(demo_company) if r.status is not Status.CLAIMED]
    quotes = [words(e.citation.quote) for r in served for e in r.evidence]
    taken = {
        norm
        for span in demo_company.gold["spans"]
        for norm in span["ids"]  # type: ignore[attr-defined]
        if norm in decoys and any(len(words(str(span["text"])) & quote) >= 0.6 * len(words(str(span["text"]))) for quote in quotes)
    }
    assert len(taken) <= 0.34 * len(decoys), taken
    assert not any(decoys[norm] in ("outsider claim", "planted instruction") for norm in taken)


def test_what_only_mail_shows_is_undocumented_and_says_what_came_nearest(demo_company: DemoCompany) -> None:
    for record in records(demo_company):
        formal = any(e.citation.path.startswith(("policies/", "contracts/")) for e in record.evidence)
        assert (record.documentation is Documentation.DOCUMENTED) == formal, record.statement
        if not formal:
            assert 1 <= len(record.nearest) <= 3
            assert all(near.why_not for near in record.nearest)


def test_an_override_points_at_a_rule_that_exists(demo_company: DemoCompany) -> None:
    by_id = {record.id: record for record in records(demo_company)}
    links = [record for record in by_id.values() if record.overrides is not None]
    assert links
    assert all(record.kind is RecordKind.EXCEPTION and by_id[str(record.overrides)].kind is RecordKind.RULE for record in links)


def test_the_first_case_of_the_readme_is_decided_by_the_undocumented_exception(demo_company: DemoCompany) -> None:
    task = demo_company.tasks["tasks"][0]  # type: ignore[index]
    answer = context(demo_company.app, LOCAL, Question(task["task"], tuple(task["facts"].items()), task["as_of"]))
    first = answer.governing[0].stored.record
    assert (first.kind, first.documentation) == (RecordKind.EXCEPTION, Documentation.UNDOCUMENTED)
    assert answer.verdict.value == task["verdict"]


@pytest.mark.parametrize("number", range(10))
def test_an_answer_names_its_reason_or_says_unknown(demo_company: DemoCompany, number: int) -> None:
    task = json.loads(json.dumps(demo_company.tasks["tasks"]))[number]
    answer = context(demo_company.app, LOCAL, Question(task["task"], tuple(task["facts"].items()), task["as_of"]))
    assert answer.why
    assert all(item.because for item in answer.governing)
