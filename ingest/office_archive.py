"""The check that every format packed as a ZIP archive passes before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from domain.errors import DamagedSource, LimitExceeded
from ingest.limits import MAX_EXPANDED, MAX_MEMBERS, MAX_RATIO, MEGABYTE

#: What zipfile raises on archives that are none, are cut short, or are packed in ways it does not know.
BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_ENTRY = b"PK\x01\x02"


def check_archive(data: bytes, what: str) -> None:
    """Refuses bombs before anything is unpacked; the sizes are those that the archive claims, which zipfile enforces on reading.

    ``what``: the noun for messages, as in "Word document".

    Raises:
        DamagedSource: no archive, cut short or encrypted.
        LimitExceeded: too many members, or they claim to be too large.
    """
    members = members_of(data, what)
    total = sum(m.file_size for m in members)
    if total > MAX_EXPANDED:
        raise LimitExceeded(f"the archive unpacks to more than {MAX_EXPANDED // MEGABYTE} MB")
    if total > 10 * MEGABYTE and total > MAX_RATIO * max(1, len(data)):
        raise LimitExceeded(f"the archive unpacks to more than {MAX_RATIO} times its size")
    if any(m.flag_bits & 1 for m in members):
        raise DamagedSource(f"this {what} is encrypted")


def members_of(data: bytes, what: str) -> list[zipfile.ZipInfo]:
    """The archive's list of members, in the order of that list; raises as ``check_archive`` does."""
    if data.count(_ENTRY) > 10 * MAX_MEMBERS:
        # A list of a million members would fill the memory before it could be counted.
        raise LimitExceeded(f"the archive holds more than {MAX_MEMBERS:,} members")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (ValueError, *BAD_ARCHIVE) as error:
        raise DamagedSource(f"this {what} is damaged or cut short: {error}") from error
    if len(members) > MAX_MEMBERS:
        raise LimitExceeded(f"the archive holds more than {MAX_MEMBERS:,} members")
    return members
