"""What kind of value a handoff's field takes, told from the field's name; and the name that stands for it in a payload."""

from __future__ import annotations

import re
from enum import StrEnum


class FieldType(StrEnum):
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"
    EMAIL = "email"
    YES_NO = "yes_no"
    CODE = "code"  # an identifier: a text, or a whole number
    SEVERAL = "several"  # a plural or a measure: a text, a number, or a list that is not empty
    TEXT = "text"


#: Type -> what takes everything that it takes.
WIDER: dict[FieldType, frozenset[FieldType]] = {
    FieldType.DATE: frozenset({FieldType.TEXT, FieldType.CODE, FieldType.SEVERAL}),
    FieldType.EMAIL: frozenset({FieldType.TEXT, FieldType.CODE, FieldType.SEVERAL}),
    FieldType.TEXT: frozenset({FieldType.CODE, FieldType.SEVERAL}),
    FieldType.CODE: frozenset({FieldType.SEVERAL}),
    FieldType.NUMBER: frozenset({FieldType.SEVERAL}),
}

#: The first that fits counts; each is looked for in the words before "of", "per", "in" or "for", which name the thing.
_HEADS: tuple[tuple[FieldType, re.Pattern[str]], ...] = (
    (FieldType.YES_NO, re.compile(r"^(?:whether|is|are|has|have)\s|\byes\s?(?:/|or)\s?no\b|\by/n\b|\?$")),
    (FieldType.NUMBER, re.compile(r"^number$|\b(?:quantity|qty|count|headcount)$")),
    (FieldType.MONEY, re.compile(r"\b(?:amount|price|total|subtotal|cost|fee)$")),
    (FieldType.DATE, re.compile(r"\b(?:date|day|deadline)(?:\s\w+(?:ed|en))?$")),
    (FieldType.EMAIL, re.compile(r"\be-?mail(?:\saddress)?$")),
    (FieldType.CODE, re.compile(r"\b(?:number|no|code|id|ref|reference|iban|sku)$")),
    (
        FieldType.SEVERAL,
        re.compile(r"(?:[^su]s|ies)$|\b(?:weight|size|length|width|height|volume|distance|temperature|rate|budget|balance)$"),
    ),
)
_OF = re.compile(r"\s(?:of|per|in|for|on|from)\s")
_NUMBER_OF = re.compile(r"^(?:the\s)?number\sof\s")
_BREAKS = re.compile(r"[\s_-]+")


def type_of_name(name: str) -> FieldType:
    """A text, unless the name says otherwise."""
    words = re.sub(r"\s+", " ", name.strip().lower().rstrip("."))
    if _NUMBER_OF.match(words):
        return FieldType.NUMBER
    whole = next((kind for kind, head in _HEADS[:1] if head.search(words)), None)
    head = _OF.split(words, maxsplit=1)[0]
    if head == "number":
        return FieldType.CODE  # "number" alone is what something is called by
    return whole or next((kind for kind, pattern in _HEADS[1:] if pattern.search(head)), FieldType.TEXT)


def property_name(name: str) -> str:
    """snake_case, the same for the same words: ``Client's signature`` is ``clients_signature``."""
    plain = re.sub(r"['’]", "", name.lower())
    return re.sub(r"\W+", "_", plain).strip("_") or "field"


def key_of(name: str) -> str:
    """Names that differ in case, spaces, underscores and hyphens only have one key."""
    return _BREAKS.sub("", name).casefold()
