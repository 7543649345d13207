"""Which formats are read: by what their bytes look like first, by their names second, and who reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import DamagedSource, UnsupportedFormat

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
MAIL = "message/rfc822"
MAILBOX = "application/mbox"

#: How much of a file the sniffers look at.
_HEAD = 4096
_HEADER = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|received|return-path|mime-version|content-type|reply-to|sender|delivered-to|x-[\w-]+)"
    rb":[ \t]?.*"
)
_FIELD = re.compile(rb"[A-Za-z][\w.-]{0,75}[ \t]?:.*")
_HTML = re.compile(rb"(?i)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Format:
    """``sniff``: whether a file's first bytes (and all of them, for archives) are of this format. ``target``: "module:function"."""

    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[bytes], bool] | None
    target: str


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _is_docx(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"word/" in data and b"[Content_Types].xml" in data


def _is_html(data: bytes) -> bool:
    return _HTML.match(data[:_HEAD].lstrip(b"\xef\xbb\xbf")) is not None


def _is_mailbox(data: bytes) -> bool:
    return re.match(rb"From [^\n]{1,200}\d{4}[^\n]{0,20}\r?\n", data[:300]) is not None and _is_mail(data.split(b"\n", 1)[1][:_HEAD])


def _is_mail(data: bytes) -> bool:
    """Header fields from the first line on, at least two of which only mail has."""
    lines = data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n").splitlines()
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    known = 0
    for line in lines[:60]:
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        if not _FIELD.fullmatch(line):
            return False
        known += _HEADER.fullmatch(line) is not None
    return known >= 2


FORMATS = (
    Format((".pdf",), PDF, _is_pdf, "ingest.parse_pdf:parse_pdf"),
    Format((".docx",), DOCX, _is_docx, "ingest.parse_docx:parse_docx"),
    Format((".mbox", ".mbx"), MAILBOX, _is_mailbox, "ingest.parse_mail:parse_mailbox"),
    Format((".eml",), MAIL, _is_mail, "ingest.parse_mail:parse_mail"),
    Format((".html", ".htm", ".xhtml"), HTML, _is_html, "ingest.parse_html:parse_html"),
    Format((".md", ".markdown"), MARKDOWN, None, "ingest.parse_text:parse_markdown"),
    Format((".txt", ".text"), PLAIN, None, "ingest.parse_text:parse_plain"),
)

#: Text is looked at after its name: a Markdown file may begin with HTML, a text with header fields.
_TEXT_SUFFIXES = (".md", ".markdown")
READ = "PDF, DOCX, HTML, MD, TXT, EML and MBOX are read"
#: Signatures of what people send and this does not read, so that no binary file passes for text.
_OTHER = (
    (b"PK\x03\x04", "another kind of archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office or Outlook file"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "PostScript"),
)


def media_type_of(data: bytes, path: str) -> str:
    """The media type by the bytes, then by the suffix; raises UnsupportedFormat, and DamagedSource for a file without bytes."""
    name = path.rsplit("/", 1)[-1].lower()
    suffix = "." + name.rsplit(".", 1)[-1] if "." in name else ""
    if not data:
        raise DamagedSource("no text found: the file is empty")
    named = next((f for f in FORMATS if suffix in f.suffixes), None)
    if suffix in _TEXT_SUFFIXES and named is not None and not _is_binary(data):
        return named.media_type
    for known in FORMATS:
        if known.sniff is not None and known.sniff(data):
            return known.media_type
    return _by_name(data, path, named)


def _by_name(data: bytes, path: str, named: Format | None) -> str:
    other = next((what for mark, what in _OTHER if data.startswith(mark)), None)
    if named is not None and named.media_type in (PDF, DOCX):
        if named.media_type == DOCX and other == "an old Office or Outlook file":
            raise DamagedSource(f"{path} is encrypted, or an old Word file under a new name")
        raise DamagedSource(f"{path} is not a {named.suffixes[0][1:].upper()} file, or its beginning is damaged")
    if other is not None and (other != "a program" or _is_binary(data)):
        raise UnsupportedFormat(f"{path} is {other}; {READ}")
    if named is None or _is_binary(data):
        raise UnsupportedFormat(f"no parser for {path}; {READ}")
    return named.media_type


def _is_binary(data: bytes) -> bool:
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return False
    return b"\0" in head and head.count(b"\0") > len(head) // 100


def target_of(media_type: str) -> str:
    """Who reads a media type, as "module:function"; raises UnsupportedFormat."""
    for known in FORMATS:
        if known.media_type == media_type:
            return known.target
    raise UnsupportedFormat(f"no parser for {media_type}; {READ}")
