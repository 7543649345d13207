"""Stands before every route: limits on bodies and on requests at once, the access log, and the counters."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.doors import PROGRAMS
from api.errors import from_anything, problem
from api.metrics import METHODS, Meter
from api.rates import Rates, Taken, bearer

MAX_BODY = 1_000_000
#: What a file that is handed in may have besides its own 50 MB: the form around it.
MAX_FILE = 50 * 1024 * 1024 + 100_000
#: So many of those at once: their bodies are in memory, and sending one takes its time.
MAX_FILES_AT_ONCE, FILE_SECONDS = 4, 300.0
#: A body of that size takes a moment on any line that an agent has; a longer wait holds a place that others need.
BODY_SECONDS = 20.0
#: Beyond these a caller is asked to come back: each runs in a thread, and waiting requests keep their bodies in memory.
MAX_AT_ONCE = 64
#: Paths of which so many are answered at once; the others say how the process does and are answered always.
COUNTED = ("/v1/", "/mcp", "/sign-in")

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FIXED = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"same-origin"}
#: Of what programs read, and of pages, which load nothing but this service's own files.
_FOR_PROGRAMS = b"default-src 'none'; frame-ancestors 'none'"
_FOR_PAGES = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    b"worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Guard:
    """Pure ASGI. ``loopback_only``: nobody is asked for a key, so no web page may reach in under another host's name."""

    def __init__(self, app: ASGIApp, *, meter: Meter, rates: Rates, loopback_only: bool) -> None:
        self._app, self._meter, self._rates, self._loopback_only = app, meter, rates, loopback_only
        self._inside = self._files = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_fixed(scope["path"], message["headers"])]
            await send(message)

        try:
            await self._admit(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "unmatched")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._meter.count(method, route, status, seconds)
            fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            logging.getLogger("groundrule.access").info("request", extra={"fields": fields})

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if self._loopback_only and (stranger := _stranger(request.headers)):
            await problem(request, 403, stranger)(scope, receive, send)
        elif not scope["path"].startswith(COUNTED):
            await self._answer(scope, receive, send)
        elif (taken := self._taken(request)) is not None and not taken.allowed:
            await self._turn_away(request, taken)(scope, receive, send)
        elif self._inside >= MAX_AT_ONCE:
            await problem(request, 503, f"{MAX_AT_ONCE} requests are being answered; try again in a moment.")(scope, receive, send)
        elif (file := _is_file(request)) and self._files >= MAX_FILES_AT_ONCE:
            await problem(request, 503, f"{MAX_FILES_AT_ONCE} files are being handed in; try again in a moment.")(scope, receive, send)
        else:
            self._inside, self._files = self._inside + 1, self._files + file
            try:
                await self._answer(scope, receive, send if taken is None else _telling(taken, send))
            finally:
                self._inside, self._files = self._inside - 1, self._files - file

    def _taken(self, request: Request) -> Taken | None:
        if self._loopback_only:
            return self._rates.take_local()
        address = request.client.host if request.client else ""
        return self._rates.take(bearer(request.headers.get("authorization", "")), address)

    def _turn_away(self, request: Request, taken: Taken) -> Response:
        """Before the body is read."""
        self._meter.limited(taken.limit.name)
        whose = "this key" if taken.limit.name == "caller" else "an address without a key that is known"
        told = f"{whose} may send {taken.limit.rate:g} requests a second; wait as Retry-After says"
        response = problem(request, 429, told)
        response.headers.update({"Retry-After": str(taken.wait), **taken.headers()})
        return response

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, begun = Request(scope), False

        async def watching(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        body = await _body(request, receive)
        if isinstance(body, Response):
            await body(scope, receive, send)
            return
        try:
            await self._app(scope, _replayed(body, receive), watching)
        except Exception as error:  # the very door: whatever happened, the client gets a problem document
            response = from_anything(request, error)
            if not begun:
                await response(scope, receive, send)


def _fixed(path: str, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What every answer says besides. Only files that say nothing about anybody may be kept."""
    kept = any(name == b"cache-control" for name, _ in given)
    policy = _FOR_PROGRAMS if path.startswith(PROGRAMS) else _FOR_PAGES
    return [*_FIXED.items(), (b"content-security-policy", policy), *([] if kept else [(b"cache-control", b"no-store")])]


def _is_file(request: Request) -> bool:
    return request.method == "POST" and request.url.path == "/v1/documents"


def _telling(taken: Taken, send: Send) -> Send:
    """Says with the answer what its caller has left."""
    told = [(name.lower().encode(), value.encode()) for name, value in taken.headers().items()]

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *told]
        await send(message)

    return send_with


async def _body(request: Request, receive: Receive) -> bytes | Response:
    """The whole body, or the problem document that refuses it."""
    most, seconds = (MAX_FILE, FILE_SECONDS) if _is_file(request) else (MAX_BODY, BODY_SECONDS)
    too_large = f"A body may have {most} bytes."
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        return problem(request, 413, too_large)
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    break
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most:
                    return problem(request, 413, too_large)
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        return problem(request, 408, f"The body did not arrive within {seconds:.0f} seconds.")
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _stranger(headers: Headers) -> str:
    """Why a request does not come from this machine's own user: a page that rebinds its name to 127.0.0.1, or one of another site."""
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in _LOOPBACK:
        return "A service without keys answers to 127.0.0.1 and localhost only."
    if of_another_site(headers):
        return "A service without keys does not answer pages of other sites."
    return ""


def of_another_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another host sends this."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")
