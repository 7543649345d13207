"""Who wrote a message to whom and when, read strictly: what cannot be trusted is said rather than repaired."""

from __future__ import annotations

import re
from datetime import UTC
from email.errors import MessageError
from email.message import Message as RawMessage
from email.utils import getaddresses, parsedate_to_datetime

from domain.document import Message
from ingest.canonical import clean, one_line

_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+\.?[^\s<>@,;:\"()\[\]\\]*")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_AUTO_SUBJECT = re.compile(
    r"(?i)\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|abwesenheit|automatische antwort"
    r"|réponse automatique|"
    r"undeliverable|delivery status notification|mail delivery)"
)
_MAX_ADDRESSES = 500
#: Values of one header, characters of one value, and of one that is parsed by the grammar (which takes quadratic time on bad input).
_MAX_REPEATS = 20
_MAX_VALUE = 100_000
_MAX_PARSED = 4_000
#: What the library raises on headers that are no headers.
_UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, LookupError)


def envelope_of(message: RawMessage, made_id: str) -> tuple[Message, tuple[str, ...]]:
    """The envelope and notes about it. ``made_id`` stands in for a Message-ID that is missing."""
    senders = _addresses(message, "from")
    distrust = _distrust(message, senders)
    name, sender = senders[0] if senders else ("", "")
    ids = _ids(message, "message-id")
    notes: tuple[str, ...] = () if ids else ("the message has no Message-ID",)
    sent_at = _sent_at(message)
    if sent_at is None:
        notes += ("the message has no readable date",)
    envelope = Message(
        message_id=ids[0] if ids else made_id,
        sender=sender,
        sender_name=name,
        to=tuple(a for _, a in _addresses(message, "to")),
        cc=tuple(a for _, a in _addresses(message, "cc")),
        subject=one_line(_header(message, "subject")),
        sent_at=sent_at,
        in_reply_to=next(iter(_ids(message, "in-reply-to")), None),
        references=tuple(_ids(message, "references")),
        distrust=distrust,
    )
    return envelope, notes


def is_auto_reply(message: RawMessage, subject: str) -> bool:
    """Whether a machine answered (RFC 3834, and what programs did before it)."""
    submitted = _header(message, "auto-submitted").lower()
    machine = submitted not in ("", "no") or "x-autoreply" in message or "x-autorespond" in message
    precedence = _header(message, "precedence").lower() == "auto_reply"
    return machine or precedence or bool(_AUTO_SUBJECT.match(subject))


def _values(message: RawMessage, name: str) -> list[str]:
    """The header's values as they were sent, the first few of them and not without end: the library's parsers are slow on both."""
    found = [str(v) for k, v in message.raw_items() if k.lower() == name]
    return [v[:_MAX_VALUE] for v in found[:_MAX_REPEATS]]


def _header(message: RawMessage, name: str) -> str:
    """A header's text, its encoded words decoded; raw where it cannot be taken apart."""
    value = next(iter(_values(message, name)), "")[:_MAX_PARSED]
    try:
        return clean(str(message.policy.header_fetch_parse(name, value)))
    except (*_UNREADABLE, MessageError):
        return clean(value)


def _addresses(message: RawMessage, name: str) -> list[tuple[str, str]]:
    """(name, address in lower case) in order, each address once."""
    found: dict[str, str] = {}
    for display, address in _given(message, name):
        bare = address.strip().lower()
        if _ADDRESS.fullmatch(bare):
            found.setdefault(bare, one_line(display).strip("'\" "))
    return [(display, address) for address, display in list(found.items())[:_MAX_ADDRESSES]]


def _given(message: RawMessage, name: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for value in _values(message, name):
        try:
            header = message.policy.header_fetch_parse(name, value) if len(value) <= _MAX_PARSED else None
            found = [(clean(a.display_name), clean(a.addr_spec)) for a in getattr(header, "addresses", ())]
        except (*_UNREADABLE, MessageError):
            found = []
        pairs += found if any("@" in address for _, address in found) else getaddresses([clean(value)])
    return pairs


def _distrust(message: RawMessage, senders: list[tuple[str, str]]) -> str:
    """Why the author cannot be believed as given; "" where nothing speaks against it."""
    if len(senders) > 1 or len(_values(message, "from")) > 1:
        return "several senders"
    if not senders:
        return "no sender"
    name, address = senders[0]
    shown = _ADDRESS.search(name.lower())
    if shown and shown[0].strip(".") != address:
        return "the name shows another address"
    if not address.isascii() or "xn--" in address:
        return "the address has letters that can be mistaken for others"
    real = {a.rpartition("@")[2] for _, a in _addresses(message, "sender")}
    if real and address.rpartition("@")[2] not in real:
        return "sent by another domain"
    return ""


def _sent_at(message: RawMessage) -> str | None:
    try:
        stamp = parsedate_to_datetime(_header(message, "date"))
    except (*_UNREADABLE, OverflowError):
        return None
    if not 1970 <= stamp.year <= 2200:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).isoformat()


def _ids(message: RawMessage, name: str) -> list[str]:
    raw = clean(" ".join(_values(message, name)))
    found = _ID.findall(raw)
    if not found and name == "message-id" and raw.strip():
        found = [raw.strip().strip("<>").split()[0][:500]]
    return list(dict.fromkeys(found))[:1000]
