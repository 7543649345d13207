"""The queue and the record page, as somebody with a keyboard uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from domain.record import Status
from service.wiring import App
from tests.api.papers import AT, CLAIMED, PO_EXCEPTION, PO_RULE, RECORDS
from tests.pages.conftest import Site, Visit, faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

Go = Callable[..., Visit]

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}'


def many(app: App, count: int) -> list[str]:
    """So many more proposed rules, each another one."""
    fresh = [
        replace(PO_RULE, id=f"rec_more{i:03d}", statement=f"Rule number {i} must be kept.", status=Status.PROPOSED, rivals=())
        for i in range(count)
    ]
    app.ledger.commit_records("default", [*RECORDS, *fresh], actor="test", at=AT)
    return [record.id for record in fresh]


def status(app: App, record_id: str) -> str:
    return app.ledger.record("default", record_id).record.status.value


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def test_the_first_page_leads_to_the_queue(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/review"
    shown = client.get("/review").text
    assert PO_EXCEPTION.statement in shown
    assert CLAIMED.statement not in shown


def test_filters_stand_in_the_address(client: TestClient) -> None:
    assert PO_EXCEPTION.statement in client.get("/review?kind=exception").text
    assert PO_EXCEPTION.statement not in client.get("/review?kind=handoff").text
    assert client.get("/review?kind=poem&reason=none").status_code == 200


def test_a_record_shows_its_quote_marked_in_its_conversation_and_why_it_is_not_in_writing(client: TestClient) -> None:
    shown = client.get(f"/records/{PO_EXCEPTION.id}").text
    assert f"<mark>{PO_EXCEPTION.evidence[0].citation.quote}</mark>" in shown
    assert "Re: Kestrel" in shown
    assert PO_EXCEPTION.nearest[0].why_not in shown
    assert PO_RULE.statement in shown


def test_a_record_that_is_not_there_is_a_page_that_says_so(client: TestClient) -> None:
    missing = client.get("/records/rec_none")
    assert missing.status_code == 404
    assert missing.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in missing.headers["content-security-policy"]


def test_who_may_not_decide_sees_no_buttons_and_is_refused(strict: TestClient, app: App) -> None:
    strict.post("/sign-in", data={"key": "gr_reader", "next": "/review"})
    shown = strict.get(f"/records/{PO_EXCEPTION.id}").text
    assert "Approve" not in shown
    token = re.search(r'name="token" value="(\w+)"', shown)
    assert token is not None
    refused = strict.post(f"/records/{PO_EXCEPTION.id}/decision", data={"token": token[1], "seen": "1", "verb": "approve"})
    assert refused.status_code == 403
    assert status(app, PO_EXCEPTION.id) == "proposed"


def test_a_form_without_its_token_or_from_another_site_changes_nothing(client: TestClient, app: App) -> None:
    form = {"seen": "1", "verb": "approve"}
    assert client.post(f"/records/{PO_EXCEPTION.id}/decision", data=form).status_code == 403
    token = re.search(r'name="token" value="(\w+)"', client.get(f"/records/{PO_EXCEPTION.id}").text)
    assert token is not None
    there = {"Origin": "https://elsewhere.example"}
    assert client.post(f"/records/{PO_EXCEPTION.id}/decision", data={**form, "token": token[1]}, headers=there).status_code == 403
    assert status(app, PO_EXCEPTION.id) == "proposed"


def test_a_decision_takes_one_key_and_can_be_taken_back(site: Site, visit: Go) -> None:
    seen = visit(site, f"/records/{PO_EXCEPTION.id}")
    seen.page.keyboard.press("a")
    seen.page.wait_for_selector("[data-countdown]")
    assert status(site.app, PO_EXCEPTION.id) == "approved"
    seen.page.keyboard.press("u")
    seen.page.wait_for_selector("[data-countdown]", state="detached")
    settled(seen.page)
    assert status(site.app, PO_EXCEPTION.id) == "proposed"
    assert [row.action for row in site.app.ledger.audit("default", limit=2)] == ["record.undone", "record.decided"]
    assert seen.trouble == []


def test_a_rejection_takes_two_keys(site: Site, visit: Go) -> None:
    seen = visit(site, f"/records/{PO_EXCEPTION.id}")
    seen.page.keyboard.press("r")
    seen.page.keyboard.press("3")
    seen.page.wait_for_selector("[data-countdown]")
    assert status(site.app, PO_EXCEPTION.id) == "rejected"
    assert site.app.ledger.audit("default", limit=1)[0].reason == "It holds no longer."


def test_fields_are_edited_and_stay_set(site: Site, visit: Go) -> None:
    seen = visit(site, f"/records/{PO_EXCEPTION.id}")
    seen.page.keyboard.press("v")
    seen.page.keyboard.type("03012026")
    seen.page.fill("#handler", "Tom Bell")
    seen.page.keyboard.press("Control+Enter")
    seen.page.wait_for_selector("[data-countdown]")
    kept = site.app.ledger.record("default", PO_EXCEPTION.id)
    assert (kept.record.handler, kept.record.valid_from, kept.record.status) == ("Tom Bell", "2026-03-01", Status.PROPOSED)
    assert set(kept.pinned) == {"handler", "valid_from"}


def test_what_makes_no_sense_is_said_and_what_was_typed_stays(site: Site, visit: Go) -> None:
    seen = visit(site, f"/records/{PO_EXCEPTION.id}")
    seen.page.fill("#overrides", "rec_nothing")
    seen.page.keyboard.press("Control+Enter")
    seen.page.wait_for_selector("[role=alert]")
    assert "there is no such record" in seen.page.inner_text("[role=alert]")
    assert seen.page.input_value("#overrides") == "rec_nothing"


def test_twenty_records_are_decided_without_a_mouse(app: App, served: Callable[..., Site], visit: Go) -> None:
    many(app, 20)
    site = served(app)
    seen = visit(site, "/review?kind=rule")
    seen.page.keyboard.press("Enter")
    for i in range(20):
        seen.page.wait_for_selector("#record-form button[value=approve]")
        settled(seen.page)
        before = seen.page.url
        keys = ["a"] if i % 2 else ["r", "1"]
        for key in keys:
            seen.page.keyboard.press(key)
        seen.page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
    assert sorted({status(app, f"rec_more{i:03d}") for i in range(20)}) == ["approved", "rejected"]
    assert seen.trouble == []


def test_two_people_on_one_record_see_each_other_and_nothing_is_lost(app: App, served: Callable[..., Site], visit: Go) -> None:
    site = served(app, no_auth=False)
    windows = []
    for key in ("gr_admin", "gr_second"):
        if key == "gr_second":
            _add_reviewer(app)
        seen = visit(site, "/sign-in")
        seen.page.fill("#key", key)
        seen.page.keyboard.press("Enter")
        settled(seen.page)
        seen.page.goto(f"{site.url}/records/{PO_EXCEPTION.id}")
        windows.append(seen.page)
    first, second = windows
    first.fill("#handler", "Dana Whitcombe, CFO")
    first.keyboard.press("Control+Enter")
    first.wait_for_selector("[data-countdown]")
    second.fill("#handler", "Tom Bell")
    second.fill("#subject", "AP clerk")
    second.keyboard.press("Control+Enter")
    second.wait_for_selector("h1:has-text('Somebody was here before you')")
    assert "admin" in second.inner_text(".note")
    assert app.ledger.record("default", PO_EXCEPTION.id).record.handler == "Dana Whitcombe, CFO"
    second.check("input[name=pick-subject][value=mine]")
    second.keyboard.press("a")
    second.wait_for_selector("[data-countdown]")
    kept = app.ledger.record("default", PO_EXCEPTION.id).record
    assert (kept.handler, kept.subject) == ("Dana Whitcombe, CFO", "AP clerk")


def _add_reviewer(app: App) -> None:
    from domain.access import ApiKey, Scope
    from service.keys import digest_of

    scopes = frozenset({Scope.READ, Scope.REVIEW})
    app.ledger.add_key(ApiKey("key_second", "default", "second", digest_of("gr_second"), scopes, AT))


def test_loosening_is_never_approved_along_with_something_else(client: TestClient, app: App) -> None:
    twin = replace(PO_EXCEPTION, id="rec_twin", statement="Kestrel is paid without a PO number.", rivals=())
    app.ledger.commit_records("default", [*RECORDS, twin], actor="test", at=AT)
    shown = client.get(f"/records/{PO_EXCEPTION.id}").text
    token = re.search(r'name="token" value="(\w+)"', shown)
    assert token is not None
    revision = app.ledger.record("default", "rec_twin").revision
    form = {"token": token[1], "seen": "1", "verb": "approve", "also-1": f"rec_twin:{revision}"}
    assert client.post(f"/records/{PO_EXCEPTION.id}/decision", data=form).status_code == 303
    assert (status(app, PO_EXCEPTION.id), status(app, "rec_twin")) == ("approved", "proposed")


def test_what_is_ticked_is_approved_along_and_what_has_changed_since_is_left(client: TestClient, app: App) -> None:
    first, second, third = many(app, 3)
    shown = client.get(f"/records/{first}").text
    token = re.search(r'name="token" value="(\w+)"', shown)
    assert token is not None
    seen = app.ledger.record("default", second).revision
    app.ledger.pin("default", third, {"handler": "Tom"}, status=None, actor="tom", at=AT, reason="")
    form = {
        "token": token[1],
        "seen": str(seen),
        "verb": "approve",
        "also-1": f"{second}:{seen}",
        "also-2": f"{third}:{seen}",
        "also-3": "x:1",
    }
    assert client.post(f"/records/{first}/decision", data=form).status_code == 303
    assert [status(app, name) for name in (first, second, third)] == ["approved", "approved", "proposed"]


@pytest.mark.parametrize(
    "form",
    [
        {"seen": "\u00b2"},
        {"seen": "9" * 5000},
        {"seen": "1", "mine": "{"},
        {"seen": "1", "mine": "[" * 100_000},
        {"seen": "1", "verb": "bless"},
        {},
    ],
)
def test_a_damaged_form_is_refused_and_changes_nothing(client: TestClient, app: App, form: dict[str, str]) -> None:
    token = re.search(r'name="token" value="(\w+)"', client.get(f"/records/{PO_EXCEPTION.id}").text)
    assert token is not None
    answer = client.post(f"/records/{PO_EXCEPTION.id}/decision", data={"verb": "approve", **form, "token": token[1]})
    assert answer.status_code in (412, 422)
    assert client.post(f"/records/{PO_EXCEPTION.id}/undo", data={**form, "token": token[1]}).status_code == 409
    assert status(app, PO_EXCEPTION.id) == "proposed"


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("path", ["/review", f"/records/{PO_EXCEPTION.id}", "/nothing"])
def test_nothing_serious_stands_in_anybody_s_way(site: Site, visit: Go, path: str, look: Any) -> None:
    seen = visit(site, path, color_scheme=look)
    assert faults(seen.page) == []


def test_what_papers_say_is_never_run(app: App, served: Callable[..., Site], visit: Go) -> None:
    bad = replace(
        PO_EXCEPTION, id="rec_bad", statement=HOSTILE, subject=HOSTILE, action=HOSTILE, handler=HOSTILE, authority_reason=HOSTILE,
        re_entry=HOSTILE, rivals=(),
    )  # fmt: skip
    app.ledger.commit_records("default", [*RECORDS, bad], actor="test", at=AT)
    seen = visit(served(app), "/review")
    for path in ("/records/rec_bad", "/review/next", f"/records/rec_bad?done=rec_bad&at=2&kind={HOSTILE}", f"/review?cursor={HOSTILE}"):
        seen.page.goto(seen.page.url.split("/re")[0] + path)
        settled(seen.page)
    assert seen.trouble == []
    assert seen.page.evaluate("typeof window.hacked") == "undefined"
