"""What a message tells over several sentences that stand together is one exception."""

from __future__ import annotations

from dataclasses import replace

from domain.record import EvidenceRole, RecordKind
from domain.span import Span
from domain.statement import ScopeItem
from extract.admit import worded_as_norm
from extract.authority import Channels
from extract.draft import Draft, Papers
from extract.runs import told_together
from tests.contract.builders import full_statement


def draft(start: int, name: str = "", *, confidence: float = 0.9, vector: tuple[float, ...] = (1.0, 0.0)) -> Draft:
    made = full_statement()
    citation = replace(made.citation, document_id="doc_mail", span=Span(start, start + 40))
    scope = (ScopeItem("other", name),) if name else ()
    statement = replace(made, id=f"stm_{start}", citation=citation, scope=scope, vector=vector)
    return Draft(RecordKind.EXCEPTION, statement, ((statement, EvidenceRole.STATES),), statement, confidence)


class Informal(Papers):
    def formal(self, statement: object) -> bool:
        return False


PAPERS = Informal({}, Channels(frozenset(), frozenset(), frozenset(), {}))


def starts(drafts: list[Draft]) -> list[list[int]]:
    return sorted(sorted(s.citation.span.start for s, _ in d.carriers) for d in drafts)


def test_neighbours_become_one_led_by_the_most_believed() -> None:
    found = told_together([draft(0, confidence=0.8), draft(60, confidence=0.95), draft(120, confidence=0.9)], PAPERS)
    assert starts(found) == [[0, 60, 120]]
    assert found[0].lead.citation.span.start == 60


def test_what_stands_apart_names_another_or_speaks_of_something_else_stays_apart() -> None:
    assert starts(told_together([draft(0), draft(400)], PAPERS)) == [[0], [400]]
    assert starts(told_together([draft(0, "Kestrel"), draft(60, "Oslo Freight")], PAPERS)) == [[0], [60]]
    assert starts(told_together([draft(0), draft(60, vector=(0.0, 1.0))], PAPERS)) == [[0], [60]]


def test_order_does_not_show() -> None:
    drafts = [draft(0), draft(60), draft(500)]
    assert starts(told_together(drafts, PAPERS)) == starts(told_together(drafts[::-1], PAPERS))


def test_a_contracts_set_words_bind_and_its_telling_does_not() -> None:
    assert worded_as_norm("The Distributor shall keep records for three years after expiry.", "contract")
    assert worded_as_norm("Licensor hereby grants to Licensee a right to use the Marks.", "amendment")
    assert not worded_as_norm("WHEREAS, Supplier desires to sell and Buyer may purchase the goods;", "contract")
    assert not worded_as_norm("\u201cTerritory\u201d shall mean the countries listed in Annex 1 to this deed.", "contract")
    assert not worded_as_norm("The company moved its plant in May and has done well since then.", "contract")
    assert not worded_as_norm("The Distributor shall keep records for three years after expiry.", "email")
