"""The page that shows one undocumented exception in full shows what is really made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.access import LOCAL
from domain.record import Record
from tests.conftest import DemoCompany

PAGE = Path(__file__).parents[2] / "docs" / "one-exception.md"


@pytest.fixture(scope="module")
def made(demo_company: DemoCompany) -> dict[str, Record]:
    return {key: stored.record for key, stored in demo_company.app.snapshot(LOCAL).records.items()}


def shown(text: str) -> str:
    """As one line, as a page breaks lines where it likes."""
    return " ".join(text.split())


def test_the_page_shows_the_record_as_it_is(made: dict[str, Record]) -> None:
    page = shown(PAGE.read_text(encoding="utf-8"))
    [record] = [r for r in made.values() if r.statement in page and r.kind.value == "exception"]
    evidence = record.evidence[0].citation
    rule = made[record.overrides or ""]
    said = [
        record.authority_reason, record.handler, evidence.path, evidence.place.shown().split(",", maxsplit=1)[0],
        f"characters {evidence.span.start} to {evidence.span.end}", f"{record.effect} a rule".replace("lifts", "**lifts**"),
        rule.statement, rule.evidence[0].citation.path, rule.evidence[0].citation.place.shown(), f"Authority **{record.authority} of 4**",
    ]  # fmt: skip
    for near in record.nearest:
        said += [shown(near.quote), near.why_not, f"{near.score:.2f}".lstrip("0")]
    assert [text for text in said if text and text not in page] == []
