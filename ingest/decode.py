"""Bytes to characters: declared encoding, then byte order mark and UTF-8, then a guess."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: A guess needs no more than this much of a file.
_SAMPLE = 64 * 1024


def decoded(data: bytes, declared: str | None = None) -> str:
    """The characters of a file. Never raises: bytes that no encoding explains become U+FFFD."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    for name in filter(None, (declared, "utf-8")):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    best = from_bytes(data[:_SAMPLE]).best()
    name = best.encoding if best is not None else "cp1252"
    # Western one-byte files without a mark are cp1252 in practice; the guesser likes its rarer cousins.
    if name.startswith(("cp125", "latin", "iso8859", "mac")) and _western(data[:_SAMPLE]):
        name = "cp1252"
    return data.decode(name, errors="replace")


def _western(sample: bytes) -> bool:
    high = [b for b in sample if b >= 0x80]
    return len(high) <= max(20, len(sample) // 12)
