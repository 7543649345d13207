"""Who wrote a message to whom and when, read strictly: what cannot be trusted is said rather than repaired."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.message import Message as RawMessage
from email.utils import getaddresses, parsedate_to_datetime

from domain.document import Message
from ingest.canonical import one_line

_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+\.?[^\s<>@,;:\"()\[\]\\]*")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_AUTO_SUBJECT = re.compile(
    r"(?i)\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|abwesenheit|automatische antwort|réponse automatique|"
    r"undeliverable|delivery status notification|mail delivery)"
)
_MAX_ADDRESSES = 500


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


def _header(message: RawMessage, name: str) -> str:
    """A header's text. A header that the library cannot take apart is read as raw characters."""
    try:
        return str(message.get(name, "") or "")
    except (ValueError, TypeError, AttributeError, IndexError, LookupError):
        return next((str(v) for k, v in message.raw_items() if k.lower() == name), "")


def _values(message: RawMessage, name: str) -> list[str]:
    try:
        return [str(v) for v in message.get_all(name, [])]
    except (ValueError, TypeError, AttributeError, IndexError, LookupError):
        return [str(v) for k, v in message.raw_items() if k.lower() == name]


def _addresses(message: RawMessage, name: str) -> list[tuple[str, str]]:
    """(name, address in lower case) in order, each address once."""
    found: dict[str, str] = {}
    for display, address in _given(message, name):
        bare = address.strip().lower()
        if _ADDRESS.fullmatch(bare):
            found.setdefault(bare, one_line(display).strip("'\" "))
    return [(display, address) for address, display in list(found.items())[:_MAX_ADDRESSES]]


def _given(message: RawMessage, name: str) -> list[tuple[str, str]]:
    if isinstance(message, EmailMessage):
        try:
            headers = message.get_all(name, [])
            pairs = [(a.display_name, a.addr_spec) for h in headers for a in getattr(h, "addresses", ())]
            if any("@" in address for _, address in pairs):
                return pairs
        except (ValueError, TypeError, AttributeError, IndexError, LookupError):
            pass
    return getaddresses(_values(message, name))


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
        stamp = getattr(message["date"], "datetime", None) or parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, AttributeError, IndexError, LookupError, OverflowError):
        return None
    if not isinstance(stamp, datetime) or not 1970 <= stamp.year <= 2200:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).isoformat()


def _ids(message: RawMessage, name: str) -> list[str]:
    raw = " ".join(_values(message, name))
    found = _ID.findall(raw)
    if not found and name == "message-id" and raw.strip():
        found = [raw.strip().strip("<>").split()[0][:500]]
    return list(dict.fromkeys(found))[:1000]
