"""Whatever happens to sources, labels and records, no answer of any route or tool holds what its caller may not see."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from api.app import create_app
from api.event_stream import Pace
from api.mcp_tools import TOOLS
from api.routes import changes
from domain.access import LOCAL
from tests.hostile.sight_world import KEYS, LABELS, PATHS, WORKSPACES, Key, World, canary

EXAMPLES = int(os.environ.get("GROUNDRULE_TEST_SIGHT", "4"))
UNKNOWN = {"record": "rec_ffffffffffffffffffff", "document": "doc_ffffffffffffffffffff"}
DAY = "2026-03-01"
WORDS = " ".join(canary(workspace, path) for workspace in WORKSPACES for path in PATHS)
TASK = {"task": f"Pay the invoice late without an order for {WORDS}."[:4000], "facts": {"amount": "EUR 500"}, "as_of": DAY, "limit": 100}
#: A route that takes a body and is not named here fails the test, so that a new one is walked from birth.
STEP: dict[str, Any] = {"task": "Pay the invoice late.", "stopped": {"reason": "Nobody said."}, "as_of": DAY}
BODIES: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("post", "/v1/context"): [TASK],
    ("post", "/v1/search"): [{"text": "Pay the invoice late.", "limit": 50}],
    ("post", "/v1/handoffs/{record_id}/validate"): [{"payload": {"number": 1}, "as_of": DAY}],
    ("post", "/v1/records/{record_id}/decision"): [
        {"decision": "approve"},
        {"decision": "edit", "fields": {"overrides": UNKNOWN["record"]}},
    ],
    ("put", "/v1/sources/labels"): [{"paths": [path], "add": ["hr"]} for path in PATHS],
    ("post", "/v1/records/{record_id}/undo"): [{}],
    ("post", "/v1/cases"): [STEP],
    ("post", "/v1/cases/{case_id}/resolution"): [{"outcome": "other"}],
    ("post", "/v1/cases/{case_id}/withdrawal"): [{"reason": "Nobody needs it any more."}],
    ("post", "/v1/webhooks"): [{"url": "https://hooks.acme.example/told", "events": ["record.put"]}],
    ("post", "/v1/documents"): [{}],
}
QUERIES: dict[str, list[str]] = {
    "/v1/records": [
        "?status=proposed&status=approved&status=rejected&status=claimed&limit=500",
        "?revision=1&limit=500",
        "?revision=3",
        "?limit=1",
    ],
    "/v1/handoffs/{record_id}/diff": ["?from_revision=1&to_revision=2", "?from_revision=2&to_revision=1"],
    "/v1/changes": ["?limit=500", "?after=2&limit=2"],
    "/v1/process-map": ["", "?format=mermaid", "?format=bpmn"],
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "check_case": TASK,
    "find_rules": {"text": "Pay the invoice late.", "limit": 500},
    "get_record": {"id": "{record_id}"},
    "validate_handoff": {"id": "{record_id}", "payload": {"number": 1}},
    "what_changed": {"limit": 500},
    "open_case": STEP,
}


@cache
def routes() -> tuple[tuple[str, str], ...]:
    reference = create_app(World().app, no_auth=True).openapi()["paths"]
    return tuple((method, path) for path, methods in reference.items() for method in methods)


def test_every_route_and_tool_is_walked() -> None:
    taking = {(method, path) for method, path in routes() if method in ("post", "put", "patch")}
    assert taking == set(BODIES)
    assert set(ARGUMENTS) == set(TOOLS)


class Sights(RuleBasedStateMachine):
    """Any order of ingesting, labelling, deciding and removing; after each, one key asks everything."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.web = TestClient(create_app(self.world.app, no_auth=False), base_url="http://127.0.0.1", raise_server_exceptions=False)
        self.web.__enter__()  # one loop for all requests of an example

    def teardown(self) -> None:
        self.web.__exit__(None, None, None)
        self.world.app.beside.shutdown(wait=False)

    @initialize(labels=st.lists(st.sampled_from(LABELS), min_size=4, max_size=4), key=st.sampled_from(KEYS))
    def begin(self, labels: list[frozenset[str]], key: Key) -> None:
        for path, some in zip(PATHS[:3], labels, strict=False):
            self.world.ingest("default", path, 1, some)
        self.world.ingest("elsewhere", PATHS[0], 1, labels[3])
        self.ask(key)

    @rule(
        workspace=st.sampled_from(WORKSPACES),
        path=st.sampled_from(PATHS),
        version=st.integers(1, 2),
        labels=st.sampled_from(LABELS),
        key=st.sampled_from(KEYS),
    )
    def ingest(self, workspace: str, path: str, version: int, labels: frozenset[str], key: Key) -> None:
        self.world.ingest(workspace, path, version, labels)
        self.ask(key)

    @rule(path=st.sampled_from(PATHS), labels=st.sampled_from(LABELS), key=st.sampled_from(KEYS))
    def relabel(self, path: str, labels: frozenset[str], key: Key) -> None:
        if path in self.world.present["default"]:
            self.world.label("default", path, labels)
        self.ask(key)

    @rule(data=st.data(), verb=st.sampled_from(["approve", "reject", "merge", "edit"]), key=st.sampled_from(KEYS))
    def decide(self, data: st.DataObject, verb: str, key: Key) -> None:
        records = self.world.app.snapshot(LOCAL).records
        if records:
            chosen, other = (data.draw(st.sampled_from(sorted(records))) for _ in range(2))
            body = {"decision": verb, "reason": f"the same as {other}"}
            body |= {"into": other} if verb == "merge" else {"fields": {"overrides": other}} if verb == "edit" else {}
            tag = {"If-Match": f'"{records[chosen].revision}"'}
            self.send(Key("default", None), "POST", f"/v1/records/{chosen}/decision", body, tag)
        self.ask(key)

    @rule(path=st.sampled_from(PATHS), key=st.sampled_from(KEYS))
    def remove(self, path: str, key: Key) -> None:
        if path in self.world.present["default"]:
            there = [d.id for d in self.world.app.snapshot(LOCAL).documents.values() if d.path == path]
            assert self.send(Key("default", None), "DELETE", f"/v1/documents/{there[0]}").status_code == 200
            del self.world.present["default"][path]
            self.world.derive("default")
        self.ask(key)

    def send(self, key: Key, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        kept = {"Authorization": f"Bearer {key.secret}", "Accept": "application/json", **(headers or {})}
        answer = self.web.request(method, path, json=body, headers=kept)
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def ask(self, key: Key) -> None:
        """Everything, and looks for what may not be there."""
        forbidden = self.world.forbidden(key)
        ids = {
            "record": [UNKNOWN["record"], *sorted(self.world.records)[:: max(1, len(self.world.records) // 4)]],
            "document": [UNKNOWN["document"], *sorted(self.world.documents)],
        }
        for method, path in routes():
            for suffix in QUERIES.get(path, [""]):
                for body in BODIES.get((method, path), [None]):
                    self._walk(key, method, path + suffix, body, ids, forbidden)
        self._stream(key, forbidden)
        for tool, arguments in ARGUMENTS.items():
            self._call(key, tool, arguments, ids["record"], forbidden)

    def _walk(self, key: Key, method: str, path: str, body: object, ids: dict[str, list[str]], forbidden: set[str]) -> None:
        named = re.search(r"\{(record|document)_id\}", path)
        if named is None:
            asked = json.dumps(body) if body is not TASK else ""
            self._clean(self.send(key, method, path, body), forbidden - {word for word in forbidden if word in asked}, path)
            return
        kind, told = named[1], {}
        for one in ids[kind]:
            mine = self.world.documents if kind == "document" else self.world.records
            if method == "delete" and one not in forbidden and one in mine:
                continue  # what may be removed is removed by a rule
            answer = self.send(key, method, path.replace(named[0], one), body, {"If-Match": '"99999"'} if method == "post" else None)
            self._clean(answer, forbidden - {one}, path)
            if one in forbidden or one == UNKNOWN[kind]:
                told[one] = (
                    answer.status_code,
                    answer.text.replace(one, ""),
                    {k: v for k, v in answer.headers.items() if k != "content-length"},
                )
        assert len({repr(it) for it in told.values()}) <= 1, (path, told)

    def _stream(self, key: Key, forbidden: set[str]) -> None:
        self._clean(self.send(key, "GET", "/v1/changes", None, {"Accept": "text/event-stream"}), forbidden, "stream")

    def _call(self, key: Key, tool: str, arguments: dict[str, Any], ids: list[str], forbidden: set[str]) -> None:
        for one in ids if arguments.get("id") else ids[:1]:
            filled = {**arguments, **({"id": one} if "id" in arguments else {})}
            messages = [("tools/call", {"name": tool, "arguments": filled})]
            messages += [("resources/read", {"uri": f"groundrule://record/{one}"})] if tool == "get_record" else []
            for method, params in messages:
                message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
                headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
                self._clean(self.send(key, "POST", "/mcp", message, headers), forbidden - {one}, tool)

    def _clean(self, answer: Any, forbidden: set[str], where: str) -> None:
        whole = f"{answer.text} {dict(answer.headers)}"
        leaked = {word for word in forbidden if word in whole}
        assert not leaked, (where, leaked, whole[:3000])


def test_nothing_leaks_at_any_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PACE", Pace(0.0, 15.0, 0.002))
    run_state_machine_as_test(
        Sights,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=4,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a failing example is short as it is, and the walk is long
            derandomize=EXAMPLES < 100,
        ),
    )


def test_the_walk_would_notice() -> None:
    """A key that may read everything is told the canaries that others may not hear."""
    world = World()
    for path, labels in zip(PATHS, LABELS, strict=True):
        world.ingest("default", path, 1, labels)
    web = TestClient(create_app(world.app, no_auth=False), base_url="http://127.0.0.1")
    seen: Iterator[str] = (
        web.get("/v1/records?limit=500", headers={"Authorization": f"Bearer {Key('default', labels).secret}"}).text
        for labels in (None, LABELS[0])
    )
    every, nobody = seen
    assert all(canary("default", path) in every for path in PATHS)
    assert [path for path in PATHS if canary("default", path) in nobody] == ["public.md"]
