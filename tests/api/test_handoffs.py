"""Handoffs over HTTP: the list, the contract, a payload held against it, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api import handoff_bodies as bodies
from api.app import create_app
from domain.record import Status
from service.wiring import App
from tests.api.papers import AT, HANDOFF, ORDER_HANDOFF, PO_RULE, filled

HERE = f"/v1/handoffs/{ORDER_HANDOFF.id}"
DAY = {"as_of": "2026-03-01"}
ROUTES = [("GET", "/v1/handoffs"), ("GET", f"{HERE}/schema"), ("POST", f"{HERE}/validate"), ("GET", f"{HERE}/diff")]


def sent(client: TestClient, payload: object) -> dict[str, Any]:
    answer = client.post(f"{HERE}/validate", json={"payload": payload, **DAY})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    bodies.PayloadBody.model_validate(body)
    return body


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_key_with_the_scope_read_is_needed(held: App, anonymous: TestClient, method: str, path: str) -> None:
    body = {"payload": {}} if method == "POST" else None
    query = {"from_revision": 1, "to_revision": 1} if path.endswith("diff") else None
    assert anonymous.request(method, path, json=body, params=query).status_code == 401
    for secret, status in (("gr_writer", 403), ("gr_stranger", 200 if path == "/v1/handoffs" else 404)):
        with_key = {"Authorization": f"Bearer {secret}"}
        answer = anonymous.request(method, path, json=body, params=query, headers=with_key)
        assert answer.status_code == (422 if status == 404 and query else status), answer.text
        assert HANDOFF not in answer.text


def test_handoffs_in_force_are_listed_and_filtered(reader: TestClient) -> None:
    def ids(**query: object) -> list[str]:
        page = reader.get("/v1/handoffs", params={**DAY, **query}).json()
        bodies.HandoffPage.model_validate(page)
        return [item["id"] for item in page["items"]]

    assert ids() == ids(**{"from": "Purchas"}) == ids(to="accounts") == ids(text="ORDER NUMBER") == [ORDER_HANDOFF.id]
    assert ids(**{"from": "accounts"}) == ids(to="purchasing") == ids(text="invoice") == ids(as_of="2026-12-01") == []
    assert ids(cursor=ORDER_HANDOFF.id) == []
    assert reader.get("/v1/handoffs", params={"form": "x"}).status_code == 422


def test_the_contract_is_json_schema_with_its_quotes(reader: TestClient) -> None:
    schema = reader.get(f"{HERE}/schema", params=DAY).json()
    bodies.HandoffSchemaBody.model_validate(schema)
    assert schema["required"] == ["order_number"]
    [clause] = schema["x-groundrule"]["clauses"]
    assert clause["citations"][0]["quote"] == HANDOFF


def test_a_payload_is_valid_or_told_what_is_wrong_with_it(reader: TestClient) -> None:
    assert sent(reader, {"Order Number": "4711", "other": 1})["valid"] is True
    body = sent(reader, {"order_number": None})
    assert body["valid"] is False
    [violation] = body["violations"]
    assert (violation["pointer"], violation["record"]) == ("/order_number", ORDER_HANDOFF.id)
    assert violation["citations"][0]["quote"] == HANDOFF
    assert body["handling"]["caught_by"] == "purchasing"
    assert body["handling"]["re_entry"] == "purchasing sends signed order to accounts payable again, mended"


@pytest.mark.parametrize("payload", [None, [], "x", 3, {"order number": {"a": [1]}}, {"order number": ""}])
def test_a_payload_of_any_kind_gets_an_answer(reader: TestClient, payload: object) -> None:
    assert sent(reader, payload)["valid"] is False


@pytest.mark.parametrize("raw", ["[" * 100_000, '{"order number": NaN}', '{"order number": 1e999}', "1" * 5_000, '{"\\ud800": "\\ud800"}'])
def test_odd_json_gets_an_answer_or_a_problem_and_never_a_defect(reader: TestClient, raw: str) -> None:
    answer = reader.post(f"{HERE}/validate", content=f'{{"payload": {raw}, "as_of": "2026-03-01"}}'.encode())
    assert answer.status_code in (200, 400, 422)


def test_what_is_no_handoff_in_force_is_said_so(reader: TestClient) -> None:
    assert reader.get(f"/v1/handoffs/{PO_RULE.id}/schema").status_code == 404
    expired = reader.get(f"{HERE}/schema", params={"as_of": "2026-12-01"})
    assert (expired.status_code, "expired on 2026-12-01" in expired.json()["detail"]) == (422, True)


def test_what_changed_names_what_breaks(tmp_path: Path) -> None:
    app = filled(tmp_path)
    client = TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1")
    fields = [{"name": "order number", "required": True}, {"name": "due date", "required": True}]
    edited = {"fields": fields, "channel": "e-mail"}
    app.ledger.pin("default", ORDER_HANDOFF.id, edited, status=Status.APPROVED, actor="dana", at=AT, reason="asked for")
    body = client.get(f"{HERE}/diff", params={"from_revision": 1, "to_revision": 2, **DAY}).json()
    bodies.ContractDiffBody.model_validate(body)
    assert [(c["what"], c["field"]) for c in body["breaking"]] == [("field_added", "due_date")]
    assert [(c["what"], c["after"]) for c in body["other"]] == [("channel_changed", "e-mail")]
    back = client.get(f"{HERE}/diff", params={"from_revision": 2, "to_revision": 1, **DAY}).json()
    assert [c["what"] for c in back["breaking"]] == ["field_removed"]
    early = client.get(f"{HERE}/diff", params={"from_revision": 0, "to_revision": 2})
    late = client.get(f"{HERE}/diff", params={"from_revision": 1, "to_revision": 9})
    app.close()
    assert (early.status_code, "of revisions 1, 2" in early.json()["detail"]) == (422, True)
    assert late.status_code == 422


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (bodies.RecordBody, bodies.HANDOFF_EXAMPLE),
        (bodies.HandoffSchemaBody, bodies.SCHEMA_EXAMPLE),
        (bodies.PayloadBody, bodies.PAYLOAD_EXAMPLE),
        (bodies.ContractDiffBody, bodies.DIFF_EXAMPLE),
    ],
)
def test_an_example_in_the_reference_is_a_possible_answer(shape: type[BaseModel], shown: dict[str, object]) -> None:
    shape.model_validate(shown)
