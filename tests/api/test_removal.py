"""Removal over HTTP, and what the door tells of a document and its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from domain.access import ApiKey, Scope
from domain.document import Mark, MarkKind
from domain.ports import Reading
from domain.source import source_of
from domain.span import Span
from service.keys import digest_of
from service.wiring import App
from tests.api.papers import AT, LETTER, POLICY, POLICY_BYTES, RULE, SECRETS, filled

BOTH = {"Authorization": "Bearer gr_remover"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    """A filled App that a test may change, with a key that reads and writes."""
    with filled(tmp_path) as app:
        scopes = frozenset({Scope.READ, Scope.WRITE})
        app.ledger.add_key(ApiKey("key_remover", "default", "remover", digest_of("gr_remover"), scopes, AT))
        app.ledger.add_key(ApiKey("key_foreign", "elsewhere", "foreign", digest_of("gr_foreign"), scopes, AT))
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1")


def test_a_document_is_removed_with_what_rests_on_it(own: App, web: TestClient) -> None:
    answer = web.delete(f"/v1/documents/{POLICY.id}", headers=BOTH)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["paths"], body["sources"], body["documents"], body["cleared"]) == (["policies/ap.md"], 1, 1, True)
    assert body["revision"] == own.ledger.revision("default")
    for path in (f"/v1/documents/{POLICY.id}", f"/v1/documents/{POLICY.id}/text"):
        assert web.get(path, headers=BOTH).status_code == 404
    assert RULE not in web.get("/v1/records", headers=BOTH).text
    assert [row.actor for row in own.ledger.audit("default") if row.action == "source.removed"] == ["remover"]
    assert web.get(f"/v1/documents/{LETTER.id}", headers=BOTH).status_code == 200
    assert web.delete(f"/v1/documents/{POLICY.id}", headers=BOTH).status_code == 404


@pytest.mark.parametrize(
    ("key", "status"), [("", 401), ("gr_unknown", 401), (SECRETS["reader"], 403), (SECRETS["writer"], 403), ("gr_foreign", 404)]
)
def test_who_may_not_remove_removes_nothing(own: App, web: TestClient, key: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = web.delete(f"/v1/documents/{POLICY.id}", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert own.ledger.document("default", POLICY.id) == POLICY


def test_a_document_nobody_knows_is_404_and_a_path_is_no_id(web: TestClient) -> None:
    for name in ("doc_x", "policies%2Fap.md"):
        assert web.delete(f"/v1/documents/{name}", headers=BOTH).status_code == 404


def test_a_document_shows_its_versions_dates_and_marks(own: App, web: TestClient) -> None:
    data = POLICY_BYTES + b"\nMore."
    source = source_of(data, POLICY.path, "text/plain")
    mark = Mark(MarkKind.COMMENT, Span(0, 3), "why?", "Tom", AT, Span(4, 8))
    more: dict[str, Any] = {
        "signed": "2026-01-02",
        "version": "2.1",
        "replaces": "2.0",
        "parent": "doc_z",
        "member": "ap.md",
        "unread_pages": (3,),
    }
    newer = replace(POLICY, id="doc_newer", source_id=source.id, text=data.decode(), marks=(mark,), **more)
    own.ledger.commit_reading("default", source, data, Reading((newer,), (), (), ()), pipeline="test", actor="test", at=AT)
    shown = web.get("/v1/documents/doc_newer", headers=BOTH).json()
    assert (shown["signed"], shown["version"], shown["replaces"], shown["parent"], shown["member"], shown["unread_pages"]) == (
        "2026-01-02", "2.1", "2.0", "doc_z", "ap.md", [3],
    )  # fmt: skip
    assert shown["marks"] == [{"kind": "comment", "start": 0, "end": 3, "target": [4, 8], "label": "why?", "author": "Tom", "at": AT}]
    assert [(it["documents"], it["current"], it["state"], it["committed_at"]) for it in shown["versions"]] == [
        ([POLICY.id], False, "read", AT),
        (["doc_newer"], True, "read", AT),
    ]
    assert shown["current"]
    older = web.get(f"/v1/documents/{POLICY.id}", headers=BOTH).json()
    assert (older["current"], older["versions"]) == (False, shown["versions"])
    assert web.delete(f"/v1/documents/{POLICY.id}", headers=BOTH).json()["sources"] == 2, "all versions go, whichever was named"
