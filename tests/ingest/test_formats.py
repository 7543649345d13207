"""Which format a file is of: bytes first, name second."""

from __future__ import annotations

import pytest

from domain.errors import DamagedSource, UnsupportedFormat
from ingest.formats import (
    CALENDAR,
    CSV,
    DOCX,
    FORMATS,
    HTML,
    MAIL,
    MAILBOX,
    MARKDOWN,
    ODP,
    ODS,
    ODT,
    OUTLOOK,
    PDF,
    PLAIN,
    PPTX,
    READ,
    RTF,
    TNEF,
    XLSX,
    ZIP,
    media_type_of,
)
from ingest.read import parser_of
from tests.ingest.files import mail, pdf, word
from tests.ingest.packed import deck, open_document, packed, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def ole(*streams: str) -> bytes:
    return OLE + b"".join(name.encode("utf-16-le") for name in streams)


@pytest.mark.parametrize(
    ("data", "path", "wanted"),
    [
        (pdf(), "a.pdf", PDF),
        (pdf(), "a.txt", PDF),
        (word(), "a.docx", DOCX),
        (word(), "no-suffix", DOCX),
        (mail("x"), "a.eml", MAIL),
        (mail("x"), "a.txt", MAIL),
        (b"From a@b Mon Jan 12 09:00:00 2026\n" + mail("x"), "a", MAILBOX),
        (b"<!DOCTYPE html><html></html>", "a.txt", HTML),
        (b"Just words.", "a.txt", PLAIN),
        (b"From: me\nTo: you\n", "a.md", MARKDOWN),
        (b"Note: this is\nno mail.", "a.txt", PLAIN),
        (workbook(), "a.bin", XLSX),
        (workbook(), "a.xlsm", XLSX),
        (workbook(), "a.csv", XLSX),
        (word(), "a.docm", DOCX),
        (deck(), "a.pptm", PPTX),
        (open_document("text", ""), "a", ODT),
        (open_document("spreadsheet", ""), "a.odt", ODS),
        (open_document("presentation", ""), "a", ODP),
        (b"{\\rtf1 x}", "a.doc", RTF),
        (b"a,b\n1,2\n", "a.csv", CSV),
        (b"a\tb\n1\t2\n", "a.tsv", CSV),
        (packed({"a.txt": "x"}), "a", ZIP),
        (packed({"paper.docx": word()}, packing=0), "a.zip", ZIP),
        (packed({"paper.pdf": pdf()}, packing=0), "a.zip", ZIP),
        (ole("__properties_version1.0", "WordDocument"), "a.msg", OUTLOOK),
        (b"\x78\x9f\x3e\x22\x01", "winmail.dat", TNEF),
        (b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "invite", CALENDAR),
        (mail("x").decode().encode("utf-16"), "a.txt", MAIL),
        (mail("x"), "cur/1700000000.M1P2.host:2,S", MAIL),
    ],
)
def test_bytes_decide_before_the_name(data: bytes, path: str, wanted: str) -> None:
    assert media_type_of(data, path) == wanted


@pytest.mark.parametrize(
    ("data", "path"), [(b"7z\xbc\xaf\x27", "a.7z"), (b"\x89PNG\r\n", "a.txt"), (b"a\0b\0c\0", "a.txt"), (b"x", "a.xyz"), (b"x", "a.dat")]
)
def test_other_formats_are_refused_with_those_that_are_read(data: bytes, path: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"PDF, DOCX, XLSX, .* CSV and ZIP are read"):
        media_type_of(data, path)


def test_the_message_names_every_format_of_the_table() -> None:
    assert all(f.suffixes[0][1:].upper() in READ for f in FORMATS)


@pytest.mark.parametrize(("stream", "wanted"), [("WordDocument", "DOCX"), ("Workbook", "XLSX"), ("PowerPoint Document", "PPTX")])
def test_old_office_files_are_refused_with_what_to_save_them_as(stream: str, wanted: str) -> None:
    with pytest.raises(UnsupportedFormat, match=f"save it as {wanted}"):
        media_type_of(ole(stream), "a.doc")


def test_an_encrypted_office_file_is_refused_as_encrypted() -> None:
    with pytest.raises(DamagedSource, match="encrypted"):
        media_type_of(ole("EncryptedPackage"), "a.xlsx")


def test_an_empty_file_and_a_wrongly_named_one_are_damaged() -> None:
    for data, path in (
        (b"", "a.txt"),
        (b"no pdf", "a.pdf"),
        (b"no zip", "a.docx"),
        (b"no zip", "a.xlsx"),
        (b"x", "a.rtf"),
        (b"x", "a.msg"),
    ):
        with pytest.raises(DamagedSource):
            media_type_of(data, path)


def test_every_format_of_the_table_has_its_parser() -> None:
    assert all(callable(parser_of(f.media_type)) for f in FORMATS)
