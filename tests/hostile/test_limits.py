"""Each limit of the threat table is a typed refusal that names the limit, and what keeps within it is read (T6)."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest

from domain.document import Document
from domain.errors import BadInput, LimitExceeded
from domain.source import source_of
from ingest import limits
from ingest.formats import media_type_of
from ingest.read import read_source
from ingest.sandbox import ReaderPool
from tests.hostile.bombs_office import zip_members, zip_within_zip
from tests.hostile.bombs_plain import WORDS, mail, mail_addresses, mail_depth, mail_parts, pages
from tests.hostile.packing import docx, lying, p, packed

SEEN = "The gate is locked at ten."


def read(data: bytes, path: str) -> tuple[Document, ...]:
    return read_source(source_of(data, path, media_type_of(data, path)), data)


def said(data: bytes, path: str) -> str:
    """The refusal, or all notes where what is inside was refused and the rest read."""
    try:
        return "\n".join(note for d in read(data, path) for note in d.notes)
    except BadInput as error:
        return str(error)


def test_the_limits_are_those_of_the_threat_table() -> None:
    assert (limits.MAX_BYTES, limits.MAX_EXPANDED) == (50 * limits.MEGABYTE, 200 * limits.MEGABYTE)
    assert (limits.MAX_RATIO, limits.MAX_MEMBERS, limits.MAX_NESTING, limits.MAX_PAGES) == (100, 2_000, 5, 2_000)
    assert (limits.MAX_PARTS, limits.MAX_PART_DEPTH, limits.WORKER_SECONDS) == (1_000, 20, 60)
    assert limits.WORKER_MEMORY < 1_500_000_000


def test_a_file_of_more_than_50_mb_is_refused_before_it_is_read() -> None:
    data = b"a b\n" * (13 << 20)
    with ReaderPool(1) as pool, pytest.raises(LimitExceeded, match="50 MB"):
        pool.read(source_of(data, "a.txt", "text/plain"), data)
    with pytest.raises(LimitExceeded, match="50 MB"):
        read_source(source_of(data, "a.txt", "text/plain"), data)


def test_what_unpacks_to_more_than_200_mb_is_refused() -> None:
    assert "200 MB" in said(lying(docx(p(SEEN)), claimed=201 << 20), "a.docx")
    assert "200 MB" in said(packed({f"{n}.bin": bytes(48 << 20) for n in range(5)}, ballast=True), "a.zip")


def test_what_unpacks_to_more_than_100_times_its_size_is_refused() -> None:
    assert "100 times" in said(docx(p("a" * (20 << 20))), "a.docx")
    assert "100 times" in said(packed({"a.txt": "a" * (20 << 20)}), "a.zip")


def test_more_than_2000_members_are_refused() -> None:
    assert "2,000" in said(zip_members(2_001), "a.zip")
    assert len(read(zip_members(30), "a.zip")) >= 30


def test_archives_nested_deeper_than_5_are_refused() -> None:
    assert "nested deeper than 5" in said(zip_within_zip(8), "a.zip")


def test_more_than_2000_pages_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="2,000"):
        read(pages(WORDS, kids=b"3 0 R " * 2_001, count=2_001), "a.pdf")


def test_more_than_1000_parts_of_a_mail_are_refused() -> None:
    assert "1,000" in said(mail_parts(1_005), "a.eml")


def test_parts_of_a_mail_deeper_than_20_are_refused() -> None:
    assert "20" in said(mail_depth(30), "a.eml")


def test_a_hundred_thousand_addresses_are_read_or_refused_with_the_limit() -> None:
    try:
        (document, *_) = read(mail_addresses(100_000), "a.eml")
    except LimitExceeded as error:
        assert any(c.isdigit() for c in str(error))
    else:
        assert document.message is not None and "gate" in document.text


def test_a_mail_with_a_bomb_in_it_is_read_and_says_what_was_not() -> None:
    bomb = base64.encodebytes(packed({"a.txt": "a" * (20 << 20)})).decode()
    head = "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.zip\r\n\r\n"
    body = f"--b\r\nContent-Type: text/plain\r\n\r\n{SEEN}\r\n--b\r\n{head}{bomb}\r\n--b--\r\n"
    (document, *_) = read(mail(body, kind="multipart/mixed; boundary=b"), "a.eml")
    assert SEEN in document.text and any("a.zip" in note and "100 times" in note for note in document.notes)


def test_what_is_within_the_limits_is_read() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = (
        "dana@quay.example",
        "yard@quay.example",
        "Crates",
        "<w@quay.example>",
    )
    message.set_content(SEEN)
    for n in range(40):
        message.add_attachment(f"{SEEN} It is attachment {n}.", filename=f"{n}.txt")
    assert len(read(message.as_bytes(), "a.eml")) == 41
    assert read(docx(p(SEEN) * 3_000, ballast=True), "a.docx")
