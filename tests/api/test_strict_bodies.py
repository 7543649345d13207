"""A body has the types that the reference says: what is only alike is refused, and told."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("limit", ["10", True, [10], 0, 101, 1.5])
def test_a_limit_is_a_number(reader: TestClient, limit: object) -> None:
    answer = reader.post("/v1/search", json={"text": "invoices", "limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "limit")


def test_a_token_budget_is_a_number(reader: TestClient) -> None:
    answer = reader.post("/v1/context", json={"task": "pay", "token_budget": "500"})
    assert answer.json()["detail"] == "token_budget: send a number, without quotes"


def test_a_limit_of_a_query_is_text_as_all_of_it(reader: TestClient) -> None:
    assert len(reader.get("/v1/records", params={"limit": "1"}).json()["items"]) == 1
