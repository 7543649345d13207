"""The header lines that mail programs print above a message they quote or pass on, read in several languages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache

import dateparser

from domain.document import Message, MessageKind
from ingest.canonical import one_line
from ingest.mail_lines import Line
from ingest.mail_words import FIELD, FIELD_OF, LANGUAGE_OF

_MAX_FIELDS = 40
_MAX_FOLDS = 12
_MAX_PEOPLE = 4_000
_ADDRESS = re.compile(r"(?<![^\s<>@,;:\"'()\[\]\\])[^\s<>@,;:\"'()\[\]\\]++@[^\s<>@,;:\"'()\[\]\\]+\.[^\s<>@,;:\"'()\[\]\\]+")
_LINKED = re.compile(r"\[[^\[\]]*+\]|<mailto:([^<>]*+)>")
_SLASHED = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})\b")
_HAS_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b|-\d{2}\b")


@dataclass(frozen=True, slots=True)
class Header:
    """``end``: the index after the last header line. ``fields``: what each field says, by "from", "date", "to", "cc" and "subject"."""

    end: int
    depth: int
    fields: dict[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


def header_at(lines: Sequence[Line], start: int) -> Header | None:
    """The header whose first line is ``start``, in any order of fields; None without one that says who wrote."""
    fields: dict[str, str] = {}
    languages: list[str] = []
    at, current, depth = start, "", lines[start].depth if start < len(lines) else 0
    while at < min(len(lines), start + _MAX_FIELDS) and lines[at].depth == depth:
        found = _field(lines[at])
        if found is not None and _goes_on(lines[at], found, fields):
            current, value, language = found
            fields.setdefault(current, value)
            languages += [language] if language else []
        elif current and at > start and (not fields[current] or _folded(lines, at, depth, fields)):
            fields[current] = f"{fields[current]} {lines[at].text}".strip()
        else:
            break
        at += 1
    return Header(at, depth, fields, tuple(dict.fromkeys(languages))) if fields.get("from") else None


def _field(line: Line) -> tuple[str, str, str] | None:
    found = FIELD.match(line.text[:2_000])
    name = " ".join(found[1].lower().split()) if found else ""
    if found is None or name not in FIELD_OF:
        return None
    return FIELD_OF[name], (found[2] or "").strip(" *_"), LANGUAGE_OF.get(name, "")


def _goes_on(line: Line, found: tuple[str, str, str], fields: dict[str, str]) -> bool:
    """A field repeated, or one below an empty line where the header is whole already, belongs to the text."""
    name = found[0]
    if name != "other" and name in fields:
        return False
    whole = "from" in fields and ("subject" in fields or "date" in fields)
    return not (line.blank and whole and line.draft is None and "subject" in fields and "date" in fields and name == "other")


def _folded(lines: Sequence[Line], at: int, depth: int, fields: dict[str, str]) -> bool:
    """Whether the line goes on with the value before it: another field that is still missing follows soon, without an empty line."""
    for line in lines[at : at + _MAX_FOLDS]:
        if line.depth != depth or line.blank and line.draft is None:
            return False
        found = _field(line)
        if found is not None:
            return found[0] not in fields
    return False


def people_in(value: str) -> list[tuple[str, str]]:
    """(name, address or "") of each person in a printed field: "Dana <dana@quay.example>; Ivo Brand"."""
    bare = one_line(_LINKED.sub(lambda m: f"<{m[1]}>" if m[1] else "", value[:20_000]))
    bare = re.sub(r"(<[^<>]*>)(?:\s*<[^<>]*>)+", r"\1", bare).replace(";", ",")
    found = []
    for name, address in _pairs(bare)[:500]:
        known = _ADDRESS.search(address) or _ADDRESS.search(name)
        shown = (name if known else f"{name} {address}".strip()).strip("'\"* ,;")
        if known or shown:
            found.append(("" if known and shown == known[0] else shown, known[0].lower() if known else ""))
    return found or ([(bare.strip("'\"* ,;"), "")] if bare.strip("'\"* ,;") else [])


def _pairs(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value[:_MAX_PEOPLE]])
    except (ValueError, IndexError, RecursionError):
        return []


def sender_in(value: str) -> tuple[str, str]:
    """(name, address or "") of the one who wrote; a name with a comma ("Brand, Ivo") stays whole."""
    found = _ADDRESS.search(value)
    if found is None:
        return one_line(re.sub(r"[\[<(].*", "", value)).strip("'\"* ,;"), ""
    name = one_line(re.sub(r"(?i)\[mailto:.*|on behalf of.*|im auftrag von.*", "", value[: found.start()])).strip("'\"*<[( ,;")
    return name, found[0].lower()


def message_of(header: Header, body: str, outer: Message) -> Message:
    """The envelope of a message known only from a copy; its id comes from what it says, so that every copy has the same."""
    name, address = sender_in(header.fields["from"])
    printed = header.fields.get("date", "")
    sent_at = sent_at_of(printed, header.languages)
    content = "\0".join((address or name.lower(), sent_at or one_line(printed).lower(), " ".join(body.split())))
    return Message(
        message_id="fwd-" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:24],
        sender=address,
        sender_name=name,
        to=tuple(a for _, a in people_in(header.fields.get("to", "")) if a),
        cc=tuple(a for _, a in people_in(header.fields.get("cc", "")) if a),
        subject=one_line(header.fields.get("subject", "")),
        sent_at=sent_at,
        distrust=f"known only from a copy in {outer.message_id}",
        kind=MessageKind.QUOTED,
    )


@lru_cache(maxsize=2048)
def sent_at_of(printed: str, languages: tuple[str, ...]) -> str | None:
    """ISO 8601, with an offset only where one was printed; None for what cannot be read or could be two days."""
    bare = one_line(printed)[:120]
    if not bare or not _HAS_YEAR.search(bare):
        return None
    try:
        return parsedate_to_datetime(bare).isoformat() if bare[:1].isalpha() and "," in bare[:5] else _parsed(bare, languages)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _parsed(bare, languages)


def _parsed(printed: str, languages: tuple[str, ...]) -> str | None:
    slashed = _SLASHED.search(printed)
    known = [language for language in languages if language != "en"]
    if (
        slashed
        and not known
        and int(slashed[1]) <= 12
        and int(slashed[2]) <= 12
        and slashed[1] != slashed[2]
        and not re.search("[a-z]{3}", printed)
    ):
        return None
    order = "DMY" if known or slashed and int(slashed[1]) > 12 else "MDY"
    text = re.sub(r"(?i)\b(?:uhr|kl\.?|um|alle(?: ore)?|a las|às|klo)\b", " ", printed)
    text = re.sub(r"\b(\d{1,2})\.(\d{2})(?=\s*$)", r"\1:\2", text)
    try:
        found = dateparser.parse(
            text,
            languages=(known or ["en"])[:3],
            settings={"DATE_ORDER": order, "STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]},
        )
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    if found is None or not 1970 <= found.year <= 2200:
        return None
    return str(found.isoformat())
