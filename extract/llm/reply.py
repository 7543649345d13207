"""The one shape in which a language model may answer: for each norm or decoy the reason first, the words next, the verdict last."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

#: More than this many items in one reply are a loop, not an answer.
MOST_ITEMS = 24
#: Characters of an error that the model is told.
LONGEST_ERROR = 400
#: Characters of the text fields and entries of the lists, as the schema asks for them; an endpoint that ignores that is not refused for it.
_LENGTHS = {"reason": 240, "quote": 400, "statement": 300}
_NAME = 80
_ENTRIES = {"sentences": 6, "values": 8}
#: What models that think aloud write before they answer.
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.S)


class Item(BaseModel):
    """What the model says of one norm or decoy. ``sentences``: numbers in the window; ``quote``: words that stand in them.

    ``statement``, ``values`` and ``handler`` are the model's own words: the first is never kept, the others only as far as code finds
    them in the sentences quoted.
    """

    model_config = ConfigDict(extra="forbid")

    reason: str
    sentences: list[int]
    quote: str
    kind: Literal["rule", "exception", "handoff", "decoy", "none"]
    speech_act: Literal["states", "asks", "grants", "refuses", "supposes", "reports_past"]
    modality: Literal["obligation", "prohibition", "permission"] | None
    recurrence: Literal["standing", "one_off"] | None
    statement: str
    handler: str | None
    values: list[str]


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item]


def schema(*, limited: bool = True) -> dict[str, Any]:
    """As JSON Schema; every field is required, as strict endpoints want it. ``limited``: with lengths, which end a small model's loops."""
    made = Reply.model_json_schema()
    item = made["$defs"]["Item"]
    item.pop("description", None)  # the docstring is for readers of this file
    if limited:
        made["properties"]["items"]["maxItems"] = MOST_ITEMS // 2
        for name, most in _LENGTHS.items():
            item["properties"][name]["maxLength"] = most
        for name, most in _ENTRIES.items():
            item["properties"][name]["maxItems"] = most
        for field in (item["properties"]["handler"]["anyOf"][0], item["properties"]["values"]["items"]):
            field["maxLength"] = _NAME
    return made


def schema_digest() -> str:
    return hashlib.sha256(json.dumps(schema()).encode()).hexdigest()[:12]


def parsed(text: str) -> Reply | str:
    """The reply, or one line that says what is wrong with it, without any of its own words."""
    body = _THOUGHTS.sub("", text, count=1)
    start, end = body.find("{"), body.rfind("}")
    if start < 0 or end < start:
        return "there is no JSON object in the reply"
    try:
        reply = Reply.model_validate_json(body[start : end + 1])
    except ValidationError as error:
        return _told(error)
    if len(reply.items) > MOST_ITEMS:
        return f"there are {len(reply.items)} items, at most {MOST_ITEMS} are allowed"
    return reply


def _told(error: ValidationError) -> str:
    parts = error.errors(include_input=False, include_url=False, include_context=False)
    wrong = [f"{_place(part['loc'])}: {part['msg']}" for part in parts[:MOST_ITEMS]]
    return "; ".join(dict.fromkeys(wrong))[:LONGEST_ERROR]


def _place(loc: tuple[int | str, ...]) -> str:
    """Names of our own fields only: what an unknown field is called, the model made up."""
    known = {*Item.model_fields, *Reply.model_fields}
    return ".".join(str(part) if isinstance(part, int) or part in known else "?" for part in loc) or "reply"
