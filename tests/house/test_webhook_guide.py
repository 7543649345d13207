"""What the guide for operators tells receivers of webhooks to do accepts what is sent, and nothing else."""

from __future__ import annotations

import base64
import importlib.util
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lints.tree import ROOT
from service.deliveries import sign

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
Genuine = Callable[[str, dict[str, str], bytes], bool]

BODY = b'{"type":"record.decided"}'


@pytest.fixture
def genuine(tmp_path: Path) -> Genuine:
    """The guide's own lines, as a module."""
    found = re.search(r"```python\n(import base64.*?)```", (ROOT / "docs/operators.md").read_text(), re.S)
    assert found is not None
    file = tmp_path / "receiver.py"
    file.write_text(found[1])
    spec = importlib.util.spec_from_file_location("receiver", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    check: Genuine = module.genuine
    return check


def headers(at: int) -> dict[str, str]:
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": sign(SECRET, "msg_1", at, BODY)}


def test_the_guides_lines_accept_a_delivery(genuine: Genuine) -> None:
    assert genuine(SECRET, headers(int(time.time())), BODY)


def test_and_refuse_another_body_id_secret_or_an_old_time(genuine: Genuine) -> None:
    now = int(time.time())
    assert not genuine(SECRET, headers(now), BODY + b" ")
    assert not genuine(SECRET, {**headers(now), "webhook-id": "msg_2"}, BODY)
    assert not genuine("whsec_" + base64.b64encode(bytes(32)).decode(), headers(now), BODY)
    assert not genuine(SECRET, headers(now - 301), BODY)
