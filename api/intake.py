"""Reads in the background what was handed in at the door."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from domain.errors import GroundruleError, NotFound

if TYPE_CHECKING:
    from service.wiring import App

#: Seconds after which the thread looks again by itself.
LOOK_EVERY = 5.0


class Intake:
    """A thread that reads what was handed in, beside the server's requests."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop, self._look = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was handed in."""
        self._look.set()

    def stop(self) -> None:
        self._stop.set()
        self._look.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        from service.uploads import read_waiting

        while not self._stop.is_set():
            try:
                read_waiting(self._app)
            except NotFound:
                pass  # another process was faster, or somebody removed it meanwhile
            except GroundruleError:
                self._stop.wait(LOOK_EVERY)  # the database is away or sources keep changing: what waits goes on waiting
            except Exception as error:  # the very door of this thread: without it nothing that is handed in would be read any more
                logging.getLogger("groundrule.defect").error("intake", extra={"fields": {"error": type(error).__name__}})
                self._stop.wait(LOOK_EVERY)
            self._look.wait(LOOK_EVERY)
            self._look.clear()
