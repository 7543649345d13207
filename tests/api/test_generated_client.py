"""A Python client that is made from the OpenAPI document, against a running server.

The generator lives in an environment of its own (pipx install openapi-python-client==0.29.1), since it asks for an older typer than ours.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from api.app import create_app
from service.wiring import App
from tests.api.papers import ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, POLICY, RULE, SECRETS, filled
from tests.api.running import running, without_models

GENERATOR = shutil.which("openapi-python-client")
NAME = "groundrule_client"

pytestmark = pytest.mark.skipif(GENERATOR is None, reason="openapi-python-client is not installed")


class Made:
    """The client's package, and a key's view of the server through it."""

    def __init__(self, url: str) -> None:
        self.url, self.models = url, part("models")
        self.reader = self.holding(SECRETS["reader"])

    def holding(self, key: str) -> Any:
        return part("client").AuthenticatedClient(base_url=self.url, token=key, raise_on_unexpected_status=True)

    def call(self, where: str, *given: object, client: Any = None, **named: object) -> Any:
        """``records.records_history``: status and typed body of what the function of that module gets."""
        answer = part(f"api.{where}").sync_detailed(*given, client=client or self.reader, **named)
        return int(answer.status_code), answer.parsed


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.{name}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("made")
    (folder / "settings.yml").write_text("post_hooks: []\n")  # formatting what nobody reads takes longer than making it
    with filled(tmp_path_factory.mktemp("data")) as app, running(create_app(without_models(app), no_auth=False)) as url:
        told = generated(url, folder)
        assert "WARNING" not in told.upper(), told
        sys.path.insert(0, str(folder))
        try:
            client = Made(url)
            with client.reader:
                yield client
        finally:
            sys.path.remove(str(folder))
            for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
                del sys.modules[name]


def generated(url: str, folder: Path) -> str:
    """What the generator says; it fails on a warning."""
    assert GENERATOR is not None
    settings = ("--config", str(folder / "settings.yml"))
    where = ("--url", f"{url}/openapi.json", "--meta", "none", "--output-path", str(folder / NAME), "--fail-on-warning")
    ended = subprocess.run([GENERATOR, "generate", *where, *settings], check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_every_operation_became_a_function(made: Made, held: App) -> None:
    for path, operations in create_app(held, no_auth=False).openapi()["paths"].items():
        for operation in operations.values():
            tag = operation["tags"][0]
            assert (path, callable(part(f"api.{tag}.{operation['operationId']}").sync_detailed)) == (path, True)


def test_a_question_is_answered_by_a_typed_record(made: Made) -> None:
    asked = made.models.ContextRequest.from_dict(
        {
            "task": "Pay the Kestrel Metals invoice of EUR 3,400 that has no PO number.",
            "facts": {"vendor": "Kestrel Metals", "amount": "EUR 3,400", "po_number": None},
            "as_of": "2026-03-01",
        }
    )
    status, answer = made.call("questions.questions_context", body=asked)
    assert (status, type(answer)) == (200, made.models.ContextAnswerBody)
    first = answer.governing[0].record
    assert isinstance(first, made.models.RecordBody)
    assert first.id in (PO_RULE.id, PO_EXCEPTION.id)


def test_records_are_listed_read_and_paged(made: Made) -> None:
    status, page = made.call("records.records_records", limit=2)
    assert (status, [one.id for one in page.items]) == (200, [PO_RULE.id, PO_EXCEPTION.id])
    _, rest = made.call("records.records_records", limit=2, cursor=page.next_)
    assert [one.id for one in rest.items] == [ORDER_HANDOFF.id]
    _, record = made.call("records.records_record", PO_RULE.id)
    assert (record.statement, record.values[0].unit) == (PO_RULE.statement, "EUR")
    _, evidence = made.call("records.records_evidence", PO_RULE.id)
    assert [one.quote for one in evidence.items] == [RULE]


def test_a_document_and_its_text_as_a_string(made: Made) -> None:
    status, document = made.call("documents.documents_document", POLICY.id)
    assert (status, document.characters) == (200, len(POLICY.text))
    assert made.call("documents.documents_text", POLICY.id) == (200, POLICY.text)


def test_a_payload_is_held_against_its_handoff(made: Made) -> None:
    body = made.models.PayloadRequest.from_dict({"payload": {}, "as_of": "2026-03-01"})
    status, answer = made.call("handoffs.handoffs_validate", ORDER_HANDOFF.id, body=body)
    assert (status, answer.valid) == (200, False)


def test_what_is_refused_is_a_typed_problem(made: Made) -> None:
    status, problem = made.call("records.records_record", "rec_none")
    assert (status, type(problem), problem.title) == (404, made.models.Problem, "Not found")
    status, problem = made.call("records.records_records", as_of="2026-02-30")
    assert (status, problem.errors[0].field) == (422, "as_of")
    with made.holding("gr_nobody") as nobody:
        status, problem = made.call("records.records_records", client=nobody)
    assert (status, problem.status) == (401, 401)
