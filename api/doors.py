"""Which paths programs use and which people do: answers and errors look different for the two."""

from __future__ import annotations

from starlette.requests import Request

#: Where programs ask; everything else is a page.
PROGRAMS = ("/v1", "/mcp", "/healthz", "/readyz", "/metrics", "/openapi.json")


def for_people(request: Request) -> bool:
    """Whether somebody looks at a page, and not a program at an answer."""
    if request.url.path.startswith(PROGRAMS):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers
