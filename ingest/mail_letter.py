"""One way from a message's parts to a document, whichever program or format wrapped them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message as RawMessage

from domain.document import Message, MessageKind
from domain.errors import DamagedSource
from ingest.canonical import Attachment, Draft, Parsed, clean, fixed, invisible_note, one_line
from ingest.mail_body import body_of
from ingest.mail_envelope import envelope_of
from ingest.mail_forward import message_of
from ingest.mail_html import MARKS, marked
from ingest.mail_kind import is_auto_reply, kind_of_message
from ingest.mail_lines import Line, html_lines, lifted, plain_lines
from ingest.mail_quotes import Forward
from ingest.parse_html import drafts_of, tree_of

#: Messages passed on inside one message, counted with those inside them.
_MAX_FORWARDS = 200
_MAX_DEPTH = 10
_MAX_NAME = 200
#: What a message says of itself whose words only the receiver's mail program can show.
NOTE_ENCRYPTED = "the message is encrypted, so that its words were not read; decrypt it in the mail program and save it again"


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a body: plain, its soft line breaks joined already, or HTML."""

    text: str
    html: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message taken out of its format. ``headers``: only its header fields are looked at. ``types``: the content types of all parts.

    ``events``: the blocks of calendar entries that it carries. ``message_class``: Outlook's name for what it is.
    """

    headers: RawMessage
    made_id: str
    pieces: tuple[Piece, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Draft, ...] = ()
    types: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    message_class: str = ""


def parsed_letter(letter: Letter) -> Parsed:
    """The document of a message; raises LimitExceeded."""
    envelope, notes = envelope_of(letter.headers, letter.made_id)
    raw = "\n\n".join(piece.text for piece in letter.pieces)
    kind = kind_of_message(letter.headers, envelope, letter.types, raw, letter.message_class)
    envelope = replace(envelope, kind=kind)
    lines = [line for piece in letter.pieces for line in _lines(piece)]
    body = body_of(lines, envelope)
    done = fixed([*body.drafts, *letter.events])
    if is_auto_reply(letter.headers, envelope.subject) or kind is MessageKind.BOUNCE:
        notes += ("auto-reply",)
    quoted: list[Parsed] = []
    if not _copies(body.forwards, envelope, quoted, 0):
        notes += (f"it passes on more than {_MAX_FORWARDS} messages, or deeper than {_MAX_DEPTH}: the rest stands only in its text",)
    return Parsed(
        done.text,
        done.blocks,
        marks=done.marks,
        title=envelope.subject,
        message=envelope,
        notes=notes + letter.notes + invisible_note(raw),
        attachments=letter.attachments,
        quoted=tuple(quoted),
    )


def shown_name(name: str, otherwise: str) -> str:
    """An attachment's name fit to be shown: one line without directions, controls and folders, and not without end."""
    bare = one_line(name[: _MAX_NAME * 20]).replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    if len(bare) > _MAX_NAME:
        stem, dot, suffix = bare.rpartition(".")
        bare = stem[: _MAX_NAME - 20] + dot + suffix if dot and len(suffix) < 10 else bare[:_MAX_NAME]
    return bare or otherwise


def _lines(piece: Piece) -> list[Line]:
    if not piece.text.strip():
        return []
    if not piece.html:
        return plain_lines(MARKS.sub("", clean(piece.text)))
    try:
        root = tree_of(MARKS.sub("", piece.text))
    except DamagedSource:
        return plain_lines(MARKS.sub("", clean(piece.text)))
    marked(root)
    return html_lines(drafts_of(root))


def _copies(forwards: Sequence[Forward], outer: Message, found: list[Parsed], depth: int) -> bool:
    """Adds a document for each message that was passed on, and for each that this one passes on in turn; False where there are too many."""
    for forward in forwards:
        if len(found) >= _MAX_FORWARDS or depth > _MAX_DEPTH:
            return False
        lines = lifted(forward.lines, forward.header.depth)
        message = message_of(forward.header, "\n".join(line.text for line in lines if line.seen), outer)
        body = body_of(lines, message)
        done = fixed(body.drafts)
        if done.text.strip():
            found.append(Parsed(done.text, done.blocks, marks=done.marks, title=message.subject, message=message))
        if not _copies(body.forwards, outer, found, depth + 1):
            return False
    return True
