"""RTF as a stream of braces, control words and bytes, and the code pages that its fonts name (RTF specification 1.9.1)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(\r\n|.)|([{}])|([^\\{}\r\n]+)", re.DOTALL)
#: Character sets that fonts name.
_CHARSETS = {
    0: "cp1252", 1: "", 2: "symbol", 77: "mac-roman", 78: "cp932", 80: "gb18030", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030",
    136: "big5hkscs", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_PAGES = {708: "cp1256", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5hkscs", 10000: "mac-roman", 65001: "utf-8", 42: "symbol"}
WESTERN = "cp1252"
#: Pages in which each byte below 128 is the same letter by itself.
_PLAIN = frozenset({"cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp437", "cp850", "utf-8"})
SYMBOL = "symbol"


class Kind(StrEnum):
    OPEN = "{"
    CLOSE = "}"
    WORD = "word"
    SIGN = "sign"  # a control symbol, such as an optional hyphen
    BYTE = "byte"  # one byte, written in hex
    TEXT = "text"


class Token(NamedTuple):
    """``number``: the parameter of a control word; ``data``: bytes of the text, or the sign. A tuple, for there are millions of them."""

    kind: Kind
    word: str = ""
    number: int | None = None
    data: bytes = b""


_OPEN, _CLOSE = Token(Kind.OPEN), Token(Kind.CLOSE)
_BYTES = tuple(Token(Kind.BYTE, data=bytes((n,))) for n in range(256))
#: Which groups of the pattern match last; a control word with its parameter ends in _NUMBER.
_NUMBER, _HEX, _SIGN, _BRACE, _TEXT = range(2, 7)
#: Control words with their parameters that are kept, for most stand in a file over and over.
_MAX_KNOWN = 5_000


def tokens(data: bytes) -> Iterator[Token]:
    """All tokens in order; binary stretches are left out."""
    known: dict[bytes, Token] = {}
    at = 0
    while at < len(data):
        start, at = at, len(data)
        for found in _TOKEN.finditer(data, start):
            group = found.lastindex or 0
            if group == _TEXT:
                yield Token(Kind.TEXT, "", None, found[0])
            elif group <= _NUMBER:
                token = known.get(found[0]) or _word(found, known)
                if token.word == "bin":
                    at = found.end() + max(0, token.number or 0)
                    break
                yield token
            elif group == _BRACE:
                yield _OPEN if found[0] == b"{" else _CLOSE
            else:
                yield _BYTES[int(found[_HEX], 16)] if group == _HEX else Token(Kind.SIGN, data=found[_SIGN])


def _word(found: re.Match[bytes], known: dict[bytes, Token]) -> Token:
    token = Token(Kind.WORD, found[1].decode("ascii"), int(found[2]) if found[2] else None)
    if len(known) < _MAX_KNOWN:
        known[found[0]] = token
    return token


def page_of(number: int) -> str:
    """The codec of a code page by its number; the Western one for pages that nobody knows."""
    return _known(_PAGES.get(number, f"cp{number}"))


def page_of_charset(number: int) -> str:
    """The codec of a font's character set; empty where the font leaves it to the document."""
    return _CHARSETS.get(number, "")


def _known(name: str) -> str:
    try:
        return name if name == SYMBOL or codecs.lookup(name)._is_text_encoding else WESTERN
    except LookupError:
        return WESTERN


class Letters:
    """Bytes to characters, over control words and fonts that come between: a letter may be two bytes of which one is written in hex."""

    def __init__(self) -> None:
        self._page = ""
        self._decoder: codecs.IncrementalDecoder | None = None

    @property
    def idle(self) -> bool:
        """Whether no letter is under way."""
        return self._decoder is None

    def read(self, data: bytes, page: str) -> str:
        """The characters that the bytes complete."""
        rest = self.finish() if page != self._page else ""
        if page == SYMBOL:
            return rest + "".join(chr(0xF000 + b) if b >= 0x20 else chr(b) for b in data)
        if self._decoder is None and data.isascii() and page in _PLAIN:
            return rest + data.decode("ascii")
        if self._decoder is None:
            self._page = page
            self._decoder = codecs.getincrementaldecoder(page)(errors="replace")
        return rest + self._decoder.decode(data)

    def finish(self) -> str:
        """What is left of a letter that was never completed."""
        if self._decoder is None:
            return ""
        decoder, self._decoder, self._page = self._decoder, None, ""
        return decoder.decode(b"", True)
