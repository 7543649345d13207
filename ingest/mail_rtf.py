"""The compressed RTF in which Outlook keeps bodies: unpacked, and the HTML or plain text inside taken out (MS-OXRTFCP, MS-OXRTFEX)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from domain.errors import DamagedSource, LimitExceeded
from ingest.limits import MAX_CHARS

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
#: Groups whose words are no text of the body.
_SKIPPED = frozenset(
    b"colortbl stylesheet info pict object themedata datastore listtable listoverridetable generator header footer".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"endash": "–", b"emdash": "—", b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"cell": "\t", b"row": "\n",
    b"sect": "\n", b"page": "\n",
}  # fmt: skip
_PAGES = {
    65001: "utf-8", 20127: "cp1252", 1200: "utf-16-le", 936: "gb18030", 54936: "gb18030", 950: "big5", 10000: "mac-roman", 20866: "koi8-r",
    21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr", 65000: "utf-7",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """The RTF; raises DamagedSource and LimitExceeded."""
    if len(data) < 16:
        raise DamagedSource("the compressed RTF body is cut short")
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if size > MAX_CHARS * 2:
        raise LimitExceeded("the RTF body is too large")
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise DamagedSource("the RTF body is compressed in an unknown way")
    return _expanded(data[16:], size)


def _expanded(data: bytes, size: int) -> bytes:
    out, base = bytearray(_DICTIONARY), len(_DICTIONARY)
    at = 0
    while at < len(data) and len(out) - base < size:
        control, at = data[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            token, at = int.from_bytes(data[at : at + 2], "big"), at + 2
            offset, length = token >> 4, (token & 15) + 2
            back = (len(out) - offset) % _WINDOW
            if not back or at > len(data):
                return bytes(out[base : base + size])
            for _ in range(length):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[base : base + size])


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside one pair of braces. ``tag``: it is markup of the HTML inside; ``off``: RTF that only other programs show."""

    skip: bool = False
    tag: bool = False
    off: bool = False
    fonts: bool = False
    font: int = 0
    after: int = 1


@dataclass(slots=True)
class _Reader:
    html: bool
    codepage: str
    fonts: dict[int, str] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    stack: list[_Group] = field(default_factory=list)
    group: _Group = field(default_factory=_Group)
    pass_over: int = 0
    starred: bool = False

    def flush(self) -> None:
        if self.raw:
            name = self.fonts.get(self.group.font, self.codepage) if not self.html else self.codepage
            self.out.append(bytes(self.raw).decode(name, "replace"))
            self.raw.clear()

    def write(self, text: str) -> None:
        if not self.group.skip and not self.group.off and not self.group.fonts:
            self.flush()
            self.out.append(text)


def text_of_rtf(rtf: bytes) -> tuple[str, bool]:
    """The body, and whether it is HTML."""
    head = rtf[:4_000]
    page = re.search(rb"\\ansicpg(\d{1,5})", head)
    reader = _Reader(b"\\fromhtml" in head, codepage_name(int(page[1])) if page else "cp1252")
    for token in _TOKEN.finditer(rtf):
        _read(reader, token)
    reader.flush()
    return _paired("".join(reader.out)), reader.html


def codepage_name(number: int) -> str:
    """Python's name of a Windows code page; Western where it has none."""
    name = _PAGES.get(number)
    if name is None and 28591 <= number <= 28606:
        name = f"iso-8859-{number - 28590}" if number != 28602 else "cp1252"
    try:
        return name or f"cp{number}" if b"a".decode(name or f"cp{number}", "replace") else "cp1252"
    except LookupError:
        return "cp1252"


def _paired(text: str) -> str:
    """Two halves of a surrogate pair, which RTF writes one by one, as the character they are."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _read(reader: _Reader, token: re.Match[bytes]) -> None:
    word, number, code, sign, brace, text = token.groups()
    if brace:
        _brace(reader, brace)
    elif word is not None:
        _word(reader, word, int(number) if number else None)
    elif code is not None:
        _bytes(reader, bytes([int(code, 16)]))
    elif sign is not None:
        if sign == b"*":
            reader.starred = True
        elif sign in _SIGNS:
            reader.write(_SIGNS[sign])
    elif text:
        _bytes(reader, text)


def _brace(reader: _Reader, brace: bytes) -> None:
    reader.flush()
    reader.starred = False
    if brace == b"{":
        reader.stack.append(reader.group)
    elif reader.stack:
        reader.group = reader.stack.pop()


def _bytes(reader: _Reader, data: bytes) -> None:
    if reader.pass_over:
        cut = min(reader.pass_over, len(data))
        reader.pass_over -= cut
        data = data[cut:]
    group = reader.group
    if data and not group.skip and not group.off and not group.fonts:
        reader.raw += data


def _word(reader: _Reader, word: bytes, number: int | None) -> None:
    starred, reader.starred = reader.starred, False
    group = reader.group
    if word == b"htmltag":
        reader.group = replace(group, tag=True, skip=not reader.html)
    elif starred or word in _SKIPPED:
        reader.group = replace(group, skip=True)
    elif word == b"fonttbl":
        reader.group = replace(group, fonts=True)
    elif word == b"htmlrtf":
        reader.flush()
        reader.group = replace(group, off=number != 0)
    elif word == b"u" and number is not None:
        reader.write(chr(number % 65536))
        reader.pass_over = group.after
    elif word == b"uc" and number is not None:
        reader.group = replace(group, after=min(max(number, 0), 10))
    else:
        _font_or_sign(reader, word, number)


def _font_or_sign(reader: _Reader, word: bytes, number: int | None) -> None:
    if word == b"f" and number is not None:
        reader.flush()
        reader.group = replace(reader.group, font=number)
    elif word == b"fcharset" and number is not None and reader.group.fonts:
        reader.fonts[reader.group.font] = _CHARSETS.get(number, reader.codepage)
    elif word in _SIGNS and not reader.group.tag or word in (b"par", b"line", b"tab"):
        reader.write(_SIGNS[word])
