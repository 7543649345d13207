"""The guide's agent loop does for each verdict what the guide says, and its configurations and call can be used as they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest
from mcp.client.client import Client

from api.auth import Visit
from api.examples import ANSWER_EXAMPLE
from api.mcp_server import server_for
from api.mcp_tools import CHECK_CASE, TOOLS
from api.schemas import ContextRequest
from domain.access import LOCAL
from domain.errors import Busy
from service.wiring import App
from tests.api.papers import filled

GUIDE = (Path(__file__).parents[2] / "docs/agents.md").read_text().partition("## Over MCP")[2].partition("## Manners")[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.S)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with filled(tmp_path_factory.mktemp("guide")) as app:
        yield app


@dataclass
class Hands:
    """What the agent can do itself, and what it did."""

    says: bool = True
    known: dict[str, Any] = field(default_factory=dict)
    paid: int = 0
    looked_up: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def pay(self, *, because: str, cites: dict[str, Any]) -> None:
        assert because
        assert cites["evidence"]
        self.paid += 1

    async def ask(self, who: str, about: str) -> bool:
        self.asked.append(f"{who}: {about}")
        return self.says

    async def look_up(self, name: str) -> Any:
        self.looked_up.append(name)
        return self.known.get(name)


Become = Callable[[Hands], str]


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The guide's own code, as a module."""
    [code] = blocks("python")
    file = tmp_path_factory.mktemp("guide") / "agent_loop.py"
    file.write_text(code)
    spec = spec_from_file_location("agent_loop", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def become(held: App, loop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Become:
    """What becomes of a case in that loop."""
    monkeypatch.setattr(loop, "Client", lambda _: Client(server_for(Visit(held, LOCAL))))
    return lambda hands: str(anyio.run(loop.pay, "Pay the invoice.", {"vendor": "Kestrel Metals"}, hands)[0])


def answering(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, Any]) -> list[ContextRequest]:
    """check_case gives these one after the other, the last again and again; what it was asked."""
    asked: list[ContextRequest] = []

    def answer(_: Visit, question: ContextRequest) -> dict[str, object]:
        asked.append(question)
        return {**ANSWER_EXAMPLE, **answers[min(len(asked), len(answers)) - 1]}

    monkeypatch.setitem(TOOLS, "check_case", replace(CHECK_CASE, answer=answer))
    return asked


@pytest.mark.parametrize(
    ("answer", "says", "outcome", "paid"),
    [
        ({"verdict": "allowed"}, True, "paid", 1),
        ({"verdict": "required"}, True, "paid", 1),
        ({"verdict": "not_allowed"}, True, "refused", 0),
        ({"verdict": "needs_approval", "ask": [{"who": "Dana", "about": "the amount"}]}, True, "paid with approval", 1),
        ({"verdict": "needs_approval", "ask": [{"who": "Dana", "about": "the amount"}]}, False, "not approved", 0),
        ({"verdict": "needs_approval", "ask": []}, True, "not approved", 0),
        ({"verdict": "unknown", "missing_facts": []}, True, "handed to a person", 0),
        ({"verdict": "allowed", "completeness": "restricted"}, True, "handed to a person", 0),
    ],
)
def test_the_loop_does_what_the_verdict_says(
    become: Become, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], says: bool, outcome: str, paid: int
) -> None:
    answering(monkeypatch, answer)
    hands = Hands(says)
    assert (become(hands), hands.paid) == (outcome, paid)


def test_the_loop_finds_out_what_is_missing_and_asks_again(become: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, {"verdict": "unknown", "missing_facts": ["amount", "po_number"]}, {"verdict": "allowed"})
    hands = Hands(known={"amount": "EUR 3,400"})
    assert become(hands) == "paid"
    assert hands.looked_up == ["amount", "po_number"]
    assert asked[1].facts == {"vendor": "Kestrel Metals", "amount": "EUR 3,400", "po_number": None}


def test_the_loop_ends_where_nothing_more_can_be_learned(become: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, {"verdict": "unknown", "missing_facts": ["vendor", "amount"]})
    assert become(Hands()) == "handed to a person"
    assert len(asked) == 2


def test_the_loop_gives_up_where_the_service_cannot_answer(become: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> dict[str, object]:
        raise Busy("the index is held")

    monkeypatch.setitem(TOOLS, "check_case", replace(CHECK_CASE, answer=busy))
    hands = Hands()
    assert (become(hands), hands.paid) == ("handed to a person", 0)


def test_the_configurations_and_the_call_are_json_that_fits() -> None:
    started, reached, call = (json.loads(block) for block in blocks("json"))
    assert started["mcpServers"]["groundrule"]["args"][-1] == "mcp"
    assert reached["mcpServers"]["groundrule"]["url"].endswith("/mcp")
    assert TOOLS[call["name"]].asked.model_validate(call["arguments"])


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_its_line_in_the_guide(name: str) -> None:
    assert f"\n| `{name}` | " in GUIDE
