"""What each route answers, and that it answers what the reference says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api import examples, schemas
from api.app import create_app
from api.readiness import Readiness
from domain.errors import Unavailable
from domain.ports import Ledger
from service.wiring import App
from tests.api.papers import AT, CLAIMED, LETTER, ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, POLICY, RULE, filled

QUESTION = {
    "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
    "facts": {"vendor": "Kestrel Metals"},
    "as_of": "2026-03-01",
}


def items(client: TestClient, query: str = "") -> list[str]:
    return [item["id"] for item in client.get(f"/v1/records?{query}").json()["items"]]


def test_the_process_is_alive_and_ready(local: TestClient) -> None:
    assert local.get("/healthz").json() == {"status": "alive"}
    assert local.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("readiness", "why"),
    [
        (Readiness(warm=False), "models"),
        (Readiness(caught_up=lambda: False), "catching up"),
        (Readiness(failure="the weights are damaged"), "damaged"),
    ],
)
def test_ready_is_503_with_its_reason_until_warm_and_caught_up(held: App, readiness: Readiness, why: str) -> None:
    client = TestClient(create_app(held, no_auth=True, readiness=readiness), base_url="http://127.0.0.1")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert why in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_ready_is_503_where_the_ledger_does_not_answer(held: App, local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def ping(self) -> None:
            raise Unavailable("the database does not answer")

    away: Ledger = Away()  # type: ignore[assignment] # nothing but ping is asked of it
    monkeypatch.setattr(held, "ledger", away)
    assert local.get("/readyz").status_code == 503


def test_records_are_proposed_and_approved_ones_by_id(reader: TestClient) -> None:
    page = reader.get("/v1/records").json()
    assert [item["id"] for item in page["items"]] == [PO_RULE.id, PO_EXCEPTION.id, ORDER_HANDOFF.id]
    assert (page["revision"], page["next"]) == (1, None)


def test_records_are_filtered(reader: TestClient) -> None:
    assert items(reader, "kind=exception") == [PO_EXCEPTION.id]
    assert items(reader, "status=claimed") == [CLAIMED.id]
    assert items(reader, "status=claimed&status=approved") == [PO_RULE.id, CLAIMED.id]
    assert items(reader, "documentation=undocumented") == [PO_EXCEPTION.id]
    assert items(reader, "scope=kestrel") == [PO_EXCEPTION.id]
    assert items(reader, "as_of=2026-12-01") == [PO_RULE.id, PO_EXCEPTION.id]


def test_what_was_believed_at_a_revision_can_be_asked(tmp_path: Path) -> None:
    app = filled(tmp_path)
    client = TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1")
    later = [replace(PO_RULE, statement="Every order must carry a purchase order number.")]
    app.ledger.commit_records("default", later, actor="test", at=AT)
    assert items(client) == [PO_RULE.id]
    then = client.get("/v1/records", params={"revision": 1}).json()
    assert [item["id"] for item in then["items"]] == [PO_RULE.id, PO_EXCEPTION.id, ORDER_HANDOFF.id]
    assert (then["revision"], then["items"][0]["statement"]) == (1, PO_RULE.statement)
    assert items(client, "revision=0") == []
    refused = client.get("/v1/records", params={"revision": 9})
    app.close()
    assert (refused.status_code, refused.json()["detail"]) == (422, "the workspace is at revision 2; ask for one up to that, not 9")


def test_following_the_cursor_gives_each_record_once(reader: TestClient) -> None:
    seen, cursor, pages = [], "", 0
    while True:
        page = reader.get("/v1/records", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["id"] for item in page["items"]]
        cursor, pages = page["next"], pages + 1
        if cursor is None:
            break
    assert seen == items(reader)
    assert pages == len(seen)


def test_a_record_carries_its_revision_as_etag_and_its_validity_on_the_day_asked(reader: TestClient) -> None:
    answer = reader.get(f"/v1/records/{ORDER_HANDOFF.id}?as_of=2026-12-01")
    assert answer.headers["ETag"] == '"1"'
    assert answer.json()["validity"] == "expired"
    assert answer.json()["from"] == "purchasing"


def test_history_and_evidence_of_a_record(reader: TestClient) -> None:
    history = reader.get(f"/v1/records/{PO_RULE.id}/history").json()
    assert [item["revision"] for item in history["items"]] == [1]
    evidence = reader.get(f"/v1/records/{PO_RULE.id}/evidence").json()
    assert [item["quote"] for item in evidence["items"]] == [RULE]


def test_every_quote_equals_the_text_of_its_document_from_start_to_end(reader: TestClient) -> None:
    for record in (PO_RULE, PO_EXCEPTION, ORDER_HANDOFF):
        for one in reader.get(f"/v1/records/{record.id}/evidence").json()["items"]:
            text = reader.get(f"/v1/documents/{one['document']}/text").text
            assert text[one["start"] : one["end"]] == one["quote"]


def test_a_conflict_shows_both_sides_and_which_goes_first(reader: TestClient) -> None:
    page = reader.get("/v1/conflicts?as_of=2026-03-01").json()
    [conflict] = page["items"]
    assert conflict["records"] == [PO_EXCEPTION.id, PO_RULE.id] == [side["id"] for side in conflict["sides"]]
    assert conflict["on"] == "money: EUR 500 or EUR 5,000"
    assert conflict["precedence"].startswith("explicit override")
    assert page["next"] is None
    assert reader.get("/v1/conflicts", params={"cursor": conflict["id"]}).json()["items"] == []


def test_an_answer_names_the_conflict_among_what_governs(reader: TestClient) -> None:
    body = reader.post("/v1/context", json=QUESTION).json()
    assert [c["records"] for c in body["conflicts"]] == [[PO_EXCEPTION.id, PO_RULE.id]]


def test_a_document_and_its_text(reader: TestClient) -> None:
    shown = reader.get(f"/v1/documents/{POLICY.id}").json()
    assert (shown["path"], shown["kind"], shown["formal"], shown["characters"]) == ("policies/ap.md", "policy", True, len(POLICY.text))
    assert reader.get(f"/v1/documents/{LETTER.id}").json()["message"]["subject"] == "Re: Kestrel"
    text = reader.get(f"/v1/documents/{POLICY.id}/text")
    assert text.text == POLICY.text
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_question_at_the_same_revision_gives_the_same_bytes(reader: TestClient) -> None:
    turned = {**QUESTION, "facts": {"po_number": None, "vendor": "Kestrel Metals"}}
    first = reader.post("/v1/context", json={**QUESTION, "facts": {"vendor": "Kestrel Metals", "po_number": None}})
    assert first.status_code == 200
    assert {reader.post("/v1/context", json=turned).content for _ in range(3)} == {first.content}


def test_a_fact_may_be_a_list_and_counts_as_its_members(reader: TestClient) -> None:
    as_list = reader.post("/v1/context", json={**QUESTION, "facts": {"vendor": ["Kestrel Metals", "Oslo Freight"], "po_number": []}})
    as_text = reader.post("/v1/context", json={**QUESTION, "facts": {"vendor": "Kestrel Metals, Oslo Freight", "po_number": None}})
    assert as_list.status_code == 200
    assert as_list.content == as_text.content
    nested = reader.post("/v1/context", json={**QUESTION, "facts": {"vendor": [["Kestrel Metals"]]}})
    assert nested.status_code == 422
    assert "list of up to" in nested.text


def test_a_claim_is_in_no_default_answer(reader: TestClient) -> None:
    body = reader.post("/v1/context", json={**QUESTION, "task": "Are Kestrel invoices due within five days?"}).json()
    assert CLAIMED.id not in [item["record"]["id"] for item in body["governing"]]
    assert CLAIMED.id not in [
        hit["record"]["id"] for hit in reader.post("/v1/search", json={"text": "due within five days"}).json()["records"]
    ]


def test_search_finds_one_kind_or_both(reader: TestClient) -> None:
    both = reader.post("/v1/search", json={"text": "purchase order number"}).json()
    assert both["passages"] and both["records"]
    assert reader.post("/v1/search", json={"text": "purchase order number", "kind": "record"}).json()["passages"] == []
    assert reader.post("/v1/search", json={"text": "purchase order number", "kind": "passage"}).json()["records"] == []


@pytest.mark.parametrize(
    ("shape", "method", "path", "body"),
    [
        (schemas.ContextAnswerBody, "POST", "/v1/context", QUESTION),
        (schemas.SearchAnswer, "POST", "/v1/search", {"text": "purchase order"}),
        (schemas.RecordListing, "GET", "/v1/records", None),
        (schemas.RecordBody, "GET", f"/v1/records/{PO_EXCEPTION.id}", None),
        (schemas.HistoryPage, "GET", f"/v1/records/{ORDER_HANDOFF.id}/history", None),
        (schemas.EvidencePage, "GET", f"/v1/records/{PO_RULE.id}/evidence", None),
        (schemas.ConflictPage, "GET", "/v1/conflicts", None),
        (schemas.DocumentBody, "GET", f"/v1/documents/{LETTER.id}", None),
        (schemas.Problem, "GET", "/v1/documents/doc_x", None),
    ],
)
def test_an_answer_has_the_shape_that_the_reference_gives_it(
    reader: TestClient, shape: type[BaseModel], method: str, path: str, body: dict[str, Any] | None
) -> None:
    shape.model_validate(reader.request(method, path, json=body).json())


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (schemas.RecordBody, examples.RECORD_EXAMPLE),
        (schemas.ContextAnswerBody, examples.ANSWER_EXAMPLE),
        (schemas.SearchAnswer, examples.SEARCH_EXAMPLE),
        (schemas.OpenConflictBody, examples.CONFLICT_EXAMPLE),
        (schemas.DocumentBody, examples.DOCUMENT_EXAMPLE),
    ],
)
def test_an_example_in_the_reference_is_a_possible_answer(shape: type[BaseModel], shown: dict[str, object]) -> None:
    shape.model_validate(shown)


def test_the_reference_is_openapi_3_1_and_has_an_example_for_each_answer(anonymous: TestClient) -> None:
    reference = anonymous.get("/openapi.json").json()
    assert reference["openapi"].startswith("3.1.")
    for path, methods in reference["paths"].items():
        for operation in methods.values():
            content = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))["content"]
            assert all("example" in shown for shown in content.values()), path
            assert operation["summary"]


def test_counters_go_by_route_template(local: TestClient) -> None:
    local.get(f"/v1/records/{PO_RULE.id}")
    local.get("/canary")
    local.request("CANARY", "/v1/records")
    page = local.get("/metrics").text
    assert 'groundrule_requests_total{method="GET",route="/v1/records/{record_id}",status="200"} 1.0' in page
    assert PO_RULE.id not in page
    assert "canary" not in page.lower()
