"""Handing in files: kept before the answer, read in the background, each with one end."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import guard
from api.app import create_app
from domain.document import DocumentKind
from domain.ports import Reading
from service import ingest_run
from service.settings import Settings
from service.uploads import read_waiting
from service.wiring import App, open_app
from tests.api.papers import SECRETS, filled

RULE = b"Every invoice above EUR 500 must carry a purchase order number."


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """Its models are not asked: a paper that is read here says nothing."""
    from service.reading import Read

    def read(app: App, documents: object, talks: object, refiner: object) -> Read:
        assert isinstance(documents, tuple)
        return Read(Reading(documents, (), (), ()), app.pipeline)

    monkeypatch.setattr(ingest_run, "read_documents", read)
    return filled(tmp_path)


@pytest.fixture
def client(app: App) -> TestClient:
    return TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1")


def test_a_file_is_kept_read_and_found_by_its_document(app: App, client: TestClient) -> None:
    sent = client.post("/v1/documents", files={"file": ("ap.md", RULE)}, data={"path": "policies/new.md", "kind": "policy"})
    assert (sent.status_code, sent.json()["state"], sent.json()["documents"]) == (202, "waiting", [])
    assert client.get(sent.headers["location"]).json() == sent.json()
    assert read_waiting(app) == 1
    done = client.get(sent.headers["location"]).json()
    assert (done["state"], done["reason"], done["path"]) == ("read", None, "policies/new.md")
    document = client.get(f"/v1/documents/{done['documents'][0]}").json()
    assert (document["path"], document["kind"], document["current"]) == ("policies/new.md", DocumentKind.POLICY.value, True)
    assert client.get(f"/v1/documents/{document['id']}/text").text == RULE.decode()


def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_the_next_is_read(app: App, client: TestClient) -> None:
    bad = client.post("/v1/documents", files={"file": ("a.pdf", b"%PDF-1.7 and nothing else")}).headers["location"]
    odd = client.post("/v1/documents", files={"file": ("a.bin", b"\x00\x01\x02\x03" * 20)}).headers["location"]
    good = client.post("/v1/documents", files={"file": ("b.txt", RULE)}).headers["location"]
    assert read_waiting(app) == 3
    ends = [client.get(where).json() for where in (bad, odd, good)]
    assert [end["state"] for end in ends] == ["refused", "refused", "read"]
    assert all(end["reason"] for end in ends[:2])


def test_what_was_accepted_outlives_the_process(tmp_path: Path, app: App, client: TestClient) -> None:
    where = client.post("/v1/documents", files={"file": ("late.txt", RULE)}).headers["location"]
    app.close()
    with open_app(Settings(data_dir=tmp_path)) as again:
        later = TestClient(create_app(again, no_auth=True), base_url="http://127.0.0.1")
        assert later.get(where).json()["state"] == "waiting"
        assert read_waiting(again) == 1
        assert later.get(where).json()["state"] == "read"
        assert list(tmp_path.glob("uploads-*")) == []


def test_two_files_at_one_path_are_read_one_after_the_other(app: App, client: TestClient) -> None:
    first, second = (
        client.post("/v1/documents", files={"file": ("c.txt", RULE + extra)}).headers["location"] for extra in (b"", b" Always.")
    )
    assert read_waiting(app) == 2
    documents = [client.get(where).json()["documents"][0] for where in (first, second)]
    assert [client.get(f"/v1/documents/{name}").json()["current"] for name in documents] == [False, True]


@pytest.mark.parametrize(
    ("name", "path"), [("../../etc/passwd", "etc/passwd"), ("C:\\papers\\a.txt", "C:/papers/a.txt"), ("/abs//x.txt", "abs/x.txt")]
)
def test_a_name_is_a_name_and_leads_nowhere(app: App, client: TestClient, name: str, path: str) -> None:
    sent = client.post("/v1/documents", files={"file": ("a.txt", RULE)}, data={"path": name})
    assert sent.json()["path"] == path
    assert read_waiting(app) == 1


@pytest.mark.parametrize(
    ("files", "data"),
    [
        ({"file": ("a.txt", b"")}, {}),
        ({"file": ("a.txt", RULE)}, {"path": "../.."}),
        ({"file": ("a.txt", RULE)}, {"kind": "poem"}),
        ({}, {"path": "a"}),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(client: TestClient, files: dict[str, tuple[str, bytes]], data: dict[str, str]) -> None:
    refused = client.post("/v1/documents", files=files or None, data=data)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_key_must_write_and_sees_its_own_workspace_only(app: App) -> None:
    strict = TestClient(create_app(app, no_auth=False), base_url="http://127.0.0.1")
    bearer = {name: {"Authorization": f"Bearer {secret}"} for name, secret in {**SECRETS, "stranger": "gr_stranger"}.items()}
    send = {"file": ("a.txt", RULE)}
    assert strict.post("/v1/documents", files=send).status_code == 401
    for name in ("reader", "writer"):  # whoever hands something in is told what became of it, and so must be one who may read
        assert strict.post("/v1/documents", files=send, headers=bearer[name]).status_code == 403
    sent = strict.post("/v1/documents", files=send, headers=bearer["admin"])
    assert sent.status_code == 202
    assert strict.get(sent.headers["location"], headers=bearer["reader"]).status_code == 200
    assert strict.get(sent.headers["location"], headers=bearer["stranger"]).status_code == 404


def test_a_large_file_is_taken_and_a_larger_one_is_not(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.post("/v1/documents", files={"file": ("a.txt", b"a" * 2 * guard.MAX_BODY)}).status_code == 202
    monkeypatch.setattr(guard, "MAX_FILE", 3_000)
    assert client.post("/v1/documents", files={"file": ("a.txt", b"a" * 4_000)}).status_code == 413
    monkeypatch.setattr(guard, "MAX_FILES_AT_ONCE", 0)
    assert client.post("/v1/documents", files={"file": ("a.txt", RULE)}).status_code == 503


def test_a_key_keeps_another_file_from_passing_for_the_first(client: TestClient) -> None:
    key = {"Idempotency-Key": "k1"}
    first = client.post("/v1/documents", files={"file": ("a.txt", RULE)}, headers=key)
    assert client.post("/v1/documents", files={"file": ("a.txt", RULE)}, headers=key).json() == first.json()
    assert client.post("/v1/documents", files={"file": ("a.txt", b"another")}, headers=key).status_code == 422
