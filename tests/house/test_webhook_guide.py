"""What the guide for operators tells receivers of webhooks to do accepts what is sent, and nothing else."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable

from scripts.lints.tree import ROOT
from service.deliveries import sign

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
BODY = b'{"type":"record.decided"}'


def snippet() -> Callable[[str, dict[str, str], bytes], bool]:
    text = (ROOT / "docs/operators.md").read_text()
    found = re.search(r"```python\n(import base64.*?)```", text, re.S)
    assert found is not None
    names: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(found[1], names)
    return names["genuine"]


def headers(at: int) -> dict[str, str]:
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": sign(SECRET, "msg_1", at, BODY)}


def test_the_guides_lines_accept_a_delivery() -> None:
    assert snippet()(SECRET, headers(int(time.time())), BODY)


def test_and_refuse_another_body_id_secret_or_an_old_time() -> None:
    genuine, now = snippet(), int(time.time())
    assert not genuine(SECRET, headers(now), BODY + b" ")
    assert not genuine(SECRET, {**headers(now), "webhook-id": "msg_2"}, BODY)
    assert not genuine("whsec_" + base64.b64encode(bytes(32)).decode(), headers(now), BODY)
    assert not genuine(SECRET, headers(now - 301), BODY)
