"""ZIP archives: a list of what is in them, and every file inside as a document of its own, within limits that are counted, not believed."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Attachment, Draft, Parsed, fixed, one_line
from ingest.decode import decoded
from ingest.limits import MAX_EXPANDED, MAX_RATIO, MEGABYTE
from ingest.office_archive import BAD_ARCHIVE, members_of

_WHAT = "ZIP archive"
#: What systems leave in archives and nobody wrote.
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_CHUNK = 64 * 1024
#: zipfile unpacks a whole chunk of bzip2 at once, and one of this size unpacks to 80 MB at most.
_SMALL_CHUNK = 4 * 1024
#: Fixed bytes of the header before a member's packed bytes.
_HEADER = 30
_UTF8_NAME = 0x800
_MAX_NOTES = 50


@dataclass(slots=True)
class _Unpacking:
    """``size``: how many bytes came out so far, of all members."""

    packed: int
    size: int = 0
    notes: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def count(self, size: int) -> None:
        self.size += size
        if self.size > MAX_EXPANDED:
            raise LimitExceeded(f"the archive unpacks to more than {MAX_EXPANDED // MEGABYTE} MB")
        if self.size > 10 * MEGABYTE and self.size > MAX_RATIO * self.packed:
            raise LimitExceeded(f"the archive unpacks to more than {MAX_RATIO} times its size")

    def unique(self, name: str) -> str:
        """The name, counted up where the archive holds several files of it."""
        before = self.names.get(name, 0)
        self.names[name] = before + 1
        if not before:
            return name
        stem, dot, suffix = name.rpartition(".")
        return f"{stem} ({before + 1}).{suffix}" if dot and "/" not in suffix else f"{name} ({before + 1})"


def parse_archive(data: bytes, path: str) -> Iterator[Parsed]:
    """One bundle whose text is the list of its members, with the members attached.

    Raises:
        DamagedSource: no archive, cut short, or made so that members share their bytes.
        LimitExceeded: too many members, or too large when unpacked.
    """
    members = members_of(data, _WHAT)
    _refuse_overlaps(members, len(data))
    unpacking = _Unpacking(max(1, len(data)))
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in members:
            if (inside := _unpacked(archive, member, unpacking)) is not None:
                found.append(inside)
    notes = unpacking.notes
    if len(notes) > _MAX_NOTES:
        notes = [*notes[:_MAX_NOTES], f"{len(notes) - _MAX_NOTES} more members were not read"]
    if not found and not notes:
        notes = ["the archive holds no files, or only empty ones"]
    done = fixed([Draft(BlockKind.FURNITURE, a.name, gap=LINE_GAP) for a in found])
    yield Parsed(done.text, done.blocks, notes=tuple(notes), attachments=tuple(found), bundle=True)


def _refuse_overlaps(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Members that share bytes let a small archive unpack to a huge one; no program that packs files writes them."""
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end or member.header_offset + _HEADER + member.compress_size > size:
            raise DamagedSource("the members of this archive overlap or leave it: it is damaged or hostile")
        end = member.header_offset + _HEADER + member.compress_size


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, unpacking: _Unpacking) -> Attachment | None:
    """The member, or None with a note where there is something to say."""
    name = display_name(member)
    if member.is_dir() or not name or _LITTER.search(name):
        return None
    if reason := _unreadable(member):
        unpacking.notes.append(f"member {name} {reason}")
        return None
    parts = []
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_SMALL_CHUNK if member.compress_type == zipfile.ZIP_BZIP2 else _CHUNK):
                unpacking.count(len(chunk))
                parts.append(chunk)
    except (ValueError, *BAD_ARCHIVE) as error:
        unpacking.notes.append(f"member {name} is damaged and was not read: {error}")
        return None
    whole = b"".join(parts)
    return Attachment(unpacking.unique(name), whole) if whole else None


def _unreadable(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 1:
        return "is encrypted and was not read; pack it without a password"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link and was not followed"
    if member.compress_type not in _PACKINGS:
        kind = zipfile.compressor_names.get(member.compress_type, str(member.compress_type))  # type: ignore[attr-defined]
        return f"is packed in a way that is not read ({kind}); pack it as an ordinary ZIP"
    return ""


def display_name(member: zipfile.ZipInfo) -> str:
    """The member's name as shown: never a path that leads out of anything, in the characters that were meant."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            # Without the flag, zipfile takes names for code page 437, which maps every byte.
            name = decoded(name.encode("cp437"))
        except UnicodeEncodeError:
            name = member.filename
    parts = re.sub(r"^[A-Za-z]:", "", one_line(name).replace("\\", "/")).split("/")
    return "/".join(p.strip() for p in parts if p.strip() not in ("", ".", ".."))[-300:]
