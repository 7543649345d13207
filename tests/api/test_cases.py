"""Cases over HTTP and MCP: who may open, see, resolve and withdraw them, once, and what is left when they are removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, select

from api import case_bodies as bodies
from api.app import create_app
from api.auth import Visit
from api.mcp_server import called
from api.mcp_tools import OPEN_CASE
from api.schemas import RecordBody
from domain.access import LOCAL, ApiKey, Caller, Scope
from domain.document import Document
from domain.passage import Passage
from domain.statement import Statement
from service.derivation import derive
from service.ingest_files import ingest
from service.keys import digest_of
from service.remove import remove, remove_missing
from service.wiring import App
from store.database import make_engine
from tests.api.papers import AT, LETTER, ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, POLICY, SECRETS, VECTOR, filled
from tests.contract.builders import statement

SCOPES = {
    "agent": {Scope.READ, Scope.CASE},
    "second": {Scope.READ, Scope.CASE},
    "reviewer": {Scope.READ, Scope.REVIEW},
    "dana@northwell.example": {Scope.READ, Scope.REVIEW},
}
ASKED: dict[str, Any] = {
    "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
    "step": "pay invoice",
    "facts": {"vendor": "Kestrel Metals", "amount": "EUR 3,400", "po_number": None, "bags": 44, "rush": False, "share": 0.5},
    "stopped": {"reason": "No order number at Zanzibar."},
    "as_of": "2026-03-01",
}
NORM = "Zanzibar invoices may be paid without a PO up to EUR 5,000 when Dana Whitcombe confirms by mail."
DECIDED: dict[str, Any] = {
    "outcome": "proceed",
    "statement": NORM,
    "fields": {
        "modality": "permission",
        "scope": [{"type": "party", "value": "Kestrel Metals"}],
        "overrides": PO_RULE.id,
        "effect": "relaxes",
        "handler": "Dana Whitcombe",
        "valid_to": "2027-12-31",
    },
    "decided_by": "Dana Whitcombe",
    "note": "Zanzibar is slow with numbers.",
}
SEEN = {"If-Match": '"1"'}


class Grammar:
    """Stands for the extractor: takes a sentence for what it is told to be, without a network."""

    def stated(self, document: Document, norm: Passage) -> Statement:
        made = statement(document, norm.span, norm.place)
        return replace(made, carrier=document.kind.value, vector=VECTOR, scope=(), conditions=(), values=(), author=document.title)


@pytest.fixture
def own(held: App, tmp_path: Path) -> Iterator[App]:
    """A filled App that a test may change; the question's networks are those that all tests share."""
    with filled(tmp_path / "data") as app:
        app._encoder, app._topics = held.encoder, held.topics
        app._extractor = Grammar()  # type: ignore[assignment] # nothing else is asked of it
        for name, scopes in SCOPES.items():
            app.ledger.add_key(ApiKey(f"key_{name}", "default", name, digest_of(f"gr_{name}"), frozenset(scopes), AT))
        foreign = frozenset({Scope.READ, Scope.CASE, Scope.REVIEW})
        app.ledger.add_key(ApiKey("key_foreign", "elsewhere", "foreign", digest_of("gr_foreign"), foreign, AT))
        yield app


@pytest.fixture
def web(own: App) -> TestClient:
    return TestClient(create_app(own, no_auth=False), base_url="http://127.0.0.1")


def sent(web: TestClient, path: str, body: object, key: str = "gr_agent", **headers: str) -> Any:
    given = {"Authorization": f"Bearer {key}"} if key else {}
    return web.post(path, json=body, headers=given | {name.replace("_", "-"): text for name, text in headers.items()})


def got(web: TestClient, path: str, key: str = "gr_agent", **headers: str) -> Any:
    return web.get(path, headers={"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): text for name, text in headers.items()})


def opened(web: TestClient, **fields: object) -> dict[str, Any]:
    answer = sent(web, "/v1/cases", ASKED | fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def resolved(web: TestClient, case: dict[str, Any], key: str = "gr_reviewer", **fields: object) -> dict[str, Any]:
    answer = sent(web, f"/v1/cases/{case['id']}/resolution", DECIDED | fields, key, If_Match='"1"')
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (bodies.CaseBody, bodies.CASE_EXAMPLE),
        (bodies.CaseBody, bodies.RESOLVED_EXAMPLE),
        (bodies.CaseBody, bodies.WITHDRAWN_EXAMPLE),
        (bodies.CaseRequest, bodies.CaseRequest.model_config["json_schema_extra"]["example"]),  # type: ignore[index,call-overload]
        (bodies.ResolutionRequest, bodies.ResolutionRequest.model_config["json_schema_extra"]["example"]),  # type: ignore[index,call-overload]
    ],
)
def test_examples_have_their_shapes(shape: Any, shown: dict[str, object]) -> None:
    shape.model_validate(shown)


def test_opening_says_where_the_case_goes_and_which_record_says_so(own: App, web: TestClient) -> None:
    answer = sent(web, "/v1/cases", ASKED)
    body = answer.json()
    bodies.CaseBody.model_validate(body)
    assert (answer.status_code, answer.headers["Location"], answer.headers["ETag"]) == (201, f"/v1/cases/{body['id']}", '"1"')
    asked = got(web, "/v1/records/" + body["decides"]).json()
    decides = sent(web, "/v1/context", {name: ASKED[name] for name in ("task", "step", "facts", "as_of")}).json()["governing"][0]
    assert (body["decides"], body["facts"]) == (decides["record"]["id"], ASKED["facts"])
    assert body["catcher"]["value"] == asked["handler"] == PO_EXCEPTION.handler
    assert (body["catcher"]["basis"], body["catcher"]["record"]) == ("said", PO_EXCEPTION.id)
    [cited] = asked["evidence"]
    assert body["catcher"]["citations"] == [{"path": LETTER.path, "quote": cited["quote"], "place": cited["place"]}]
    for name in ("deadline", "re_entry"):
        assert body[name] == {"value": None, "basis": "not known", "words": None, "record": None, "citations": []}
    row = own.ledger.audit("default", limit=1)[0]
    assert (row.actor, row.action, row.target, row.reason) == ("agent", "case.opened", body["id"], "")


def test_a_refused_handoff_goes_first_and_what_follows_from_it_is_marked_as_inferred(web: TestClient) -> None:
    refused = sent(web, f"/v1/handoffs/{ORDER_HANDOFF.id}/validate", {"payload": {}, "as_of": "2026-03-01"}).json()
    stopped = {"handoff": ORDER_HANDOFF.id, "violations": refused["violations"]}
    body = opened(web, stopped=stopped)
    bodies.CaseBody.model_validate(body)
    assert (body["re_entry"]["value"], body["re_entry"]["basis"]) == (refused["handling"]["re_entry"], "inferred")
    assert [it["pointer"] for it in body["stopped"]["violations"]] == ["/order_number"]
    assert sent(web, "/v1/cases", ASKED | {"stopped": {"handoff": PO_RULE.id}}).status_code == 422
    late = sent(web, "/v1/cases", ASKED | {"stopped": {"handoff": ORDER_HANDOFF.id}, "as_of": "2026-12-01"})
    assert (late.status_code, "does not hold" in late.text) == (422, True)


def test_the_same_open_case_of_the_same_key_is_answered_again(own: App, web: TestClient) -> None:
    first = opened(web)
    again = sent(web, "/v1/cases", ASKED)
    assert (again.status_code, again.json(), "Location" in again.headers) == (200, first, False)
    turned = sent(web, "/v1/cases", ASKED | {"facts": dict(reversed(ASKED["facts"].items()))})
    assert turned.json()["id"] == first["id"]
    other = sent(web, "/v1/cases", ASKED, "gr_second")
    assert (other.status_code, other.json()["id"] != first["id"]) == (201, True)
    resolved(web, first)
    assert sent(web, "/v1/cases", ASKED).status_code == 201


def test_an_idempotency_key_gives_the_first_case_even_when_it_is_resolved(web: TestClient) -> None:
    first = sent(web, "/v1/cases", ASKED, Idempotency_Key="k1")
    resolved(web, first.json())
    again = sent(web, "/v1/cases", ASKED, Idempotency_Key="k1")
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, first.json()["id"], "resolved")
    assert sent(web, "/v1/cases", ASKED | {"step": "other"}, Idempotency_Key="k1").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "  "},
        {"stopped": {}},
        {"stopped": {"reason": "  "}},
        {"stopped": {"handoff": "rec_x"}},
        {"stopped": {"reason": "a\0b"}},
        {"facts": {"name": "\ud800"}},
        {"facts": {"a\0b": 1}},
        {"facts": {"count": 10**30}},
        {"as_of": "2026-02-30"},
        {"callback": "https://example.org"},
    ],
)
def test_an_opening_that_makes_no_sense_is_422_and_stores_nothing(own: App, web: TestClient, wrong: dict[str, Any]) -> None:
    import json

    before = own.ledger.entry("default")
    headers = {"Authorization": "Bearer gr_agent", "Content-Type": "application/json"}
    answer = web.post("/v1/cases", content=json.dumps(ASKED | wrong), headers=headers)
    assert answer.status_code == 422, answer.text
    assert own.ledger.entry("default") == before


def test_a_case_is_polled_by_its_etag_which_changes_when_it_is_overdue(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(web)
    place = f"/v1/cases/{case['id']}"
    assert got(web, place, If_None_Match='"1"').status_code == 304
    assert got(web, place, If_None_Match='"0"').json() == case
    resolved(web, case)
    fresh = got(web, place, If_None_Match='"1"')
    assert (fresh.status_code, fresh.headers["ETag"], fresh.json()["state"]) == (200, '"2"', "resolved")


def test_a_case_is_overdue_once_its_deadline_has_passed(own: App, web: TestClient) -> None:
    text = "Dana Whitcombe decides within two days."
    own.ledger.pin(
        "default", PO_EXCEPTION.id, {"statement": text, "values": [{"kind": "duration", "value": 2, "unit": "day", "text": "two days"}]},
        status=None, actor="test", at=AT, reason="",
    )  # fmt: skip
    case = opened(web)
    assert (case["deadline"]["value"], case["deadline"]["words"], case["state"]) == ("2026-03-03", "within two days", "overdue")
    tag = got(web, f"/v1/cases/{case['id']}").headers["ETag"]
    assert tag == '"1-overdue"'
    assert [it["id"] for it in got(web, "/v1/cases?state=overdue").json()["items"]] == [case["id"]]
    assert got(web, "/v1/cases?state=open").json()["items"] == []
    done = sent(web, f"/v1/cases/{case['id']}/resolution", {"outcome": "refuse"}, "gr_reviewer", If_Match=tag)
    assert (done.status_code, done.json()["state"]) == (200, "resolved")


def test_lists_are_filtered_and_paged_by_cursor(web: TestClient) -> None:
    ids = [opened(web, step=f"step {n}")["id"] for n in range(5)][::-1]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = got(web, f"/v1/cases?limit=2{cursor and '&cursor=' + cursor}").json()
        bodies.CasePage.model_validate(page)
        seen += [it["id"] for it in page["items"]]
        cursor = page["next"]
    assert seen == ids
    assert [it["id"] for it in got(web, "/v1/cases?step=STEP+3").json()["items"]] == [ids[1]]
    assert len(got(web, "/v1/cases?catcher=dana+whitcombe&state=waiting").json()["items"]) == 5
    assert got(web, "/v1/cases?state=resolved").json() == {"items": [], "next": None}
    assert got(web, "/v1/cases?cursor=x").status_code == 422
    assert got(web, "/v1/cases?step=a%00b").status_code == 422
    assert got(web, "/v1/cases/case_%00").status_code == 404


@pytest.mark.parametrize(
    ("key", "status"), [("", 401), ("gr_no", 401), (SECRETS["reader"], 403), (SECRETS["writer"], 403), ("gr_reviewer", 403)]
)
def test_who_may_not_open_opens_nothing(own: App, web: TestClient, key: str, status: int) -> None:
    before = own.ledger.entry("default")
    assert sent(web, "/v1/cases", ASKED, key).status_code == status
    assert own.ledger.entry("default") == before


@pytest.mark.parametrize(("key", "status"), [("", 401), (SECRETS["reader"], 403), ("gr_agent", 403), ("gr_foreign", 404)])
def test_who_may_not_resolve_resolves_nothing(web: TestClient, key: str, status: int) -> None:
    case = opened(web)
    assert sent(web, f"/v1/cases/{case['id']}/resolution", DECIDED, key, If_Match='"1"').status_code == status
    assert got(web, f"/v1/cases/{case['id']}").json() == case


def test_another_workspace_sees_no_case(web: TestClient) -> None:
    case = opened(web)
    assert got(web, f"/v1/cases/{case['id']}", "gr_foreign").status_code == 404
    assert got(web, "/v1/cases", "gr_foreign").json()["items"] == []


def test_a_resolution_becomes_a_proposed_record_whose_evidence_is_the_case(own: App, web: TestClient) -> None:
    case = opened(web)
    done = resolved(web, case)
    bodies.CaseBody.model_validate(done)
    assert [(it["what"], it["actor"]) for it in done["history"]] == [("opened", "agent"), ("resolved", "reviewer")]
    record = got(web, f"/v1/records/{done['resolution']['record']}").json()
    RecordBody.model_validate(record)
    shown = tuple(record[name] for name in ("status", "documentation", "authority", "recurrence"))
    assert shown == ("proposed", "undocumented", 2, "standing")
    assert (record["overrides"], record["effect"], record["handler"], record["modality"], record["valid_to"]) == (
        PO_RULE.id, "relaxes", "Dana Whitcombe", "permission", "2027-12-31",
    )  # fmt: skip
    [cited] = record["evidence"]
    assert (cited["path"], cited["quote"]) == (f"cases/{case['id']}.txt", NORM)
    document = got(web, f"/v1/documents/{cited['document']}").json()
    assert (document["kind"], document["formal"]) == ("case", False)
    assert got(web, f"/v1/documents/{cited['document']}/text").text[cited["start"] : cited["end"]] == NORM
    assert [row.action for row in own.ledger.audit("default", limit=1)] == ["case.resolved"]
    revision = own.ledger.revision("default")
    assert derive(own, LOCAL) == revision, "what is derived again is the same"


def test_an_approvers_key_gives_the_record_an_approvers_authority(own: App, web: TestClient) -> None:
    own.settings = own.settings.model_copy(update={"approvers": frozenset({"dana@northwell.example"})})
    done = resolved(web, opened(web), "gr_dana@northwell.example")
    record = got(web, f"/v1/records/{done['resolution']['record']}").json()
    assert (record["authority"], "configured approver" in record["authority_reason"]) == (3, True)
    claimed = resolved(web, opened(web, step="other"), "gr_reviewer", decided_by="dana@northwell.example", fields={})
    assert got(web, f"/v1/records/{claimed['resolution']['record']}").json()["authority"] == 2, "whom it names proves nothing"


def test_a_favour_for_once_is_a_one_off_and_a_decision_without_a_norm_makes_no_record(own: App, web: TestClient) -> None:
    once = resolved(web, opened(web), recurrence="one_off", fields={"scope": []})
    record = got(web, f"/v1/records/{once['resolution']['record']}").json()
    assert (record["recurrence"], record["valid_to"] is not None) == ("one_off", True)
    revision = own.ledger.revision("default")
    done = resolved(web, opened(web, step="other"), statement=None, fields=None)
    assert (done["resolution"]["record"], done["resolution"]["kind"], own.ledger.revision("default")) == (None, None, revision)


def test_the_next_identical_case_says_that_the_earlier_one_answers_it(web: TestClient) -> None:
    first = opened(web)
    done = resolved(web, first)
    again = opened(web)
    assert again["answered_by"] == {"record": done["resolution"]["record"], "case": first["id"]}
    assert again["catcher"]["value"] == "Dana Whitcombe"


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "maybe"},
        {"statement": " \u200b "},
        {"statement": None},
        {"kind": "handoff"},
        {"fields": {"authority": 4}},
        {"fields": {"overrides": "rec_x", "effect": "lifts"}},
        {"fields": {"overrides": PO_RULE.id}},
        {"fields": {"valid_to": "2026-02-30"}},
        {"note": "a\0b"},
    ],
)
def test_a_decision_that_makes_no_sense_is_422_and_leaves_the_case_open(own: App, web: TestClient, wrong: dict[str, Any]) -> None:
    case = opened(web)
    before = own.ledger.entry("default")
    answer = sent(web, f"/v1/cases/{case['id']}/resolution", DECIDED | wrong, "gr_reviewer", If_Match='"1"')
    assert answer.status_code == 422, answer.text
    assert own.ledger.entry("default") == before


def test_two_people_cannot_both_decide(web: TestClient) -> None:
    place = f"/v1/cases/{opened(web)['id']}/resolution"
    assert sent(web, place, DECIDED, "gr_reviewer").status_code == 428
    assert sent(web, place, DECIDED, "gr_reviewer", If_Match='W/"1"').status_code == 412
    assert sent(web, place, DECIDED, "gr_reviewer", If_Match='"1"', Idempotency_Key="k").status_code == 200
    late = sent(web, place, DECIDED | {"outcome": "refuse"}, "gr_reviewer", If_Match='"1"')
    assert (late.status_code, late.headers["ETag"]) == (412, '"2"')
    assert sent(web, place, DECIDED, "gr_reviewer", If_Match='"2"').status_code == 422
    again = sent(web, place, DECIDED, "gr_reviewer", If_Match='"1"', Idempotency_Key="k")
    assert (again.status_code, again.json()["revision"]) == (200, 2)


@pytest.mark.parametrize(("key", "status"), [("gr_second", 403), (SECRETS["reader"], 403), ("gr_agent", 200), ("gr_reviewer", 200)])
def test_a_case_is_withdrawn_by_who_opened_it_or_by_a_reviewer(own: App, web: TestClient, key: str, status: int) -> None:
    place = f"/v1/cases/{opened(web)['id']}"
    answer = sent(web, f"{place}/withdrawal", {"reason": "Kestrel sent the number."}, key, If_Match='"1"')
    assert answer.status_code == status
    if status == 200:
        bodies.CaseBody.model_validate(answer.json())
        assert (answer.json()["state"], answer.json()["withdrawn_because"]) == ("withdrawn", "Kestrel sent the number.")
        assert own.ledger.audit("default", limit=1)[0].action == "case.withdrawn"
        assert sent(web, f"{place}/resolution", DECIDED, "gr_reviewer", If_Match='"2"').status_code == 422
    assert sent(web, f"{place}/withdrawal", {"reason": " "}, key, If_Match='"2"').status_code == 422


def test_an_agent_opens_a_case_over_mcp_with_the_same_scope_and_shape(own: App) -> None:
    agent = Visit(own, Caller("default", "agent", frozenset({Scope.READ, Scope.CASE})))
    result = called(OPEN_CASE, agent, ASKED)
    assert not result.is_error
    bodies.CaseBody.model_validate(result.structured_content)
    reader = Visit(own, Caller("default", "reader", frozenset({Scope.READ})))
    assert called(OPEN_CASE, reader, ASKED).is_error
    assert called(OPEN_CASE, Visit(own, Caller("default", "x", frozenset({Scope.CASE}))), ASKED).is_error
    assert len(own.ledger.audit("default")) == len([r for r in own.ledger.audit("default") if r.action != "case.opened"]) + 1


def in_tables(url: str, secret: str) -> list[str]:
    """Names of the tables with a word in any row."""
    engine = make_engine(url)
    meta = MetaData()
    meta.reflect(engine)
    with engine.connect() as connection:
        found = [t.name for t in meta.sorted_tables for row in connection.execute(select(t)) if secret.encode() in _bytes(row)]
    engine.dispose()
    return sorted(set(found))


def _bytes(row: Any) -> bytes:
    return b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)


def test_removing_the_decision_leaves_no_word_of_the_case_in_any_table(own: App, web: TestClient) -> None:
    case = opened(web)
    done = resolved(web, case)
    url = own.settings.ledger_url
    assert set(in_tables(url, "Zanzibar")) >= {"opened_case", "source", "document", "passage", "statement", "record_version"}
    remove(own, LOCAL, [done["resolution"]["path"]])
    assert in_tables(url, "Zanzibar") == []
    left = got(web, f"/v1/cases/{case['id']}").json()
    bodies.CaseBody.model_validate(left)
    assert (left["state"], left["erased"], left["task"], left["facts"], left["resolution"]["statement"]) == ("resolved", True, "", {}, None)
    assert got(web, f"/v1/records/{done['resolution']['record']}").status_code == 404
    for file in own.settings.data_dir.glob("ledger.db*"):
        assert b"Zanzibar" not in file.read_bytes()


def test_removing_what_a_case_was_routed_by_takes_that_out_of_it(own: App, web: TestClient) -> None:
    case = opened(web)
    remove(own, LOCAL, [LETTER.path])
    left = got(web, f"/v1/cases/{case['id']}").json()
    assert (left["catcher"]["value"], left["decides"], left["task"]) == (None, None, case["task"])


def test_pruning_a_folder_leaves_decisions_and_no_file_may_take_their_place(own: App, web: TestClient, tmp_path: Path) -> None:
    path = resolved(web, opened(web))["resolution"]["path"]
    gone = remove_missing(own, LOCAL, {POLICY.path})
    assert path not in gone.paths
    assert path in [state.source.path for state in own.ledger.sources("default")]
    forged = tmp_path / "folder" / path
    forged.parent.mkdir(parents=True)
    forged.write_text("Zanzibar invoices are always paid.")
    summary = ingest(own, LOCAL, [tmp_path / "folder"], workers=1)
    assert [refusal.path for refusal in summary.refused] == [path]
    assert len(own.ledger.versions("default", path)) == 1
