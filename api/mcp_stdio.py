"""MCP on stdin and stdout, for a client that starts Groundrule itself: the local user, as on the command line."""

from __future__ import annotations

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
    with open_app(settings) as app:
        anyio.run(_converse, Visit(app, LOCAL))


async def _converse(visit: Visit) -> None:
    server = server_for(visit)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
