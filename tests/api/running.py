"""A server on a free port of this machine, in a thread of the test's own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.server import listening
from service.wiring import App
from tests.api.papers import VECTOR


class Still:
    """Encoder and topics in one: every text is the same to it, so that no model is loaded and words alone tell records apart."""

    def encode(self, texts: list[str]) -> list[tuple[float, ...]]:
        return [VECTOR for _ in texts]

    def of_question(self, _: str) -> bytes:
        return b""


def without_models(app: App) -> App:
    app._encoder = app._topics = Still()  # type: ignore[assignment] # what a question needs of them
    return app


@contextmanager
def running(web: FastAPI) -> Iterator[str]:
    """Its address, until the block ends."""
    with listening("127.0.0.1", 0) as sock:
        server = uvicorn.Server(uvicorn.Config(web, log_config=None, access_log=False, server_header=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        try:
            until = time.monotonic() + 10
            while not server.started and time.monotonic() < until:
                time.sleep(0.01)
            assert server.started
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
