"""The probe says whether an endpoint can do what extraction needs, and why not."""

from __future__ import annotations

import pytest

from domain.errors import Unavailable
from extract.llm.client import Endpoint
from extract.llm.probe import SENTENCE, probe
from tests.extract.llm.stub import Told, agreeing, completion, numbered, serving


def test_an_endpoint_that_answers_in_form_is_well() -> None:
    with serving(agreeing) as stub:
        assert probe(Endpoint(stub.url, "small")).startswith("small answers in the form asked for")
    assert numbered(stub.requests[0]) == {1: SENTENCE}
    assert "authorization" not in stub.headers[0], "without a key none is sent"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Told(401), "status 401; check url, model and api_key"),
        (completion("Hello!"), "not in the form asked for: there is no JSON object"),
        (Told(late=30), "no answer within 0.3 seconds"),
    ],
    ids=["wrong key", "chat", "silence"],
)
def test_an_endpoint_that_does_not_is_named_with_the_reason(told: Told, reason: str) -> None:
    with serving(lambda *_: told) as stub, pytest.raises(Unavailable, match=reason):
        probe(Endpoint(stub.url, "small", "secret-key", timeout=0.3 if told.late else 10))


def test_nobody_there_is_said_so() -> None:
    with serving(agreeing) as stub:
        url = stub.url
    with pytest.raises(Unavailable, match="cannot be reached"):
        probe(Endpoint(url, "small"))


def test_an_endpoint_does_not_show_its_key() -> None:
    assert "secret-key" not in repr(Endpoint("http://127.0.0.1:9/v1", "small", "secret-key"))
