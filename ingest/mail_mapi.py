"""Outlook's own properties of a message, the same in MSG files and in winmail.dat, turned into header fields, a body and files."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message as RawMessage
from email.utils import format_datetime, formataddr

from domain.errors import BadInput
from ingest.canonical import Attachment, Draft, one_line
from ingest.decode import decoded
from ingest.mail_letter import Letter, Piece
from ingest.mail_rtf import codepage_name, decompressed, text_of_rtf
from ingest.parse_calendar import Event, drafts_of_event, spoken_time

#: Numbers of properties (MS-OXPROPS).
MESSAGE_CLASS, SUBJECT, HEADERS, BODY, HTML, RTF = 0x001A, 0x0037, 0x007D, 0x1000, 0x1013, 0x1009
SUBMITTED, DELIVERED = 0x0039, 0x0E06
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
SENDER = (0x0C1A, 0x5D01, 0x0C1F)  # name, SMTP address, address of whatever type
BEHALF = (0x0042, 0x5D02, 0x0065)
RECIPIENT = (0x3001, 0x39FE, 0x3003)
RECIPIENT_TYPE = 0x0C15
LONG_NAME, SHORT_NAME, SHOWN_NAME, FILE, METHOD, CONTENT_ID, HIDDEN = 0x3707, 0x3704, 0x3001, 0x3701, 0x3705, 0x3712, 0x7FFE
CODEPAGE, BODY_CODEPAGE = 0x3FFD, 0x3FDE
DISPLAY_TO, DISPLAY_CC = 0x0E04, 0x0E03
#: Named properties of an appointment, by the number they have in every file; ``named`` in ``Card`` is keyed so.
LOCATION, STARTS, ENDS, RECURS = 0x8208, 0x820D, 0x820E, 0x8232
EMBEDDED, OLE = 5, 6

Value = str | bytes | int | datetime
Properties = Mapping[int, Value]
_SMTP = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """A message's properties. ``named``: those of an appointment. ``recipients``: the properties of each."""

    own: Properties
    recipients: Sequence[Properties] = ()
    named: Properties = field(default_factory=dict)


def time_of(ticks: int) -> datetime | None:
    """A moment in 100 ns since 1601; None for one that no calendar has."""
    try:
        return (_EPOCH + timedelta(microseconds=ticks // 10)).replace(microsecond=0)
    except OverflowError:
        return None


def text(properties: Properties, number: int) -> str:
    """A property as text, "" where it is missing; bytes in the message's code page."""
    value = properties.get(number, "")
    if isinstance(value, bytes):
        page = properties.get(CODEPAGE)
        value = decoded(value.rstrip(b"\0"), codepage_name(page) if isinstance(page, int) else None)
    return value.rstrip("\0") if isinstance(value, str) else ""


def letter_of(card: Card, made_id: str, attachments: tuple[Attachment, ...], notes: tuple[str, ...] = ()) -> Letter:
    """The message; a body that cannot be read is noted."""
    piece, bad = _body(card.own)
    kind = text(card.own, MESSAGE_CLASS)
    return Letter(
        headers=_headers(card),
        made_id=made_id,
        pieces=(piece,) if piece is not None else (),
        attachments=attachments,
        events=tuple(_event(card)) if kind.upper().startswith(("IPM.APPOINTMENT", "IPM.SCHEDULE.MEETING")) else (),
        notes=notes + bad,
        message_class=kind,
    )


def _headers(card: Card) -> RawMessage:
    """The header fields as they travelled, and from the properties those that are missing there."""
    message = email.message_from_string(_travelled(text(card.own, HEADERS)), policy=email.policy.default)
    for name, value in _made_fields(card).items():
        if value and not any(key.lower() == name.lower() for key in message.keys()):  # noqa: SIM118 - a message is no dict
            message.set_raw(name, value)
    return message


def _travelled(raw: str) -> str:
    """Header fields without the line that Outlook puts above them, and without a body."""
    bare = raw.replace("\r\n", "\n").lstrip("\n")
    bare = re.sub(r"\A(?:Microsoft Mail Internet Headers[^\n]*\n|From [^\n]*\n)", "", bare)
    return re.split(r"\n[ \t]*\n", bare, maxsplit=1)[0] + "\n\n"


def _made_fields(card: Card) -> dict[str, str]:
    own = card.own
    behalf, sender = _person(own, BEHALF), _person(own, SENDER)
    sent = own.get(SUBMITTED) or own.get(DELIVERED)
    to, cc = _people(card, 1), _people(card, 2)
    return {
        "From": behalf or sender,
        "Sender": sender if behalf and sender != behalf else "",
        "To": to or ("" if card.recipients else one_line(text(own, DISPLAY_TO))),
        "Cc": cc,
        "Subject": one_line(text(own, SUBJECT)),
        "Date": format_datetime(sent) if isinstance(sent, datetime) else "",
        "Message-ID": one_line(text(own, MESSAGE_ID)),
        "In-Reply-To": one_line(text(own, IN_REPLY_TO)),
        "References": one_line(text(own, REFERENCES)),
    }


def _person(properties: Properties, numbers: tuple[int, int, int]) -> str:
    """A person as a header shows one; Exchange's own kind of address stands for none where no other is known."""
    name, smtp, address = (one_line(text(properties, n)) for n in numbers)
    found = next((a for a in (smtp, address, name) if _SMTP.fullmatch(a)), "")
    if not found:
        return f'"{_quoted(name)}" <>' if name else ""
    return formataddr((name if name != found else "", found), charset="utf-8") if name.isascii() else f'"{_quoted(name)}" <{found}>'


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _people(card: Card, kind: int) -> str:
    return ", ".join(p for r in card.recipients if r.get(RECIPIENT_TYPE, 1) == kind and (p := _person(r, RECIPIENT)))


def _body(own: Properties) -> tuple[Piece | None, tuple[str, ...]]:
    """Plain text, else HTML, else what the compressed RTF holds."""
    plain = _plain(own)
    if plain.strip():
        return Piece(plain), ()
    page = own.get(HTML)
    if isinstance(page, bytes) and page.strip(b"\0 \r\n"):
        number = own.get(BODY_CODEPAGE)
        return Piece(decoded(page.rstrip(b"\0"), codepage_name(number) if isinstance(number, int) else None), html=True), ()
    if isinstance(page, str) and page.strip():
        return Piece(page, html=True), ()
    packed = own.get(RTF)
    if not isinstance(packed, bytes):
        return None, ()
    try:
        found, html = text_of_rtf(decompressed(packed))
    except BadInput as error:
        return None, (f"the body was not read: {error}",)
    return Piece(found, html=html), ()


def _plain(own: Properties) -> str:
    """The plain body: in the code page of the mail as it travelled where the bytes allow it, else in Outlook's own."""
    value, number = own.get(BODY), own.get(BODY_CODEPAGE)
    if isinstance(value, bytes) and isinstance(number, int):
        try:
            return value.rstrip(b"\0").decode(codepage_name(number))
        except UnicodeError:
            pass
    return text(own, BODY)


def _event(card: Card) -> list[Draft]:
    def moment(named: int, own: int) -> str:
        value = card.named.get(named) or card.own.get(own)
        return spoken_time(value.strftime("%Y%m%dT%H%M%SZ"), "") if isinstance(value, datetime) else ""

    event = Event(
        summary=one_line(text(card.own, SUBJECT)),
        start=moment(STARTS, 0x0060),
        end=moment(ENDS, 0x0061),
        where=one_line(text(card.named, LOCATION)),
        recurs=one_line(text(card.named, RECURS)),
        organiser=one_line(text(card.own, BEHALF[0]) or text(card.own, SENDER[0])),
    )
    return drafts_of_event(event)
