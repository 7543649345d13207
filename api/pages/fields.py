"""A record's fields as a form, and what somebody changed in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from api.errors import faults_of
from api.review_bodies import FieldsEdit
from domain.errors import InvalidQuestion

Json = dict[str, Any]

#: Fields of one line each, and those with a fixed choice; "" stands for null.
LINES = ("subject", "action", "handler", "re_entry", "overrides", "superseded_by", "valid_from", "valid_to")
HANDOFF = ("from", "to", "artifact", "channel")
CHOICES = {
    "modality": ("", "obligation", "prohibition", "permission"),
    "effect": ("", "lifts", "relaxes", "tightens", "replaces"),
    "recurrence": ("standing", "one_off"),
    "documentation": ("documented", "undocumented"),
}
SCOPES = ("party", "product", "place", "document", "process", "person", "other")
VALUES = ("money", "percent", "duration", "count", "date", "time")
#: Empty rows beside those that are there.
SPARE = 1


def as_posted(form: Mapping[str, str], record: Json) -> Json:
    """The record's fields as the form has them, in the record's JSON. ``record``: as it was when the form was made."""
    found: Json = {}
    if "statement" in form:
        found["statement"] = form["statement"].strip()
    for name in (*LINES, *HANDOFF, *CHOICES):
        if name in form:
            found[name] = form[name].strip() or None
    if "scope-0-value" in form:
        found["scope"] = [{"type": row["type"], "value": row["value"]} for row in _rows(form, "scope", ("type", "value")) if row["value"]]
    if "value-0-text" in form:
        found["values"] = [_value(row) for row in _rows(form, "value", ("kind", "value", "unit", "text")) if row["value"]]
    if "condition-0-text" in form:
        known = {c["text"]: c for c in record["conditions"]}
        texts = [row["text"] for row in _rows(form, "condition", ("text",)) if row["text"]]
        found["conditions"] = [known.get(text, {"text": text, "inferred": False, "test": None}) for text in texts]
    if "field-0-name" in form:
        rows = [row for row in _rows(form, "field", ("name", "required")) if row["name"]]
        found["fields"] = [{"name": row["name"], "required": row["required"] == "yes"} for row in rows]
    return found


def changed(posted: Json, record: Json) -> Json:
    """What differs from the record as it was."""
    return {name: value for name, value in posted.items() if value != record[name]}


def checked(fields: Json) -> dict[str, object]:
    """The fields as a decision takes them; raises InvalidQuestion naming the first that makes no sense."""
    try:
        return FieldsEdit.model_validate(fields).given()
    except ValidationError as error:
        fault = faults_of([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()])[0]
        raise InvalidQuestion(f"{fault['field']}: {fault['message']}") from error


def _rows(form: Mapping[str, str], name: str, parts: tuple[str, ...]) -> list[dict[str, str]]:
    numbers = sorted({int(found[1]) for key in form if (found := re.fullmatch(rf"{name}-(\d{{1,3}})-\w+", key))})
    return [{part: form.get(f"{name}-{number}-{part}", "").strip() for part in parts} for number in numbers]


def _value(row: Mapping[str, str]) -> Json:
    """A number where it is one and the kind wants one."""
    number: object = row["value"]
    if row["kind"] not in ("date", "time") and re.fullmatch(r"-?\d+(\.\d+)?", row["value"]):
        number = float(row["value"])
    return {"kind": row["kind"], "value": number, "unit": row["unit"], "text": row["text"] or f"{row['value']} {row['unit']}".strip()}
