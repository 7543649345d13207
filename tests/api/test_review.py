"""Decisions over HTTP: who may, on what they have seen, once; and the queue of what waits for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.review_bodies import QUEUE_EXAMPLE, QueuePage
from api.schemas import Problem, RecordBody
from domain.access import LOCAL, ApiKey, Scope
from domain.record import EvidenceRole, Status
from service.keys import digest_of
from service.wiring import App
from tests.api.papers import (
    AT,
    CLAIMED,
    GRANT,
    LETTER,
    ORDER_HANDOFF,
    PO_EXCEPTION,
    PO_RULE,
    RECORDS,
    SECRETS,
    evidence,
    filled,
)

REVIEWER = {"Authorization": "Bearer gr_reviewer"}
SEEN = {"If-Match": '"1"'}
TWIN = replace(PO_EXCEPTION, id="rec_00000000000000000005", evidence=(evidence(LETTER, GRANT, EvidenceRole.REPEATS),), overrides=None)
APPROVE = {"decision": "approve", "reason": "Checked with Dana."}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path) as app:
        for name, workspace in (("reviewer", "default"), ("foreign", "elsewhere")):
            scopes = frozenset({Scope.READ, Scope.REVIEW})
            app.ledger.add_key(ApiKey(f"key_{name}", workspace, name, digest_of(f"gr_{name}"), scopes, AT))
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1", headers=REVIEWER)


def decided(web: TestClient, body: dict[str, Any], record_id: str = PO_EXCEPTION.id, **headers: str) -> Any:
    sent = {**SEEN, "Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return web.post(f"/v1/records/{record_id}/decision", content=json.dumps(body), headers=sent)


def test_approving_answers_the_new_version_and_is_audited_with_the_callers_name(own: App, web: TestClient) -> None:
    answer = decided(web, APPROVE)
    assert (answer.status_code, answer.headers["ETag"], answer.json()["status"]) == (200, '"2"', "approved")
    RecordBody.model_validate(answer.json())
    row = own.ledger.audit("default", limit=1)[0]
    assert (row.actor, row.action, row.target, row.reason) == ("reviewer", "record.decided", PO_EXCEPTION.id, "Checked with Dana.")
    assert web.get(f"/v1/records/{PO_EXCEPTION.id}").headers["ETag"] == '"2"'


def test_without_if_match_nothing_is_decided(own: App, web: TestClient) -> None:
    answer = web.post(f"/v1/records/{PO_EXCEPTION.id}/decision", json=APPROVE)
    assert (answer.status_code, answer.headers["Content-Type"]) == (428, "application/problem+json")
    Problem.model_validate(answer.json())
    assert own.ledger.revision("default") == 1


@pytest.mark.parametrize("tag", ['"7"', '"0"', 'W/"1"', "*", "1", '"x"', ""])
def test_a_tag_of_another_version_is_412_with_the_present_one(own: App, web: TestClient, tag: str) -> None:
    answer = decided(web, APPROVE, If_Match=tag)
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"1"')
    assert "look at it again" in answer.json()["detail"]
    assert own.ledger.revision("default") == 1


def test_of_several_tags_one_must_be_the_present_one(web: TestClient) -> None:
    assert decided(web, APPROVE, If_Match='"7", "8"').status_code == 412
    assert decided(web, APPROVE, If_Match='"7", "1"').status_code == 200


def test_fields_are_set_as_in_the_records_json_and_stay_set(own: App, web: TestClient) -> None:
    fields = {"to": "payables", "fields": [{"name": "order number", "required": False}], "channel": None}
    answer = decided(web, {"decision": "approve", "fields": fields}, ORDER_HANDOFF.id)
    body = answer.json()
    assert (body["to"], body["fields"], body["status"]) == ("payables", fields["fields"], "approved")
    own.ledger.commit_records("default", RECORDS, actor="test", at=AT)
    assert web.get(f"/v1/records/{ORDER_HANDOFF.id}").json()["to"] == "payables"
    test = {"fact": "amount", "op": "<=", "value": 4000, "unit": "EUR"}
    edit = {"decision": "edit", "fields": {"conditions": [{"text": "up to EUR 4,000", "test": test}]}}
    changed = decided(web, edit).json()
    assert (changed["conditions"][0]["test"], changed["status"]) == (test, "proposed")


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "split"},
        {"decision": "reject"},
        {"decision": "reject", "reason": "  "},
        {"decision": "edit"},
        {"decision": "edit", "fields": {}},
        {"decision": "reject", "reason": "no", "fields": {"handler": "Tom"}},
        {"decision": "approve", "into": PO_RULE.id},
        {"decision": "merge"},
        {"decision": "merge", "into": PO_EXCEPTION.id},
        {"decision": "merge", "into": PO_RULE.id},
        {"decision": "merge", "into": "rec_x"},
        {"decision": "edit", "fields": {"authority": 4}},
        {"decision": "edit", "fields": {"statement": None}},
        {"decision": "edit", "fields": {"handler": 7}},
        {"decision": "edit", "fields": {"handler": "\ud800"}},
        {"decision": "edit", "fields": {"handler": "a\0b"}},
        {"decision": "edit", "fields": {"valid_to": "2026-02-30"}},
        {"decision": "edit", "fields": {"overrides": PO_EXCEPTION.id}},
        {"decision": "edit", "fields": {"superseded_by": "rec_x"}},
        {"decision": "edit", "fields": {"values": [{"kind": "money", "value": 1e300, "unit": "EUR", "text": "much"}]}},
        {"decision": "approve", "reason": "a\0b"},
    ],
)
def test_what_makes_no_sense_is_422_and_changes_nothing(own: App, web: TestClient, body: dict[str, Any]) -> None:
    answer = decided(web, body)
    assert answer.status_code == 422, answer.text
    assert own.ledger.revision("default") == 1


def test_a_chain_of_overrides_may_not_lead_back(web: TestClient) -> None:
    answer = decided(web, {"decision": "edit", "fields": {"overrides": PO_EXCEPTION.id}}, PO_RULE.id)
    assert (answer.status_code, "lead back" in answer.json()["detail"]) == (422, True)


def test_a_handoff_needs_its_ends(web: TestClient) -> None:
    assert decided(web, {"decision": "edit", "fields": {"to": None}}, ORDER_HANDOFF.id).status_code == 422


def test_merging_rejects_the_repetition_and_leaves_the_other_as_it_is(own: App, web: TestClient) -> None:
    own.ledger.commit_records("default", [*RECORDS, TWIN], actor="test", at=AT)
    before = own.ledger.record("default", PO_EXCEPTION.id)
    merge = {"decision": "merge", "into": PO_EXCEPTION.id, "reason": "one letter"}
    answer = decided(web, merge, TWIN.id, If_Match='"2"')
    assert answer.json()["status"] == "rejected"
    assert own.ledger.audit("default", limit=1)[0].reason == f"the same as {PO_EXCEPTION.id}: one letter"
    assert own.ledger.record("default", PO_EXCEPTION.id) == before
    back = decided(web, {"decision": "merge", "into": TWIN.id})
    assert back.status_code == 422, "what is rejected takes nothing in"


@pytest.mark.parametrize(("key", "status"), [(SECRETS["reader"], 403), (SECRETS["writer"], 403), ("gr_foreign", 404), ("gr_no", 401)])
def test_who_may_not_decide_decides_nothing(own: App, web: TestClient, key: str, status: int) -> None:
    assert decided(web, APPROVE, Authorization=f"Bearer {key}").status_code == status
    assert own.ledger.revision("default") == 1


def test_the_same_request_with_the_same_key_is_carried_out_once(own: App, web: TestClient) -> None:
    first = decided(web, APPROVE, Idempotency_Key="k1")
    rows = own.ledger.audit("default")
    for _ in range(3):
        again = decided(web, APPROVE, Idempotency_Key="k1")
        assert (again.status_code, again.content, again.headers["ETag"]) == (200, first.content, '"2"')
    assert own.ledger.audit("default") == rows
    other = decided(web, {"decision": "reject", "reason": "no"}, Idempotency_Key="k1", If_Match='"2"')
    assert other.status_code == 422
    elsewhere = decided(web, APPROVE, ORDER_HANDOFF.id, Idempotency_Key="k1")
    assert elsewhere.status_code == 422
    assert own.ledger.audit("default") == rows


def test_a_key_that_failed_can_be_used_again_and_one_belongs_to_its_caller(own: App, web: TestClient) -> None:
    assert decided(web, APPROVE, Idempotency_Key="k1", If_Match='"7"').status_code == 412
    assert decided(web, APPROVE, Idempotency_Key="k1").status_code == 200
    admin = decided(web, APPROVE, ORDER_HANDOFF.id, Idempotency_Key="k1", Authorization=f"Bearer {SECRETS['admin']}")
    assert admin.status_code == 200


def test_the_queue_has_proposed_records_with_their_reasons_the_most_urgent_first(web: TestClient) -> None:
    page = web.get("/v1/review/queue").json()
    QueuePage.model_validate(page)
    assert [item["record"]["id"] for item in page["items"]] == [PO_EXCEPTION.id, ORDER_HANDOFF.id]
    assert [reason["cause"] for reason in page["items"][0]["reasons"]] == ["loosens", "undocumented"]
    assert page["open"]["total"] == 2
    assert page["open"]["kinds"] == {"rule": 0, "exception": 1, "handoff": 1}
    assert page["open"]["reasons"]["loosens"] == 1
    assert CLAIMED.id not in str(page)


def test_the_queue_is_filtered_and_its_counts_are_not(web: TestClient) -> None:
    for query, found in (("kind=handoff", [ORDER_HANDOFF.id]), ("documentation=undocumented", [PO_EXCEPTION.id]), ("reason=conflict", [])):
        page = web.get(f"/v1/review/queue?{query}").json()
        assert [item["record"]["id"] for item in page["items"]] == found
        assert page["open"]["total"] == 2
    assert web.get("/v1/review/queue?reason=whim").status_code == 422


def test_the_queue_names_a_conflict_from_either_side_but_not_that_of_an_exception_with_its_rule(own: App, web: TestClient) -> None:
    loose = replace(PO_EXCEPTION, overrides=None)
    own.ledger.commit_records("default", [PO_RULE, loose, ORDER_HANDOFF, CLAIMED], actor="test", at=AT)
    [item] = web.get("/v1/review/queue?reason=conflict").json()["items"]
    assert (item["record"]["id"], PO_RULE.id in str(item["reasons"])) == (PO_EXCEPTION.id, True)


def test_a_page_of_the_queue_goes_on_where_the_last_one_ended_though_something_was_decided(own: App, web: TestClient) -> None:
    own.ledger.commit_records("default", [*RECORDS, TWIN], actor="test", at=AT)
    whole = [item["record"]["id"] for item in web.get("/v1/review/queue").json()["items"]]
    first = web.get("/v1/review/queue?limit=1").json()
    assert decided(web, APPROVE, first["items"][0]["record"]["id"], If_Match='"2"').status_code == 200
    rest = web.get("/v1/review/queue", params={"cursor": first["next"]}).json()
    assert [item["record"]["id"] for item in rest["items"]] == whole[1:]
    assert rest["next"] is None


@pytest.mark.parametrize("cursor", ["x", "2026-02-30~0.5000~0.500000~rec_x", "2026-03-01~9.0000~0.500000~rec_x", "2026-03-01~0.5000"])
def test_a_cursor_that_is_none_is_422(web: TestClient, cursor: str) -> None:
    assert web.get("/v1/review/queue", params={"cursor": cursor}).status_code == 422


def test_another_workspace_has_an_empty_queue(web: TestClient) -> None:
    page = web.get("/v1/review/queue", headers={"Authorization": "Bearer gr_foreign"}).json()
    assert (page["items"], page["open"]["total"]) == ([], 0)


def test_the_example_of_the_queue_is_a_possible_answer() -> None:
    QueuePage.model_validate(QUEUE_EXAMPLE)


def test_one_s_own_last_decision_can_be_taken_back_and_nobody_else_s(own: App, web: TestClient) -> None:
    where = f"/v1/records/{PO_EXCEPTION.id}"
    approved = decided(web, APPROVE)
    assert web.post(f"{where}/undo").status_code == 428
    assert web.post(f"{where}/undo", headers={"If-Match": '"1"'}).status_code == 412
    key = {"If-Match": approved.headers["etag"], "Idempotency-Key": "u1"}
    undone = web.post(f"{where}/undo", headers=key)
    assert (undone.status_code, undone.json()["status"]) == (200, "proposed")
    assert web.post(f"{where}/undo", headers=key).json() == undone.json()
    again = web.post(f"{where}/undo", headers={"If-Match": undone.headers["etag"]})
    assert again.status_code == 422
    own.ledger.pin("default", PO_EXCEPTION.id, {"handler": "Tom"}, status=None, actor="somebody else", at=AT, reason="")
    present = web.get(where).headers["etag"]
    assert web.post(f"{where}/undo", headers={"If-Match": present}).status_code == 422


def test_similar_records_say_what_they_share_and_which_must_be_decided_alone(own: App, web: TestClient) -> None:
    twin = replace(PO_EXCEPTION, id="rec_twin", statement="Kestrel is paid without a PO number.", rivals=())
    own.ledger.commit_records("default", [*RECORDS, twin], actor="test", at=AT)
    found = web.get(f"/v1/records/{PO_EXCEPTION.id}/similar").json()["items"]
    assert [(it["record"]["id"], it["alone"]) for it in found] == [("rec_twin", True)]
    assert f"about {PO_EXCEPTION.scope[0].value}" in found[0]["why"]
    assert web.get("/v1/records/rec_none/similar").status_code == 404


def test_a_queue_that_moves_on_is_the_queue_worked_out_anew(own: App, web: TestClient) -> None:
    from service.review import Queues

    twins = [replace(PO_EXCEPTION, id=f"rec_twin{i}", statement=f"Kestrel case {i}.", rivals=()) for i in range(4)]
    own.ledger.commit_records("default", [*RECORDS, *twins], actor="test", at=AT)
    own.queues.of(own.snapshot(LOCAL), "2026-03-01")
    steps: list[tuple[str, dict[str, object], Status | None]] = [
        ("rec_twin1", {}, Status.APPROVED),
        (PO_RULE.id, {"valid_to": "2026-02-01"}, None),
        ("rec_twin2", {"overrides": None}, None),
        (PO_RULE.id, {}, Status.REJECTED),
    ]
    for record_id, fields, status in steps:
        own.ledger.pin("default", record_id, fields, status=status, actor="ines", at=AT, reason="x")
        snapshot = own.snapshot(LOCAL)
        assert own.queues.of(snapshot, "2026-03-01") == Queues().of(snapshot, "2026-03-01")
    own.ledger.commit_records("default", [PO_RULE, *twins[2:]], actor="test", at=AT)
    snapshot = own.snapshot(LOCAL)
    assert own.queues.of(snapshot, "2026-03-01") == Queues().of(snapshot, "2026-03-01")
