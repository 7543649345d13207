"""From a bearer key to a caller: a route says which scope it needs and gets a visit that is allowed to be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from domain.access import LOCAL, Caller, Scope
from domain.errors import Unauthenticated

if TYPE_CHECKING:
    from service.wiring import App

_BEARER = HTTPBearer(auto_error=False, description="A key made with `groundrule keys create`.")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that is allowed to be here."""

    app: App
    caller: Caller


def caller_of(request: Request, given: HTTPAuthorizationCredentials | None) -> Caller:
    """Raises Unauthenticated; a service that was started without keys takes everybody for the local user."""
    from service.keys import authenticate

    if request.app.state.no_auth:
        return LOCAL
    if given is None:
        raise Unauthenticated("send a key: 'Authorization: Bearer gr_...'; 'groundrule keys create' makes one")
    caller = authenticate(request.app.state.groundrule, given.credentials)
    request.app.state.rates.welcome(given.credentials, request.client.host if request.client else "")
    return caller


def visit(*scopes: Scope) -> Callable[..., Visit]:
    """A dependency that lets in whoever holds the scopes; raises Unauthenticated or Forbidden."""

    def enter(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Visit:
        caller = caller_of(request, given)
        for scope in scopes:
            caller.need(scope)
        return Visit(request.app.state.groundrule, caller)

    return enter


#: Whoever has a key, whatever it allows: for a door behind which each thing asks for its own scope.
Visitor = Annotated[Visit, Depends(visit())]

Reader = Annotated[Visit, Depends(visit(Scope.READ))]

#: Whoever decides on a record has looked at it.
Reviewer = Annotated[Visit, Depends(visit(Scope.READ, Scope.REVIEW))]

#: Whoever hands something in is told what became of it, and whether it was there before.
Writer = Annotated[Visit, Depends(visit(Scope.READ, Scope.WRITE))]

#: Whoever opens a case is told what the records say of it.
CaseOpener = Annotated[Visit, Depends(visit(Scope.READ, Scope.CASE))]

#: Whoever removes something can tell from the answer whether it is there, so the key must be one that may see it.
Remover = Annotated[Visit, Depends(visit(Scope.READ, Scope.WRITE))]

#: Whoever lets data leave the house, or says who may see what.
Administrator = Annotated[Visit, Depends(visit(Scope.READ, Scope.ADMIN))]
