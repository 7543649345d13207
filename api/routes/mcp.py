"""The Model Context Protocol for agents: tools and resources behind the same keys, scopes and limits as the routes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import Visitor
from api.guard import of_another_site
from domain.errors import Forbidden

router = APIRouter(tags=["agents"])


# Not in the reference: the protocol has one of its own, which tools/list gives.
@router.post("/mcp", include_in_schema=False)
def mcp(visit: Visitor, request: Request) -> Response:
    """Any key opens it; each tool and resource asks for its own scope. No session to listen to or to end, so GET and DELETE are 405."""
    from api.mcp_http import Exchange

    if of_another_site(request.headers):
        raise Forbidden("a page of another site may not speak for an agent; send no Origin, or this host's own")
    return Exchange(visit)
