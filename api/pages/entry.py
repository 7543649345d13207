"""Signing in and out, the first page, and the files that pages load."""

from __future__ import annotations

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from api.pages.frame import COOKIE, HERE, Form, Guest, Reading, guest, onward, own_form, own_path, page, plain_page
from domain.errors import Unauthenticated

router = APIRouter(include_in_schema=False)

mimetypes.add_type("text/javascript", ".mjs")
_FILES = {str(file.relative_to(HERE / "static")): file for file in (HERE / "static").rglob("*") if file.is_file()}


@router.get("/static/{name:path}")
def static(name: str) -> Response:
    """Nothing here says anything about anybody; the version in the address makes it safe to keep."""
    if name not in _FILES:
        raise HTTPException(404)
    return FileResponse(_FILES[name], headers={"Cache-Control": "public, max-age=3600"})


@router.get("/sign-in")
def sign_in_page(next: str = "/") -> Response:  # noqa: A002 # the name in the address
    return plain_page("sign_in.html", next=own_path(next, "/"), fault="")


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Whoever has a key may sign in with it; the browser keeps a secret of its own, which ends with the key or after hours without use."""
    from service.sessions import sign_in as begin

    onto = own_path(form.get("next", "/"), "/")
    try:
        secret = begin(request.app.state.groundrule, form.get("key", "").strip())
    except Unauthenticated:
        return plain_page("sign_in.html", 401, next=onto, fault="This key is not known, or it was revoked.")
    answer = onward(onto)
    answer.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/")
    return answer


@router.post("/sign-out")
def sign_out(here: Annotated[Guest, Depends(guest())], form: Form) -> Response:
    from service.sessions import sign_out as end

    own_form(here, form)
    end(here.app, here.request.cookies.get(COOKIE, ""))
    answer = onward("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/")
def home(here: Reading) -> Response:
    """The queue, or how to begin where there is nothing yet."""
    if here.app.ledger.sources(here.caller.workspace):
        return onward("/review")
    return page(here, "begin.html")
