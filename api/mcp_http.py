"""MCP over HTTP: one request, one answer, nothing kept in between."""

from __future__ import annotations

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth import Visit
from api.guard import MAX_BODY
from api.mcp_server import server_for


class Exchange(Response):
    """The answer to one message, made while it is sent. Its own manager of sessions, so that none outlives it or meets another's."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        manager = StreamableHTTPSessionManager(
            server_for(self._visit),
            json_response=True,
            stateless=True,
            security_settings=_security(Headers(scope=scope).get("host", "")),
            max_request_body_size=MAX_BODY,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)


def _security(host: str) -> TransportSecuritySettings:
    """Only this host's own pages. Which hosts a service without keys answers to is the guard's business, before anything else."""
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=[host], allowed_origins=[f"http://{host}", f"https://{host}"]
    )
