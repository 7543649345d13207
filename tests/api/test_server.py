"""The server refuses what is not safe or not possible before it loads anything."""

from __future__ import annotations

import http.client
import socket
import time
from pathlib import Path

import pytest

from api.app import create_app
from api.server import is_loopback, listening, serve
from domain.errors import Busy, Forbidden, Unavailable
from service.settings import Settings
from service.wiring import App, open_app
from tests.api.running import running


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_is_told_by_the_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.2", "example.org", "localhost.example.org", ""])
def test_anything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org"])
def test_no_auth_is_refused_off_loopback_and_nothing_is_opened(tmp_path: Path, host: str) -> None:
    with pytest.raises(Forbidden, match="--no-auth"):
        serve(Settings(data_dir=tmp_path / "data"), host, 0, True)
    assert not (tmp_path / "data").exists()


def test_a_taken_port_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="--port"):
        listening("127.0.0.1", taken.getsockname()[1])


def test_an_answer_on_a_line_that_stays_open_does_not_wait_for_the_receipt_of_its_head(held: App) -> None:
    with running(create_app(held, no_auth=True)) as url:
        line = http.client.HTTPConnection(url.removeprefix("http://"))
        seconds = []
        for _ in range(40):
            begun = time.perf_counter()
            line.request("GET", "/healthz")
            line.getresponse().read()
            seconds.append(time.perf_counter() - begun)
        line.close()
    assert min(seconds[-10:]) < 0.02  # a receipt that is held back takes 0.04


def test_an_address_of_another_machine_is_told_at_once() -> None:
    with pytest.raises(Unavailable):
        listening("192.0.2.1", 0)


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_app(settings, own_index=True), pytest.raises(Busy):
        serve(settings, "127.0.0.1", 0, True)
