"""The OpenAPI document: what every route of a kind may answer besides what it says itself, and what generated clients call it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.examples import PROBLEM

#: What the door itself says about a body, before any route sees it.
OF_A_BODY = (400, 408, 413)


def operation_id(route: APIRoute) -> str:
    """``records_history``: a generated client names a function after it."""
    return "_".join([*map(str, route.tags[:1]), route.name])


def install(web: FastAPI) -> None:
    made = web.openapi

    def complete() -> dict[str, Any]:
        if web.openapi_schema is None:
            web.openapi_schema = completed(made())
        return web.openapi_schema

    web.openapi = complete  # type: ignore[method-assign] # the way that FastAPI documents


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Changes it in place: problems instead of the framework's own shape of a 422, and those of a body."""
    for operation in (one for path in document["paths"].values() for one in path.values()):
        answers = operation["responses"]
        if "422" in answers:
            answers["422"] = _shown(422)
        if "requestBody" in operation:
            answers.update({str(status): answers.get(str(status)) or _shown(status) for status in OF_A_BODY})
        operation["responses"] = dict(sorted(answers.items()))
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document


def _shown(status: int) -> dict[str, Any]:
    return {name: value for name, value in PROBLEM[status].items() if name != "model"}
