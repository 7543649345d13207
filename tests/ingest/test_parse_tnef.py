"""winmail.dat: the body where the mail has none, and the files in it."""

from __future__ import annotations

import base64
import struct

import pytest

from domain.errors import BadInput, DamagedSource
from ingest.parse_mail import parse_mail
from ingest.parse_tnef import parse_tnef


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """Of variable size: (number, type, value)."""
    rows = [struct.pack("<HHII", kind, number, 1, len(v)) + v + b"\0" * (-len(v) % 4) for number, kind, v in values]
    return struct.pack("<I", len(rows)) + b"".join(rows)


def winmail(body: bytes = b"Two seals.\r\n", name: bytes = b"yard.txt\0") -> bytes:
    data = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    data += attribute(
        1,
        0x00069003,
        properties((0x0037, 0x1E, b"Crates\0"), (0x1000, 0x1E, body), (0x5D01, 0x1F, "dana@quay.example".encode("utf-16-le"))),
    )
    data += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name) + attribute(2, 0x0006800F, b"a list")
    long_name = properties((0x3707, 0x1F, "../M\u00e1rta's list.txt\0".encode("utf-16-le")))
    return data + attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x0006800F, b"another") + attribute(2, 0x00069005, long_name)


def carried(body: str) -> bytes:
    head = (
        "From: Dana <dana@quay.example>\nSubject: Crates\nMessage-ID: <m1@quay.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    )
    part = (
        'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(winmail()).decode()
    )
    return f"{head}--b\nContent-Type: text/plain\n\n{body}\n--b\n{part}\n--b--\n".encode()


def test_the_files_inside_become_the_messages_own() -> None:
    (found,) = parse_mail(carried("Three seals."), "m.eml")
    assert found.text == "Three seals."
    assert [(a.name, a.data) for a in found.attachments] == [("yard.txt", b"a list"), ("Márta's list.txt", b"another")]


def test_the_body_inside_is_taken_where_the_mail_has_none() -> None:
    (found,) = parse_mail(carried(""), "m.eml")
    assert found.text == "Two seals." and found.message is not None and found.message.sender == "dana@quay.example"


def test_it_is_read_alone_too() -> None:
    (found,) = parse_tnef(winmail("Zwei Siegel für Ana.".encode("cp1252")), "winmail.dat")
    assert found.text == "Zwei Siegel für Ana." and found.title == "Crates"
    assert found.message is not None and found.message.sender == "dana@quay.example" and len(found.attachments) == 2


def test_damage_is_refused_or_ends_what_is_read() -> None:
    for cut in range(0, len(winmail()), 7):
        try:
            assert len(list(parse_tnef(winmail()[:cut], "winmail.dat"))) == 1
        except BadInput:
            assert cut < 200
    with pytest.raises(DamagedSource):
        list(parse_tnef(b"x" * 100, "winmail.dat"))
