"""Which of the formats that are packed as a ZIP archive a file is of, by the names of its members."""

from __future__ import annotations

import io
import zipfile

from ingest.limits import MAX_MEMBERS
from ingest.office_archive import BAD_ARCHIVE

_MARK = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
#: Folders of Office files by what they hold.
_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_TYPES = "[Content_Types].xml"
_OPEN = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}


def packed_as(data: bytes) -> str:
    """One of docx, xlsx, pptx, odt, ods, odp and zip; empty for a file that is no archive."""
    if not data.startswith((_MARK, _EMPTY)):
        return ""
    if data.count(_ENTRY) > 2 * MAX_MEMBERS:
        # Its members are too many to be read, and their list too long to be looked at before that is said.
        return "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _kind(archive)
    except (ValueError, *BAD_ARCHIVE):
        return _damaged_kind(data)


def _kind(archive: zipfile.ZipFile) -> str:
    names = {name.replace("\\", "/").lstrip("/") for name in archive.namelist()}
    if _TYPES in names:
        for folder, kind in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    if "mimetype" in names:
        with archive.open("mimetype") as member:
            stated = member.read(200).decode("ascii", errors="replace").strip()
        if stated.startswith("application/vnd.oasis.opendocument."):
            return _OPEN.get(stated.rsplit(".", 1)[-1].removesuffix("-template"), "odt")
    return "zip"


def _damaged_kind(data: bytes) -> str:
    """What an archive without a readable list of members began as."""
    if _TYPES.encode() in data:
        for folder, kind in _FOLDERS:
            if folder.encode() in data:
                return kind
    head = data[:200]
    return next((kind for name, kind in _OPEN.items() if f"opendocument.{name}".encode() in head), "zip")
