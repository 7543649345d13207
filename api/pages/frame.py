"""What every page stands in: who is looking, whether a form is really theirs, and the templates."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.guard import of_another_site
from domain.access import LOCAL, Caller, Scope
from domain.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from jinja2 import Environment

    from service.wiring import App

HERE = Path(__file__).parent
COOKIE = "groundrule_session"

#: The pages in the order of the menu: address, name, and the key that follows ``g``.
MENU = (
    ("/review", "Queue", "q"),
    ("/exceptions", "Exceptions", "e"),
    ("/conflicts", "Conflicts", "c"),
    ("/handoffs", "Handoffs", "h"),
    ("/cases", "Cases", "i"),
    ("/map", "Map", "m"),
    ("/coverage", "Coverage", "v"),
    ("/documents", "Documents", "d"),
    ("/ask", "Ask", "a"),
)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a page. ``token``: what their forms must carry."""

    app: App
    caller: Caller
    request: Request
    token: str

    def may(self, scope: Scope) -> bool:
        return scope in self.caller.scopes or Scope.ADMIN in self.caller.scopes


class SignInNeeded(Unauthenticated):
    """Nobody is signed in here, or no longer."""


def guest(*scopes: Scope) -> Callable[[Request], Guest]:
    """A dependency: whoever is signed in and holds the scopes. Raises SignInNeeded or Forbidden."""

    def enter(request: Request) -> Guest:
        from service.sessions import form_token, visitor

        app, secret = request.app.state.groundrule, request.cookies.get(COOKIE, "")
        if request.app.state.no_auth:
            caller: Caller | None = LOCAL
            secret = request.app.state.local_secret
        else:
            caller = visitor(app, secret) if secret else None
        if caller is None:
            raise SignInNeeded("sign in to see this page")
        for scope in scopes:
            caller.need(scope)
        return Guest(app, caller, request, form_token(secret))

    return enter


Reading = Annotated[Guest, Depends(guest(Scope.READ))]


async def form_of(request: Request) -> dict[str, str]:
    """A form's fields, each once; files are not taken. Raises Forbidden where the form is not one of ours."""
    given = await request.form()
    return {name: value for name, value in given.items() if isinstance(value, str)}


Form = Annotated[dict[str, str], Depends(form_of)]


def own_form(here: Guest, form: Mapping[str, str]) -> None:
    """Raises Forbidden unless the form was made for this session, by a page of this service."""
    if of_another_site(here.request.headers) or not hmac.compare_digest(form.get("token", ""), here.token):
        raise Forbidden("this form is of another session: load its page again and repeat what you did")


def revision_in(text: str) -> int:
    """A revision's number as a form or an address has it; -1, which none has, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def page(here: Guest, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> Response:
    """A template with what all of them need."""
    path = here.request.url.path
    roles = {"reviewer": here.may(Scope.REVIEW), "admin": here.may(Scope.ADMIN)}
    known = {"here": here, "menu": MENU, "path": path, "token": here.token, **roles}
    return HTMLResponse(templates().get_template(template).render({**known, **values}), status, dict(headers or {}))


def plain_page(template: str, status: int = 200, **values: Any) -> Response:
    """One that anybody may see."""
    known = {"here": None, "menu": (), "path": "", "token": "", "reviewer": False, "admin": False}
    return HTMLResponse(templates().get_template(template).render({**known, **values}), status)


def onward(path: str) -> Response:
    """After a form: the next page is fetched anew."""
    return RedirectResponse(path, 303)


def own_path(wanted: str, otherwise: str) -> str:
    """A path of this service to go on to; anything that might lead elsewhere is not followed."""
    parts = urlsplit(wanted)
    fine = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc and "\n" not in wanted
    return wanted if fine else otherwise


def fresh_secret() -> str:
    return secrets.token_urlsafe(32)


@cache
def templates() -> Environment:
    """Loaded when the first page is asked for. Everything that is put in is escaped, always."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["path"] = lambda text: quote(str(text), safe="")
    made.filters["words"] = lambda text: str(text).replace("_", " ")
    made.filters["day"] = lambda text: (text or "")[:10]
    return made
