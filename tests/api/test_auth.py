"""Every route asks who it is; only the three that say nothing about documents do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.wiring import App
from tests.api.papers import PO_EXCEPTION, POLICY, SECRETS

OPEN = {"/healthz", "/readyz", "/metrics"}
BODIES = {"/v1/context": {"task": "Pay an invoice."}, "/v1/search": {"text": "invoice"}}


def guarded(client: TestClient) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """(method, path, body) of every route in the reference that is not open: a new route is tested from birth."""
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if path not in OPEN:
            for method in methods:
                there = path.replace("{document_id}", POLICY.id).replace("{record_id}", PO_EXCEPTION.id)
                yield method.upper(), re.sub(r"\{\w+\}", "x", there), BODIES.get(path)


def test_there_are_guarded_routes_to_test(anonymous: TestClient) -> None:
    assert len(list(guarded(anonymous))) >= 8


def test_anonymous_is_401_at_every_route(anonymous: TestClient) -> None:
    for method, path, body in guarded(anonymous):
        answer = anonymous.request(method, path, json=body)
        assert (path, answer.status_code) == (path, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_missing_scope_is_403_at_every_route(anonymous: TestClient) -> None:
    for method, path, body in guarded(anonymous):
        answer = anonymous.request(method, path, json=body, headers={"Authorization": f"Bearer {SECRETS['writer']}"})
        assert (path, answer.status_code) == (path, 403)
        assert "'read'" in answer.json()["detail"]


def test_an_unknown_key_is_401_and_is_not_repeated(anonymous: TestClient) -> None:
    answer = anonymous.get("/v1/records", headers={"Authorization": "Bearer gr_canary"})
    assert answer.status_code == 401
    assert "canary" not in answer.text


@pytest.mark.parametrize("value", ["gr_reader", "Basic Z3I6cmVhZGVy", "Bearer", "Bearer "])
def test_what_is_no_bearer_key_is_401(anonymous: TestClient, value: str) -> None:
    assert anonymous.get("/v1/records", headers={"Authorization": value}).status_code == 401


def test_admin_implies_the_other_scopes(anonymous: TestClient) -> None:
    assert anonymous.get("/v1/records", headers={"Authorization": f"Bearer {SECRETS['admin']}"}).status_code == 200


def test_a_key_of_another_workspace_sees_nothing_of_this_one(anonymous: TestClient) -> None:
    stranger = {"Authorization": "Bearer gr_stranger"}
    assert anonymous.get("/v1/records", headers=stranger).json()["items"] == []
    for path in (f"/v1/records/{PO_EXCEPTION.id}", f"/v1/records/{PO_EXCEPTION.id}/history", f"/v1/documents/{POLICY.id}/text"):
        assert anonymous.get(path, headers=stranger).status_code == 404


def test_the_open_routes_ask_for_nothing(anonymous: TestClient) -> None:
    for path in OPEN:
        assert anonymous.get(path).status_code == 200


def test_without_keys_everybody_on_this_machine_is_the_local_user(local: TestClient) -> None:
    assert local.get("/v1/records").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "localhost.evil.example:80"])
def test_without_keys_a_page_that_rebinds_its_name_is_turned_away(local: TestClient, host: str) -> None:
    assert local.get("/v1/records", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000", "[::1]"])
def test_without_keys_loopback_names_are_answered(local: TestClient, host: str) -> None:
    assert local.get("/v1/records", headers={"Host": host}).status_code == 200


def test_without_keys_pages_of_other_sites_are_turned_away(local: TestClient) -> None:
    assert local.get("/v1/records", headers={"Origin": "https://evil.example"}).status_code == 403
    assert local.get("/v1/records", headers={"Origin": "http://127.0.0.1"}).status_code == 200


def test_two_applications_in_a_process_do_not_share_their_counters(held: App) -> None:
    first, second = (TestClient(create_app(held, no_auth=True), base_url="http://127.0.0.1") for _ in range(2))
    first.get("/v1/records")
    assert 'route="/v1/records"' in first.get("/metrics").text
    assert 'route="/v1/records"' not in second.get("/metrics").text
