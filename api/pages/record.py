"""The record page: the source on one side, the record as fields on the other, and every decision on it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from api.pages import fields as forms
from api.pages.frame import Form, Guest, Reading, onward, own_form, page, revision_in
from api.pages.waiting import At, view_of
from api.schemas import today
from domain.errors import InvalidQuestion, NotFound, Stale

if TYPE_CHECKING:
    from domain.record import StoredRecord
    from service.decisions import Decision
    from service.paper import Paper

router = APIRouter(include_in_schema=False)

#: Seconds for which the page offers to take a decision back.
UNDO_SECONDS = 30
#: Why records are mostly rejected, by the digit that says so.
REASONS = (
    "This is no norm: nobody is bound or allowed by it.",
    "It was misread: the source says something else.",
    "It holds no longer.",
    "Whoever says so may not decide it.",
    "It was meant for one case only, which is over.",
)
_DONE = {"record.decided": "Decided", "record.edited": "Edited", "record.undone": "Taken back", "record.put": "Extracted"}


@router.get("/records/{record_id}")
def record(here: Reading, record_id: str, looked: At) -> Response:
    view = {**looked.view, **({"queue": "1"} if looked.queue else {})}
    return shown(here, record_id, view, done=looked.done, at=looked.at, source=looked.source)


def shown(here: Guest, record_id: str, view: dict[str, str], status: int = 200, *, source: int = 0, **more: Any) -> Response:
    """The page. ``view``: the queue that somebody came from. ``more``: done and at of a decision, fault and posted of one that failed."""
    from service.present import record_json
    from service.records import get_record
    from service.similar import loosens, similar_records

    stored = get_record(here.app, here.caller, record_id)
    told = record_json(here.app, here.caller, stored, as_of=today())
    bent = here.app.snapshot(here.caller).records.get(stored.record.overrides or "")
    values = {
        "stored": stored,
        "told": told,
        "fields": {**told, **more.get("posted", {})},
        "forms": forms,
        "bent": bent,
        "diff": word_diff(bent.record.said, stored.record.said) if bent else (),
        "history": _history(here, record_id),
        "conflicts": _conflicts(here, stored),
        "similar": similar_records(here.app, here.caller, record_id),
        "loosens": loosens(here.app, here.caller, stored),
        "source": min(source, len(stored.record.evidence) - 1),
        "papers": _papers(here, stored, min(source, len(stored.record.evidence) - 1)),
        "pdf": _is_pdf(stored, min(source, len(stored.record.evidence) - 1)),
        "view": urlencode(view),
        "undo_seconds": UNDO_SECONDS,
        "reasons": REASONS,
        "done": _done(here, str(more.get("done", "")), str(more.get("at", ""))),
        "fault": more.get("fault", ""),
    }
    return page(here, "record.html", status, {"ETag": f'"{stored.revision}"'} if status == 200 else None, **values)


@router.post("/records/{record_id}/decision")
def decide(here: Reading, record_id: str, form: Form) -> Response:
    """One decision, or the same one on several that are alike; whoever decided on another version sees both sides."""
    from service.decisions import decide as carry_out
    from service.seen import the_record
    from service.similar import loosens

    own_form(here, form)
    view, seen = _view(form), revision_in(form.get("seen", ""))
    posted: dict[str, Any] = {}
    try:
        base = _at(here, record_id, seen)
        posted = _posted(form, base)
        wanted = _decision(form, posted)
        alone = wanted.verb != "approve" or loosens(here.app, here.caller, the_record(here.app, here.caller, record_id))
        stored = carry_out(here.app, here.caller, record_id, wanted, seen=seen)
        if not alone:
            _along(here, form, wanted)
    except Stale:
        return _merge(here, record_id, form, posted)
    except InvalidQuestion as error:
        return shown(here, record_id, view, 422, fault=str(error), posted=posted)
    told = {"done": record_id, "at": str(stored.revision)}
    if "queue" in view:
        return onward(f"/review/next?{urlencode({**{k: v for k, v in view.items() if k != 'queue'}, **told})}")
    return onward(f"/records/{record_id}?{urlencode(told)}")


@router.post("/records/{record_id}/undo")
def undo(here: Reading, record_id: str, form: Form) -> Response:
    from service.undo import undo as take_back

    own_form(here, form)
    view = _view(form)
    try:
        take_back(here.app, here.caller, record_id, seen=revision_in(form.get("seen", "")))
    except (Stale, InvalidQuestion) as error:
        return shown(here, record_id, view, 409, fault=str(error))
    return onward(f"/records/{record_id}?{urlencode(view)}")


@router.get("/documents/{document_id}/file")
def file(here: Reading, document_id: str) -> Response:
    """A PDF as it was received, for the page that draws it; anything else is shown as text and never sent to a browser."""
    from service.documents import get_document
    from service.paper import source_of_document

    data, media_type = source_of_document(here.app, here.caller, get_document(here.app, here.caller, document_id))
    if media_type != "application/pdf":
        raise NotFound("only PDF files can be drawn; others are shown as text")
    return Response(data, media_type=media_type, headers={"Content-Disposition": "inline", "X-Frame-Options": "DENY"})


def word_diff(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Stretches of words that are the same in both, only in the first (del) or only in the second (ins)."""
    one, other = (re.findall(r"\S+\s*", text) for text in (before, after))
    found: list[tuple[str, str]] = []
    for op, a, b, c, d in SequenceMatcher(None, [w.strip() for w in one], [w.strip() for w in other], autojunk=False).get_opcodes():
        if op == "equal":
            found.append(("same", "".join(one[a:b])))
            continue
        found += [(name, "".join(part)) for name, part in (("del", one[a:b]), ("ins", other[c:d])) if part]
    return tuple(found)


def _view(form: dict[str, str]) -> dict[str, str]:
    view = view_of(form.get("view-kind", ""), form.get("view-documentation", ""), form.get("view-reason", ""))
    return {**view, **({"queue": "1"} if form.get("view-queue") else {})}


def _at(here: Guest, record_id: str, revision: int) -> dict[str, Any]:
    """The record as it was when the form was made; raises Stale where there was no such version."""
    from service.present import record_json
    from service.records import record_history

    versions = record_history(here.app, here.caller, record_id)
    for stored in versions:
        if stored.revision == revision:
            return record_json(here.app, here.caller, stored, as_of=today())
    raise Stale(record_id, versions[-1].revision if versions else 0)


def _posted(form: dict[str, str], base: dict[str, Any]) -> dict[str, Any]:
    """What somebody changed: in the fields, or by choosing a side of each in the merge view."""
    if "mine" not in form:
        return forms.changed(forms.as_posted(form, base), base)
    try:
        mine = json.loads(form["mine"])
    except (ValueError, RecursionError):
        mine = None
    if not isinstance(mine, dict):
        raise InvalidQuestion("the form is damaged: load the record again")
    return {name: value for name, value in mine.items() if form.get(f"pick-{name}") == "mine"}


def _decision(form: dict[str, str], posted: dict[str, Any]) -> Decision:
    from service.decisions import Decision, Verb

    verb = form.get("verb", "")
    if verb not in {known.value for known in Verb}:
        raise InvalidQuestion("choose what to do with the record")
    reason, into = form.get("reason", "").strip(), form.get("into", "").strip() or None
    if verb in ("reject", "merge"):
        return Decision(Verb(verb), reason, {}, into if verb == "merge" else None)
    fields = forms.checked(posted)
    if verb == "edit" and not fields:
        raise InvalidQuestion("nothing was changed: there is nothing to save")
    return Decision(Verb(verb), reason, fields)


def _plain(decision: Decision) -> Decision:
    """The same for another record, whose fields stay as they are."""
    from service.decisions import Decision

    return Decision(decision.verb, decision.reason)


def _along(here: Guest, form: dict[str, str], decision: Decision) -> None:
    """The same for the records that were ticked; what loosens something, has changed or is gone since stays in the queue as it is."""
    from service.decisions import decide as carry_out
    from service.seen import the_record
    from service.similar import loosens

    for other_id, revision in _others(form):
        with suppress(Stale, NotFound, InvalidQuestion):
            if not loosens(here.app, here.caller, the_record(here.app, here.caller, other_id)):
                carry_out(here.app, here.caller, other_id, _plain(decision), seen=revision)


def _others(form: dict[str, str]) -> list[tuple[str, int]]:
    chosen = (form[name] for name in sorted(form) if name.startswith("also-"))
    return [(found[1], int(found[2])) for text in chosen if (found := re.fullmatch(r"(\w{1,100}):([0-9]{1,9})", text))]


def _merge(here: Guest, record_id: str, form: dict[str, str], posted: dict[str, Any]) -> Response:
    """Somebody decided meanwhile: what they made of it, what this form wants, and a choice for each field."""
    from service.present import record_json
    from service.records import get_record

    theirs = get_record(here.app, here.caller, record_id)
    told = record_json(here.app, here.caller, theirs, as_of=today())
    last = _history(here, record_id)[0]
    differs = {name: (told[name], value) for name, value in posted.items() if told[name] != value}
    return page(
        here, "merge.html", 412, stored=theirs, told=told, differs=differs, mine=json.dumps(posted), last=last,
        verb=form.get("verb", ""), reason=form.get("reason", ""), view=urlencode(_view(form)),
    )  # fmt: skip


def _history(here: Guest, record_id: str) -> list[dict[str, Any]]:
    """Newest first: what happened, who did it, when and why."""
    from service.seen import changes_seen, versions_of

    changes = []
    for stored in versions_of(here.app, here.caller, record_id)[-50:]:
        found = changes_seen(here.app, here.caller, after=0, since=stored.revision - 1, until=stored.revision, limit=1_000)
        change = next((it for it in found if it.record_id == record_id), None)
        known = {"actor": change.actor, "at": change.at, "reason": change.reason} if change else {"actor": "", "at": "", "reason": ""}
        what = _DONE.get(change.action, change.action) if change else "Extracted"
        changes.append({**known, "what": what, "status": stored.record.status.value, "revision": stored.revision, "stored": stored})
    return changes[::-1]


def _conflicts(here: Guest, stored: StoredRecord) -> list[dict[str, Any]]:
    from domain.disagreement import disagreement

    records = here.app.snapshot(here.caller).records
    found = []
    for rival in stored.record.rivals:
        other = records.get(rival)
        if other is not None and other.record.governs(today()) and (told := disagreement(stored.record, other.record)) is not None:
            found.append({"other": other, "told": told})
    return found


def _papers(here: Guest, stored: StoredRecord, at: int) -> list[Paper]:
    """The paper that one piece of evidence stands in; of a mail, the conversation around it."""
    from service.documents import get_document
    from service.paper import paper_of

    citation = stored.record.evidence[at].citation
    document = get_document(here.app, here.caller, citation.document_id)
    spans: dict[str, list[Any]] = {}
    for evidence in stored.record.evidence:
        spans.setdefault(evidence.citation.document_id, []).append(evidence.citation.span)
    around = here.app.talks.around(document, here.app.snapshot(here.caller).documents)
    mails = around if any(mail.id == document.id for mail in around) else [document]
    return [paper_of(mail, spans.get(mail.id, ())) for mail in mails]


def _is_pdf(stored: StoredRecord, at: int) -> bool:
    citation = stored.record.evidence[at].citation
    return citation.path.lower().endswith(".pdf") and citation.place.page is not None and not citation.place.member


def _done(here: Guest, record_id: str, revision: str) -> dict[str, Any] | None:
    """What was just decided, while it can be taken back."""
    from service.seen import the_record

    if not record_id:
        return None
    try:
        stored = the_record(here.app, here.caller, record_id)
    except NotFound:
        return None
    if stored.revision != revision_in(revision):
        return None
    return {"id": record_id, "revision": stored.revision, "status": stored.record.status.value, "statement": stored.record.statement}
