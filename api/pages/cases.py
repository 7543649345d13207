"""The inbox of cases: steps that could not proceed, and what a person decides on them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from api.case_bodies import ResolutionRequest
from api.errors import faults_of, told
from api.pages.frame import Form, Guest, Reading, onward, own_form, page, revision_in
from domain.errors import InvalidQuestion, Stale

router = APIRouter(include_in_schema=False)

STATES = ("waiting", "overdue", "resolved", "withdrawn")
#: Of a resolution's record, the fields that the page asks for besides its sentence.
FIELDS = ("modality", "handler", "overrides", "effect", "valid_to")


class Filter(BaseModel):
    state: str = Field("waiting", max_length=20)
    catcher: str = Field("", max_length=200)
    cursor: str = Field("", pattern=r"^\d{0,12}$")


@router.get("/cases")
def cases(here: Reading, wanted: Annotated[Filter, Query()]) -> Response:
    from domain.case import CaseFilter
    from service.case_view import case_json
    from service.cases import list_cases
    from service.wiring import now

    state = wanted.state if wanted.state in STATES else "waiting"
    before = int(wanted.cursor) if wanted.cursor else None
    moment = now()
    found = list_cases(here.app, here.caller, CaseFilter(moment, state, wanted.catcher or None, None, before, 50))
    view = {"state": state, **({"catcher": wanted.catcher} if wanted.catcher else {})}
    onto = urlencode({**view, "cursor": found.next_cursor}) if found.next_cursor else ""
    items = [case_json(here.app, here.caller, case, moment=moment) for case in found.items]
    return page(here, "cases.html", items=items, states=STATES, state=state, catcher=wanted.catcher, onto=onto)


@router.get("/cases/{case_id}")
def case(here: Reading, case_id: str) -> Response:
    return _shown(here, case_id)


@router.post("/cases/{case_id}/resolution")
def resolution(here: Reading, case_id: str, form: Form) -> Response:
    """What a person decided; a sentence becomes a proposed record, none makes no rule."""
    from service.cases import resolve

    own_form(here, form)
    try:
        asked = ResolutionRequest.model_validate(_body(form))
        resolve(here.app, here.caller, case_id, asked.decided(), seen=revision_in(form.get("seen", "")))
    except ValidationError as error:
        return _shown(here, case_id, 422, fault=told(faults_of([{**it, "loc": ("body", *it["loc"])} for it in error.errors()])), form=form)
    except (InvalidQuestion, Stale) as error:
        return _shown(here, case_id, 412 if isinstance(error, Stale) else 422, fault=str(error), form=form)
    return onward(f"/cases/{case_id}")


@router.post("/cases/{case_id}/withdrawal")
def withdrawal(here: Reading, case_id: str, form: Form) -> Response:
    from service.cases import withdraw

    own_form(here, form)
    reason = form.get("reason", "").strip()[:2_000]
    try:
        if not reason:
            raise InvalidQuestion("say why nobody needs to decide it any more")
        withdraw(here.app, here.caller, case_id, reason, seen=revision_in(form.get("seen", "")))
    except (InvalidQuestion, Stale) as error:
        return _shown(here, case_id, 422, fault=str(error), form=form)
    return onward(f"/cases/{case_id}")


def _body(form: dict[str, str]) -> dict[str, Any]:
    """As the route for programs takes it; what was left empty is left out."""
    statement = form.get("statement", "").strip()
    body: dict[str, Any] = {"outcome": form.get("outcome", "")}
    for name in ("decided_by", "note"):
        if form.get(name, "").strip():
            body[name] = form[name].strip()
    if statement:
        fields: dict[str, Any] = {name: form[name].strip() for name in FIELDS if form.get(name, "").strip()}
        if form.get("scope", "").strip():
            fields["scope"] = [{"type": "party", "value": form["scope"].strip()}]
        body |= {"statement": statement, "kind": form.get("kind", "exception"), "recurrence": form.get("recurrence", "standing")}
        body |= {"fields": fields} if fields else {}
    return body


def _shown(here: Guest, case_id: str, status: int = 200, **more: Any) -> Response:
    from service.case_view import case_json
    from service.cases import get_case

    found = get_case(here.app, here.caller, case_id)
    values = {"fault": more.get("fault", ""), "form": more.get("form", {})}
    return page(here, "case.html", status, case=case_json(here.app, here.caller, found), **values)
