"""The inbox of cases and what a person decides on one."""

from __future__ import annotations

from collections.abc import Callable

from domain.access import LOCAL
from domain.case import Stop
from domain.record import Status
from service.cases import Opening, open_case
from service.wiring import App
from tests.api.papers import PO_RULE
from tests.api.test_cases import NORM
from tests.pages.conftest import Site, Visit, faults

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def opened(app: App, task: str = "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.") -> str:
    facts = (("vendor", "Kestrel Metals"), ("po_number", None))
    case, _ = open_case(app, LOCAL, Opening(task, facts, Stop("No order number at Zanzibar."), "pay invoice", "2026-03-01"))
    return case.id


def test_a_case_is_decided_by_keyboard_and_its_sentence_becomes_a_record(
    own: App, served: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    case_id = opened(own)
    seen = visit(served(own), "/cases")
    seen.page.wait_for_function("document.activeElement.matches('[data-row]')")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#statement")
    assert "No order number at Zanzibar." in seen.page.inner_text("main")
    assert faults(seen.page) == []
    seen.page.keyboard.press("p")
    seen.page.keyboard.press("e")
    seen.page.keyboard.type(NORM)
    seen.page.fill("#scope", "Kestrel Metals")
    seen.page.fill("#overrides", PO_RULE.id)
    seen.page.keyboard.press("Control+Enter")
    seen.page.wait_for_selector("text=The record that came of it")
    made = own.ledger.case("default", case_id).resolution
    assert made is not None
    record = own.ledger.record("default", str(made.record)).record
    assert (record.statement, record.status, record.overrides) == (NORM, Status.PROPOSED, PO_RULE.id)
    assert [item.value for item in record.scope] == ["Kestrel Metals"]
    assert seen.trouble == []


def test_what_makes_no_sense_is_said_and_what_was_typed_stays(own: App, served: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    case_id = opened(own)
    seen = visit(served(own), f"/cases/{case_id}")
    seen.page.keyboard.press("p")
    seen.page.fill("#statement", NORM)
    seen.page.fill("#overrides", "rec_nothing")
    seen.page.keyboard.press("Control+Enter")
    seen.page.wait_for_selector("[role=alert]")
    assert "there is no such record" in seen.page.inner_text("[role=alert]")
    assert seen.page.input_value("#statement") == NORM
    seen.page.keyboard.press("Escape")  # out of the field that was left last
    seen.page.keyboard.press("w")
    seen.page.keyboard.type("Kestrel sent the number.")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("h2:has-text('Withdrawn')")
    assert own.ledger.case("default", case_id).withdrawn_because == "Kestrel sent the number."


def test_nothing_that_a_case_says_is_run(own: App, served: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    case_id = opened(own, HOSTILE)
    seen = visit(served(own), f"/cases/{case_id}")
    seen.page.goto(seen.page.url.replace(f"/{case_id}", ""))
    seen.page.wait_for_load_state("networkidle")
    assert HOSTILE in seen.page.inner_text("main")
    assert seen.trouble == []
