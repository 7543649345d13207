"""Whatever goes wrong leaves as a problem document that says nothing it should not."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi.testclient import TestClient

import domain.errors
from api import guard
from api.errors import STATUS, status_of
from api.log import JsonLine
from domain.errors import Busy, Defect, GroundruleError, InvalidQuestion, NotFound, Unavailable
from service import records as service_records

KEYS = {"type", "title", "status", "detail", "instance"}
JSON = {"Content-Type": "application/json"}


def errors() -> list[type[GroundruleError]]:
    return [kind for kind in vars(domain.errors).values() if isinstance(kind, type) and issubclass(kind, GroundruleError)]


def test_every_error_class_has_a_status_of_its_own_line() -> None:
    assert set(STATUS) == set(errors())


def test_a_subclass_without_a_line_has_its_parents_status() -> None:
    class Stale(InvalidQuestion):
        pass

    assert status_of(Stale("x")) == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/v1/nope", 404),
        ("DELETE", "/v1/records", 405),
        ("GET", "/v1/records/rec_x", 404),
        ("GET", "/docs", 404),
    ],
)
def test_unknown_things_are_problems(local: TestClient, method: str, path: str, status: int) -> None:
    answer = local.request(method, path + "?canary=1")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == KEYS
    assert (body["status"], body["instance"]) == (status, path)
    assert body["type"].startswith("urn:groundrule:problem:")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "task"),
        ({"task": ""}, "task"),
        ({"task": "x" * 4001}, "task"),
        ({"task": "pay", "as_of": "2026-02-30"}, "as_of"),
        ({"task": "pay", "as_of": "2026-W09-1"}, "as_of"),
        ({"task": "pay", "as_of": 1767225600}, "as_of"),
        ({"task": "pay", "limit": 0}, "limit"),
        ({"task": "pay", "statuses": []}, "statuses"),
        ({"task": "pay", "statuses": ["secret"]}, "statuses.0"),
        ({"task": "pay", "facts": {str(n): n for n in range(101)}}, "facts"),
        ({"task": "pay", "facts": {"amount": {"canary": 1}}}, "facts.amount"),
        ({"task": "pay", "facts": {"amount": "x" * 2001}}, "facts.amount"),
        ({"task": "pay", "fact": {}}, "fact"),
    ],
)
def test_a_question_that_makes_no_sense_is_422_and_names_the_field_once(local: TestClient, body: dict[str, object], field: str) -> None:
    answer = local.post("/v1/context", json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert answer.json()["detail"].startswith(f"{field}: ")
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"task"', b"\xff", b'{"task": "pay", "facts": {"x": NaN}}', b"[" * 5000, b'{"task": "\\ud800"}']
)
def test_a_body_that_cannot_be_read_is_a_problem(local: TestClient, body: bytes) -> None:
    answer = local.post("/v1/context", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) >= KEYS


@pytest.mark.parametrize(
    "query", ["kind=secret", "status=secret", "documentation=maybe", "limit=0", "limit=501", "as_of=tomorrow", "foo=1"]
)
def test_a_filter_that_makes_no_sense_is_422(local: TestClient, query: str) -> None:
    assert local.get(f"/v1/records?{query}").status_code == 422


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/documents/doc_x", "DELETE, GET"),
        ("/v1/documents", "POST"),
        ("/v1/records", "GET"),
        ("/v1/records/rec_x/decision", "POST"),
        ("/mcp", "POST"),
        ("/openapi.json", "GET, HEAD"),
    ],
)
def test_405_names_every_method_of_the_path(local: TestClient, path: str, methods: str) -> None:
    answer = local.request("PATCH", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, methods)
    assert set(answer.json()) == KEYS


def test_a_form_that_cannot_be_read_is_a_problem(local: TestClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = local.post("/v1/documents", content=b"--x\r\nNone--x--\r\n", headers=headers)
    assert (answer.status_code, set(answer.json())) == (400, KEYS)


def test_a_body_beyond_the_limit_is_413_announced_or_not(local: TestClient) -> None:
    big = b'{"task": "' + b"x" * guard.MAX_BODY + b'"}'
    assert local.post("/v1/context", content=big, headers=JSON).status_code == 413
    unannounced = (big[at : at + 65536] for at in range(0, len(big), 65536))
    assert local.post("/v1/context", content=unannounced, headers=JSON).status_code == 413


@pytest.mark.parametrize(
    ("error", "status"), [(Busy("held"), 503), (Unavailable("away"), 503), (NotFound("none"), 404), (GroundruleError("what"), 500)]
)
def test_an_error_of_the_service_has_the_status_of_the_table(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(service_records, "list_records", fail)
    answer = local.get("/v1/records")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize("error", [Defect("canary"), RuntimeError("canary"), ZeroDivisionError("canary")])
def test_our_own_mistake_is_500_and_its_message_stays_inside(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(service_records, "list_records", fail)
    with caplog.at_level(logging.INFO, logger="groundrule"):
        answer = local.get("/v1/records?scope=canary", headers={"X-Canary": "canary"})
    assert answer.status_code == 500
    assert set(answer.json()) == KEYS
    assert "canary" not in answer.text
    lines = [JsonLine().format(record) for record in caplog.records if record.name.startswith("groundrule")]
    assert any(json.loads(line).get("error") == type(error).__name__ for line in lines)
    assert not any("canary" in line for line in lines)


def test_too_many_at_once_are_asked_to_come_back(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_AT_ONCE", 0)
    answer = local.get("/v1/records")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert local.get("/healthz").status_code == 200
