"""T14: fifty secrets in every place that a request has, a thousand requests, none of them in what the service logs."""

from __future__ import annotations

import io
import json
import logging
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import log
from api.app import create_app
from domain.access import ApiKey, Scope
from domain.record import Status
from domain.webhook_port import Webhook
from service.deliveries import Messenger
from service.keys import digest_of
from service.settings import Settings
from service.wiring import App
from tests.api.papers import AT, PO_EXCEPTION, SECRETS, filled

CANARIES = [f"canary-{number:02d}-{number * 7919 % 9973:04d}" for number in range(50)]
REQUESTS = 1_000


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service writes on stderr, set up as it sets itself up."""
    names = ("", "groundrule", "uvicorn", "uvicorn.access", "mcp")
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names}
    handlers = logging.getLogger().handlers[:]
    heard = io.StringIO()
    monkeypatch.setattr(sys, "stderr", heard)
    log.configure()
    yield heard
    logging.getLogger().handlers[:] = handlers
    for name, (level, propagate) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as app:
        app.settings = Settings(
            data_dir=tmp_path, rate_limit=0, stranger_rate_limit=50, webhook_http=True, webhook_networks=frozenset({"127.0.0.0/8"})
        )
        for number, secret in enumerate(CANARIES[:10]):
            app.ledger.add_key(ApiKey(f"key_{number}", "default", f"agent {number}", digest_of(secret), frozenset({Scope.READ}), AT))
        yield app


def request(web: TestClient, dice: random.Random, canary: str, living: str) -> int:
    """One request with the canary in one place of many."""
    headers = {"Authorization": f"Bearer {living}"}
    admin = {"Authorization": f"Bearer {SECRETS['admin']}"}
    webhook = {"url": f"http://127.0.0.1:1/{canary}?token={canary}", "events": ["record.decided"]}
    decision = {"decision": "edit", "reason": canary, "fields": {"handler": canary}}
    place = dice.choice(
        [
            lambda: web.get("/v1/records", headers={"Authorization": f"Bearer {canary}"}),
            lambda: web.get("/v1/records", headers={"Authorization": f"Basic {canary}"}),
            lambda: web.get("/v1/records", headers={**headers, "Cookie": canary, "X-Api-Key": canary, "User-Agent": canary}),
            lambda: web.get("/v1/records", params={"scope": canary, "cursor": canary}, headers=headers),
            lambda: web.get("/v1/records", params={canary: canary}, headers=headers),
            lambda: web.get(f"/v1/records/{canary}", headers=headers),
            lambda: web.get(f"/{canary}/{canary}?{canary}", headers=headers),
            lambda: web.post("/v1/search", json={"text": 7, canary: canary}, headers=headers),
            lambda: web.post("/v1/search", content=f'{{"text": "{canary}', headers=headers),
            lambda: web.post("/v1/context", json={"task": canary, "facts": {canary: canary}, "as_of": canary}, headers=headers),
            lambda: web.post("/v1/webhooks", json=webhook, headers=admin),
            lambda: web.post("/v1/webhooks", json={"url": f"https://{canary}@x.example/", "events": [canary]}, headers=admin),
            lambda: web.delete(f"/v1/webhooks/{canary}", headers=admin),
            lambda: web.post(f"/v1/records/{PO_EXCEPTION.id}/decision", json=decision, headers={**admin, "If-Match": canary}),
            lambda: web.post(
                f"/v1/records/{PO_EXCEPTION.id}/decision", json=decision, headers={**admin, "If-Match": '"1"', "Idempotency-Key": canary}
            ),
            lambda: web.post("/mcp", json={"jsonrpc": "2.0", "id": canary, "method": canary}, headers=headers),
            lambda: web.request(canary.upper(), "/v1/records", headers=headers),
        ]
    )
    status: int = place().status_code
    return status


def test_no_secret_of_a_thousand_requests_is_in_the_log(own: App, lines: io.StringIO) -> None:
    web = TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1", raise_server_exceptions=False)
    dice = random.Random(20260301)
    codes = [request(web, dice, CANARIES[number % 50], CANARIES[number % 10]) for number in range(REQUESTS)]
    assert {200, 401, 404, 405, 412, 422} <= set(codes)
    written = lines.getvalue()
    assert len([line for line in written.splitlines() if json.loads(line)["logger"] == "groundrule.access"]) == REQUESTS
    assert [canary for canary in CANARIES if canary.lower() in written.lower()] == []


def test_a_defect_and_a_failed_delivery_name_no_secret(own: App, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    web = TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1", raise_server_exceptions=False)
    headers = {"Authorization": f"Bearer {SECRETS['admin']}"}
    made = web.post("/v1/webhooks", json={"url": f"http://127.0.0.1:1/{CANARIES[0]}", "events": ["record.decided"]}, headers=headers).json()
    own.ledger.pin("default", PO_EXCEPTION.id, {}, status=Status.APPROVED, actor="dana", at=AT, reason=CANARIES[1])
    messenger = Messenger(own)
    for future in messenger.look():
        future.result(20)
    messenger.stop()

    def broken(*_: object) -> list[Webhook]:
        raise RuntimeError(CANARIES[2])

    monkeypatch.setattr(own.ledger.webhooks, "all", broken)
    assert web.get("/v1/webhooks", headers=headers).status_code == 500
    written = lines.getvalue()
    assert "not delivered" in written and "RuntimeError" in written
    assert [secret for secret in (*CANARIES, made["secret"], made["secret"][6:]) if secret in written] == []
