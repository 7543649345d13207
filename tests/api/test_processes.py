"""The map of processes and the coverage over HTTP."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api import process_bodies
from api.app import create_app
from service.wiring import App
from tests.api.papers import ORDER_HANDOFF, PO_EXCEPTION, PO_RULE

DAY = "as_of=2026-03-01"


@pytest.mark.parametrize("path", ["/v1/process-map", "/v1/coverage"])
def test_without_a_key_nothing_is_shown_and_another_workspace_is_empty(held: App, anonymous: TestClient, path: str) -> None:
    assert anonymous.get(path).status_code == 401
    stranger = TestClient(create_app(held, no_auth=False), base_url="http://127.0.0.1", headers={"Authorization": "Bearer gr_stranger"})
    body = stranger.get(path).json()
    assert body["processes"] == []
    assert PO_RULE.id not in str(body)


def test_the_map_shows_the_handoff_the_rule_and_what_bends_it(reader: TestClient) -> None:
    body = reader.get(f"/v1/process-map?{DAY}").json()
    process_bodies.ProcessMapBody.model_validate(body)
    [process] = body["processes"]
    [handoff] = process["handoffs"]
    assert (handoff["from"], handoff["to"], handoff["fields"]) == (
        "purchasing", "accounts payable", [{"name": "order number", "required": True}],
    )  # fmt: skip
    [rule] = process["rules"]
    [bend] = rule["exceptions"]
    assert (rule["record"], bend["record"], bend["bends"]) == (PO_RULE.id, PO_EXCEPTION.id, PO_RULE.id)
    assert bend["citation"]["path"] == "mail/kestrel.eml"
    assert process["owners"] == [{"who": "Dana Whitcombe", "records": [PO_EXCEPTION.id]}]
    assert ORDER_HANDOFF.id not in reader.get("/v1/process-map?as_of=2026-12-01").text


def test_one_process_can_be_asked_for_and_an_unknown_one_is_404(reader: TestClient) -> None:
    [process] = reader.get(f"/v1/process-map?{DAY}").json()["processes"]
    assert reader.get(f"/v1/process-map?{DAY}&process={process['id']}").json()["processes"] == [process]
    missing = reader.get(f"/v1/process-map?{DAY}&process=prc_none")
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_format_chooses_the_media_type(reader: TestClient) -> None:
    drawn = reader.get(f"/v1/process-map?{DAY}&format=mermaid")
    assert drawn.headers["Content-Type"] == "text/vnd.mermaid; charset=utf-8"
    assert drawn.text.startswith("flowchart LR\n")
    made = reader.get(f"/v1/process-map?{DAY}&format=bpmn")
    assert made.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert ET.fromstring(made.content).tag.endswith("definitions")
    assert reader.get(f"/v1/process-map?{DAY}").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("query", ["format=svg", "as_of=2026-02-30", "process=", "what=1"])
def test_what_makes_no_sense_is_refused(reader: TestClient, query: str) -> None:
    assert reader.get(f"/v1/process-map?{query}").status_code == 422


def test_coverage_tells_the_visible_part_and_what_only_practice_shows(reader: TestClient) -> None:
    body = reader.get(f"/v1/coverage?{DAY}").json()
    process_bodies.CoverageBody.model_validate(body)
    total = body["total"]
    assert (total["visible"], total["documented"], total["total"]) == (0.6667, 2, 3)
    [hidden] = total["only_in_practice"]
    assert (hidden["id"], hidden["owner"], hidden["age_days"], hidden["last_seen"]) == (
        PO_EXCEPTION.id, "Dana Whitcombe", 46, "2026-01-14",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (process_bodies.ProcessMapBody, process_bodies.MAP_EXAMPLE),
        (process_bodies.CoverageBody, process_bodies.COVERAGE_EXAMPLE),
    ],
)
def test_an_example_is_a_possible_answer(shape: type[BaseModel], shown: dict[str, object]) -> None:
    shape.model_validate(shown)
