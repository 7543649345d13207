"""Keeps a server's index up with what other processes commit."""

from __future__ import annotations

import threading

from domain.errors import GroundruleError
from service.wiring import App


class Follower:
    """A thread that applies the outbox every ``interval`` seconds."""

    def __init__(self, app: App, interval: float = 0.5, workspace: str = "default") -> None:
        self._app, self._interval, self._workspace = app, interval, workspace
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self.caught_up = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._app.project(self._workspace):
                    self._app.forget(self._workspace)
                self.caught_up = True
            except GroundruleError:
                self.caught_up = False  # the database or index is away for now: /readyz says so, and the next round tries again
            self._stop.wait(self._interval)
