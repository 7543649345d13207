"""MCP on stdin and stdout, for a client that starts Groundrule itself: the local user, as on the command line."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio
from mcp.server.stdio import stdio_server

from api import log
from api.auth import Visit
from api.mcp_server import server_for
from domain.access import LOCAL

if TYPE_CHECKING:
    from service.settings import Settings


def serve(settings: Settings) -> None:
    """Until stdin ends. Messages go to stdout and nothing else does; the log goes to stderr."""
    from service.wiring import open_app

    log.configure()
    with open_app(settings) as app, _ended_by_interrupts():
        anyio.run(_converse, Visit(app, LOCAL))


async def _converse(visit: Visit) -> None:
    server = server_for(visit)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


@contextmanager
def _ended_by_interrupts() -> Iterator[None]:
    """Ctrl-C ends the process as SIGTERM does: Python would wait for the thread that reads stdin, which may never hear anything again."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
