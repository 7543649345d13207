"""``groundrule mcp`` as a process of its own: messages on stdout and nothing else, the local user's data folder, an end when stdin ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client

from tests.api.papers import ORDER_HANDOFF, PO_EXCEPTION, PO_RULE, filled

#: The folder that holds ``tests``; the packages themselves may be installed elsewhere.
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    filled(folder).close()
    return folder


def words(data: Path) -> list[str]:
    return ["-m", "cli.main", "--data-dir", str(data), "mcp"]


def environment() -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("GROUNDRULE_")}, "PYTHONPATH": str(ROOT)}


def started(data: Path) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *words(data)], stdin=pipe, stdout=pipe, stderr=pipe, env=environment(), cwd=data)


def message(number: int, method: str, params: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


HELLO = message(1, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
READY = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'


def test_the_client_of_the_protocols_makers_gets_along(data: Path) -> None:
    async def converse() -> None:
        server = StdioServerParameters(command=sys.executable, args=words(data), env=environment(), cwd=data)
        async with Client(stdio_client(server)) as agent:
            assert {"check_case", "find_rules", "get_record"} <= {tool.name for tool in (await agent.list_tools()).tools}
            listed = (await agent.call_tool("find_rules", {"as_of": "2026-03-01"})).structured_content
            assert [item["id"] for item in listed["items"]] == [PO_RULE.id, PO_EXCEPTION.id, ORDER_HANDOFF.id]
            shown = (await agent.call_tool("get_record", {"id": PO_EXCEPTION.id, "as_of": "2026-03-01"})).structured_content
            assert shown == {"record": listed["items"][1], "versions": 1}
            assert (await agent.call_tool("get_record", {"id": PO_RULE.id, "workspace": "other"})).is_error
            assert (await agent.read_resource(f"groundrule://record/{PO_RULE.id}")).contents

    anyio.run(converse)


def test_stdout_holds_messages_only_and_what_is_broken_neither_stops_it_nor_is_logged(data: Path) -> None:
    process = started(data)
    assert process.stdin is not None
    assert process.stdout is not None
    heard = []
    for line, answered in [(HELLO, True), (READY + b'{"canary": \n{"canary": 1}\n' + message(2, "tools/list", {}), True)]:
        process.stdin.write(line)
        process.stdin.flush()
        heard += [json.loads(process.stdout.readline())] if answered else []
    process.stdin.write(message(3, "tools/call", {"name": "get_record", "arguments": {"canary": "canary"}}))
    process.stdin.flush()
    while not any(one.get("id") == 3 for one in heard):
        heard.append(json.loads(process.stdout.readline()))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, b"")
    assert all(one["jsonrpc"] == "2.0" for one in heard)
    assert {1, 2, 3} <= {one.get("id") for one in heard}
    assert next(one for one in heard if one.get("id") == 3)["result"]["isError"] is True
    assert b"canary" not in err
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_it_although_stdin_stays_open(data: Path) -> None:
    process = started(data)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(HELLO)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        process.send_signal(signal.SIGTERM)
    else:
        process.send_signal(signal.SIGINT)
    assert process.wait(10) in (-signal.SIGINT, -signal.SIGTERM, 130)
    process.communicate()
