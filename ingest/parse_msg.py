"""Outlook's MSG files: one document a message, from its properties or the header fields it travelled with, and the files inside it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import olefile

from domain.errors import BadInput, DamagedSource, LimitExceeded, UnsupportedFormat
from ingest.canonical import Attachment, Parsed, one_line
from ingest.limits import MAX_EXPANDED, MAX_NESTING, MAX_PARTS, MEGABYTE
from ingest.mail_letter import NOTE_ENCRYPTED, Letter, parsed_letter, shown_name
from ingest.mail_mapi import (
    BODY_CODEPAGE,
    CODEPAGE,
    EMBEDDED,
    ENDS,
    FILE,
    LOCATION,
    LONG_NAME,
    METHOD,
    RECURS,
    SHORT_NAME,
    SHOWN_NAME,
    STARTS,
    Card,
    Value,
    letter_of,
    text,
    time_of,
)

_PROPERTIES = "__properties_version1.0"
_NAMES = "__nameid_version1.0"
_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})$")
#: Bytes before the first property, by what the folder is (MS-OXMSG 2.4.1).
_ROOT, _INNER, _OTHER = 32, 24, 8
_BAD = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, AssertionError, struct.error)
#: Properties larger than this are files; of others no message needs as much.
_WANTED = frozenset({LOCATION, STARTS, ENDS, RECURS})


@dataclass(slots=True)
class _File:
    """An opened file, with how much of it was read so far."""

    ole: olefile.OleFileIO
    folders: dict[str, list[str]]
    read: int = 0

    def stream(self, path: str) -> bytes:
        """A stream's bytes, b"" where there is none."""
        if not self.ole.exists(path) or self.ole.get_type(path) != olefile.STGTY_STREAM:
            return b""
        self.read += self.ole.get_size(path)
        if self.read > MAX_EXPANDED:
            raise LimitExceeded(f"the parts of the message are larger than {MAX_EXPANDED // MEGABYTE} MB together")
        data: bytes = self.ole.openstream(path).read()
        return data


#: The body of PGP/MIME, which Outlook keeps as an attachment.
_PGP = re.compile(rb"\s*+-----BEGIN PGP MESSAGE-----")


def parse_msg(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource, UnsupportedFormat (another kind of Office file) and LimitExceeded."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            file = _File(ole, _folders(ole))
            if not ole.exists(_PROPERTIES):
                raise UnsupportedFormat(f"{path} is an old Office file without a message in it; save it in a current format")
            letter = _letter(file, "", hashlib.sha256(data).hexdigest(), 0)
    except _BAD as error:
        raise DamagedSource(f"this MSG file is damaged: {error}; export the message again") from error
    parsed = parsed_letter(letter)
    if not parsed.text and any(_PGP.match(a.data) for a in parsed.attachments):
        parsed = replace(parsed, notes=(NOTE_ENCRYPTED, *parsed.notes))
    yield parsed


def _folders(ole: olefile.OleFileIO) -> dict[str, list[str]]:
    """The names in each folder, by the folder's path."""
    found: dict[str, list[str]] = {}
    for entry in ole.listdir(streams=True, storages=True):
        found.setdefault("/".join(entry[:-1]), []).append(entry[-1])
    return found


def _letter(file: _File, folder: str, digest: str, depth: int) -> Letter:
    if depth > MAX_NESTING:
        raise LimitExceeded(f"messages are nested deeper than {MAX_NESTING}")
    own = _properties(file, folder, _INNER if folder else _ROOT, {})
    pages = {n: own[n] for n in (CODEPAGE, BODY_CODEPAGE) if n in own}
    names = file.folders.get(folder, [])
    recipients = [_properties(file, _join(folder, n), _OTHER, pages) for n in names if n.startswith("__recip_version1.0_")][: MAX_PARTS * 5]
    files = [n for n in names if n.startswith("__attach_version1.0_")]
    if len(files) > MAX_PARTS:
        raise LimitExceeded(f"the message has more than {MAX_PARTS:,} attachments")
    attachments, notes = [], []
    for n, name in enumerate(sorted(files)):
        found = _attachment(file, _join(folder, name), f"{digest}/{n}", n, (pages, depth))
        if isinstance(found, Attachment):
            attachments.append(found)
        elif found:
            notes.append(found)
    made_id = "no-id-" + hashlib.sha256(digest.encode()).hexdigest()[:20]
    return letter_of(Card(own, recipients, _named(file, own)), made_id, tuple(attachments), tuple(notes))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _properties(file: _File, folder: str, header: int, defaults: dict[int, Value]) -> dict[int, Value]:
    """Properties of fixed size from their table, the others from a stream each; large files are left where they are."""
    found = dict(defaults)
    table = file.stream(_join(folder, _PROPERTIES))
    for at in range(header, len(table) - 15, 16):
        kind, number = struct.unpack_from("<HH", table, at)
        raw = table[at + 8 : at + 16]
        if kind == 0x40 and (moment := time_of(int.from_bytes(raw, "little"))) is not None:
            found[number] = moment
        elif kind in (0x2, 0x3, 0xB):
            found[number] = int.from_bytes(raw[: 2 if kind != 0x3 else 4], "little", signed=True)
    for name in file.folders.get(folder, []):
        match = _STREAM.match(name)
        if match is None or match[2] not in ("001E", "001F", "0102") or int(match[1], 16) == FILE:
            continue
        data = file.stream(_join(folder, name))
        found[int(match[1], 16)] = data.decode("utf-16-le", "replace") if match[2] == "001F" else data
    return found


def _named(file: _File, own: dict[int, Value]) -> dict[int, Value]:
    """The properties of an appointment, whose numbers each file maps anew."""
    entries = file.stream(f"{_NAMES}/__substg1.0_00030102")
    found: dict[int, Value] = {}
    for at in range(0, min(len(entries), 80_000) - 7, 8):
        number, kind, index = struct.unpack_from("<IHH", entries, at)
        if not kind & 1 and number in _WANTED and 0x8000 + index in own:
            found[number] = own[0x8000 + index]
    return found


def _attachment(file: _File, folder: str, digest: str, n: int, around: tuple[dict[int, Value], int]) -> Attachment | str:
    """The file, or why it is none; a message inside becomes a mail file of its own."""
    pages, depth = around
    own = _properties(file, folder, _OTHER, pages)
    name = next((t for p in (LONG_NAME, SHORT_NAME, SHOWN_NAME) if (t := text(own, p))), "")
    inner = f"{folder}/__substg1.0_{FILE:04X}000D"
    if own.get(METHOD) == EMBEDDED or _PROPERTIES in file.folders.get(inner, []):
        try:
            data = _as_mail(_letter(file, inner, digest, depth + 1))
        except BadInput as error:
            return f"attachment {shown_name(name, f'message-{n}')} was not read: {error}"
        return Attachment(f"{shown_name(name, f'message-{n}')}.eml", data)
    data = file.stream(f"{folder}/__substg1.0_{FILE:04X}0102")
    if data:
        return Attachment(shown_name(name, f"part-{n}"), data)
    return f"attachment {shown_name(name, f'part-{n}')} was not read: it is an object of another program, or only a link"


def _as_mail(letter: Letter) -> bytes:
    """A message inside a message in the form that every mail program reads, so that it is read like any."""
    boundary = "=_" + hashlib.sha256(letter.made_id.encode()).hexdigest()[:24]
    lines = [
        f"{name}: {one_line(str(value))}"
        for name, value in letter.headers.raw_items()
        if not name.lower().startswith("content-") and name.lower() != "mime-version"
    ]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    for piece in letter.pieces:
        kind = "text/html" if piece.html else "text/plain"
        lines += [f"--{boundary}", f'Content-Type: {kind}; charset="utf-8"', "Content-Transfer-Encoding: base64", ""]
        lines.append(_base64(piece.text.encode("utf-8", "replace")))
    for file in letter.attachments:
        shown = base64.b64encode(file.name.encode("utf-8", "replace")).decode("ascii")
        lines += [f"--{boundary}", "Content-Type: application/octet-stream"]
        lines += [f'Content-Disposition: attachment; filename="=?utf-8?B?{shown}?="', "Content-Transfer-Encoding: base64", ""]
        lines.append(_base64(file.data))
    return "\n".join([*lines, f"--{boundary}--", ""]).encode("utf-8", "replace")


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii")
