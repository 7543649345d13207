"""What a forged or overloaded header shows is said, and no name of a file is more than a name."""

from __future__ import annotations

import time

import pytest

from domain.document import MessageKind
from domain.errors import LimitExceeded
from ingest.canonical import Parsed
from ingest.parse_mail import parse_mail
from tests.ingest.files import mail

HEAD = b"To: yard@quay.example\nSubject: Crates\nDate: Wed, 14 Jan 2026 09:00:00 +0100\nMessage-ID: <m1@quay.example>\n"


def parsed(data: bytes) -> Parsed:
    (found,) = parse_mail(data, "m.eml")
    return found


@pytest.mark.parametrize(
    "sender",
    [
        b"From: a@quay.example, b@quay.example",
        b"From: a@quay.example\nFrom: b@quay.example",
        b'From: "boss@quay.example" <x@evil.example>',
        b"From: boss@quay.example <x@evil.example>",
        b"From: <boss@quay.example> <x@evil.example>",
        b"From: =?utf-8?q?boss=40quay.example?= <x@evil.example>",
        b"From: =?utf-8?b?Ym9zc0BxdWF5LmV4YW1wbGU=?= <x@evil.example>",
        b"From: =?utf-8?q?Boss_=3Cboss=40quay.example=3E?= <x@evil.example>",
        b"From: =?utf-8?q?boss=40quay.example?=",
        b"From: Boss <=?utf-8?q?boss=40quay.example?=>",
        b"From: boss\xef\xbc\xa0quay.example <x@evil.example>",
        b"From: Boss\x00 <boss@quay.example>",
        b"From: Boss\x1b[2J <boss@quay.example>",
        "From: Boss \u202e <boss@quay.example>".encode(),
        "From: Boss <b\u043ess@quay.example>".encode(),
        b"From: Boss <boss@xn--quay-9za.example>",
        b"From: Boss <boss@quay.example>\nSender: x@evil.example",
        b"From: Boss <boss@quay.example>\nMessage-ID: <other@quay.example>",
        b"From: Boss <boss@quay.example>\nDate: Mon, 12 Jan 2026 09:00:00 +0100",
        b"From: undisclosed:;",
        b"X-From: boss@quay.example",
        b"From: ",
    ],
)
def test_forged_senders_are_distrusted(sender: bytes) -> None:
    message = parsed(sender + b"\n" + HEAD + b"\nPay it.\n").message
    assert message is not None and message.distrust


@pytest.mark.parametrize(
    "sender",
    [
        b"From: Dana Whitcombe <dana@quay.example>",
        b'From: "Whitcombe, Dana" <Dana@Quay.example>',
        b"From: dana@quay.example",
        b"From: dana@quay.example (Dana Whitcombe)",
        b"From: =?utf-8?q?M=C3=A1rta?= <dana@quay.example>",
        b'From: "dana@quay.example" <dana@quay.example>',
        b"From: Dana Whitcombe\n <dana@quay.example>\nSender: office@quay.example",
    ],
)
def test_ordinary_senders_are_not(sender: bytes) -> None:
    message = parsed(sender + b"\n" + HEAD + b"\nPay it.\n").message
    assert message is not None and (message.sender, message.distrust) == ("dana@quay.example", "")


def test_overloaded_headers_are_read_or_refused_at_once() -> None:
    many = b", ".join(b"u%d@quay.example" % n for n in range(100_000))
    start = time.monotonic()
    assert len(parsed(b"From: a@quay.example\nCc: " + many + b"\n" + HEAD + b"\nPay it.\n").message.cc) == 500  # type: ignore[union-attr]
    assert parsed(b"From: " + many + b"\n" + HEAD + b"\nPay it.\n").message.distrust == "several senders"  # type: ignore[union-attr]
    assert parsed(b"From: " + b"(" * 100_000 + b"\n" + HEAD + b"\nPay it.\n").message.distrust == "no sender"  # type: ignore[union-attr]
    with pytest.raises(LimitExceeded, match="header"):
        parsed(HEAD + b"X-Line: a\n" * 100_000 + b"\nPay it.\n")
    with pytest.raises(LimitExceeded, match="parts"):
        parsed(HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000 + b"--b--\n")
    with pytest.raises(LimitExceeded, match="deeper"):
        nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(30))
        parsed(HEAD + nested + b"\nPay it.\n")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b'"../../etc/passwd"', "passwd"),
        (b'"C:\\\\temp\\\\a.pdf"', "a.pdf"),
        (b'"a\x00b.pdf"', "ab.pdf"),
        ('"a\u202efdp.exe"'.encode(), "afdp.exe"),
        (b'"=?utf-8?q?M=C3=A1rta.pdf?="', "Márta.pdf"),
        (b'"' + b"a" * 100_000 + b'.pdf"', "a"),
        (b'".."', "part-1"),
    ],
)
def test_names_of_attachments_are_only_shown(name: bytes, shown: str) -> None:
    body = (
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHello.\n--b\nContent-Disposition: attachment; filename='
        + name
        + b"\n\ndata\n--b--\n"
    )
    (file,) = parsed(b"From: a@quay.example\n" + HEAD + body).attachments
    assert (file.name == shown or len(shown) == 1 and set(file.name) <= set("a.pdf")) and len(file.name) <= 200
    assert "/" not in file.name and file.data.strip() == b"data"


def kind(body: str = "Hello.", **headers: str) -> MessageKind:
    message = parsed(mail(body, **headers)).message
    assert message is not None
    return message.kind


def test_what_machines_send_is_told_from_what_people_write() -> None:
    assert kind() is MessageKind.PERSONAL
    assert kind(Subject="Automatic reply: Crates") is MessageKind.AUTO_REPLY
    assert kind(Auto_Submitted="auto-replied") is MessageKind.AUTO_REPLY
    assert (
        kind(From="Mail Delivery System <MAILER-DAEMON@quay.example>", Subject="Undelivered Mail Returned to Sender") is MessageKind.BOUNCE
    )
    footer = "Buy rope.\n\nTo unsubscribe click here."
    assert kind(footer, List_Unsubscribe="<https://shop.example/u>", Precedence="bulk") is MessageKind.NEWSLETTER
    assert (
        kind("I disagree.\n\nTo unsubscribe send a mail.", List_Id="yard", List_Post="<mailto:yard@lists.quay.example>")
        is MessageKind.PERSONAL
    )


def test_what_a_bounce_returns_is_nobodys_new_text() -> None:
    body = (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt was not delivered.\n--b\n'
        b"Content-Type: message/delivery-status\n\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n"
        + mail("Crates go without a ticket.")
        + b"\n--b--\n"
    )
    found = parsed(b"From: postmaster@quay.example\n" + HEAD + body)
    assert found.message is not None and found.message.kind is MessageKind.BOUNCE
    assert found.text == "It was not delivered." and not found.attachments and any("returned message" in note for note in found.notes)
