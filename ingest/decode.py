"""Bytes to characters: byte order mark, declared encoding unless the bytes speak against it, UTF-8, then a guess."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: A guess needs no more than this much of a file.
_SAMPLE = 64 * 1024
#: Names under which programs send something wider (as browsers read them), and names that Python does not know.
_MEANT = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "unicode": "utf-16",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
}
#: Encodings whose every byte above 7F is a letter or a sign, so that text in UTF-8 under their name reads as rubbish without an error.
_ONE_BYTE = ("cp125", "cp874", "cp437", "cp85", "cp866", "iso-8859", "iso8859", "latin", "koi8", "mac", "windows-125")

#: What the guesser likes to find in a few letters, and nobody sends.
_RARE = ("cp4", "cp7", "cp10", "cp11", "hp_", "ptcp", "kz1048", "tis")


def decoded(data: bytes, declared: str | None = None) -> str:
    """The characters of a file. Never raises: bytes that no encoding explains become U+FFFD."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    wanted = _meant(declared)
    if wanted.startswith(_ONE_BYTE) and not data.isascii() and (text := _strict(data, "utf-8")) is not None:
        return text
    for name in dict.fromkeys((wanted, "utf-8")):
        if name and (text := _strict(data, name)) is not None:
            return text
    if wanted in ("utf-8", "cp1252") and (text := _nearly(data, wanted)) is not None:
        return text
    return _guessed(data)


def _meant(declared: str | None) -> str:
    name = (declared or "").strip("\"' ").lower()
    return _MEANT.get(name, name)


def _strict(data: bytes, name: str) -> str | None:
    """None where the bytes are not in this encoding or nobody knows it; codecs that are no character sets count as unknown."""
    try:
        return data.decode(name) if codecs.lookup(name)._is_text_encoding else None
    except (UnicodeError, LookupError, ValueError):
        return None


def _nearly(data: bytes, name: str) -> str | None:
    """The text where only a few bytes of many are wrong: cut off in the middle of a letter, or pasted from elsewhere."""
    text = data.decode(name, errors="replace")
    wrong, high = text.count("\ufffd"), sum(1 for c in text if c > "\x7f")
    return text if wrong <= 2 + high // 20 and high > 4 * wrong or name == "cp1252" and wrong <= 5 else None


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE]).best()
    name = best.encoding if best is not None else "cp1252"
    # Western one-byte files without a mark are cp1252 in practice; the guesser likes its rarer cousins.
    if name.startswith((*_ONE_BYTE, *_RARE)) and _western(data[:_SAMPLE]):
        name = "cp1252"
    return data.decode(name, errors="replace")


def _western(sample: bytes) -> bool:
    high = [b for b in sample if b >= 0x80]
    return len(high) <= max(20, len(sample) // 12)
