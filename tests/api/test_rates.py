"""Limits: each key its own, an address for whoever has shown none, told in the headers, and cheap to refuse."""

from __future__ import annotations

import asyncio
import gc
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api import rates
from api.app import create_app
from api.rates import Rates, bearer, network
from api.schemas import Problem
from domain.access import ApiKey, Scope
from domain.errors import InvalidQuestion
from service.keys import digest_of
from service.settings import Settings, load_settings
from service.wiring import App
from tests.api.papers import AT, SECRETS, filled

URL = "http://127.0.0.1"
READER = {"Authorization": f"Bearer {SECRETS['reader']}"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as app:
        app.settings = Settings(data_dir=tmp_path, rate_limit=0.01, rate_burst=3, stranger_rate_limit=0.4)
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url=URL)


def bucket(rate: float = 2, burst: int = 4, strangers: float = 1) -> tuple[Rates, list[float]]:
    now = [0.0]
    return Rates(rate, burst, strangers, lambda: now[0]), now


def allowed(one: Rates, secret: str | None, address: str = "192.0.2.1") -> bool:
    taken = one.take(secret, address)
    return taken is None or taken.allowed


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    one, now = bucket()
    one.welcome("key", "192.0.2.1")
    assert [allowed(one, "key") for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [allowed(one, "key") for _ in range(2)] == [True, False]
    now[0] = 1_000
    assert [allowed(one, "key") for _ in range(5)] == [True, True, True, True, False]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    one, now = bucket()
    one.welcome("key", "192.0.2.1")
    now[0] = -100
    assert allowed(one, "key")


def test_keys_do_not_share_and_made_up_ones_share_their_address() -> None:
    one, _ = bucket()
    one.welcome("a", "192.0.2.1")
    while allowed(one, "a"):
        pass
    one.welcome("b", "192.0.2.1")
    assert allowed(one, "b")
    assert sum(allowed(one, f"made up {n}") for n in range(100)) == 5
    assert not allowed(one, None)
    assert allowed(one, None, "192.0.2.2")
    assert allowed(one, "b")


def test_a_living_key_gets_back_what_it_took_from_its_address() -> None:
    one, _ = bucket()
    for number in range(50):
        assert allowed(one, f"agent {number}"), "they all come through one proxy"
        one.welcome(f"agent {number}", "192.0.2.1")


def test_whoever_has_one_address_of_ipv6_has_a_network_of_them() -> None:
    assert network("2001:db8::1") == network("2001:db8:0:0:ffff::2") != network("2001:db8:0:1::1")
    assert (network("192.0.2.1"), network("testclient")) == ("192.0.2.1", "nowhere")


@pytest.mark.parametrize(
    ("header", "key"),
    [("Bearer gr_x", "gr_x"), ("bearer  gr_x ", "gr_x"), ("Basic x", None), ("Bearer", None), ("Bearer  ", None), ("", None)],
)
def test_a_bearer_key_is_read_from_its_header(header: str, key: str | None) -> None:
    assert bearer(header) == key


def test_no_rate_is_no_limit() -> None:
    one, _ = bucket(rate=0, strangers=0)
    one.welcome("key", "192.0.2.1")
    assert all(one.take(secret, "192.0.2.1") is None for secret in ("key", None) for _ in range(10_000))
    assert one.take_local() is None


def test_there_are_only_so_many_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MAX_BUCKETS", 100)
    one, _ = bucket()
    for number in range(1_000):
        one.welcome(f"key {number}", "192.0.2.1")
        one.take(None, f"10.0.{number // 250}.{number % 250}")
    assert len(one) == 200
    while allowed(one, "key 999"):
        pass
    assert not allowed(one, "key 999"), "the last ones are those that are kept"


def test_beyond_its_burst_a_key_is_429_with_when_to_come_back(web: TestClient) -> None:
    answers = [web.get("/v1/records", headers=READER) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    Problem.model_validate(refused.json())
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "this key" in refused.json()["detail"]
    assert 90 <= int(refused.headers["Retry-After"]) <= 100
    assert refused.headers["RateLimit-Policy"] == '"caller";q=3;w=300'
    assert re.fullmatch(r'"caller";r=0;t=(299|300)', refused.headers["RateLimit"])
    assert re.fullmatch(r'"caller";r=1;t=\d+', answers[1].headers["RateLimit"])
    assert web.get("/v1/records", headers={"Authorization": f"Bearer {SECRETS['admin']}"}).status_code == 200
    assert [web.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert 'groundrule_rate_limited_total{limit="caller"} 1.0' in web.get("/metrics").text


def test_whoever_shows_no_living_key_is_401_a_few_times_and_then_429(web: TestClient) -> None:
    codes = [web.get("/v1/records", headers={"Authorization": f"Bearer gr_guess{n}"}).status_code for n in range(4)]
    assert codes == [401, 401, 429, 429]
    assert "address" in web.get("/v1/records").json()["detail"]


def test_a_refused_request_does_not_have_its_body_read(own: App) -> None:
    async def ask() -> tuple[int, bool]:
        web, read, status = create_app(own, no_auth=False), False, 0

        async def receive() -> dict[str, object]:
            nonlocal read
            read = True
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: object) -> None:
            nonlocal status
            assert isinstance(message, dict)
            status = message.get("status", status)

        scope = {"type": "http", "method": "POST", "path": "/v1/search", "headers": [], "query_string": b"", "client": ("192.0.2.1", 1)}
        for _ in range(3):
            read = False
            await web({**scope, "state": {}}, receive, send)  # type: ignore[arg-type] # as little of ASGI as is needed
        return status, read

    assert asyncio.run(ask()) == (429, False)


def test_without_keys_there_is_one_bucket(own: App) -> None:
    local = TestClient(create_app(own, no_auth=True), base_url=URL)
    codes = [local.get("/v1/records", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_the_default_lets_sixty_requests_a_second_through() -> None:
    settings, now = Settings(), [0.0]
    one = Rates(settings.rate_limit, settings.rate_burst, settings.stranger_rate_limit, lambda: now[0])
    one.welcome("key", "192.0.2.1")
    for request in range(60 * 60):
        now[0] = request / 60
        assert allowed(one, "key")


def test_networks_of_webhooks_are_read_from_the_environment_and_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GROUNDRULE_WEBHOOK_NETWORKS", "10.20.0.0/16, fd12::/48")
    assert load_settings(tmp_path).webhook_networks == {"10.20.0.0/16", "fd12::/48"}
    for wrong in ("10.20.0.1/16", "intranet", "10.0.0.0/99"):
        monkeypatch.setenv("GROUNDRULE_WEBHOOK_NETWORKS", wrong)
        with pytest.raises(InvalidQuestion, match="webhook_networks"):
            load_settings(tmp_path)


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_thousand_clients_get_answers_503_or_429_and_memory_stays(own: App) -> None:
    """T13: each with a key of its own or none, all at once, several rounds."""
    own.settings = Settings(data_dir=own.settings.data_dir, rate_limit=5, rate_burst=10, stranger_rate_limit=20)
    for number in range(50):
        secret = digest_of(f"gr_client{number}")
        own.ledger.add_key(ApiKey(f"key_c{number}", "default", f"client{number}", secret, frozenset({Scope.READ}), AT))
    web, codes = create_app(own, no_auth=False), Counter[int]()

    async def client(number: int, rounds: int) -> None:
        transport = httpx.ASGITransport(web, client=(f"10.1.{number // 250}.{number % 250}", 1))
        headers = {"Authorization": f"Bearer gr_client{number % 60}"} if number % 10 else {}
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as one:
            for turn in range(rounds):
                path = ("/v1/records?limit=1", "/v1/conflicts", "/v1/search?x", "/v1/records/rec_x")[(number + turn) % 4]
                answer = await one.request("POST" if "search" in path else "GET", path, content=b"{" * 2_000)
                codes[answer.status_code] += 1
                if answer.status_code in (429, 503):
                    assert int(answer.headers["Retry-After"]) >= 1

    async def everybody(rounds: int) -> None:
        await asyncio.gather(*(client(number, rounds) for number in range(1_000)))

    asyncio.run(everybody(1))
    before = resident()
    asyncio.run(everybody(3))
    after = resident()
    assert set(codes) <= {200, 401, 404, 422, 429, 503}
    assert min(codes[200], codes[429], codes[503]) > 0
    assert sum(codes.values()) == 4_000
    assert after < before * 1.10
