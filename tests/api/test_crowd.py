"""T13 on the wire: a thousand clients with a connection each, against a service in a process of its own."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from api.app import create_app
from tests.api.papers import PO_RULE, SECRETS, filled
from tests.api.running import running, without_models

CLIENTS = 1_000
PATHS = ("/v1/records?limit=1", f"/v1/records/{PO_RULE.id}", "/v1/conflicts?limit=1", "/v1/changes?limit=1", "/healthz")
#: Seconds between trials of a client that was asked to come back; a real one waits a second, which is what it is told.
PAUSE = 0.05


def serve(folder: Path, told: Connection) -> None:
    """Tells its address, and serves until it is told something."""
    with filled(folder) as app, running(create_app(without_models(app), no_auth=False)) as url:
        told.send(url)
        told.recv()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Address and process id."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, theirs))
    process.start()
    try:
        assert ours.poll(60)
        assert process.pid is not None
        yield ours.recv(), process.pid
    finally:
        ours.send("end")
        process.join(30)
        if process.is_alive():
            process.kill()
            process.join()


@pytest.fixture
def many_files() -> Iterator[None]:
    """A thousand open connections on this side; the service has to do with what it is given."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CLIENTS + 200:
        pytest.skip(f"this process may open {hard} files")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def raise_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, CLIENTS + 200) if soft != resource.RLIM_INFINITY else soft, hard))


def resident(process: int) -> int:
    """Bytes."""
    fields = Path(f"/proc/{process}/status").read_text().split("VmRSS:")[1].split()
    return int(fields[0]) * 1024


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    """The status; reads the whole answer, and what should be JSON is."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {SECRETS['reader']}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
    body = await reader.readexactly(int(headers["content-length"]))
    status = int(head.split()[1])
    assert isinstance(json.loads(body), dict)
    if status in (429, 503):
        assert int(headers["retry-after"]) >= 1
    return status


async def crowd(url: str, rounds: int) -> Counter[int]:
    """Every client keeps its connection for all its rounds, and all of them ask at once."""
    host, _, port = url.removeprefix("http://").partition(":")
    codes = Counter[int]()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            for turn in range(rounds):
                codes[await asked(reader, writer, PATHS[(number + turn) % len(PATHS)])] += 1
                await asyncio.sleep(PAUSE)
        finally:
            writer.close()

    await asyncio.wait_for(asyncio.gather(*(client(number) for number in range(CLIENTS))), 200)
    return codes


@pytest.mark.slow
def test_a_thousand_connections_get_answers_or_are_asked_to_come_back_and_memory_stays(tmp_path: Path, many_files: None) -> None:
    with served(tmp_path) as (url, process):
        raise_limit()
        asyncio.run(crowd(url, 2))
        before = resident(process)
        codes = asyncio.run(crowd(url, 4))
        after = resident(process)
        alone = asyncio.run(one(url))
    assert set(codes) <= {200, 429, 503}
    assert codes[200] > CLIENTS * 4 // len(PATHS) // 2  # how the process does is always said
    assert sum(codes.values()) == CLIENTS * 4
    assert alone in (200, 429)
    assert after < before * 1.10


async def one(url: str) -> int:
    """Whoever comes after the crowd."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        return await asked(reader, writer, PATHS[0])
    finally:
        writer.close()
