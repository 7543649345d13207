"""What changed, as pages and as events: the same things in the same order, to whoever may see them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import event_stream
from api.app import create_app
from api.event_stream import Pace, events
from api.review_bodies import CHANGE_EXAMPLE, ChangeBody, ChangePage
from api.routes import changes as route
from domain.errors import Unauthenticated
from domain.record import Status
from service.wiring import App
from tests.api.papers import AT, CLAIM, CLAIMED, ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, RECORDS, SECRETS, filled

EVENTS = {"Accept": "text/event-stream"}
KEY = {"Authorization": f"Bearer {SECRETS['reader']}"}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """With one decision after what was read; streams end at once."""
    monkeypatch.setattr(route, "PACE", Pace(0.01, 0.02, 0.2))
    with filled(tmp_path) as app:
        app.ledger.pin("default", PO_EXCEPTION.id, {}, status=Status.APPROVED, actor="dana", at=AT, reason="seen it")
        app.ledger.commit_records("default", [r for r in RECORDS if r is not ORDER_HANDOFF], actor="test", at=AT)
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1", headers=KEY)


def test_pages_tell_what_changed_and_no_claim(web: TestClient) -> None:
    page = web.get("/v1/changes").json()
    ChangePage.model_validate(page)
    assert [(it["revision"], it["op"], it["record"]) for it in page["items"]] == [
        (1, "put", PO_RULE.id),
        (1, "put", PO_EXCEPTION.id),
        (1, "put", ORDER_HANDOFF.id),
        (2, "put", PO_EXCEPTION.id),
        (3, "drop", ORDER_HANDOFF.id),
    ]
    decision = page["items"][3]
    assert (decision["by"], decision["action"], decision["reason"], decision["status"]) == ("dana", "record.decided", "seen it", "approved")
    assert (page["revision"], page["next"]) == (3, None)
    assert CLAIMED.id not in str(page)
    assert CLAIM not in str(page)


def test_following_the_cursor_tells_each_once(web: TestClient) -> None:
    seen, cursor = [], 0
    while cursor is not None:
        page = web.get("/v1/changes", params={"limit": 2, "cursor": cursor}).json()
        seen += page["items"]
        cursor = page["next"]
    assert seen == web.get("/v1/changes").json()["items"]


def test_after_a_revision(web: TestClient) -> None:
    assert [it["revision"] for it in web.get("/v1/changes?after=2").json()["items"]] == [3]
    assert web.get("/v1/changes?after=3").json()["items"] == []
    assert web.get("/v1/changes?after=-1").status_code == 422


def test_another_workspace_hears_nothing(web: TestClient) -> None:
    stranger = {"Authorization": "Bearer gr_stranger"}
    assert web.get("/v1/changes", headers=stranger).json() == {"revision": 0, "items": [], "next": None}
    assert "rec_" not in web.get("/v1/changes", headers={**stranger, **EVENTS}).text


def test_a_stream_tells_the_same_and_resumes_after_the_last_event(web: TestClient) -> None:
    page = web.get("/v1/changes").json()["items"]
    answer = web.get("/v1/changes", headers=EVENTS)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    parts = answer.text.split("\n\n")
    assert [json.loads(part.split("data: ")[1]) for part in parts if "data: " in part] == page
    assert ": still here" in parts
    resumed = web.get("/v1/changes", headers={**EVENTS, "Last-Event-ID": str(page[3]["position"])}).text
    assert [line for line in resumed.splitlines() if line.startswith("id:")] == [f"id: {page[4]['position']}"]
    assert web.get("/v1/changes", headers={**EVENTS, "Last-Event-ID": "x"}).status_code == 422


def test_a_place_in_the_streams_is_given_back_and_there_are_only_so_many(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "MAX_STREAMS", 1)
    for _ in range(2):
        assert web.get("/v1/changes", headers=EVENTS).status_code == 200
    monkeypatch.setattr(event_stream, "MAX_STREAMS", 0)
    assert web.get("/v1/changes", headers=EVENTS).status_code == 503


def test_a_stream_needs_a_key(web: TestClient) -> None:
    assert web.get("/v1/changes", headers={**EVENTS, "Authorization": ""}).status_code == 401


def test_a_stream_tells_what_comes_later_and_ends_when_its_key_is_revoked() -> None:
    looks: list[int] = []

    def fetch(after: int) -> list[tuple[int, Mapping[str, object]]]:
        looks.append(after)
        if len(looks) > 3:
            raise Unauthenticated("revoked")
        return [(7, {"record": "rec_x"})] if len(looks) == 2 else []

    async def heard() -> list[str]:
        return [event async for event in events(fetch, 5, Pace(0.0, 60.0, 60.0))]

    assert asyncio.run(heard()) == [": listening\n\n", 'id: 7\nevent: change\ndata: {"record": "rec_x"}\n\n']
    assert looks == [5, 5, 7, 7]


def test_the_example_of_a_change_is_a_possible_one() -> None:
    ChangeBody.model_validate(CHANGE_EXAMPLE)
