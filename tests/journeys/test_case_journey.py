"""A process with planted trouble, on a folder that is closed between the steps: refused, opened, resolved, answered the next time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.case_bodies import CaseBody
from domain.access import LOCAL, Caller, Scope
from service.demo import demo_folder
from service.ingest_files import ingest
from service.keys import create_key
from service.settings import Settings
from service.wiring import open_app

PAPERS = ("policies/OPS-02-*.docx", "mail/harbour-street-opening-*.eml")
DAY = "2026-03-02"
#: The bag sizes are missing, which the papers ask for.
PAYLOAD = {"order number": "TR-4471", "coffee": "Harbour Blend", "weight": "12 kg"}
TASK = "Send the packing team the pick list for the Saltmarsh Hotel order TR-4471 without the bag size."
FACTS = {"customer": "Saltmarsh Hotel", "order": "TR-4471"}
NORM = "For the Saltmarsh Hotel the order desk may send the pick list without the bag size, because they take whole sacks."

pytestmark = pytest.mark.slow


class Desk:
    """One opening of the data folder, with the agent and the person at its door."""

    def __init__(self, web: TestClient, keys: dict[str, str]) -> None:
        self._web, self._keys = web, keys

    def ask(self, who: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self._keys[who]}", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self._web.request(method, path, json=body, headers=sent)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The data folder with a few of the demo company's papers, and its keys."""
    files = tmp_path_factory.mktemp("files")
    for pattern in PAPERS:
        for file in (demo_folder() / "files").glob(pattern):
            there = files / file.relative_to(demo_folder() / "files")
            there.parent.mkdir(exist_ok=True)
            shutil.copy(file, there)
    folder, keys = tmp_path_factory.mktemp("journey") / "data", {}
    with open_app(settings(folder)) as app:
        assert ingest(app, LOCAL, [files], workers=1).records["handoff"] >= 1
        admin = Caller("default", "operator", frozenset(Scope))
        for name, scopes in (("agent", {Scope.READ, Scope.CASE}), ("petra", {Scope.READ, Scope.REVIEW})):
            keys[name] = create_key(app, admin, name=name, scopes=frozenset(scopes))[1]
    return folder, keys


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, org_domains=frozenset({"tolliverrow.example"}))


@contextmanager
def reopened(data: tuple[Path, dict[str, str]]) -> Iterator[Desk]:
    with open_app(settings(data[0])) as app:
        yield Desk(TestClient(create_app(app, no_auth=False), base_url="http://127.0.0.1"), data[1])


def test_a_step_that_stops_is_decided_by_a_person_and_goes_on_by_itself_the_next_time(
    data: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    with reopened(data) as desk:
        [handoff] = desk.ask("agent", "GET", f"/v1/handoffs?text=pick+list&as_of={DAY}").json()["items"]
        refused = desk.ask("agent", "POST", f"/v1/handoffs/{handoff['id']}/validate", {"payload": PAYLOAD, "as_of": DAY}).json()
        assert not refused["valid"]
        assert [it["field"] for it in refused["violations"]] == ["bag_size"]
        before = desk.ask("agent", "POST", "/v1/context", {"task": TASK, "facts": FACTS, "as_of": DAY}).json()
        assert before["verdict"] != "allowed"

    wanted = {
        "task": TASK,
        "step": "send pick list",
        "facts": FACTS,
        "stopped": {"handoff": handoff["id"], "violations": refused["violations"]},
        "as_of": DAY,
    }
    with reopened(data) as desk:
        answer = desk.ask("agent", "POST", "/v1/cases", wanted)
        assert answer.status_code == 201, answer.text
        case = answer.json()
        CaseBody.model_validate(case)
        place, tag = answer.headers["Location"], answer.headers["ETag"]
        assert (case["catcher"]["value"], case["catcher"]["record"]) == (refused["handling"]["caught_by"], handoff["id"])
        assert (case["re_entry"]["value"], case["re_entry"]["basis"]) == (refused["handling"]["re_entry"], "inferred")
        assert case["catcher"]["citations"][0]["quote"] in handoff["statement"]
        assert (case["deadline"]["value"], case["deadline"]["words"]) == (DAY, "At 15:30")
        assert case["answered_by"] is None

    with reopened(data) as desk:
        assert desk.ask("agent", "GET", place, If_None_Match=tag).status_code == 304
        assert desk.ask("agent", "POST", "/v1/cases", wanted).json()["id"] == case["id"], "it is open already"
        [waiting] = desk.ask("petra", "GET", "/v1/cases?state=waiting").json()["items"]
        assert waiting["id"] == case["id"]
        decision = {
            "outcome": "proceed",
            "statement": NORM,
            "fields": {
                "modality": "permission",
                "scope": [{"type": "party", "value": "Saltmarsh Hotel"}],
                "overrides": handoff["id"],
                "effect": "relaxes",
                "handler": "Petra",
            },
            "decided_by": "Petra",
        }
        assert desk.ask("agent", "POST", f"{place}/resolution", decision, If_Match=tag).status_code == 403
        done = desk.ask("petra", "POST", f"{place}/resolution", decision, If_Match=tag)
        assert done.status_code == 200, done.text

    with reopened(data) as desk:
        polled = desk.ask("agent", "GET", place, If_None_Match=tag)
        assert (polled.status_code, polled.json()["state"]) == (200, "resolved")
        made = desk.ask("agent", "GET", f"/v1/records/{polled.json()['resolution']['record']}").json()
        assert (made["status"], made["documentation"], made["authority"]) == ("proposed", "undocumented", 2)
        [cited] = made["evidence"]
        text = desk.ask("agent", "GET", f"/v1/documents/{cited['document']}/text").text
        assert text[cited["start"] : cited["end"]] == cited["quote"] == NORM
        after = desk.ask("agent", "POST", "/v1/context", {"task": TASK, "facts": FACTS, "as_of": DAY}).json()
        assert after["governing"][0]["record"]["id"] == made["id"]
        assert after["verdict"] == "allowed"
        again = desk.ask("agent", "POST", "/v1/cases", wanted).json()
        assert again["id"] != case["id"]
        assert again["answered_by"] == {"record": made["id"], "case": case["id"]}

    with open_app(settings(data[0])) as app:
        from service.derivation import derive
        from service.remove import remove

        revision = app.ledger.revision("default")
        assert derive(app, LOCAL) == revision, "what is derived again is the same"
        kept = app.ledger.record("default", made["id"])
        (tmp_path / "mail").mkdir()
        (tmp_path / "mail/terrace.md").write_text("# House policy\n\n1.1 The night porter must lock the roof terrace at 23:00.\n")
        assert ingest(app, LOCAL, [tmp_path], kind="policy", workers=1).read == 1
        fresh = app.ledger.record("default", made["id"])
        assert (fresh.record.evidence, fresh.record.overrides, fresh.pinned) == (kept.record.evidence, handoff["id"], kept.pinned)
        remove(app, LOCAL, [f"cases/{case['id']}.txt"])
        left = [stored.record.id for stored in app.ledger.records("default")]
        assert made["id"] not in left
