"""Outlook's files: who wrote, what it says in whichever body there is, and what came with it."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.document import BlockKind, MessageKind
from domain.errors import BadInput, DamagedSource, UnsupportedFormat
from ingest.canonical import Parsed
from ingest.mail_rtf import decompressed, text_of_rtf
from ingest.parse_mail import parse_mail
from ingest.parse_msg import parse_msg
from tests.ingest.files import SHARED, read
from tests.ingest.planted_mail import compound_file, msg_file, msg_folder, stored_rtf

SENT = struct.pack("<Q", int((datetime(2026, 1, 14, 8, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


NOTE = {0x001A001F: wide("IPM.Note"), 0x0037001F: wide("Crates"), 0x00390040: SENT, 0x1035001F: wide("<m1@quay.example>")}
DANA = {0x0C1A001F: wide("Dana Whitcombe"), 0x0C1F001F: wide("/O=QUAY/OU=X/CN=DANA"), 0x5D01001F: wide("dana@quay.example")}


def parsed(data: bytes) -> Parsed:
    (found,) = parse_msg(data, "m.msg")
    return found


def test_the_envelope_comes_from_the_properties() -> None:
    message = parsed(msg_file(NOTE | DANA | {0x1000001F: wide("Two seals.\r\n"), 0x1042001F: wide("<m0@quay.example>")})).message
    assert message is not None
    assert (message.message_id, message.sender, message.sender_name, message.in_reply_to) == (
        "m1@quay.example", "dana@quay.example", "Dana Whitcombe", "m0@quay.example",
    )  # fmt: skip
    assert (message.subject, message.sent_at, message.distrust) == ("Crates", "2026-01-14T08:00:00+00:00", "")


def test_recipients_come_from_their_folders() -> None:
    root = msg_folder(NOTE | DANA | {0x1000001F: wide("x")}, 32)
    for n, (kind, address) in enumerate(((1, "ivo@quay.example"), (2, "ana@quay.example"))):
        root[f"__recip_version1.0_#{n:08X}"] = msg_folder(
            {0x0C150003: struct.pack("<Q", kind), 0x39FE001F: wide(address), 0x3001001F: wide("A; B")}, 8
        )
    message = parsed(compound_file(root)).message
    assert message is not None and (message.to, message.cc) == (("ivo@quay.example",), ("ana@quay.example",))


def test_an_exchange_address_alone_is_no_address() -> None:
    own = {n: v for n, v in DANA.items() if n != 0x5D01001F}
    message = parsed(msg_file(NOTE | own | {0x1000001F: wide("x")})).message
    assert message is not None and (message.sender, message.distrust) == ("", "no sender")


def test_the_header_it_travelled_with_comes_first() -> None:
    header = "Microsoft Mail Internet Headers Version 2.0\r\nFrom: Ivo Brand <ivo@yard.example>\r\nAuto-Submitted: auto-replied\r\n\r\n"
    message = parsed(msg_file(NOTE | DANA | {0x007D001F: wide(header), 0x1000001F: wide("x")})).message
    assert message is not None and (message.sender, message.kind) == ("ivo@yard.example", MessageKind.AUTO_REPLY)
    assert message.message_id == "m1@quay.example"


def test_whoever_sent_it_for_another_is_compared() -> None:
    behalf = {0x0042001F: wide("Boss"), 0x5D02001F: wide("boss@quay.example"), 0x5D01001F: wide("x@evil.example")}
    message = parsed(msg_file(NOTE | DANA | behalf | {0x1000001F: wide("x")})).message
    assert message is not None and (message.sender, message.distrust) == ("boss@quay.example", "sent by another domain")


PAGE = "<html><body><p>Zwei Siegel, „rot“ &amp; fest.</p><p>Grüße<br>Dana</p></body></html>"


@pytest.mark.parametrize(
    "body",
    [
        {0x1000001F: wide("Zwei Siegel, „rot“ & fest.\r\n\r\nGruß\r\nDana\r\n")},
        {0x1000001E: "Zwei Siegel, „rot“ & fest.\r\n".encode("cp1252"), 0x3FFD0003: struct.pack("<Q", 1252)},
        {0x10130102: PAGE.encode(), 0x3FDE0003: struct.pack("<Q", 65001)},
        {0x10130102: PAGE.encode("cp1252"), 0x3FDE0003: struct.pack("<Q", 1252)},
        {0x1013001F: wide(PAGE)},
        {0x10090102: stored_rtf(PAGE)},
    ],
)
def test_the_body_is_whichever_there_is(body: dict[int, bytes]) -> None:
    found = parsed(msg_file(NOTE | DANA | body))
    assert next(b.span.of(found.text) for b in found.blocks if b.kind is BlockKind.PARAGRAPH) == "Zwei Siegel, „rot“ & fest."


def test_compressed_rtf_is_unpacked() -> None:
    # The example of the format's own description (MS-OXRTFCP 3.1).
    packed = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
    assert decompressed(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert text_of_rtf(
        b"{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset204 A;}}\\f0\\'cf\\'f0\\'e8\\par \\u8364?5{\\*\\x hidden}}"
    ) == ("При\n€5", False)
    with pytest.raises(DamagedSource):
        decompressed(b"short")


def test_files_and_messages_inside_come_along() -> None:
    inner = NOTE | DANA | {0x1000001F: wide("Inside: „two“ seals."), 0x1035001F: wide("<m2@quay.example>")}
    found = parsed(msg_file(NOTE | DANA | {0x1000001F: wide("See.")}, [inner], [("../../yard.txt", b"a list" * 2_000)]))
    message, file = found.attachments
    assert (file.name, len(file.data)) == ("yard.txt", 12_000)
    (read,) = parse_mail(message.data, message.name)
    assert read.message is not None
    assert (read.text, read.message.message_id, read.message.sender) == ("Inside: „two“ seals.", "m2@quay.example", "dana@quay.example")


def test_a_meeting_says_when_and_where() -> None:
    meeting = NOTE | DANA | {0x001A001F: wide("IPM.Schedule.Meeting.Request"), 0x00600040: SENT, 0x1000001F: wide("Bring the scale.")}
    found = parsed(msg_file(meeting))
    assert found.message is not None and found.message.kind is MessageKind.INVITE
    assert "When: Wednesday, 14 January 2026, 08:00 (UTC)" in found.text


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="old Office file"):
        parsed(compound_file({"WordDocument": b"x" * 5_000}))
    good = msg_file(NOTE | DANA | {0x1000001F: wide("x" * 9_000)})
    for cut in (600, 2_000, len(good) // 2):
        with pytest.raises(BadInput):
            parsed(good[:cut])


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
@pytest.mark.parametrize("path", sorted((SHARED / "data" / "wild").glob("*.msg")), ids=lambda p: Path(p).name)
def test_files_from_the_wild_are_read(path: Path) -> None:
    found = parsed(path.read_bytes())
    assert found.text or found.attachments


def test_an_encrypted_message_says_so_and_what_to_do() -> None:
    data = msg_file({}, files=[("att.bin", b"\n-----BEGIN PGP MESSAGE-----\nhIwDY32h\n-----END PGP MESSAGE-----\n")])
    with pytest.raises(DamagedSource, match=r"encrypted.*decrypt it"):
        read(data, "x.msg")
