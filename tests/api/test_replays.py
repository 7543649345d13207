"""Requests that are safe to repeat, over HTTP: one effect each, across restarts, processes and threads."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from api.app import create_app
from api.metrics import Meter
from api.replays import LEASE, SECONDS, Replays
from domain.access import ApiKey, Scope
from domain.errors import Busy
from service.keys import digest_of
from service.settings import Settings
from service.wiring import App, open_app
from tests.api.papers import AT, PO_EXCEPTION, PO_RULE, RECORDS, filled

#: 10,000 at night.
REPLAYS = int(os.environ.get("GROUNDRULE_TEST_REPLAYS", "400"))
THREADS = 8
URL = "http://127.0.0.1"


def opened(app: App) -> TestClient:
    return TestClient(create_app(app, no_auth=False), base_url=URL, headers={"Authorization": "Bearer gr_reviewer"})


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as app:
        app.settings = Settings(data_dir=tmp_path, rate_limit=0, stranger_rate_limit=0)
        app.ledger.add_key(ApiKey("key_r", "default", "reviewer", digest_of("gr_reviewer"), frozenset({Scope.READ, Scope.REVIEW}), AT))
        yield app


def decided(web: TestClient, key: str, seen: int = 1, body: dict[str, Any] | None = None, record_id: str = PO_EXCEPTION.id) -> Any:
    headers = {"If-Match": f'"{seen}"', "Idempotency-Key": key}
    return web.post(f"/v1/records/{record_id}/decision", json=body or {"decision": "approve", "reason": "Seen."}, headers=headers)


def decisions(app: App) -> int:
    return sum(row.action in ("record.decided", "record.edited") for row in app.ledger.audit("default", limit=100_000))


def test_after_a_restart_the_repetition_gets_the_first_answer(own: App, tmp_path: Path) -> None:
    first = decided(opened(own), "k1")
    with open_app(own.settings) as again:
        answer = decided(opened(again), "k1")
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, first.content, '"2"')
        assert decided(opened(again), "k1", body={"decision": "reject", "reason": "no"}).status_code == 422
        assert again.ledger.revision("default") == 2


def test_two_servers_on_one_database_carry_out_one_of_eight(own: App) -> None:
    with open_app(own.settings) as other:
        doors = [opened(own), opened(other)] * (THREADS // 2)
        start, answers = threading.Barrier(THREADS), Counter[tuple[int, str]]()

        def ask(web: TestClient) -> None:
            start.wait()
            answer = decided(web, "k1")
            answers[answer.status_code, answer.headers.get("ETag", "")] += 1

        threads = [threading.Thread(target=ask, args=(door,)) for door in doors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {status for status, _ in answers} <= {200, 409}
        assert len([one for one in answers if one[0] == 200]) == 1, "whoever is answered is answered the same"
    assert decisions(own) == 1


def test_replays_from_eight_threads_have_one_effect_each(own: App) -> None:
    web, answers = opened(own), Counter[tuple[str, int, str]]()
    share = REPLAYS // (2 * THREADS)
    start = threading.Barrier(THREADS)

    def ask() -> None:
        start.wait()
        for _ in range(share):
            for key, record_id in (("k1", PO_EXCEPTION.id), ("k2", PO_RULE.id)):
                answer = decided(web, key, record_id=record_id, body={"decision": "edit", "fields": {"handler": "Dana"}})
                answers[key, answer.status_code, answer.headers.get("ETag", "")] += 1

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answers.values()) == 2 * THREADS * share
    assert {status for _, status, _ in answers} <= {200, 409}
    assert Counter(key for key, status, _ in answers if status == 200) == {"k1": 1, "k2": 1}
    assert decisions(own) == 2
    page = web.get("/metrics").text
    assert 'groundrule_idempotency_keys_total{found="first"} 2.0' in page
    assert 'groundrule_idempotency_keys_total{found="done"}' in page


_asked = st.tuples(st.sampled_from(["k1", "k2", "k3", "ключ", "k" * 200]), st.integers(0, 3))


@given(st.lists(_asked, max_size=25))
@settings(max_examples=max(5, REPLAYS // 100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_requests_and_repetitions_has_one_effect_a_key(own: App, asked: list[tuple[str, int]]) -> None:
    """A model of it: the first request of a key counts, whatever comes with that key later."""
    web = opened(own)
    salt = str(time.monotonic_ns())
    own.ledger.commit_records("default", [replace(it, confidence=0.5) for it in RECORDS], actor="test", at=AT)
    first: dict[str, tuple[int, str]] = {}
    before = decisions(own)
    for key, which in asked:
        seen = own.ledger.record("default", PO_EXCEPTION.id).revision
        handler = f"Dana {key[:2]} {which} {salt}"
        body = {"decision": "edit", "reason": f"{which}", "fields": {"handler": handler}}
        headers = {"If-Match": f'"{seen}"', "Idempotency-Key": (salt + key)[:200]}
        sent = {name: value.encode() for name, value in headers.items()}
        answer = web.post(f"/v1/records/{PO_EXCEPTION.id}/decision", json=body, headers=sent)
        known = first.setdefault(key, (which, answer.headers.get("ETag", "")))
        if which == known[0]:
            assert (answer.status_code, answer.headers["ETag"]) == (200, known[1])
            assert answer.json()["handler"] == handler
        else:
            assert answer.status_code == 422
    assert decisions(own) - before == len(first)


def test_a_key_under_way_is_409_and_an_outcome_is_remembered_for_a_day(own: App) -> None:
    now = [0.0]
    replays = Replays(own, Meter(), lambda: now[0])
    key = ("default", "dana", "somewhere", "k")
    with replays.once(key, "f") as first:
        with pytest.raises(HTTPException) as refused, replays.once(key, "f"):
            pass
        assert refused.value.status_code == 409
        first.outcome = 2, "2026-03-01"
    now[0] = SECONDS - 1
    with replays.once(key, "f") as again:
        assert again.outcome == [2, "2026-03-01"]
    now[0] = SECONDS
    with replays.once(key, "g") as late:
        assert late.outcome is None


def test_a_request_that_was_killed_holds_its_key_for_its_lease_only_and_comes_too_late_afterwards(own: App) -> None:
    now = [0.0]
    replays = Replays(own, Meter(), lambda: now[0])
    key = ("default", "dana", "somewhere", "k")
    with pytest.raises(Busy, match="took over"), replays.once(key, "f") as slow:
        now[0] = LEASE
        with replays.once(key, "f") as quick:
            quick.outcome = "quick"
        slow.outcome = "slow"
    with replays.once(key, "f") as known:
        assert known.outcome == "quick"
    with pytest.raises(ValueError, match="x"), replays.once((*key[:3], "other"), "f"):
        raise ValueError("x")
    with replays.once((*key[:3], "other"), "f") as anew:
        assert anew.outcome is None


def test_a_webhook_is_made_once_and_the_repetition_shows_the_same_secret(own: App) -> None:
    web = opened(own)
    body = {"url": "https://hooks.acme.example/x", "events": ["record.put"]}
    headers = {"Authorization": "Bearer gr_admin", "Idempotency-Key": "k1"}
    first, again = (web.post("/v1/webhooks", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert web.post("/v1/webhooks", json={**body, "events": ["record.drop"]}, headers=headers).status_code == 422
    assert len(own.ledger.webhooks.all("default")) == 1


#: Routes that are POST because what is asked is too long for a URL; they change nothing.
ASKING = {"/v1/context", "/v1/search", "/v1/handoffs/{record_id}/validate"}


def test_every_post_that_changes_something_takes_an_idempotency_key(own: App) -> None:
    paths = opened(own).get("/openapi.json").json()["paths"]
    posts = {path: [it["name"] for it in methods["post"].get("parameters", [])] for path, methods in paths.items() if "post" in methods}
    without = {path for path, names in posts.items() if "idempotency-key" not in names}
    assert without == ASKING
    assert all("409" in paths[path]["post"]["responses"] for path in set(posts) - without)
