"""One way of writing JSON, so that the same answer is the same bytes."""

from __future__ import annotations

import json

from starlette.responses import Response


def json_response(content: object, headers: dict[str, str] | None = None) -> Response:
    return Response(json_text(content), 200, headers, "application/json")


def json_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
