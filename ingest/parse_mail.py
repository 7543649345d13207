"""Single messages and mailboxes: one document a message, whose text is the body, and the files that came with it."""

from __future__ import annotations

import codecs
import email
import email.policy
import hashlib
import re
from collections.abc import Iterator, Sequence
from email.errors import MessageError
from email.message import Message

from domain.errors import BadInput, DamagedSource, LimitExceeded
from ingest.canonical import Attachment, Draft, Parsed
from ingest.decode import decoded
from ingest.limits import MAX_MESSAGES, MAX_PART_DEPTH, MAX_PARTS
from ingest.mail_letter import NOTE_ENCRYPTED, Letter, Piece, parsed_letter
from ingest.mail_mime import Part, body_of_parts, content_type, data_of, filename, files_of, parts_of, text_of
from ingest.parse_calendar import event_drafts
from ingest.parse_tnef import Unpacked, is_tnef, unpacked

#: A mailbox line that begins a message; a body line that looks so is written ">From ".
_FROM = re.compile(rb"(?m)^From (?=[^\n]{0,200}\d{2}:\d{2}|[^\n]{0,100}\d{4}\s*$)[^\n]*\n")
#: The same where no empty line stands before it: only in the form that programs write.
_EXACT = re.compile(rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} \d{1,2}:\d{2}(?::\d{2})? [^\n]{0,20}\d{4}")
_ANY_FIELD = re.compile(rb">?[!-9;-~]{2,60}:[ \t\r\n]")
_MAIL_FIELD = re.compile(
    rb"(?i)>?(?:from|to|cc|date|subject|sender|received|return-path|message-id|mime-version|content-[a-z-]+|reply-to|delivered-to|status"
    rb"|envelope-to|dkim-signature|arc-[a-z-]+|authentication-results|references|in-reply-to|x-[!-9;-~]{1,50}):[ \t\r\n]"
)
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,9})[ \t]*\r?$")
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_BOUNDARY = re.compile(rb"(?i)boundary\s*+=\s*+\"?([^\"\r\n;]{1,200})")
#: A boundary in pieces or in an encoding of its own (RFC 2231): every line that could separate parts then counts.
_PIECED = re.compile(rb"(?i)boundary\s*+\*")
_SEPARATOR = re.compile(rb"(?m)^--([^\r\n]{1,200})")
_LONG_FIELD = re.compile(rb"(?im)^content-[a-z-]{2,40}:[^\n]*(?:\n[ \t][^\n]*)*")
#: Characters and parameters of a field; a file name of 4,000 characters in pieces (RFC 2231) has fewer.
_MAX_FIELD, _MAX_PARAMETERS = 4_000, 60
_ENCRYPTED = re.compile(r"\s*+-----BEGIN PGP MESSAGE-----")
_NOTE_WRAPPED = "the message's words are wrapped in its signature (S/MIME) and were not read; save them as text in the mail program"
#: Header lines beyond this are somebody's attack on the library, which keeps each.
_MAX_HEADER_LINES = 20_000


def parse_mail(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    transcoded = data.startswith(_WIDE) or _is_wide(data)
    if transcoded:
        data = _narrowed(data)
    if data.startswith(b"From "):
        data = data.split(b"\n", 1)[-1]
    yield _parsed(data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n"), transcoded=transcoded)


def parse_mailbox(data: bytes, path: str) -> Iterator[Parsed]:
    """One document for each message, in the order of the file; one that cannot be read is named in its place."""
    starts = _starts(data)
    if not starts:
        raise DamagedSource("this mailbox has no line that begins a message")
    ends = [s for s, _ in starts[1:]] + [len(data)]
    for n, ((_, start), end) in enumerate(zip(starts, ends, strict=True), 1):
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end])
        try:
            yield _parsed(raw)
        except BadInput as error:
            if len(starts) == 1:
                raise
            yield Parsed("", (), title=f"message {n}", notes=(f"message {n} of the mailbox was not read: {error}",), bundle=True)


def _starts(data: bytes) -> list[tuple[int, int]]:
    """Where the line that begins each message starts and ends; raises LimitExceeded."""
    found: list[tuple[int, int]] = []
    skip_to = 0
    for match in _FROM.finditer(data):
        start, end = match.span()
        if start < skip_to or found and not _begins_message(data, start, end):
            continue
        found.append((start, end))
        if len(found) > MAX_MESSAGES:
            raise LimitExceeded(f"the mailbox holds more than {MAX_MESSAGES:,} messages")
        skip_to = _declared_end(data, end)
    return found


def _begins_message(data: bytes, start: int, end: int) -> bool:
    """Header fields follow the line; otherwise a careless program forgot to write ">From "."""
    exact = _EXACT.match(data[start:end]) is not None
    if (_ANY_FIELD if exact else _MAIL_FIELD).match(data[end : end + 80]) is None:
        return False
    return exact or data[max(0, start - 3) : start].endswith((b"\n\n", b"\n\r\n"))


def _declared_end(data: bytes, start: int) -> int:
    """Where the message ends by its Content-Length (mboxcl); its start where that does not lead to the next message or the end."""
    head = _HEADERS_END.search(data, start)
    length = _LENGTH.search(data, start, head.start()) if head else None
    if head is None or length is None:
        return start
    end = head.end() + int(length[1])
    rest = data[end : end + 10].lstrip(b"\r\n")
    return end if rest.startswith(b"From ") or end <= len(data) and not data[end:].strip() else start


def _is_wide(data: bytes) -> bool:
    """Two bytes a character without a mark at the start."""
    head = data[:400]
    return len(head) > 40 and (head[1::2].count(0) > len(head) // 2 - 4 or head[::2].count(0) > len(head) // 2 - 4)


def _narrowed(data: bytes) -> bytes:
    if data.startswith(_WIDE):
        return decoded(data).encode("utf-8", "replace")
    return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace").encode("utf-8", "replace")


def _parsed(data: bytes, *, transcoded: bool = False) -> Parsed:
    head = _HEADERS_END.search(data)
    if data.count(b"\n", 0, head.start() if head else len(data)) > _MAX_HEADER_LINES:
        raise LimitExceeded(f"the message's header has more than {_MAX_HEADER_LINES:,} lines")
    _check_parts(data)
    try:
        message = email.message_from_bytes(_LONG_FIELD.sub(_cut, data), policy=email.policy.default)
        parts = parts_of(message)
    except RecursionError as error:
        raise LimitExceeded(f"the message's parts are nested deeper than {MAX_PART_DEPTH}") from error
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise DamagedSource(f"this message cannot be read: {error}") from error
    pieces, used = body_of_parts(parts, transcoded=transcoded)
    files, notes = files_of([p for p in parts if not _is_winmail(p)], used)
    winmail = _winmail(parts)
    if unread := _unreadable(message, parts, pieces):
        notes += (unread,)
        pieces = tuple(piece for piece in pieces if not _ENCRYPTED.match(piece.text))
    parsed = parsed_letter(
        Letter(
            headers=message,
            made_id="no-id-" + hashlib.sha256(data).hexdigest()[:20],
            pieces=pieces or tuple(p for w in winmail for p in w.pieces),
            attachments=_without_events(files) + tuple(a for w in winmail for a in w.attachments),
            events=_events(parts),
            types=tuple(p.type for p in parts),
            notes=notes + tuple(n for w in winmail for n in w.notes),
        )
    )
    if unread and not parsed.text and not parsed.title:
        raise DamagedSource(unread)
    return parsed


def _unreadable(message: Message, parts: Sequence[Part], pieces: Sequence[Piece]) -> str:
    """Why nobody but the receiver can read the words; "" where anybody can."""
    types = {content_type(message), *(p.type for p in parts)}
    if types & {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        kinds = {str(p.message.get_param("smime-type", "")).lower() for p in parts if "pkcs7-mime" in p.type}
        return _NOTE_WRAPPED if kinds == {"signed-data"} else NOTE_ENCRYPTED
    encrypted = types & {"multipart/encrypted", "application/pgp-encrypted"} or any(_ENCRYPTED.match(p.text) for p in pieces)
    return NOTE_ENCRYPTED if encrypted else ""


def _cut(field: re.Match[bytes]) -> bytes:
    """A field of which the library would parse every parameter, again and again, in quadratic time."""
    pieces = field[0][:_MAX_FIELD].split(b";", _MAX_PARAMETERS)
    whole = len(field[0]) <= _MAX_FIELD and len(pieces) <= _MAX_PARAMETERS
    return field[0] if whole else b";".join(pieces[:_MAX_PARAMETERS]).rstrip(b"\r\n")


def _check_parts(data: bytes) -> None:
    """Counts the lines that separate parts before the library does, which takes minutes where there are many."""
    declared = {m[1] for m in _BOUNDARY.finditer(data)}
    if not declared and not _PIECED.search(data):
        return
    pieced = _PIECED.search(data) is not None
    count = sum(1 for m in _SEPARATOR.finditer(data) if pieced or m[1].rstrip(b" \t").removesuffix(b"--") in declared)
    if count > 2 * MAX_PARTS or len(declared) > MAX_PARTS:
        raise LimitExceeded(f"the message has more than {MAX_PARTS:,} parts")


def _is_winmail(part: Part) -> bool:
    return part.type in ("application/ms-tnef", "application/vnd.ms-tnef") or filename(part.message).lower() == "winmail.dat"


def _winmail(parts: Sequence[Part]) -> list[Unpacked]:
    """What Outlook wrapped in winmail.dat; one that is damaged is noted."""
    found = []
    for part in parts:
        data = data_of(part.message) if _is_winmail(part) else b""
        if is_tnef(data):
            try:
                found.append(unpacked(data))
            except BadInput as error:
                found.append(Unpacked(notes=(f"winmail.dat was not read: {error}",)))
    return found


def _events(parts: Sequence[Part]) -> tuple[Draft, ...]:
    """The blocks of the calendar entries; the same entry often comes twice, to be shown and to be saved."""
    found: dict[tuple[str, ...], list[Draft]] = {}
    for part in parts:
        if part.type in ("text/calendar", "application/ics"):
            drafts = event_drafts(text_of(part.message))
            found.setdefault(tuple(d.text for d in drafts), drafts)
    return tuple(draft for drafts in found.values() for draft in drafts)


def _without_events(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Calendar entries are in the text already."""
    return tuple(f for f in files if not f.data.lstrip().upper().startswith(b"BEGIN:VCALENDAR"))
