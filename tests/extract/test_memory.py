"""Records are the same whether they are assembled at once or as documents come and go, with all that is kept in between."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from domain.access import LOCAL
from domain.document import Document
from domain.record import Record
from domain.statement import Statement
from extract.assemble import assemble
from extract.memory import Memory
from tests.conftest import DemoCompany

Made = Callable[[set[str], Memory | None], list[Record]]


@pytest.fixture(scope="module")
def said(demo_company: DemoCompany) -> tuple[list[Document], list[Statement]]:
    return demo_company.app.holdings.said(LOCAL.workspace)


@pytest.fixture(scope="module")
def made(demo_company: DemoCompany, said: tuple[list[Document], list[Statement]]) -> Made:
    """The records of the documents at some paths, in whatever order; None: without anything kept."""
    documents, statements = said
    own = demo_company.app.settings.org_domains

    def of(paths: set[str], memory: Memory | None) -> list[Record]:
        shuffled = Random(len(paths))
        there, told = [d for d in documents if d.path in paths], [s for s in statements if s.citation.path in paths]
        shuffled.shuffle(there)
        shuffled.shuffle(told)
        return assemble(told, there, own_domains=own, memory=memory)

    return of


@pytest.mark.parametrize("seed", range(3))
def test_documents_that_come_and_go_leave_the_records_of_those_that_are_there(
    said: tuple[list[Document], object], made: Made, seed: int
) -> None:
    dice, memory = Random(seed), Memory()
    waiting, there = sorted({d.path for d in said[0]}), set[str]()
    dice.shuffle(waiting)
    while waiting:
        batch = [waiting.pop() for _ in range(min(len(waiting), dice.randrange(1, 16)))]
        there.update(batch)
        if dice.random() < 0.3:  # some go again and come back later
            going = dice.sample(sorted(there), min(2, len(there)))
            there.difference_update(going)
            waiting[:0] = going if waiting else []
        records = made(there, memory)
        if dice.random() < 0.4 or not waiting:
            assert records == made(there, None)


def test_what_does_not_change_is_the_very_same_object(said: tuple[list[Document], object], made: Made) -> None:
    paths, memory = {d.path for d in said[0]}, Memory()
    first = made(paths, memory)
    assert all(one is other for one, other in zip(first, made(paths, memory), strict=True))
    mails = sorted(d.path for d in said[0] if d.message is not None)
    less = {record.id: record for record in made(paths - {mails[-1]}, memory)}
    kept = [record for record in first if record.id in less]
    assert sum(less[record.id] is record for record in kept) > 0.8 * len(kept)
