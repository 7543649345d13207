"""The parts of an office file that is packed as a ZIP archive: each unpacked and read safely when it is asked for."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from domain.errors import DamagedSource, LimitExceeded
from ingest.limits import MAX_EXPANDED, MEGABYTE
from ingest.office_archive import BAD_ARCHIVE, check_archive


class Parts:
    """The parts of an office file by name, each unpacked when it is asked for; together they may not grow past MAX_EXPANDED."""

    def __init__(self, data: bytes, what: str) -> None:
        check_archive(data, what)
        self._what = what
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {_plain(m.filename): m for m in self._archive.infolist()}
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    def bytes_of(self, name: str) -> bytes | None:
        """The part as stored; None where there is none of that name. Raises DamagedSource and LimitExceeded."""
        member = self._names.get(_plain(name))
        if member is None:
            return None
        try:
            data = self._archive.read(member)
        except (ValueError, *BAD_ARCHIVE) as error:
            raise DamagedSource(f"this {self._what} is damaged: {error}") from error
        self._read += len(data)
        if self._read > MAX_EXPANDED:
            raise LimitExceeded(f"the archive unpacks to more than {MAX_EXPANDED // MEGABYTE} MB")
        return data

    def root_of(self, name: str) -> etree._Element | None:
        """The part's tree; None where there is no such part, or it is broken or hostile."""
        data = self.bytes_of(name)
        if not data:
            return None
        try:
            return safe_root(data)
        except (etree.XMLSyntaxError, ValueError):
            return None

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """For each relationship id of a part: the last word of its type, and the name of the part that it leads to."""
        folder, _, last = _plain(name).rpartition("/")
        root = self.root_of(f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels")
        found = {}
        for rel in root if root is not None else ():
            if isinstance(rel.tag, str) and rel.get("TargetMode") != "External":
                target = rel.get("Target", "")
                place = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[rel.get("Id", "")] = rel.get("Type", "").rsplit("/", 1)[-1], place.lstrip("/")
        return found


def safe_root(data: bytes) -> etree._Element:
    """The tree of an XML part, read without entities, DTDs or network; raises XMLSyntaxError and ValueError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("an office file that declares a document type is not to be trusted")
    return root


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")
