"""What a message is besides somebody's words: a machine's answer, a bounce, a newsletter, an invitation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message as RawMessage

from domain.document import Message, MessageKind
from ingest.mail_envelope import header_text

_AUTO_SUBJECT = re.compile(
    r"(?i)\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|abwesenheit|automatische antwort|abwesend\b"
    r"|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|automatisk svar|autosvar|automatyczna odpowiedź"
    r"|resposta automática)"
)
_BOUNCE_SUBJECT = re.compile(
    r"(?i)\s*(?:undeliver(?:able|ed)|delivery status notification|mail delivery|delivery (?:failure|has failed)|returned mail"
    r"|failure notice"
    r"|unzustellbar|non remis|no se puede entregar|message non distribué|non recapitabile)"
)
_DAEMON = re.compile(r"(?i)(?:mailer-daemon|mail-daemon|microsoftexchange[0-9a-f]{20,})@")
_MARKETING = re.compile(
    r"(?i)\bunsubscribe\b|view (?:this )?(?:e-?mail )?in (?:your|a) browser|you(?: are|'re|’re) receiving this|manage (?:your )?preferences"
    r"|newsletter abbestellen|abmelden|se désabonner|désinscri|darse de baja|disiscriv|afmelden|afmeld|avregistrera|wypisz"
)
_INVITE_CLASS = re.compile(r"(?i)ipm\.(?:schedule\.meeting|appointment)")


def is_auto_reply(message: RawMessage, subject: str) -> bool:
    """Whether a machine answered (RFC 3834, and what programs did before it)."""
    submitted = header_text(message, "auto-submitted")
    machine = submitted not in ("", "no") or bool(header_text(message, "x-autoreply") + header_text(message, "x-autorespond"))
    return machine or header_text(message, "precedence") == "auto_reply" or bool(_AUTO_SUBJECT.match(subject))


def is_bounce(message: RawMessage, envelope: Message, types: Sequence[str]) -> bool:
    """``types``: the content types of all parts."""
    kind = header_text(message, "content-type")
    if kind.startswith("multipart/report") and "disposition-notification" not in kind or "message/delivery-status" in types:
        return True
    report = (
        header_text(message, "x-failed-recipients")
        or header_text(message, "return-path") == "<>"
        or envelope.sender.startswith("postmaster@")
    )
    return bool(_DAEMON.match(envelope.sender)) or bool(_BOUNCE_SUBJECT.match(envelope.subject) and report)


def kind_of_message(message: RawMessage, envelope: Message, types: Sequence[str], text: str, message_class: str = "") -> MessageKind:
    """``text``: the whole body. ``message_class``: what Outlook says of it, where it came from there."""
    if is_bounce(message, envelope, types) or message_class.upper().startswith("REPORT."):
        return MessageKind.BOUNCE
    if "text/calendar" in types or _INVITE_CLASS.match(message_class):
        return MessageKind.INVITE
    if is_auto_reply(message, envelope.subject):
        return MessageKind.AUTO_REPLY
    return MessageKind.NEWSLETTER if _is_newsletter(message, text) else MessageKind.PERSONAL


def _is_newsletter(message: RawMessage, text: str) -> bool:
    """Bulk mail with marketing's small print; what a person writes to a discussion list can be posted to and answers something."""
    if not (header_text(message, "list-unsubscribe") or header_text(message, "list-id")):
        return False
    if header_text(message, "list-post") not in ("", "no") or header_text(message, "in-reply-to"):
        return False
    bulk = header_text(message, "precedence") in ("bulk", "junk", "list")
    sold = bool(
        header_text(message, "list-unsubscribe-post") or header_text(message, "feedback-id") or header_text(message, "x-campaign-id")
    )
    return bool(_MARKETING.search(text[-20_000:])) and (bulk or sold or bool(header_text(message, "list-unsubscribe")))
