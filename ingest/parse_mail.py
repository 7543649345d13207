"""Single messages and mailboxes: one document a message, whose text is the body, and the files that came with it."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message

from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import Attachment, Parsed, clean, fix, invisible_note
from ingest.decode import decoded
from ingest.limits import MAX_MESSAGES, MAX_PART_DEPTH, MAX_PARTS
from ingest.mail_body import body_drafts
from ingest.mail_envelope import envelope_of, is_auto_reply
from ingest.parse_html import drafts_of, tree_of

#: A mailbox line that begins a message; a body line that looks so is written ">From ".
_FROM = re.compile(rb"(?m)^From (?=[^\n]{0,200}\d{2}:\d{2}|[^\n]{0,100}\d{4}\s*$)[^\n]*\n")


def parse_mail(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    if data.startswith(b"From "):
        data = data.split(b"\n", 1)[-1]
    yield _parsed(data)


def parse_mailbox(data: bytes, path: str) -> Iterator[Parsed]:
    """One document for each message, in the order of the file."""
    starts = [
        m.span()
        for m in _FROM.finditer(data)
        if m.start() == 0 or data[m.start() - 2 : m.start()] in (b"\n\n", b"\r\n") or data[m.start() - 1 : m.start()] == b"\n"
    ]
    starts = [s for n, s in enumerate(starts) if n == 0 or _begins_message(data, s)]
    if len(starts) > MAX_MESSAGES:
        raise LimitExceeded(f"the mailbox holds more than {MAX_MESSAGES:,} messages")
    if not starts:
        raise DamagedSource("this mailbox has no line that begins a message")
    ends = [s for s, _ in starts[1:]] + [len(data)]
    for (_, start), end in zip(starts, ends, strict=True):
        yield _parsed(re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end]))


def _begins_message(data: bytes, span: tuple[int, int]) -> bool:
    """Header fields follow the line; otherwise a careless program forgot to write ">From "."""
    return re.match(rb"[!-9;-~]{2,60}:[ \t\r\n]", data[span[1] : span[1] + 80]) is not None


def _parsed(data: bytes) -> Parsed:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except (MessageError, ValueError, RecursionError) as error:
        raise DamagedSource(f"this message cannot be read: {error}") from error
    parts = _parts(message)
    envelope, notes = envelope_of(message, "no-id-" + hashlib.sha256(data).hexdigest()[:20])
    body = _body(parts)
    raw, drafts = "", []
    if body is not None:
        raw = _text(body)
        if body.get_content_type() == "text/html":
            lines = drafts_of(tree_of(raw)) if raw.strip() else []
            drafts = body_drafts("", envelope, html=lines)
        else:
            drafts = body_drafts(_unflowed(clean(raw), body), envelope)
    text, blocks = fix(drafts)
    if is_auto_reply(message, envelope.subject):
        notes += ("auto-reply",)
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        notes += ("the message is encrypted",)
    return Parsed(
        text,
        blocks,
        title=envelope.subject,
        message=envelope,
        notes=notes + invisible_note(raw),
        attachments=_attachments(parts, body, envelope.message_id),
    )


def _parts(message: Message) -> list[EmailMessage]:
    """The leaves, and attached messages as a whole; raises LimitExceeded."""
    found: list[EmailMessage] = []
    stack: list[tuple[Message, int]] = [(message, 0)]
    while stack:
        part, depth = stack.pop()
        if depth > MAX_PART_DEPTH:
            raise LimitExceeded(f"the message's parts are nested deeper than {MAX_PART_DEPTH}")
        if len(found) + len(stack) > MAX_PARTS:
            raise LimitExceeded(f"the message has more than {MAX_PARTS:,} parts")
        payload = part.get_payload()
        if part.is_multipart() and isinstance(payload, list) and part.get_content_maintype() == "multipart":
            stack += [(p, depth + 1) for p in reversed(payload) if isinstance(p, Message)]
        elif isinstance(part, EmailMessage):
            found.append(part)
    return found


def _is_file(part: EmailMessage) -> bool:
    return (
        part.get_content_disposition() == "attachment" or bool(_filename(part)) or part.get_content_maintype() not in ("text", "multipart")
    )


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, TypeError, AttributeError, IndexError):
        return "unnamed"


def _body(parts: list[EmailMessage]) -> EmailMessage | None:
    """The plain text where there is any, else the HTML."""
    texts = [p for p in parts if not _is_file(p) and p.get_content_maintype() == "text"]
    plain = next((p for p in texts if p.get_content_type() == "text/plain" and _text(p).strip()), None)
    return plain or next((p for p in texts if p.get_content_type() == "text/html"), None) or next(iter(texts), None)


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        charset = part.get_content_charset()
    except (ValueError, TypeError, LookupError):
        charset = None
    return decoded(payload, None if charset in (None, "us-ascii", "unknown-8bit") else charset)


def _unflowed(text: str, part: EmailMessage) -> str:
    """Joins the soft line breaks of format=flowed (RFC 3676), whose lines end in a blank; "-- " begins a signature."""
    try:
        flowed, delsp = str(part.get_param("format", "")).lower() == "flowed", str(part.get_param("delsp", "")).lower() == "yes"
    except (ValueError, TypeError):
        return text
    if not flowed:
        return text
    done: list[str] = []
    soft = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        bare = line[depth:].removeprefix(" ")
        if soft and done and depth == len(done[-1]) - len(done[-1].lstrip(">")):
            done[-1] = (done[-1].rstrip(" ") if delsp else done[-1]) + bare
        else:
            done.append(">" * depth + (" " if depth else "") + bare)
        soft = bare.endswith(" ") and bare != "-- "
    return "\n".join(done)


def _attachments(parts: list[EmailMessage], body: EmailMessage | None, message_id: str) -> tuple[Attachment, ...]:
    found = []
    for n, part in enumerate(parts):
        if part is body or not _is_file(part):
            continue
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                found.append(Attachment(f"message-{n}.eml", inner[0].as_bytes()))
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            found.append(Attachment(clean(_filename(part)).replace("\n", " ")[:200] or f"part-{n}", payload))
    return tuple(found)
