"""A file as received: kept byte for byte, named by its SHA-256 and by the path it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.ids import content_id


@dataclass(frozen=True, slots=True)
class Source:
    """Same bytes and same path: same source. ``path`` is relative to the folder that was ingested, with forward slashes.

    ``kind_hint`` is what the person who ingested said it is (auto, policy, contract, email, other).
    """

    sha256: str
    path: str
    media_type: str
    size: int
    kind_hint: str = "auto"

    @property
    def id(self) -> str:
        return content_id("src", self.sha256, self.path)


def source_of(data: bytes, path: str, media_type: str, kind_hint: str = "auto") -> Source:
    return Source(hashlib.sha256(data).hexdigest(), path, media_type, len(data), kind_hint)
