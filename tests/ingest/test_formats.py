"""Which format a file is of: bytes first, name second."""

from __future__ import annotations

import pytest

from domain.errors import DamagedSource, UnsupportedFormat
from ingest.formats import DOCX, FORMATS, HTML, MAIL, MAILBOX, MARKDOWN, PDF, PLAIN, media_type_of
from ingest.read import parser_of
from tests.ingest.files import mail, pdf, word


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
    ],
)
def test_bytes_decide_before_the_name(data: bytes, path: str, wanted: str) -> None:
    assert media_type_of(data, path) == wanted


@pytest.mark.parametrize(
    ("data", "path"),
    [(b"{\\rtf1 x}", "a.rtf"), (b"PK\x03\x04xl/", "a.xlsx"), (b"\x89PNG\r\n", "a.txt"), (b"a\0b\0c\0", "a.txt"), (b"x", "a.xyz")],
)
def test_other_formats_are_refused_with_those_that_are_read(data: bytes, path: str) -> None:
    with pytest.raises(UnsupportedFormat, match="PDF, DOCX, HTML, MD, TXT, EML and MBOX are read"):
        media_type_of(data, path)


def test_an_empty_file_and_a_wrongly_named_one_are_damaged() -> None:
    for data, path in ((b"", "a.txt"), (b"no pdf", "a.pdf"), (b"no zip", "a.docx")):
        with pytest.raises(DamagedSource):
            media_type_of(data, path)


def test_every_format_of_the_table_has_its_parser() -> None:
    assert all(callable(parser_of(f.media_type)) for f in FORMATS)
