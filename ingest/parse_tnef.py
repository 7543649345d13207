"""winmail.dat, in which Outlook wraps a message's body and files for other Outlooks (MS-OXTNEF)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import Attachment, Parsed
from ingest.limits import MAX_MEMBERS, MAX_NESTING
from ingest.mail_letter import Letter, Piece, parsed_letter, shown_name
from ingest.mail_mapi import (
    BODY,
    CODEPAGE,
    FILE,
    LONG_NAME,
    MESSAGE_ID,
    METHOD,
    SHORT_NAME,
    SHOWN_NAME,
    SUBJECT,
    Card,
    Value,
    letter_of,
    text,
    time_of,
)

_SIGNATURE = b"\x78\x9f\x3e\x22"
#: Attributes by number.
_CODEPAGE, _SUBJECT, _BODY, _PROPERTIES, _RECIPIENTS = 0x00069007, 0x00018004, 0x0002800C, 0x00069003, 0x00069004
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES, _ID = 0x00069002, 0x00018010, 0x0006800F, 0x00069005, 0x00018009
_IS_MESSAGE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x1: 4}
_MAX_PROPERTIES = 10_000
_MAX_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What winmail.dat adds to the message that carries it."""

    pieces: tuple[Piece, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _File:
    name: str = ""
    data: bytes = b""
    properties: dict[int, Value] = field(default_factory=dict)


@dataclass(slots=True)
class _Content:
    own: dict[int, Value] = field(default_factory=dict)
    recipients: list[dict[int, Value]] = field(default_factory=list)
    files: list[_File] = field(default_factory=list)


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def parse_tnef(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    yield parsed_letter(_letter(data, 0))


def unpacked(data: bytes) -> Unpacked:
    """The body and the files alone: who wrote the message its carrier says; raises DamagedSource and LimitExceeded."""
    letter = _letter(data, 0)
    return Unpacked(letter.pieces, letter.attachments, letter.notes)


def _letter(data: bytes, depth: int) -> Letter:
    if depth > MAX_NESTING:
        raise LimitExceeded(f"messages are nested deeper than {MAX_NESTING}")
    content = _content(data)
    files, notes = _files(content)
    return letter_of(Card(content.own, content.recipients), "no-id-" + hashlib.sha256(data).hexdigest()[:20], files, notes)


def _content(data: bytes) -> _Content:
    if not is_tnef(data):
        raise DamagedSource("this is no winmail.dat, or its beginning is damaged")
    content, at = _Content(), 6
    while at + 9 <= len(data):
        number, size = struct.unpack_from("<II", data, at + 1)
        value, at = data[at + 9 : at + 9 + size], at + 9 + size + 2
        if len(value) < size:
            if not content.own and not content.files:
                raise DamagedSource("this winmail.dat is cut short")
            break
        _attribute(content, number, value)
        if len(content.files) > MAX_MEMBERS:
            raise LimitExceeded(f"more than {MAX_MEMBERS:,} files inside one file")
    return content


def _attribute(content: _Content, number: int, value: bytes) -> None:
    if number == _CODEPAGE and len(value) >= 4:
        content.own.setdefault(CODEPAGE, int.from_bytes(value[:4], "little"))
    elif number in (_SUBJECT, _BODY, _ID):
        content.own.setdefault({_SUBJECT: SUBJECT, _BODY: BODY, _ID: MESSAGE_ID}[number], value.rstrip(b"\0"))
    elif number == _PROPERTIES:
        found, _ = _properties(value, 0)
        content.own |= found
    elif number == _RECIPIENTS:
        content.recipients += _rows(value)
    elif number == _NEW_FILE:
        content.files.append(_File())
    elif content.files:
        _file_attribute(content, number, value)


def _file_attribute(content: _Content, number: int, value: bytes) -> None:
    last = content.files[-1]
    if number == _TITLE:
        last.name = text({FILE: value.rstrip(b"\0"), CODEPAGE: content.own.get(CODEPAGE, 0)}, FILE)
    elif number == _DATA:
        last.data = value
    elif number == _FILE_PROPERTIES:
        last.properties, _ = _properties(value, 0)


def _rows(data: bytes) -> list[dict[int, Value]]:
    rows, at = [], 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MAX_PROPERTIES)):
        if at >= len(data):
            break
        row, at = _properties(data, at)
        rows.append(row)
    return rows


def _properties(data: bytes, at: int) -> tuple[dict[int, Value], int]:
    """The properties from ``at`` on, and where they end; what is damaged ends them."""
    found: dict[int, Value] = {}
    count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, number = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if number >= 0x8000 else at + 4
        values, at = _values(data, at, kind)
        if values and number < 0x8000:
            found.setdefault(number, values[0])
    return found, at


def _after_name(data: bytes, at: int) -> int:
    """Behind the name of a named property: a set's GUID, then a number or a text."""
    kind, size = int.from_bytes(data[at + 16 : at + 20], "little"), int.from_bytes(data[at + 20 : at + 24], "little")
    return at + 24 + (_padded(size) if kind else 0)


def _padded(size: int) -> int:
    return size + -size % 4


def _values(data: bytes, at: int, kind: int) -> tuple[list[Value], int]:
    single, several = kind & 0xFFF, bool(kind & 0x1000)
    variable = single in (0x1E, 0x1F, 0x102, 0xD)
    count = 1
    if variable or several:
        count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
    if not variable and single not in _FIXED:
        return [], len(data)
    found: list[Value] = []
    for _ in range(min(count, _MAX_VALUES)):
        size = _FIXED.get(single, 0)
        if variable:
            size, at = int.from_bytes(data[at : at + 4], "little"), at + 4
        if at + size > len(data):
            return found, len(data)
        if (value := _value(single, data[at : at + size])) is not None and len(found) < 4:
            found.append(value)
        at += _padded(size)
    return found, at


def _value(kind: int, data: bytes) -> Value | None:
    if kind == 0x1F:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    if kind == 0x40:
        return time_of(int.from_bytes(data, "little"))
    if kind in (0x2, 0x3, 0xB, 0x14):
        return int.from_bytes(data, "little", signed=kind != 0x14)
    return data.rstrip(b"\0") if kind == 0x1E else data


def _files(content: _Content) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    found, notes = [], []
    for n, file in enumerate(content.files):
        properties = {CODEPAGE: content.own.get(CODEPAGE, 0), **file.properties}
        name = next((t for p in (LONG_NAME, SHORT_NAME, SHOWN_NAME) if (t := text(properties, p))), file.name)
        inner = file.properties.get(FILE)
        data = file.data or (inner if isinstance(inner, bytes) else b"")
        shown = shown_name(name, f"part-{n}")
        if data.startswith(_IS_MESSAGE) and is_tnef(data[16:]):
            found.append(Attachment(f"{shown_name(name, f'message-{n}')}.tnef", data[16:]))
        elif data.strip():
            found.append(Attachment(shown, data))
        elif file.properties.get(METHOD):
            notes.append(f"attachment {shown} is only a link to a file elsewhere")
    return tuple(found), tuple(notes)
