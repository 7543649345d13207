"""Which formats are read: by what their bytes look like first, by their names second, and who reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import DamagedSource, UnsupportedFormat
from ingest.archive_kind import packed_as

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
RTF = "application/rtf"
CSV = "text/csv"
HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
MAIL = "message/rfc822"
MAILBOX = "application/mbox"
OUTLOOK = "application/vnd.ms-outlook"
TNEF = "application/vnd.ms-tnef"
CALENDAR = "text/calendar"
ZIP = "application/zip"

#: How much of a file the sniffers look at.
_HEAD = 4096
_HEADER = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|received|return-path|mime-version|content-type|reply-to|sender|delivered-to|x-[\w-]+)"
    rb":[ \t]?.*"
)
_FIELD = re.compile(rb"[A-Za-z][\w.-]{0,75}[ \t]?:.*")
_HTML = re.compile(rb"(?i)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Format:
    """``sniff``: whether a file's first bytes are of this format. ``target``: "module:function".

    ``packed``: the answer of ``packed_as``, which looks through an archive once for all the formats that are one.
    """

    suffixes: tuple[str, ...]
    media_type: str
    sniff: Callable[[bytes], bool] | None
    target: str
    packed: str | None = None


def _is_pdf(data: bytes) -> bool:
    # An archive may begin with a PDF that is packed as it is.
    return b"%PDF-" in data[:1024] and not data.startswith(b"PK\x03\x04")


def _is_rtf(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")


def _is_outlook(data: bytes) -> bool:
    return data.startswith(_OLE) and (_wide("__substg1.0_") in data or _wide("__properties_version1.0") in data)


def _is_tnef(data: bytes) -> bool:
    return data.startswith(b"\x78\x9f\x3e\x22")


def _is_calendar(data: bytes) -> bool:
    return _begin(data).lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _begin(data: bytes) -> bytes:
    """The first bytes as ASCII would have them, without a byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: 2 * _HEAD].decode("utf-16", errors="replace").encode("utf-8")
    head = data[: 2 * _HEAD]
    for zeros, name in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        # Every other byte is zero: UTF-16 whose writer left the mark out.
        if len(head) > 40 and zeros.count(0) * 10 > len(zeros) * 9:
            return head.decode(name, errors="replace").encode("utf-8", "replace")
    return data[:_HEAD].removeprefix(b"\xef\xbb\xbf")


def _is_html(data: bytes) -> bool:
    return _HTML.match(_begin(data)) is not None


def _is_mailbox(data: bytes) -> bool:
    return re.match(rb"From [^\n]{1,200}\d{4}[^\n]{0,20}\r?\n", data[:300]) is not None and _is_mail(data.split(b"\n", 1)[1][:_HEAD])


def _is_mail(data: bytes) -> bool:
    """Header fields from the first line on, at least two of which only mail has."""
    lines = _begin(data).lstrip(b"\r\n").splitlines()
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
    Format((".docx", ".docm", ".dotx", ".dotm"), DOCX, None, "ingest.parse_docx:parse_docx", packed="docx"),
    Format((".xlsx", ".xlsm", ".xltx", ".xltm"), XLSX, None, "ingest.parse_sheet:parse_sheet", packed="xlsx"),
    Format((".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"), PPTX, None, "ingest.parse_slides:parse_slides", packed="pptx"),
    Format((".odt", ".ott"), ODT, None, "ingest.parse_odf:parse_odf", packed="odt"),
    Format((".ods", ".ots"), ODS, None, "ingest.parse_odf:parse_odf", packed="ods"),
    Format((".odp", ".otp"), ODP, None, "ingest.parse_odf:parse_odf", packed="odp"),
    Format((".rtf",), RTF, _is_rtf, "ingest.parse_rtf:parse_rtf"),
    Format((".mbox", ".mbx"), MAILBOX, _is_mailbox, "ingest.parse_mail:parse_mailbox"),
    Format((".eml",), MAIL, _is_mail, "ingest.parse_mail:parse_mail"),
    Format((".msg", ".oft"), OUTLOOK, _is_outlook, "ingest.parse_msg:parse_msg"),
    Format((".tnef",), TNEF, _is_tnef, "ingest.parse_tnef:parse_tnef"),
    Format((".ics", ".ifb"), CALENDAR, _is_calendar, "ingest.parse_calendar:parse_calendar"),
    Format((".html", ".htm", ".xhtml"), HTML, _is_html, "ingest.parse_html:parse_html"),
    Format((".md", ".markdown"), MARKDOWN, None, "ingest.parse_text:parse_markdown"),
    Format((".txt", ".text"), PLAIN, None, "ingest.parse_text:parse_plain"),
    Format((".csv", ".tsv", ".tab"), CSV, None, "ingest.parse_csv:parse_csv"),
    Format((".zip",), ZIP, None, "ingest.parse_archive:parse_archive", packed="zip"),
)

#: Text is looked at after its name: a Markdown file may begin with HTML, a text with header fields.
_TEXT_SUFFIXES = (".md", ".markdown", ".csv", ".tsv", ".tab")
#: Beginnings of files that are no text, however few zero bytes follow.
_NO_TEXT = (b"PK\x03\x04", _OLE, b"%PDF-", b"\x89PNG", b"\x1f\x8b")
#: Formats that no file is of whose bytes do not look like it, whatever its name is.
_BINARY = frozenset({PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, RTF, OUTLOOK, TNEF, ZIP})
_NAMES = [f.suffixes[0][1:].upper() for f in FORMATS]
READ = f"{', '.join(_NAMES[:-1])} and {_NAMES[-1]} are read"
#: Signatures of what people send and this does not read, so that no binary file passes for text; what it is, and what helps.
_OTHER = (
    (b"PK\x03\x04", "an archive of another kind"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"\x1f\x8b", "a compressed file; unpack it, or pack it as ZIP"),
    (b"BZh", "a compressed file; unpack it, or pack it as ZIP"),
    (b"\xfd7zXZ", "a compressed file; unpack it, or pack it as ZIP"),
    (b"7z\xbc\xaf", "an archive; unpack it, or pack it as ZIP"),
    (b"Rar!", "an archive; unpack it, or pack it as ZIP"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "PostScript; save it as PDF"),
)
#: Streams of old Office files, and the format to save them in.
_OLD = (
    ("WordDocument", "an old Word document; open it in Word or LibreOffice and save it as DOCX"),
    ("PowerPoint Document", "an old PowerPoint presentation; open it in PowerPoint or LibreOffice and save it as PPTX"),
    ("Workbook", "an old Excel workbook; open it in Excel or LibreOffice and save it as XLSX"),
    ("Book", "an old Excel workbook; open it in Excel or LibreOffice and save it as XLSX"),
)


def media_type_of(data: bytes, path: str) -> str:
    """The media type by the bytes, then by the suffix; raises UnsupportedFormat, and DamagedSource for a file without bytes."""
    name = path.rsplit("/", 1)[-1].lower()
    suffix = "." + name.rsplit(".", 1)[-1] if "." in name else ""
    if not data:
        raise DamagedSource("no text found: the file is empty")
    named = next((f for f in FORMATS if suffix in f.suffixes), None)
    if suffix in _TEXT_SUFFIXES and named is not None and not _is_binary(data) and not data.startswith(_NO_TEXT):
        return named.media_type
    packed = packed_as(data)
    for known in FORMATS:
        if known.packed == packed or known.sniff is not None and known.sniff(data):
            return known.media_type
    return _by_name(data, path, named)


def _by_name(data: bytes, path: str, named: Format | None) -> str:
    if data.startswith(_OLE):
        raise _ole_error(data, path)
    if named is not None and named.media_type in _BINARY:
        raise DamagedSource(f"{path} is not a {named.suffixes[0][1:].upper()} file, or its beginning is damaged")
    other = next((what for mark, what in _OTHER if data.startswith(mark)), None)
    if other is not None and (other != "a program" or _is_binary(data)):
        raise UnsupportedFormat(f"{path} is {other}; {READ}")
    if named is None or _is_binary(data):
        raise UnsupportedFormat(f"no parser for {path}; {READ}")
    return named.media_type


def _ole_error(data: bytes, path: str) -> UnsupportedFormat | DamagedSource:
    if _wide("EncryptedPackage") in data:
        return DamagedSource(f"{path} is encrypted; save it without a password")
    for stream, what in _OLD:
        if _wide(stream) in data:
            return UnsupportedFormat(f"{path} is {what}")
    return UnsupportedFormat(f"{path} is an old Office or Outlook file; save it as DOCX, XLSX, PPTX or EML")


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
