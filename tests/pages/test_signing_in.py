"""Signing in with a key, and every way in which a session ends."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.pages.frame import COOKIE, HERE, own_path
from domain.access import LOCAL
from service.keys import digest_of, revoke_key
from service.settings import Settings
from service.wiring import App


def test_a_page_asks_to_sign_in_and_leads_back(strict: TestClient) -> None:
    asked = strict.get("/records/rec_1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/records/rec_1")
    done = strict.post("/sign-in", data={"key": " gr_reader ", "next": "/records/rec_1"})
    assert (done.status_code, done.headers["location"]) == (303, "/records/rec_1")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "gr_reader" not in cookie


def test_a_wrong_key_is_told_and_a_program_is_told_in_its_own_words(strict: TestClient) -> None:
    assert strict.post("/sign-in", data={"key": "gr_wrong"}).status_code == 401
    assert strict.get("/review", headers={"Accept": "application/json"}).status_code == 401
    assert strict.get("/review", headers={"HX-Request": "true"}).headers["hx-redirect"] == "/sign-in?next=/review"


def test_only_the_digest_of_the_cookie_is_kept(strict: TestClient, app: App) -> None:
    strict.post("/sign-in", data={"key": "gr_reader"})
    secret = strict.cookies[COOKIE]
    assert app.ledger.session(secret) is None
    assert app.ledger.session(hashlib.sha256(secret.encode()).hexdigest()) is not None


def test_a_session_ends_by_signing_out_with_its_key_and_with_time(strict: TestClient, app: App) -> None:
    strict.post("/sign-in", data={"key": "gr_reader"})
    assert strict.get("/review").status_code == 200
    secret = strict.cookies[COOKIE]
    from service.sessions import form_token

    assert strict.post("/sign-out", data={"token": "x"}).status_code == 403
    strict.post("/sign-out", data={"token": form_token(secret)})
    strict.cookies.set(COOKIE, secret)
    assert strict.get("/review").status_code == 303
    strict.cookies.clear()
    strict.post("/sign-in", data={"key": "gr_reader"})
    revoke_key(app, LOCAL, "key_reader")
    assert strict.get("/review").status_code == 303
    strict.cookies.clear()
    strict.post("/sign-in", data={"key": "gr_admin"})
    old = "2020-01-01T00:00:00+00:00"
    app.ledger.see_session(digest_of(strict.cookies[COOKIE]), at=old)
    assert strict.get("/review").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "", "x"]
)
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    assert own_path(wanted, "/") == "/"


def test_the_first_start_says_how_to_begin(tmp_path: Path) -> None:
    from api.app import create_app
    from service.wiring import open_app

    with open_app(Settings(data_dir=tmp_path)) as empty:
        shown = TestClient(create_app(empty, no_auth=True), base_url="http://127.0.0.1").get("/", headers={"Accept": "text/html"}).text
    assert "groundrule ingest" in shown
    assert "groundrule demo" in shown


def test_files_of_others_are_the_ones_that_were_taken() -> None:
    for line in (HERE / "static/vendor/SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((HERE / "static/vendor" / name).read_bytes()).hexdigest() == digest, name


def test_pages_and_their_files_load_nothing_from_elsewhere(client: TestClient) -> None:
    assert client.get("/static/keys.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/static/vendor/pdf.min.mjs").headers["content-type"].startswith("text/javascript")
    assert client.get("/static/../frame.py").status_code == 404
    for file in (HERE / "templates").glob("*.html"):
        text = file.read_text()
        assert "http://" not in text
        assert "https://" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert "|safe" not in text
        assert all("src=" in tag for tag in text.split("<script")[1:]), file.name
