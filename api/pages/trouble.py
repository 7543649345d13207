"""The page that is shown where a page cannot be: what happened, and what to do."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.doors import for_people
from api.pages.frame import plain_page

#: What somebody at a page can do; without an entry, the way back is all there is.
_DO = {
    403: "Ask whoever runs this service for a key that allows it, or sign in with another one.",
    404: "It may have been removed, or the address is mistyped.",
    412: "Load the record again: somebody has changed it since you looked at it.",
    503: "Try again in a moment. Nothing was lost.",
}


def trouble(status: int, title: str, detail: str) -> Response:
    return plain_page("trouble.html", status, title=title, detail=detail, do=_DO.get(status, "Go back and try again."))


def to_sign_in(request: Request, error: Exception) -> Response:
    """For a page the way to the form; a program would be told in its own words."""
    from api.errors import problem

    if not for_people(request):
        return problem(request, 401, str(error))
    onto = f"/sign-in?next={quote(request.url.path, safe='/')}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": onto})
    return RedirectResponse(onto, 303)
