"""The register, conflicts, handoffs, map, coverage, documents, the question and the admin's page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.policy_sentence import policy_sentence
from domain.record import Recurrence
from service.wiring import App
from tests.api.papers import AT, LETTER, ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, POLICY, RECORDS, RULE
from tests.pages.conftest import Site, Visit, faults

DAY = "as_of=2026-03-01"
PAGES = [
    f"/exceptions?{DAY}", f"/conflicts?{DAY}", f"/handoffs?{DAY}", f"/handoffs/{ORDER_HANDOFF.id}?{DAY}", f"/map?{DAY}", f"/coverage?{DAY}",
    "/cases", "/documents", f"/documents/{POLICY.id}", f"/documents/{LETTER.id}", "/ask", "/admin",
]  # fmt: skip
#: What somebody might write into a mail, a name or a path.
PAYLOADS = [
    "<script>hit()</script>",
    '"><script>hit()</script>',
    "'><img src=x onerror=hit()>",
    "<svg onload=hit()>",
    "javascript:hit()",
    "{{hit()}}",
    "{% include '/etc/passwd' %}",
    "<iframe srcdoc='<script>parent.hit()</script>'>",
    "</textarea><script>hit()</script>",
    "</title><script>hit()</script>",
    "<a href=javascript:hit()>x</a>",
    "<input autofocus onfocus=hit()>",
    "<details open ontoggle=hit()>",
    "<math><mi//xlink:href='data:x,<script>hit()</script>'>",
    "<base href=//elsewhere.example/>",
    "<link rel=stylesheet href=//elsewhere.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<form action=//elsewhere.example><button autofocus>",
    "<object data=//elsewhere.example>",
    "<img src=//elsewhere.example/x.png>",
    '" autofocus onfocus=hit() x="',
    "' onmouseover='hit()",
    "&lt;script&gt;hit()&lt;/script&gt;",
    "<body onload=hit()>",
    "<style>@import '//elsewhere.example/x.css';</style>",
    "<div hx-get='//elsewhere.example' hx-trigger=load>",
    "<div hx-on:load='hit()' hx-trigger=load hx-get=/review>",
    "<template><script>hit()</script></template>",
    "\u202e<script>hit()</script>",
    "]]><script>hit()</script>",
]


def token_in(shown: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', shown)
    assert found is not None
    return found[1]


def test_the_register_groups_by_rule_with_owner_and_age(client: TestClient) -> None:
    shown = client.get(f"/exceptions?{DAY}").text
    assert PO_EXCEPTION.statement in shown
    assert PO_RULE.statement in shown
    assert "In departure from" in shown


def test_the_register_as_a_spreadsheet_runs_no_formula(app: App, client: TestClient) -> None:
    evil = replace(PO_EXCEPTION, id="rec_evil", statement="=HYPERLINK(1)", rivals=())
    app.ledger.commit_records("default", [*RECORDS, evil], actor="test", at=AT)
    answer = client.get(f"/exceptions/register.csv?{DAY}")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert {row[1] for row in rows[1:]} == {PO_EXCEPTION.statement, "'=HYPERLINK(1)"}
    assert all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row)
    assert "attachment" in answer.headers["content-disposition"]
    assert PO_EXCEPTION.evidence[0].citation.quote in client.get(f"/exceptions/register.md?{DAY}").text


def test_a_policy_sentence_says_what_the_record_says_and_no_more() -> None:
    plain = replace(
        PO_EXCEPTION,
        subject="Accounts payable",
        action="pay Kestrel without a PO number",
        scope=(),
        conditions=(),
        handler="Dana Whitcombe",
    )
    assert policy_sentence(plain, None) == "Accounts payable may pay Kestrel without a PO number. Dana Whitcombe decides."
    once = replace(plain, recurrence=Recurrence.ONE_OFF, valid_to="2026-03-31", handler=None)
    assert policy_sentence(once, None) == "Accounts payable may pay Kestrel without a PO number, in this one case, until 2026-03-31."
    assert policy_sentence(replace(plain, action=None), PO_RULE).startswith(f'In departure from "{RULE[:-1]}": ')


def test_both_sides_of_a_conflict_are_shown_with_the_reason(client: TestClient) -> None:
    shown = client.get(f"/conflicts?{DAY}").text
    assert "goes first" in shown
    assert "gives way" in shown
    assert "explicit override" in shown


def test_a_payload_is_tried_and_nothing_of_it_is_kept(client: TestClient, app: App) -> None:
    page = client.get(f"/handoffs/{ORDER_HANDOFF.id}?{DAY}").text
    assert ORDER_HANDOFF.fields[0].name in page
    before = app.ledger.entry("default")
    where, form = f"/handoffs/{ORDER_HANDOFF.id}/try", {"token": token_in(page), "as_of": "2026-03-01"}
    assert "This would be refused" in client.post(where, data={**form, "payload": "{}"}).text
    assert "This is not JSON" in client.post(where, data={**form, "payload": "{"}).text
    assert "This is not JSON" in client.post(where, data={**form, "payload": "[" * 100_000}).text
    assert client.post(where, data={**form, "as_of": "never", "payload": "{}"}).status_code == 422  # it holds no longer today
    assert client.post(where, data={"payload": "{}"}).status_code == 403
    assert app.ledger.entry("default") == before


def test_the_map_draws_what_records_say_and_says_it_in_words(client: TestClient) -> None:
    shown = client.get(f"/map?{DAY}").text
    assert "<svg" in shown
    assert PO_EXCEPTION.statement in shown
    assert f'href="/records/{PO_RULE.id}"' in shown


def test_coverage_tells_the_visible_part_now_and_before(client: TestClient) -> None:
    shown = client.get(f"/coverage?{DAY}").text
    assert "2025-03-01" in shown
    assert "67 %" in shown  # of rule, exception and handoff two are written


def test_a_document_shows_what_was_and_what_was_not_extracted(client: TestClient) -> None:
    shown = client.get(f"/documents/{POLICY.id}").text
    assert f"<mark>{RULE}</mark>" in shown
    assert "1.1 Purchase orders" in shown.split("of which nothing was extracted")[1]
    assert "policies/ap.md" in client.get("/documents?text=ap.md").text
    assert "policies/ap.md" not in client.get("/documents?kind=email").text
    assert client.get("/documents/doc_none").status_code == 404
    assert client.get(f"/documents/{POLICY.id}/file").status_code == 404


def test_a_question_that_makes_no_sense_is_said_with_what_was_typed(client: TestClient) -> None:
    form = {"token": token_in(client.get("/ask").text), "task": "Pay it.", "facts": "vendor Kestrel"}
    refused = client.post("/ask", data=form)
    assert refused.status_code == 422
    assert "name = value" in refused.text
    assert "vendor Kestrel" in refused.text


def test_keys_are_made_shown_once_and_revoked_by_admins_only(strict: TestClient, app: App) -> None:
    strict.post("/sign-in", data={"key": "gr_reader"})
    assert strict.get("/admin").status_code == 403
    strict.cookies.clear()
    strict.post("/sign-in", data={"key": "gr_admin"})
    form = {"token": token_in(strict.get("/admin").text), "name": "night shift", "scope-read": "1"}
    made = strict.post("/admin/keys", data=form).text
    secret = re.search(r"gr_[\w-]{30,}", made)
    assert secret is not None
    assert secret[0] not in strict.get("/admin").text
    key = next(key for key in app.ledger.keys("default") if key.name == "night shift")
    assert strict.get("/v1/records", headers={"Authorization": f"Bearer {secret[0]}"}).status_code == 200
    strict.post(f"/admin/keys/{key.id}/revoke", data=form)
    assert strict.get("/v1/records", headers={"Authorization": f"Bearer {secret[0]}"}).status_code == 401
    assert strict.post("/admin/keys", data={**form, "name": "<b>"}).status_code == 422


@pytest.mark.parametrize("path", [*PAGES, "/review", f"/records/{PO_EXCEPTION.id}"])
def test_nobody_sees_a_page_without_signing_in_and_anybody_who_reads_sees_it(strict: TestClient, path: str) -> None:
    assert strict.get(path).status_code == 303
    strict.post("/sign-in", data={"key": "gr_admin"})
    assert strict.get(path).status_code == 200


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_page_has_anything_serious_in_anybody_s_way(site: Site, visit: Callable[..., Visit], look: Any) -> None:
    seen = visit(site, "/review", color_scheme=look)
    found = {}
    for path in PAGES:
        seen.page.goto(site.url + path)
        found[path] = faults(seen.page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert seen.trouble == []


def test_pages_are_reached_and_left_by_keys(site: Site, visit: Callable[..., Visit]) -> None:
    seen = visit(site, "/review")
    for key, name in (
        ("i", "cases"),
        ("e", "exceptions"),
        ("c", "conflicts"),
        ("h", "handoffs"),
        ("m", "map"),
        ("v", "coverage"),
        ("d", "documents"),
        ("a", "ask"),
        ("x", "admin"),
    ):
        seen.page.keyboard.press("g")
        seen.page.keyboard.press(key)
        seen.page.wait_for_url(f"**/{name}")
        seen.page.wait_for_selector(f"nav a[href='/{name}'][aria-current]")
        seen.page.wait_for_function("!document.querySelector('[data-first]') || document.activeElement !== document.body")
        seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("?")
    seen.page.wait_for_selector("#keys[open]")
    assert "Queue" in seen.page.inner_text("#keys-list")
    seen.page.keyboard.press("Escape")
    seen.page.wait_for_selector("#keys[open]", state="detached")
    assert seen.trouble == []


def test_nothing_that_papers_people_or_addresses_say_is_run(app: App, served: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    """T11: every payload in every field that a page shows, in a real browser."""
    fresh = []
    for number, text in enumerate(PAYLOADS):
        fresh.append(
            replace(
                PO_EXCEPTION, id=f"rec_x{number:02d}", statement=text, subject=text, action=text, handler=text, re_entry=text,
                authority_reason=text, overrides=PO_RULE.id, rivals=(),
                scope=tuple(replace(item, value=text) for item in PO_EXCEPTION.scope),
                values=tuple(replace(value, text=text) for value in PO_EXCEPTION.values),
                conditions=tuple(replace(condition, text=text) for condition in PO_EXCEPTION.conditions),
                nearest=tuple(replace(near, quote=text, path=text, why_not=text) for near in PO_EXCEPTION.nearest),
            )
        )  # fmt: skip
        fresh.append(
            replace(
                ORDER_HANDOFF, id=f"rec_h{number:02d}", statement=text, sender=text, receiver=f"{text} too", artifact=text, channel=text
            )
        )
    app.ledger.commit_records("default", [*RECORDS, *fresh], actor="<script>hit()</script>", at=AT)
    site = served(app)
    seen = visit(site, "/review")
    seen.page.expose_function("hit", lambda: seen.trouble.append("run"))
    paths = [*PAGES, "/review", f"/documents?text={PAYLOADS[1]}", f"/review?reason={PAYLOADS[2]}", f"/nothing/{PAYLOADS[0]}"]
    paths += [f"/records/rec_x{number:02d}" for number in range(len(PAYLOADS))] + [
        f"/handoffs/rec_h{number:02d}?{DAY}" for number in range(len(PAYLOADS))
    ]
    for path in paths:
        seen.page.goto(site.url + path)
    seen.page.goto(f"{site.url}/ask")
    for field in ("task", "facts"):
        seen.page.fill(f"#{field}", "\n".join(PAYLOADS))
    seen.page.keyboard.press("Control+Enter")
    seen.page.wait_for_load_state("networkidle")
    assert seen.trouble == []
