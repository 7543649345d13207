"""One filled App for all tests of this door: they read, and what they add they add in a workspace or folder of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.wiring import App
from tests.api.papers import SECRETS, filled

LOOPBACK = "http://127.0.0.1"


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with filled(tmp_path_factory.mktemp("data")) as app:
        yield app


@pytest.fixture
def anonymous(held: App) -> TestClient:
    """Asked for a key, and without one."""
    return TestClient(create_app(held, no_auth=False), base_url=LOOPBACK)


@pytest.fixture
def reader(held: App) -> TestClient:
    return TestClient(create_app(held, no_auth=False), base_url=LOOPBACK, headers={"Authorization": f"Bearer {SECRETS['reader']}"})


@pytest.fixture
def local(held: App) -> TestClient:
    """A service without keys."""
    return TestClient(create_app(held, no_auth=True), base_url=LOOPBACK)
