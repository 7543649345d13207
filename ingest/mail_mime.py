"""Takes a MIME message apart: which parts are its body, which are files, and what damaged mail programs meant."""

from __future__ import annotations

import binascii
import email
import email.policy
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage, Message

from domain.errors import LimitExceeded
from ingest.canonical import Attachment, clean
from ingest.decode import decoded
from ingest.limits import MAX_PART_DEPTH, MAX_PARTS
from ingest.mail_letter import Piece, shown_name

_SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
_ESCAPE = re.compile(rb"=[0-9A-F]{2}")
_LOST_BOUNDARY = re.compile(r"(?m)^--([^\s-][^\n\r]{0,200}?)\s{1,400}+^content-[\w-]{1,60}:", re.IGNORECASE)
#: What a plain part says that is only there because there has to be one.
_STUB = re.compile(
    r"(?i)(?:this (?:e-?mail|message)|your (?:e-?mail|mail) (?:client|reader|program)|to view this)[^.]{0,160}"
    r"(?:html|mime|multi-?part|graphical|compatible)"
)
_STUB_LENGTH = 400
#: Reports of machines inside a bounce, and what is no text for a reader.
_UNREAD = frozenset(
    {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "application/ms-tnef", "text/calendar"}
)
_BAD = (ValueError, TypeError, AttributeError, IndexError, LookupError, AssertionError, MessageError, binascii.Error, RecursionError)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree, or an attached message as a whole; ``around``: the content types of what holds it, innermost last."""

    message: EmailMessage
    around: tuple[str, ...]
    group: int = 0

    @property
    def type(self) -> str:
        return content_type(self.message)


def content_type(part: Message) -> str:
    try:
        return part.get_content_type().lower()
    except _BAD:
        return "application/octet-stream"


def parts_of(message: Message) -> list[Part]:
    """The leaves in order; raises LimitExceeded."""
    found: list[Part] = []
    stack: list[tuple[Message, tuple[str, ...], int]] = [(message, (), 0)]
    groups = 0
    while stack:
        part, around, group = stack.pop()
        if len(around) > MAX_PART_DEPTH:
            raise LimitExceeded(f"the message's parts are nested deeper than {MAX_PART_DEPTH}")
        if len(found) + len(stack) + 1 > MAX_PARTS:
            raise LimitExceeded(f"the message has more than {MAX_PARTS:,} parts")
        kind = content_type(part)
        inner = _inner(part, kind)
        if inner is not None:
            if kind == "multipart/alternative" and not group:
                groups += 1
                group = groups
            stack += [(p, (*around, kind), group) for p in reversed(inner)]
        elif isinstance(part, EmailMessage):
            found.append(Part(part, around, group))
    return found


def _inner(part: Message, kind: str) -> list[Message] | None:
    """The parts of a multipart, looked for again where its header names a boundary that is not there."""
    if not kind.startswith("multipart/"):
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        return [p for p in payload if isinstance(p, Message)]
    found = _LOST_BOUNDARY.search(payload) if isinstance(payload, str) else None
    if found is None or not isinstance(payload, str):
        return None
    head = f'Content-Type: {kind}; boundary="{found[1]}"\n\n'.encode("ascii", "replace")
    again = email.message_from_bytes(head + payload.encode("utf-8", "surrogateescape"), policy=email.policy.default).get_payload()
    return [p for p in again if isinstance(p, Message)] if isinstance(again, list) else None


def is_file(part: Part) -> bool:
    disposition, kind = _disposition(part.message), part.type
    if kind in ("text/plain", "text/html", "text/enriched") and not filename(part.message):
        return disposition == "attachment" and not _is_sole(part)
    return not kind.startswith("multipart/")


def _is_sole(part: Part) -> bool:
    return not part.around


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except _BAD:
        return ""


def filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except _BAD:
        return "unnamed"


def data_of(part: EmailMessage) -> bytes:
    """The part's bytes after its transfer encoding, as far as it can be undone."""
    try:
        payload = part.get_payload(decode=True)
    except _BAD:
        payload = None
    if not isinstance(payload, bytes):
        raw = part.get_payload()
        return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
    return payload


def body_of_parts(parts: Sequence[Part], *, transcoded: bool) -> tuple[tuple[Piece, ...], list[Part]]:
    """The texts of the body in order, one of each set of alternatives; and the parts they came from and the ones they stand for."""
    used: list[Part] = []
    pieces: list[Piece] = []
    seen: set[int] = set()
    for part in parts:
        if is_file(part) or part.type in _UNREAD or "multipart/report" in part.around and part is not parts[0]:
            continue
        if part.group:
            if part.group not in seen:
                seen.add(part.group)
                same = [p for p in parts if p.group == part.group and not is_file(p) and p.type not in _UNREAD]
                used += same
                pieces += _chosen(same, transcoded)
        elif part.type.startswith(("text/", "multipart/")):
            used.append(part)
            pieces.append(_piece(part, transcoded))
    return tuple(piece for piece in pieces if piece.text.strip()), used


def _chosen(alternatives: Sequence[Part], transcoded: bool) -> list[Piece]:
    """The plain texts where they say as much as the HTML, else the HTML."""
    pieces = [_piece(p, transcoded) for p in alternatives]
    plain, rich = [p for p in pieces if not p.html and p.text.strip()], [p for p in pieces if p.html and p.text.strip()]
    words = " ".join(p.text for p in plain)
    stub = rich and len(words) < _STUB_LENGTH and (_STUB.search(words) or len(words.split()) < 4 and len(rich[0].text) > 2_000)
    return plain if plain and not stub else rich or plain


def _piece(part: Part, transcoded: bool) -> Piece:
    text = text_of(part.message, transcoded=transcoded)
    if part.type == "text/html":
        return Piece(text, html=True)
    return Piece(_unflowed(clean(text), part.message))


def text_of(part: EmailMessage, *, transcoded: bool = False) -> str:
    """The part's characters. ``transcoded``: the whole file was in another encoding and is UTF-8 now, whatever the part declares."""
    payload = data_of(part)
    if _is_escaped(payload):
        payload = quopri.decodestring(payload)
    try:
        charset = part.get_content_charset()
    except _BAD:
        charset = None
    unknown = charset in (None, "us-ascii", "unknown-8bit", "default", "x-unknown", "unknown", "_autodetect")
    encoded = str(part.get("content-transfer-encoding", "")).strip().lower() in ("base64", "quoted-printable")
    return decoded(payload, None if unknown or transcoded and not encoded else charset)


def _is_escaped(data: bytes) -> bool:
    """Quoted-printable that is left although the header does not say so, or said so twice."""
    sample = data[:100_000]
    soft, escapes = len(_SOFT_BREAK.findall(sample)), len(_ESCAPE.findall(sample))
    return (
        escapes >= 3
        and (soft >= 2 or soft and escapes >= 6 or b"=3D" in sample and escapes >= 6)
        and sample.count(b"=") <= 1.2 * (soft + escapes)
    )


def _unflowed(text: str, part: EmailMessage) -> str:
    """Joins the soft line breaks of format=flowed (RFC 3676), whose lines end in a blank; "-- " begins a signature."""
    try:
        flowed, delsp = str(part.get_param("format", "")).lower() == "flowed", str(part.get_param("delsp", "")).lower() == "yes"
    except _BAD:
        return text
    if not flowed:
        return text
    done: list[list[str]] = []
    before, soft = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        bare = line[depth:].removeprefix(" ")
        if soft and depth == before and bare != "-- ":
            if delsp:
                done[-1][-1] = done[-1][-1][:-1]
            done[-1].append(bare)
        else:
            done.append([">" * depth + (" " if depth else "") + bare])
        before, soft = depth, bare.endswith(" ") and bare != "-- "
    return "\n".join("".join(pieces) for pieces in done)


def files_of(parts: Sequence[Part], used: Sequence[Part]) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that came along, and notes about what is not read."""
    found, notes = [], []
    data: bytes | None
    taken = {id(p) for p in used}
    for n, part in enumerate(parts):
        if id(part) in taken or part.type in _UNREAD and part.type != "text/calendar":
            continue
        if "multipart/report" in part.around:
            notes.append("the returned message inside is a copy that proves nothing and is not read again")
            continue
        if part.type in ("message/rfc822", "message/global"):
            data, otherwise = _message_bytes(part.message), f"message-{n}.eml"
            name = filename(part.message) or otherwise
            if not name.lower().endswith(".eml"):
                name += ".eml"
            if data is None:
                notes.append(f"attachment {shown_name(name, otherwise)} was not read: it is damaged, or nested too deep")
                continue
        else:
            data, otherwise, name = data_of(part.message), f"part-{n}", filename(part.message)
        if data.strip():
            found.append(Attachment(shown_name(name, otherwise), data))
    return tuple(found), tuple(dict.fromkeys(notes))


def _message_bytes(part: EmailMessage) -> bytes | None:
    """An attached message's bytes, which some programs encode although they must not; None where they cannot be had."""
    inner = part.get_payload()
    if not isinstance(inner, list) or not inner or not isinstance(inner[0], Message):
        return data_of(part)
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    text = inner[0].get_payload()
    if encoding in ("base64", "quoted-printable") and not inner[0].keys() and isinstance(text, str):
        raw = text.encode("utf-8", "surrogateescape")
        try:
            return binascii.a2b_base64(raw) if encoding == "base64" else quopri.decodestring(raw)
        except _BAD:
            return raw
    try:
        return inner[0].as_bytes(policy=email.policy.compat32)
    except _BAD:
        return None
