"""Bodies come out of whatever mail programs wrapped them in: alternatives, encodings, wrong labels and damage."""

from __future__ import annotations

import base64

import pytest

from domain.errors import BadInput
from ingest.canonical import Parsed
from ingest.decode import decoded
from ingest.parse_mail import parse_mail, parse_mailbox

HEAD = (
    b"From: Dana <dana@quay.example>\nTo: yard@quay.example\nSubject: Crates\n"
    b"Date: Wed, 14 Jan 2026 09:00:00 +0100\nMessage-ID: <m1@quay.example>\n"
)
WORDS = "Die Kisten wiegen höchstens 40 kg – „brutto“."


def parsed(rest: bytes) -> Parsed:
    (found,) = parse_mail(HEAD + rest, "m.eml")
    return found


def multipart(kind: str, *parts: bytes) -> bytes:
    return (
        f'Content-Type: multipart/{kind}; boundary="b{kind}"\n\n'.encode()
        + b"".join(f"--b{kind}\n".encode() + p + b"\n" for p in parts)
        + f"--b{kind}--\n".encode()
    )


@pytest.mark.parametrize(
    ("charset", "label"),
    [
        ("utf-8", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-8", "us-ascii"), ("utf-8", ""), ("cp1252", "iso-8859-1"), ("cp1252", "utf-8"),
        ("cp1252", ""), ("utf-8", "no-such-charset"), ("cp1252", "windows-1252"), ("gb18030", "gb2312"), ("utf-16", "utf-16"),
    ],
)  # fmt: skip
def test_characters_come_back_under_right_and_wrong_labels(charset: str, label: str) -> None:
    kind = f'Content-Type: text/plain; charset="{label}"\n' if label else "Content-Type: text/plain\n"
    body = kind.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(WORDS.encode(charset))
    assert parsed(body).text == WORDS


def test_a_whole_mail_in_two_bytes_a_character_is_read() -> None:
    data = (HEAD.decode() + f"Content-Type: text/plain; charset=utf-16\n\n{WORDS}\n").encode("utf-16")
    (found,) = parse_mail(data, "m.eml")
    assert found.text == WORDS and found.message is not None and found.message.sender == "dana@quay.example"


def test_japanese_and_cut_letters_are_read() -> None:
    assert decoded("木箱は二つ".encode("iso-2022-jp"), "iso-2022-jp") == "木箱は二つ"
    assert decoded(("Grüße, " * 20).encode() + b"\xc3", "utf-8").startswith("Grüße, Grüße")


def test_the_plain_alternative_is_taken_unless_it_is_a_stub() -> None:
    page = b"Content-Type: text/html\n\n<p>Two seals on each crate.</p>"
    assert parsed(multipart("alternative", b"\nTwo seals.", page)).text == "Two seals."
    assert parsed(multipart("alternative", b"\nThis message requires an HTML compatible reader.", page)).text == "Two seals on each crate."
    assert parsed(multipart("alternative", b"\n", page)).text == "Two seals on each crate."


def test_text_after_an_attachment_is_body_too() -> None:
    file = b'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\n\n%PDF-'
    found = parsed(multipart("mixed", b"\nTwo seals.", file, b"\nAnd a ticket."))
    assert found.text == "Two seals.\n\nAnd a ticket." and [a.name for a in found.attachments] == ["a.pdf"]
    inner = multipart(
        "related",
        multipart("alternative", b"\nTwo seals.", b"Content-Type: text/html\n\n<p>Two seals.</p>"),
        b"Content-Type: image/png\n\nx",
    )
    assert (
        parsed(multipart("mixed", inner, b"Content-Type: text/plain\nContent-Disposition: inline\n\nA footer.")).text
        == "Two seals.\n\nA footer."
    )


def test_named_texts_are_files() -> None:
    found = parsed(
        multipart("mixed", b"\nSee the file.", b'Content-Type: text/plain; name="a.txt"\nContent-Disposition: inline\n\nInside.')
    )
    assert found.text == "See the file." and [a.data.strip() for a in found.attachments] == [b"Inside."]


def test_damage_is_undone_as_far_as_it_can_be() -> None:
    assert parsed(
        b"Content-Type: text/plain\n\nH=C3=B6chstens 40 kg =E2=80=93 br=\nutto, sagt der W=C3=A4chter, und =\nmehr nicht.\n"
    ).text == ("Höchstens 40 kg – brutto, sagt der Wächter, und mehr nicht.")
    lost = b'Content-Type: multipart/mixed; boundary="there"\n\n--here\nContent-Type: text/plain\n\nTwo seals.\n--here--\n'
    assert parsed(lost).text == "Two seals."
    assert parsed(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nTwo seals.\n').text == "Two seals."
    assert parsed(b"Content-Type: multipart/mixed\n\nTwo seals.\n").text == "Two seals."
    assert parsed(b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nTwo=").message is not None


def test_attached_messages_are_files_even_where_they_were_encoded() -> None:
    inner = HEAD.replace(b"m1@", b"m2@") + b"\nTwo seals.\n"
    encoded = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
    for part in (b"Content-Type: message/rfc822\n\n" + inner, encoded):
        (file,) = parsed(multipart("mixed", b"\nSee.", part)).attachments
        (found,) = parse_mail(file.data, file.name)
        assert file.name.endswith(".eml") and found.message is not None
        assert (found.text, found.message.message_id) == ("Two seals.", "m2@quay.example")


def test_an_invitation_becomes_readable() -> None:
    event = (
        b"Content-Type: text/calendar;"
        b" method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Weighing\nDTSTART;TZID=Europe/Berlin:20260112T090000\n"
        b"LOCATION:Yard\\, berth 7\nORGANIZER;CN=Ivo Brand:mailto:ivo@quay.example\nDESCRIPTION:Bring the scale.\\nAnd the"
        b" log.\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    found = parsed(multipart("alternative", b"\nPlease come.", event))
    assert found.message is not None and found.message.kind == "invite"
    assert "Weighing\nWhen: Monday, 12 January 2026, 09:00 (Europe/Berlin)\nWhere: Yard, berth 7" in found.text
    assert "Organiser: Ivo Brand <ivo@quay.example>\n\nBring the scale.\nAnd the log." in found.text and not found.attachments


def box(*messages: bytes, before: bytes = b"\n", end: bytes = b"\n") -> list[Parsed]:
    data = b"".join(b"From dana@quay.example Mon Jan  5 08:00:00 2026" + end + m + before for m in messages)
    return list(parse_mailbox(data.replace(b"\n", end) if end != b"\n" else data, "all.mbox"))


def test_mailboxes_of_all_kinds_are_cut_where_messages_begin() -> None:
    one = HEAD + b"\nFrom here on it rains.\n\nFrom Monday on, at 10:00, it snows in 2026\nYes: it does.\n>From the gate it looks fine.\n"
    for found in (box(one, one), box(one, one, before=b""), box(one, one, end=b"\r\n")):
        assert len(found) == 2 and all("From the gate it looks fine." in m.text for m in found)
        assert "it snows in 2026" in found[1].text
    inner = b"From x@quay.example Mon Jan  5 08:00:00 2026\nSubject: pasted\n\nNot a message.\n"
    counted = HEAD + b"Content-Length: %d\n\n" % (len(inner) + 7) + b"Look:\n\n" + inner
    assert len(box(counted, one)) == 2 and "Not a message." in box(counted, one)[0].text


def test_a_message_of_a_mailbox_that_cannot_be_read_is_named_in_its_place() -> None:
    deep = HEAD + b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(30)) + b"\nx\n"
    found = box(HEAD + b"\nTwo seals.\n", deep, HEAD + b"\nThree seals.\n")
    assert [m.text for m in found] == ["Two seals.", "", "Three seals."] and "message 2 of the mailbox was not read" in found[1].notes[0]
    with pytest.raises(BadInput):
        box(deep)
