"""The documents and what was found in each of their clauses, the agent's question, and the page of whoever runs the service."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.pages.frame import Form, Guest, Reading, guest, onward, own_form, page
from api.schemas import today
from domain.access import Scope
from domain.document import EVIDENCE_BLOCKS, Document
from domain.errors import GroundruleError, InvalidQuestion
from domain.ports import SourceState

router = APIRouter(include_in_schema=False)

PER_PAGE = 50
Admin = Annotated[Guest, Depends(guest(Scope.READ, Scope.ADMIN))]


class Filter(BaseModel):
    kind: str = Field("", max_length=30)
    text: str = Field("", max_length=200)
    after: int = Field(0, ge=0, le=10_000_000)


@router.get("/documents")
def documents(here: Reading, wanted: Annotated[Filter, Query()]) -> Response:
    snapshot = here.app.snapshot(here.caller)
    told: dict[str, int] = {}
    for stored in snapshot.records.values():
        for document_id in {e.citation.document_id for e in stored.record.evidence}:
            told[document_id] = told.get(document_id, 0) + 1
    found = [d for d in snapshot.documents.values() if _matches(d, wanted)]
    found.sort(key=lambda d: (d.path, d.ordinal))
    shown = found[wanted.after : wanted.after + PER_PAGE]
    kinds = sorted({d.kind.value for d in snapshot.documents.values()})
    refused = [s for s in _sources(here) if s.state == "refused"]
    view = {name: value for name, value in (("kind", wanted.kind), ("text", wanted.text)) if value}
    onto = urlencode({**view, "after": wanted.after + PER_PAGE}) if len(found) > wanted.after + PER_PAGE else ""
    return page(here, "documents.html", found=shown, total=len(found), told=told, kinds=kinds, wanted=wanted, onto=onto, refused=refused)


def _sources(here: Guest) -> list[SourceState]:
    """Those whose paths this person may read."""
    from service.seen import may_read

    return [state for state in here.app.ledger.sources(here.caller.workspace) if may_read(here.app, here.caller, state.source.path)]


def _matches(document: Document, wanted: Filter) -> bool:
    words = f"{document.path} {document.title} {document.message.subject if document.message else ''}".lower()
    return wanted.kind in ("", document.kind.value) and wanted.text.lower() in words


@router.get("/documents/{document_id}")
def document(here: Reading, document_id: str) -> Response:
    """The text with everything that was extracted marked, and the clauses of which nothing was."""
    from service.documents import get_document, get_versions
    from service.paper import paper_of

    found = get_document(here.app, here.caller, document_id)
    records = []
    spans = []
    for stored in here.app.snapshot(here.caller).records.values():
        mine = [e.citation.span for e in stored.record.evidence if e.citation.document_id == document_id]
        spans += mine
        records += [(min(s.start for s in mine), stored)] if mine else []
    blocks = [b for b in found.blocks if b.kind in EVIDENCE_BLOCKS]
    bare = [b for b in blocks if not any(s.start < b.span.end and s.end > b.span.start for s in spans)]
    records.sort(key=lambda pair: (pair[0], pair[1].record.id))
    return page(
        here, "document.html", document=found, paper=paper_of(found, spans), records=[stored for _, stored in records], blocks=len(blocks),
        bare=[" ".join(b.span.of(found.text).split()) for b in bare], versions=get_versions(here.app, here.caller, found),
    )  # fmt: skip


@router.get("/ask")
def ask(here: Reading) -> Response:
    return _asked(here, {})


@router.post("/ask")
def answer(here: Reading, form: Form) -> Response:
    """What an agent would get, with the same rules and the same sources."""
    from domain.question import Question
    from service.ask import context
    from service.present import answer_json

    own_form(here, form)
    try:
        facts = tuple(_fact(line) for line in form.get("facts", "").splitlines() if line.strip())
        as_of = form.get("as_of", "").strip() or today()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", as_of):
            raise InvalidQuestion("the day is written as YYYY-MM-DD")
        found = context(here.app, here.caller, Question(form.get("task", ""), facts, as_of))
    except InvalidQuestion as error:
        return _asked(here, form, fault=str(error), status=422)
    return _asked(here, form, answer=answer_json(here.app, here.caller, found))


def _fact(line: str) -> tuple[str, str | None]:
    name, sign, value = line.partition("=")
    if not sign or not name.strip():
        raise InvalidQuestion("facts: one a line, as name = value; with nothing after the sign it is known to be absent")
    return name.strip(), value.strip() or None


def _asked(here: Guest, form: dict[str, str], status: int = 200, **more: Any) -> Response:
    values = {"answer": more.get("answer"), "fault": more.get("fault", "")}
    kept = {"task": form.get("task", ""), "facts": form.get("facts", ""), "as_of": form.get("as_of", today())}
    return page(here, "ask.html", status, form=kept, **values)


@router.get("/admin")
def admin(here: Admin) -> Response:
    return _admin(here)


@router.post("/admin/keys")
def make_key(here: Admin, form: Form) -> Response:
    """The secret is in this answer and nowhere else, ever."""
    from service.keys import create_key

    own_form(here, form)
    scopes = frozenset(scope for scope in Scope if form.get(f"scope-{scope.value}"))
    try:
        key, secret = create_key(here.app, here.caller, form.get("name", "").strip(), scopes)
    except GroundruleError as error:
        return _admin(here, fault=str(error), status=422)
    return _admin(here, made=key, secret=secret)


@router.post("/admin/keys/{key_id}/revoke")
def end_key(here: Admin, key_id: str, form: Form) -> Response:
    from service.keys import revoke_key

    own_form(here, form)
    revoke_key(here.app, here.caller, key_id)
    return onward("/admin")


def _admin(here: Guest, status: int = 200, **more: Any) -> Response:
    from service.keys import list_keys

    audit = here.app.ledger.audit(here.caller.workspace, limit=30) if here.caller.labels is None else []
    values = {"made": more.get("made"), "secret": more.get("secret", ""), "fault": more.get("fault", "")}
    return page(
        here, "admin.html", status, keys=list_keys(here.app, here.caller), sources=_sources(here), settings=here.app.settings,
        scopes=[scope.value for scope in Scope], audit=audit, **values,
    )  # fmt: skip
