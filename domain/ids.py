"""Ids made from content and place: the same bytes at the same path give the same ids, in any order, on any machine."""

from __future__ import annotations

import hashlib


def content_id(prefix: str, *parts: str | int) -> str:
    """``prefix_`` and 20 hexadecimal digits of a SHA-256 over the parts, each length-prefixed so that none can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        raw = str(part).encode()
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return f"{prefix}_{digest.hexdigest()[:20]}"
