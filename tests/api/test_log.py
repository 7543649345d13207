"""The log holds what was chosen: no bodies, no headers, no query strings, no keys."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from fastapi.testclient import TestClient

from api.log import JsonLine


def test_a_request_is_one_line_of_chosen_fields(local: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="groundrule"):
        local.get("/v1/records/rec_canary?as_of=2026-01-01", headers={"Authorization": "Bearer canary", "X-Other": "canary"})
        local.post("/v1/search", json={"text": "", "canary": "canary"})
        local.get("/canary?canary=canary")
    lines = [JsonLine().format(record) for record in caplog.records if record.name == "groundrule.access"]
    assert not any("canary" in line for line in lines)
    parsed = [json.loads(line) for line in lines]
    assert [(line["route"], line["status"]) for line in parsed] == [
        ("/v1/records/{record_id}", 404),
        ("/v1/search", 422),
        ("unmatched", 404),
    ]
    assert set(parsed[0]) == {"at", "level", "logger", "event", "method", "route", "status", "ms"}


def test_of_an_error_only_the_class_is_logged() -> None:
    try:
        raise ValueError("canary")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = JsonLine().format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "canary" not in line
