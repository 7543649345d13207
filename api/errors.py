"""Which status an error has at this door, and the problem document (RFC 9457) that tells of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from api.doors import for_people
from domain.errors import (
    BadInput,
    Busy,
    DamagedSource,
    Defect,
    Forbidden,
    GroundruleError,
    InvalidQuestion,
    LimitExceeded,
    Moved,
    NotFound,
    Refused,
    Stale,
    Unauthenticated,
    Unavailable,
    UnsupportedFormat,
)

MEDIA_TYPE = "application/problem+json"

#: Error class -> status. The nearest class of an error's ancestry counts, so that a new subclass has a status from birth.
STATUS: Mapping[type[GroundruleError], int] = {
    BadInput: 400,
    UnsupportedFormat: 415,
    DamagedSource: 422,
    LimitExceeded: 413,
    InvalidQuestion: 422,
    NotFound: 404,
    Stale: 412,
    Refused: 403,
    Unauthenticated: 401,
    Forbidden: 403,
    Busy: 503,
    Moved: 503,
    Unavailable: 503,
    Defect: 500,
    GroundruleError: 500,
}

#: What a client needs to know beside the body; seconds after which what was held or away is usually back.
HEADERS: Mapping[int, Mapping[str, str]] = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}

#: Words of ours for statuses of our own errors; any other status has the phrase of the HTTP standard.
_TITLES = {
    401: "No valid key",
    403: "Not allowed",
    404: "Not found",
    413: "Too large",
    412: "Has changed since",
    422: "Makes no sense",
    428: "Say what you looked at",
    429: "Too many requests",
    500: "Defect",
    503: "Unavailable",
}

DEFECT = "Something went wrong here, not in the request. It is in the log of the service."


def status_of(error: GroundruleError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(request: Request, status: int, detail: str, **more: object) -> Response:
    """``instance`` is the path without its query string, which may hold what somebody asked."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    if for_people(request):
        from api.pages.trouble import trouble

        return trouble(status, title, detail)
    slug = title.lower().replace(" ", "-").replace("'", "")
    body = {
        "type": f"urn:groundrule:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, HEADERS.get(status), MEDIA_TYPE)


def from_groundrule(request: Request, error: Exception) -> Response:
    assert isinstance(error, GroundruleError)
    status = status_of(error)
    if status == 500:
        return from_anything(request, error)
    return problem(request, status, str(error))


def from_validation(request: Request, error: Exception) -> Response:
    """Names each field and what is wrong with it; never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    faults = faults_of(error.errors())
    return problem(request, 422, told(faults), errors=faults)


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Of pydantic's errors, whose places begin with the part of the request they are in."""
    return [{"field": _field(tuple(fault["loc"])), "message": str(fault["msg"]).removeprefix("Value error, ")} for fault in errors]


def told(faults: Sequence[Mapping[str, str]]) -> str:
    """The first of them, and how many more there are."""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{faults[0]['field']}: {faults[0]['message']}{more}"


def _field(where: tuple[object, ...]) -> str:
    """``("body", "facts", "amount")`` is ``facts.amount``; where the body itself cannot be read, its place is a number."""
    parts = [str(part) for part in where[1:]] or ["body"]
    return "body" if where[:1] == ("body",) and parts[0].isdigit() else ".".join(parts)


def from_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = "page" if for_people(request) else "route"
    details = {
        404: f"There is no such {what}.",
        405: f"{request.method} is not a method of this route.",
        400: "The body cannot be read: send JSON in UTF-8, or a form where the route takes a file.",
    }
    response = problem(request, error.status_code, details.get(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(methods_at(request)) or response.headers.get("Allow", "")
    return response


def methods_at(request: Request) -> list[str]:
    """Of all routes of that path; the framework names those of the first one only."""
    fitting = (route for route in iter_route_contexts(request.app.routes) if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in fitting for method in route.methods or ()})


def from_anything(request: Request, error: Exception) -> Response:
    note_defect(error)
    return problem(request, 500, DEFECT)


def note_defect(error: Exception) -> None:
    """Our own mistake: the log gets the class and the places in the code, not the message, which may quote documents or keys."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    logging.getLogger("groundrule.defect").error("defect", extra={"fields": {"error": type(error).__name__, "at": places[-8:]}})


def install(app: FastAPI) -> None:
    app.add_exception_handler(GroundruleError, from_groundrule)
    app.add_exception_handler(RequestValidationError, from_validation)
    app.add_exception_handler(HTTPException, from_http)
