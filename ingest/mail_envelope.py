"""Who wrote a message to whom and when, read strictly: what cannot be trusted is said rather than repaired."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as RawMessage
from email.utils import getaddresses, parsedate_to_datetime

from domain.document import Message
from ingest.canonical import clean, one_line

_ADDRESS = re.compile(r"(?<![^\s<>@,;:\"()\[\]\\])[^\s<>@,;:\"()\[\]\\]++@[^\s<>@,;:\"()\[\]\\]++")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b-\u200f]")
_ENCODED = re.compile(r"=\?[\w*-]+\?[bqBQ]\?[^?]*\?=")
_MAX_ADDRESSES = 500
#: Values of one header, characters of one value, and of one that is parsed by the grammar (which takes quadratic time on bad input).
_MAX_REPEATS = 20
_MAX_VALUE = 100_000
_MAX_PARSED = 4_000
_READ = ("from", "sender", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")
#: Of these a message has one; two that differ let each reader see another (RFC 5322, 3.6).
_SINGLE = ("sender", "date", "message-id", "subject")
#: What the library raises on headers that are no headers.
_UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, LookupError, RecursionError)

Values = Mapping[str, list[str]]


def envelope_of(message: RawMessage, made_id: str) -> tuple[Message, tuple[str, ...]]:
    """The envelope and notes about it. ``made_id`` stands in for a Message-ID that is missing."""
    values = _values(message)
    senders = _addresses(message, values, "from")
    name, sender = senders[0] if senders else ("", "")
    ids = _ids(values, "message-id")
    notes: tuple[str, ...] = () if ids else ("the message has no Message-ID",)
    sent_at = _sent_at(message, values)
    if sent_at is None:
        notes += ("the message has no readable date",)
    envelope = Message(
        message_id=ids[0] if ids else made_id,
        sender=sender,
        sender_name=name,
        to=tuple(a for _, a in _addresses(message, values, "to")),
        cc=tuple(a for _, a in _addresses(message, values, "cc")),
        subject=one_line(_header(message, values, "subject")),
        sent_at=sent_at,
        in_reply_to=next(iter(_ids(values, "in-reply-to")), None),
        references=tuple(_ids(values, "references")),
        distrust=_distrust(message, values, senders),
    )
    return envelope, notes


def header_text(message: RawMessage, name: str) -> str:
    """The first value of a header in lower case, as it was sent; "" where there is none."""
    found = next((v for k, v in message.raw_items() if k.lower() == name), "")
    return one_line(str(found)[:_MAX_PARSED]).lower()


def _values(message: RawMessage) -> Values:
    """The values of what is read, as they were sent, the first few of each and not without end: the library's parsers are slow on both."""
    found: dict[str, list[str]] = {name: [] for name in _READ}
    for key, value in message.raw_items():
        kept = found.get(key.lower())
        if kept is not None and len(kept) < _MAX_REPEATS:
            kept.append(str(value)[:_MAX_VALUE])
    return found


def _header(message: RawMessage, values: Values, name: str) -> str:
    """A header's text, its encoded words decoded; raw where it cannot be taken apart."""
    value = next(iter(values[name]), "")[:_MAX_PARSED]
    if name == "subject":
        return clean(_words(value))
    try:
        return clean(str(message.policy.header_fetch_parse(name, value)))
    except (*_UNREADABLE, MessageError):
        return clean(value)


def _words(value: str) -> str:
    """The text with its encoded words decoded, also where blanks or broken lines stand where they should not; raw bytes as UTF-8."""
    if "=?" not in value:
        return _raw(value)
    unfolded = re.sub(r"\?=\s+=\?", "?==?", re.sub(r"\r?\n[ \t]*", " ", value))
    try:
        parts = decode_header(unfolded)
    except (*_UNREADABLE, MessageError):
        return _raw(value)
    return "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)


def _decoded(part: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return part.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return part.decode("latin-1")


def _raw(value: str) -> str:
    """Bytes above 7F, which the library keeps as lone surrogates, are UTF-8 or else Western."""
    if not any("\udc80" <= c <= "\udcff" for c in value):
        return value
    return _decoded(value.encode("utf-8", "surrogateescape"), None)


def _addresses(message: RawMessage, values: Values, name: str) -> list[tuple[str, str]]:
    """(name, address in lower case) in order, each address once."""
    found: dict[str, str] = {}
    for display, address in _given(message, values[name], name):
        bare = address.strip().lower()
        if _ADDRESS.fullmatch(bare):
            found.setdefault(bare, one_line(display).strip("'\" "))
    return [(display, address) for address, display in list(found.items())[:_MAX_ADDRESSES]]


def _given(message: RawMessage, values: list[str], name: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for value in values:
        try:
            header = message.policy.header_fetch_parse(name, value) if len(value) <= _MAX_PARSED else None
            found = [(clean(_raw(a.display_name)), clean(a.addr_spec)) for a in getattr(header, "addresses", ())]
        except (*_UNREADABLE, MessageError):
            found = []
        if not any("@" in address for _, address in found):
            found = [(clean(_words(display)), address) for display, address in _loosely(clean(value))]
        pairs += found
    return pairs


def _loosely(value: str) -> list[tuple[str, str]]:
    """Addresses where the grammar fails. Very long lists are cut where a comma stands, since the library is slow on them."""
    if len(value) <= _MAX_PARSED:
        return _pairs(value)
    cut = value[: _MAX_PARSED * 5].rpartition(",")[0] or value[: _MAX_PARSED * 5]
    return [pair for piece in re.split(r"(?<=>),|(?<=\w),(?=[^,<>\"]{0,200}@)", cut) for pair in _pairs(piece[:_MAX_PARSED])]


def _pairs(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except _UNREADABLE:
        return []


def _distrust(message: RawMessage, values: Values, senders: list[tuple[str, str]]) -> str:
    """Why the author cannot be believed as given; "" where nothing speaks against it."""
    if len(senders) > 1 or len(values["from"]) > 1:
        return "several senders"
    if not senders:
        return "no sender"
    if doubled := next((n for n in _SINGLE if len({v.strip() for v in values[n]}) > 1), None):
        return f"several {doubled.title()} headers"
    raw, (name, address) = values["from"][0], senders[0]
    return _forged(raw, name, address) or _other_domain(message, values, address)


def _forged(raw: str, name: str, address: str) -> str:
    """Whether the From header shows one thing to a reader and another to a program."""
    shown = unicodedata.normalize("NFKC", _words(raw))
    if _CONTROL.search(shown):
        return "control characters in the sender"
    if address not in re.sub(r"\s+", "", _ENCODED.sub("", raw)).lower():
        return "the address is encoded"
    others = {a.strip(".").lower() for a in _ADDRESS.findall(shown.lower() + " " + unicodedata.normalize("NFKC", name).lower())}
    if others - {address.strip(".")}:
        return "the name shows another address"
    if not address.isascii() or "xn--" in address:
        return "the address has letters that can be mistaken for others"
    return ""


def _other_domain(message: RawMessage, values: Values, address: str) -> str:
    real = {a.rpartition("@")[2] for _, a in _addresses(message, values, "sender")}
    return "sent by another domain" if real and address.rpartition("@")[2] not in real else ""


def _sent_at(message: RawMessage, values: Values) -> str | None:
    try:
        stamp = parsedate_to_datetime(_header(message, values, "date"))
    except (*_UNREADABLE, OverflowError):
        return None
    if not 1970 <= stamp.year <= 2200:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).isoformat()


def _ids(values: Values, name: str) -> list[str]:
    raw = clean(" ".join(values[name]))
    found = _ID.findall(raw)
    if not found and name == "message-id" and raw.strip(" <>\t\n"):
        found = [raw.strip().strip("<>").split()[0][:500]]
    return list(dict.fromkeys(found))[:1000]
