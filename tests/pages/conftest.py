"""A real server over a ledger without models, and a real browser to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.app import create_app
from service.wiring import App
from tests.api.conftest import held  # noqa: F401 # a fixture that `own` asks for
from tests.api.papers import filled
from tests.api.test_cases import own  # noqa: F401 # a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
AXE = Path(__file__).parent / "vendor/axe.min.js"


@dataclass(frozen=True, slots=True)
class Site:
    """A served application: ``url`` without a slash at the end."""

    app: App
    url: str


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with filled(tmp_path / "data") as app:
        yield app


@pytest.fixture
def client(app: App) -> TestClient:
    """Without a browser: what the server sends."""
    return TestClient(create_app(app, no_auth=True), base_url="http://127.0.0.1", headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def strict(app: App) -> TestClient:
    """Asked to sign in."""
    return TestClient(create_app(app, no_auth=False), base_url="http://127.0.0.1", headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def served() -> Iterator[Callable[..., Site]]:
    """Serves an application on a free port until the test ends."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(app: App, *, no_auth: bool = True) -> Site:
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(app, no_auth=no_auth), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        running.append((server, thread))
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        return Site(app, f"http://127.0.0.1:{sock.getsockname()[1]}")

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def site(app: App, served: Callable[..., Site]) -> Site:
    return served(app)


@pytest.fixture(scope="module")  # while it runs, its event loop is the thread's: no other module's test could start one
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("GROUNDRULE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with api.sync_playwright() as playwright:
        if program is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("needs Chromium: install the package chromium, or set GROUNDRULE_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Visit:
    """A fresh browser window, and what went wrong in it: errors of scripts, and requests to anywhere but the service."""

    page: Page
    trouble: list[str]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a window of its own for each call, as for another person."""
    contexts = []

    def go(site: Site, path: str = "/", **options: Any) -> Visit:
        context = browser.new_context(**options)
        contexts.append(context)
        page, trouble = context.new_page(), []  # type: ignore[var-annotated]
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda message: trouble.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: None if request.url.startswith((site.url, "blob:", "data:")) else trouble.append(request.url))
        page.goto(site.url + path)
        return Visit(page, trouble)

    yield go
    for context in contexts:
        context.close()


def faults(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    # Evaluated by the debugger, not put into the page: its policy allows no script of another origin, and none inline.
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{it['id']}: {node['html'][:200]}" for it in found if it["impact"] in ("serious", "critical") for node in it["nodes"]]
