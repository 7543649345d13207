"""Webhooks over HTTP, and what a receiver hears: signed, in order, at least once, across faults and restarts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.metrics import Meter
from api.webhook_bodies import NEW_WEBHOOK_EXAMPLE, WEBHOOK_EXAMPLE, EventName, NewWebhookBody, WebhookBody, WebhookListing
from domain.access import ApiKey, Scope
from domain.record import Status
from domain.webhook_port import EVENTS
from service.deliveries import AT_ONCE, FIRST_PAUSE, GIVE_UP_AFTER, LEASE, LONGEST_PAUSE, Messenger, pause, sign
from service.keys import digest_of
from service.settings import Settings
from service.wiring import App, open_app
from store.ledger import SqlLedger
from tests.api.papers import AT, CLAIMED, GRANT, PO_EXCEPTION, PO_RULE, RECORDS, SECRETS, filled

ADMIN = {"Authorization": f"Bearer {SECRETS['admin']}"}


class Receiver:
    """A web server on this machine that answers ``statuses`` one by one, then 204, and keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.answered = threading.Event()
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # as http.server wants it
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?token=abc"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def told(self) -> list[tuple[str, str]]:
        bodies = [json.loads(body) for _, body in self.heard]
        return [(body["type"], body["data"]["id"]) for body in bodies]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


def allowing(folder: Path) -> Settings:
    return Settings(data_dir=folder, webhook_http=True, webhook_networks=frozenset({"127.0.0.0/8"}), rate_limit=0)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as app:
        app.settings = allowing(tmp_path)
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1", headers=ADMIN)


class Sending:
    """A messenger with a clock of the test's own; ``round`` looks once and waits for what it began."""

    def __init__(self, app: App) -> None:
        self.now, self.outcomes = 1_000_000.0, list[str]()
        self.messenger = Messenger(app, self.outcomes.append, clock=lambda: self.now)

    def round(self, seconds: float = 0.0) -> None:
        self.now += seconds
        for future in self.messenger.look():
            future.result(20)


@pytest.fixture
def sending(own: App) -> Iterator[Callable[..., Sending]]:
    made: list[Sending] = []

    def begin(app: App = own) -> Sending:
        made.append(Sending(app))
        return made[-1]

    yield begin
    for one in made:
        one.messenger.stop()


def made(web: TestClient, url: str, *events: str) -> dict[str, Any]:
    answer = web.post("/v1/webhooks", json={"url": url, "events": list(events or ("record.put", "record.drop", "record.decided"))})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def approve(app: App, record_id: str = PO_EXCEPTION.id) -> None:
    app.ledger.pin("default", record_id, {}, status=Status.APPROVED, actor="dana", at=AT, reason="a secret reason")


def reject(app: App, record_id: str = PO_EXCEPTION.id) -> None:
    app.ledger.pin("default", record_id, {}, status=Status.REJECTED, actor="dana", at=AT, reason="no")


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As docs/operators.md tells receivers to."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    given = [part.removeprefix("v1,") for part in headers["webhook-signature"].split(" ") if part.startswith("v1,")]
    return any(hmac.compare_digest(wanted, base64.b64decode(one)) for one in given)


def test_a_webhook_is_made_listed_shown_and_removed_and_its_secret_is_shown_once(own: App, web: TestClient) -> None:
    body = made(web, "https://hooks.acme.example/x", "record.drop", "record.put", "record.put")
    NewWebhookBody.model_validate(body)
    assert (body["events"], body["state"], body["secret"][:6]) == (["record.put", "record.drop"], "active", "whsec_")
    assert len(base64.b64decode(body["secret"][6:])) == 32
    listed = web.get("/v1/webhooks")
    WebhookListing.model_validate(listed.json())
    one = web.get(f"/v1/webhooks/{body['id']}")
    WebhookBody.model_validate(one.json())
    assert listed.json()["items"] == [one.json()]
    assert body["secret"] not in listed.text + one.text
    assert web.delete(f"/v1/webhooks/{body['id']}").json() == {"id": body["id"]}
    assert [web.request(method, f"/v1/webhooks/{body['id']}").status_code for method in ("GET", "DELETE")] == [404, 404]
    assert [row.action for row in own.ledger.audit("default", limit=2)] == ["webhook.removed", "webhook.added"]


@pytest.mark.parametrize(
    "body",
    [
        {"url": "https://10.0.0.1/", "events": ["record.put"]},
        {"url": "gopher://hooks.acme.example/", "events": ["record.put"]},
        {"url": "https://hooks.acme.example/", "events": []},
        {"url": "https://hooks.acme.example/", "events": ["record.whim"]},
        {"url": "https://hooks.acme.example/"},
        {"url": "https://hooks.acme.example/", "events": ["record.put"], "secret": "mine"},
    ],
)
def test_what_makes_no_sense_is_422(web: TestClient, body: dict[str, object]) -> None:
    assert web.post("/v1/webhooks", json=body).status_code == 422
    assert web.get("/v1/webhooks").json() == {"items": []}


def test_plain_http_needs_its_setting(own: App, web: TestClient) -> None:
    own.settings = Settings(data_dir=own.settings.data_dir)
    answer = web.post("/v1/webhooks", json={"url": "http://hooks.acme.example/", "events": ["record.put"]})
    assert (answer.status_code, "https://" in answer.json()["detail"]) == (422, True)


def test_only_an_admin_of_the_workspace_has_to_do_with_its_webhooks(own: App, web: TestClient) -> None:
    body = made(web, "https://hooks.acme.example/")
    own.ledger.add_key(ApiKey("key_f", "elsewhere", "foreign", digest_of("gr_foreign"), frozenset({Scope.ADMIN}), AT))
    foreign = {"Authorization": "Bearer gr_foreign"}
    assert web.get("/v1/webhooks", headers=foreign).json() == {"items": []}
    assert [web.request(m, f"/v1/webhooks/{body['id']}", headers=foreign).status_code for m in ("GET", "DELETE")] == [404, 404]
    for secret in (SECRETS["reader"], SECRETS["writer"]):
        headers = {"Authorization": f"Bearer {secret}"}
        assert web.get("/v1/webhooks", headers=headers).status_code == 403
        assert web.delete(f"/v1/webhooks/{body['id']}", headers=headers).status_code == 403


def test_a_workspace_has_twenty_at_most(web: TestClient) -> None:
    for _ in range(20):
        made(web, "https://hooks.acme.example/")
    answer = web.post("/v1/webhooks", json={"url": "https://hooks.acme.example/", "events": ["record.put"]})
    assert (answer.status_code, "remove one" in answer.json()["detail"]) == (413, True)


def test_the_names_of_events_are_the_same_everywhere() -> None:
    assert get_args(EventName) == EVENTS
    WebhookBody.model_validate(WEBHOOK_EXAMPLE)
    NewWebhookBody.model_validate(NEW_WEBHOOK_EXAMPLE)


def test_a_receiver_hears_what_it_asked_for_signed_and_without_a_word_of_content(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    body = made(web, receiver.url, "record.decided")
    approve(own)
    own.ledger.commit_records("default", [*RECORDS[:3], replace(CLAIMED, confidence=0.1)], actor="test", at=AT)
    one = sending()
    one.round()
    [(headers, heard)] = receiver.heard
    position = own.ledger.record_changes("default", after=0, since=1, until=2)[0].position
    assert json.loads(heard) == {
        "type": "record.decided", "timestamp": AT, "data": {"id": PO_EXCEPTION.id, "revision": 2, "position": position}
    }  # fmt: skip
    assert headers["webhook-id"] == f"msg_{body['id'][5:]}_{position}"
    assert headers["webhook-timestamp"] == "1000000"
    assert verified(body["secret"], headers, heard)
    assert not verified(body["secret"], headers, heard + b" ")
    assert headers["content-type"] == "application/json"
    for word in (GRANT, "secret reason", "dana", body["secret"], "Kestrel"):
        assert word not in str(receiver.heard)
    one.round(5)
    assert (len(receiver.heard), one.outcomes) == (1, ["delivered"])
    shown = web.get(f"/v1/webhooks/{body['id']}").json()
    assert (shown["attempts"], shown["trouble"], shown["state"]) == (0, None, "active")
    assert shown["delivered_at"] is not None


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """Its own example: standard-webhooks/spec."""
    signature = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_failed_delivery_holds_back_what_comes_after_and_is_repeated_until_it_arrives(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    body, one = made(web, receiver.url), sending()
    receiver.statuses = [500, 302]
    approve(own)
    reject(own, PO_RULE.id)
    one.round()
    assert receiver.told() == [("record.decided", PO_EXCEPTION.id)]
    shown = web.get(f"/v1/webhooks/{body['id']}").json()
    assert (shown["attempts"], shown["trouble"]) == (1, "status 500")
    assert shown["next_attempt_at"] is not None
    one.round(0.5)
    assert len(receiver.heard) == 1, "not before its pause is over"
    one.round(FIRST_PAUSE)
    assert web.get(f"/v1/webhooks/{body['id']}").json()["trouble"] == "status 302"
    one.round(2 * FIRST_PAUSE)
    assert receiver.told() == [("record.decided", PO_EXCEPTION.id)] * 3 + [("record.decided", PO_RULE.id)]
    assert len({headers["webhook-id"] for headers, _ in receiver.heard[:3]}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.heard[:3]}) == 3, "signed anew, since receivers refuse old times"
    assert all(verified(body["secret"], headers, heard) for headers, heard in receiver.heard)
    assert one.outcomes == ["failed", "failed", "delivered", "delivered"]


def test_pauses_double_up_to_six_hours_and_are_spread_by_chance() -> None:
    assert [pause(n, 0) for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert pause(2, 1) == 5
    assert pause(10_000, 0) == LONGEST_PAUSE


def test_after_three_days_a_webhook_is_given_up_and_says_so(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    body, one = made(web, receiver.url), sending()
    receiver.statuses = [503] * 100
    approve(own)
    one.round()
    one.round(GIVE_UP_AFTER - 1)
    assert web.get(f"/v1/webhooks/{body['id']}").json()["state"] == "active"
    one.round(LONGEST_PAUSE)
    shown = web.get(f"/v1/webhooks/{body['id']}").json()
    assert (shown["state"], shown["attempts"], shown["next_attempt_at"], shown["trouble"]) == ("given_up", 3, None, "status 503")
    one.round(GIVE_UP_AFTER)
    assert (len(receiver.heard), one.outcomes) == (3, ["failed", "failed", "given_up"])


def test_a_receiver_that_is_gone_for_good_is_given_up_at_once(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    body = made(web, receiver.url)
    receiver.statuses = [410]
    approve(own)
    sending().round()
    assert web.get(f"/v1/webhooks/{body['id']}").json()["state"] == "given_up"


def test_one_that_does_not_answer_does_not_hold_back_another(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    for _ in range(AT_ONCE + 1):
        made(web, "http://127.0.0.1:1/")
    made(web, receiver.url)
    approve(own)
    one = sending()
    one.round()
    assert receiver.told() == [("record.decided", PO_EXCEPTION.id)]
    assert sorted(one.outcomes) == ["delivered", *["failed"] * (AT_ONCE + 1)]


def test_a_restart_loses_nothing_and_a_killed_sender_is_succeeded_after_its_lease(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending], tmp_path: Path
) -> None:
    made(web, receiver.url)
    approve(own)
    [hook] = own.ledger.webhooks.due(0)
    assert own.ledger.webhooks.lease(hook, "killed", now=1_000_000, until=1_000_000 + LEASE)
    with open_app(allowing(tmp_path)) as again:
        one = sending(again)
        reject(own, PO_RULE.id)
        one.round(LEASE - 1)
        assert receiver.heard == []
        one.round(1)
        assert receiver.told() == [("record.decided", PO_EXCEPTION.id), ("record.decided", PO_RULE.id)]
        one.round(LEASE)
        assert len(receiver.heard) == 2


def test_two_senders_on_one_database_tell_each_thing_once_and_in_order(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending], tmp_path: Path
) -> None:
    made(web, receiver.url)
    with open_app(allowing(tmp_path)) as other:
        senders = [sending(), sending(other)]
        for turn in range(20):
            (approve if turn % 2 else reject)(own)
            threads = [threading.Thread(target=one.round) for one in senders]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        senders[0].round(1)
    revisions = [json.loads(body)["data"]["revision"] for _, body in receiver.heard]
    assert revisions == list(range(2, 22))


def test_what_a_receiver_did_not_ask_for_is_passed_over(
    own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]
) -> None:
    body = made(web, receiver.url, "case.opened")
    approve(own)
    one = sending()
    one.round()
    assert receiver.heard == []
    assert web.get(f"/v1/webhooks/{body['id']}").json()["position"] > body["position"]
    assert isinstance(own.ledger, SqlLedger)
    own.ledger._write("x", "default", ("agent", AT), lambda unit: unit.note("case.opened", "case_1"))
    one.round()
    assert receiver.told() == [("case.opened", "case_1")]


def test_removed_while_it_fails_it_is_tried_no_more(own: App, web: TestClient, receiver: Receiver, sending: Callable[..., Sending]) -> None:
    body, one = made(web, receiver.url), sending()
    receiver.statuses = [500]
    approve(own)
    one.round()
    web.delete(f"/v1/webhooks/{body['id']}")
    one.round(LONGEST_PAUSE)
    assert len(receiver.heard) == 1


def test_the_thread_delivers_by_itself_counts_and_stops(own: App, web: TestClient, receiver: Receiver) -> None:
    made(web, receiver.url)
    meter, arrived = Meter(), threading.Event()

    def count(outcome: str) -> None:
        meter.delivered(outcome)
        arrived.set()

    messenger = Messenger(own, count, interval=0.02)
    messenger.start()
    try:
        approve(own)
        assert arrived.wait(10)
    finally:
        messenger.stop()
    assert receiver.told() == [("record.decided", PO_EXCEPTION.id)]
    assert 'groundrule_webhook_deliveries_total{outcome="delivered"} 1.0' in meter.page().decode()
