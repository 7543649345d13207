"""Mail with sentences planted in known messages: EML, MBOX and MSG, with quotes, signatures and all the ways that mail is encoded."""

from __future__ import annotations

import base64
import math
import quopri
import struct
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

Planted = tuple[bytes, list[tuple[str, str]]]

PEOPLE = (("Dana Whitcombe", "dana@quay.example"), ("Ivo Brand", "ivo@quay.example"), ("Márta Kőszegi", "marta@yard.example"))
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "utf-8")
LEGAL = "This e-mail is confidential and intended only for the addressee. If you are not the intended recipient, delete it."
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def planted_eml(sentences: Sequence[str]) -> Planted:
    """One mail that carries the others as attached messages."""
    parts, expected = _messages(sentences)
    outer = [
        "From: Dana Whitcombe <dana@quay.example>", "To: yard@quay.example", "Subject: All of it", "Message-ID: <outer@quay.example>",
        "Date: Mon, 02 Feb 2026 09:00:00 +0100", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="=_outer"', "",
        "--=_outer", "Content-Type: text/plain", "", "Everything is attached.", "",
    ]  # fmt: skip
    data = "\n".join(outer).encode()
    for part in parts:
        data += b"--=_outer\nContent-Type: message/rfc822\n\n" + part + b"\n"
    return data + b"--=_outer--\n", expected


def planted_mbox(sentences: Sequence[str]) -> Planted:
    """A mailbox (mboxrd)."""
    parts, expected = _messages(sentences)
    escaped = [b"\n".join(b">" + ln if ln.lstrip(b">").startswith(b"From ") else ln for ln in part.split(b"\n")) for part in parts]
    return b"".join(b"From dana@quay.example Mon Jan  5 08:00:00 2026\n" + part + b"\n\n" for part in escaped), expected


def planted_msg(sentences: Sequence[str]) -> Planted:
    """One MSG file that carries the others as messages inside it; bodies are plain, HTML or compressed RTF."""
    groups = _groups(sentences)
    expected: list[tuple[str, str]] = []
    inner = []
    for n, group in enumerate(groups):
        body, kind = _msg_body(n, group, groups[n - 1] if n else [])
        inner.append(_msg_properties(n, body, kind))
        expected += [(sentence, f"m{n}@quay.example") for sentence in group]
    outer = _msg_properties(999, "Everything is attached.".encode("utf-16-le"), 0x1000001F)
    return msg_file(outer, inner), expected


def _groups(sentences: Sequence[str], size: int = 4) -> list[list[str]]:
    return [list(sentences[n : n + size]) for n in range(0, len(sentences), size)]


def _messages(sentences: Sequence[str]) -> tuple[list[bytes], list[tuple[str, str]]]:
    groups = _groups(sentences)
    parts = [STYLES[n % len(STYLES)](n, group, groups[n - 1] if n else []) for n, group in enumerate(groups)]
    return parts, [(sentence, f"m{n}@quay.example") for n, group in enumerate(groups) for sentence in group]


def _head(n: int, *, subject: str = "Re: Crates") -> list[str]:
    name, address = PEOPLE[n % 2]
    sent = _START + timedelta(hours=n)
    lines = [
        f"From: {name} <{address}>", "To: yard@quay.example", f"Subject: {subject}", f"Message-ID: <m{n}@quay.example>",
        f"Date: {sent:%a, %d %b %Y %H:%M:%S} +0000", "MIME-Version: 1.0",
    ]  # fmt: skip
    return [*lines, f"In-Reply-To: <m{n - 1}@quay.example>", f"References: <m{n - 1}@quay.example>"] if n else lines


def _attribution(n: int) -> str:
    name, address = PEOPLE[(n - 1) % 2]
    return f"On {_START + timedelta(hours=n - 1):%a, %d %b %Y at %H:%M}, {name} <{address}> wrote:"


def _signature(n: int) -> str:
    name = PEOPLE[n % 2][0]
    return f"Best regards\n{name}\nQuay Office, +44 20 7946 0{n % 1000:03d}"


def _wrapped(group: Sequence[str], width: int = 72) -> str:
    return "\n\n".join("\n".join(textwrap.wrap(sentence, width, break_long_words=False)) for sentence in group)


def _quoted(before: Sequence[str]) -> str:
    return "\n".join(f"> {line}" for line in _wrapped(before, 70).split("\n"))


def _plain(n: int, text: str, encoding: str, charset: str = "utf-8", parameters: str = "", subject: str = "Re: Crates") -> bytes:
    charset = charset if text.encode(charset, "replace").decode(charset) == text else "utf-8"
    raw = text.encode(charset)
    body = {"8bit": raw, "base64": base64.encodebytes(raw), "quoted-printable": quopri.encodestring(raw)}[encoding]
    head = [
        *_head(n, subject=subject),
        f'Content-Type: text/plain; charset="{charset}"{parameters}',
        f"Content-Transfer-Encoding: {encoding}",
    ]
    return "\n".join([*head, "", ""]).encode() + body


def _with_quote(n: int, group: Sequence[str], before: Sequence[str]) -> str:
    below = f"\n\n{_attribution(n)}\n{_quoted(before)}\n" if before else "\n"
    return f"Hello,\n\n{_wrapped(group)}\n\n{_signature(n)}{below}"


def _quoted_printable(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    return _plain(n, _with_quote(n, group, before), "quoted-printable", CHARSETS[n % 4])


def _base64(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    return _plain(n, _with_quote(n, group, before) + f"\n{LEGAL}\n", "base64", CHARSETS[n % 4])


def _wrong_label(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    return _plain(n, _with_quote(n, group, before), "8bit").replace(b'charset="utf-8"', b'charset="iso-8859-1"')


def _flowed(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    own = "\n\n".join(" \n".join(textwrap.wrap(s, 66, break_long_words=False)) for s in group)
    text = f"Hello,\n\n{own}\n\n-- \nDana Whitcombe\n\n{_attribution(n)}\n{_quoted(before)}\n"
    return _plain(n, text, "8bit", parameters="; format=flowed")


def _inline(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    """Answers between the lines that they answer."""
    pieces = [f"{_attribution(n)}"]
    for k, sentence in enumerate(group):
        pieces += [_quoted(before[k : k + 1] or ["And then?"]), _wrapped([sentence]), ""]
    return _plain(n, "\n".join(pieces), "quoted-printable")


def _original(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    name, address = PEOPLE[(n - 1) % 2]
    header = (
        f"-----Original Message-----\nFrom: {name} <{address}>\nSent: Monday, 5 January 2026 09:00\nTo: yard@quay.example\nSubject: Crates"
    )
    return _plain(n, f"{_wrapped(group)}\n\nDana\n\n{header}\n\n{_wrapped(before)}\n", "8bit")


def _page(group: Sequence[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in group)


def _html(n: int, page: str, subject: str = "Re: Crates") -> bytes:
    head = [*_head(n, subject=subject), 'Content-Type: text/html; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable", "", ""]
    return "\n".join(head).encode() + quopri.encodestring(f"<html><body>{page}</body></html>".encode())


def _gmail(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    quote = (
        f'<div class="gmail_quote"><div class="gmail_attr">{escape(_attribution(n))}<br></div>'
        f'<blockquote class="gmail_quote">{_page(before)}</blockquote></div>'
    )
    return _html(n, f'<div dir="ltr">{_page(group)}<div class="gmail_signature">Dana Whitcombe<br>Quay Office</div></div>{quote}')


def _outlook(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    name, address = PEOPLE[(n - 1) % 2]
    header = (
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
        f"<b>From:</b> {name} &lt;{address}&gt;<br><b>Sent:</b> Monday, 5 January 2026 09:00<br><b>To:</b> yard@quay.example<br>"
        "<b>Subject:</b> Crates</p></div>"
    )
    return _html(n, f'<div class="WordSection1">{_page(group)}<p>Best regards<br>Dana</p>{header}{_page(before)}</div>')


def _alternative(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    head = [
        *_head(n),
        'Content-Type: multipart/alternative; boundary="=_alt"',
        "",
        "--=_alt",
        'Content-Type: text/plain; charset="utf-8"',
        "",
        "",
    ]
    plain = "\n".join(head) + _with_quote(n, group, before)
    return f'{plain}\n--=_alt\nContent-Type: text/html; charset="utf-8"\n\n<html>{_page(group)}</html>\n--=_alt--\n'.encode()


def _forwarding(n: int, group: Sequence[str], before: Sequence[str]) -> bytes:
    name, address = PEOPLE[(n - 1) % 2]
    header = (
        f"---------- Forwarded message ---------\nFrom: {name} <{address}>\n"
        "Date: Mon, 5 Jan 2026 at 09:00\nSubject: Crates\nTo: <yard@quay.example>"
    )
    return _plain(n, f"{_wrapped(group)}\n\n{header}\n\n\n{_wrapped(before)}\n", "quoted-printable", subject="Fwd: Crates")


STYLES = (
    _quoted_printable, _base64, _wrong_label, _flowed, _inline, _original, _gmail, _outlook, _alternative, _forwarding,
)  # fmt: skip


def _msg_body(n: int, group: Sequence[str], before: Sequence[str]) -> tuple[bytes, int]:
    """A body and the number and type of the property that holds it."""
    text = _with_quote(n, group, before).replace("\n", "\r\n")
    if n % 4 == 0:
        return text.encode("utf-16-le"), 0x1000001F
    if n % 4 == 1:
        return text.encode("cp1252", "replace"), 0x1000001E
    page = (
        f"<html><body>{_page(group)}<p>Best regards<br>Dana</p><p>{escape(_attribution(n))}</p>"
        f"<blockquote type=cite>{_page(before)}</blockquote></body></html>"
    )
    return (page.encode(), 0x10130102) if n % 4 == 2 else (stored_rtf(page), 0x10090102)


def stored_rtf(page: str) -> bytes:
    """HTML inside RTF inside the container for compressed RTF, not compressed."""

    def spelt(text: str) -> str:
        return "".join(c if c.isascii() and c not in "\\{}" else f"\\u{ord(c)}?" if not c.isascii() else "\\" + c for c in text)

    pieces = []
    for piece in page.replace("<", "\0<").replace(">", ">\0").split("\0"):
        pieces.append(f"{{\\*\\htmltag84 {spelt(piece)}}}" if piece.startswith("<") else spelt(piece))
    rtf = ("{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\\uc1 " + "".join(pieces) + "}").encode("ascii")
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def _msg_properties(n: int, body: bytes, kind: int) -> dict[int, bytes]:
    name, address = PEOPLE[n % 2]
    sent = int((_START + timedelta(hours=n) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000

    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    return {
        0x001A001F: wide("IPM.Note"), 0x0037001F: wide("Re: Crates"), 0x0C1A001F: wide(name), 0x0C1F001F: wide("/O=QUAY/CN=USER" + str(n)),
        0x5D01001F: wide(address), 0x1035001F: wide(f"<m{n}@quay.example>"), 0x1042001F: wide(f"<m{n - 1}@quay.example>"),
        0x00390040: struct.pack("<Q", sent), 0x3FDE0003: struct.pack("<Q", 65001), 0x3FFD0003: struct.pack("<Q", 1252), kind: body,
    }  # fmt: skip


Folder = dict[str, "bytes | Folder"]


def msg_file(own: dict[int, bytes], inner: Sequence[dict[int, bytes]] = (), files: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A MSG file with messages and files inside; properties by number and type, as in 0x0037001F."""
    root = msg_folder(own, 32)
    for n, properties in enumerate(inner):
        root[f"__attach_version1.0_#{n:08X}"] = {
            **msg_folder({0x3705_0003: struct.pack("<Q", 5), 0x3001_001F: f"Message {n}".encode("utf-16-le")}, 8),
            "__substg1.0_3701000D": msg_folder(properties, 24),
        }
    for n, (name, data) in enumerate(files, len(inner)):
        properties = {0x3705_0003: struct.pack("<Q", 1), 0x3707_001F: name.encode("utf-16-le"), 0x3701_0102: data}
        root[f"__attach_version1.0_#{n:08X}"] = msg_folder(properties, 8)
    return compound_file(root)


def msg_folder(properties: dict[int, bytes], header: int) -> Folder:
    folder: Folder = {}
    table = bytes(header)
    for tag, value in properties.items():
        if tag & 0xFFFF in (0x3, 0x40):
            table += struct.pack("<II8s", tag, 6, value)
        else:
            table += struct.pack("<IIII", tag, 6, len(value), 0)
            folder[f"__substg1.0_{tag:08X}"] = value
    folder["__properties_version1.0"] = table
    return folder


def compound_file(root: Folder) -> bytes:
    """A compound file (MS-CFB, version 3); streams below 4,096 bytes lie in the small stream, as the format wants."""
    entries: list[list[object]] = []
    _enter(entries, "Root Entry", root)
    small, small_fat, sectors, fat = b"", [], [], []
    for entry in entries:
        data = entry[1]
        if not isinstance(data, bytes):
            continue
        if len(data) < 4096:
            count = math.ceil(len(data) / 64)
            entry[2] = len(small_fat) if count else 0xFFFFFFFE
            small_fat += [*range(len(small_fat) + 1, len(small_fat) + count), 0xFFFFFFFE] if count else []
            small += data.ljust(count * 64, b"\0")
        else:
            entry[2] = _append(sectors, fat, data)
    root_start = _append(sectors, fat, small) if small else 0xFFFFFFFE
    packed = b"".join(struct.pack("<I", n) for n in small_fat)
    small_fat_start = _append(sectors, fat, packed.ljust(-(-len(packed) // 512) * 512, b"\xff")) if packed else 0xFFFFFFFE
    entries[0][2], entries[0][3] = root_start, len(small)
    directory = b"".join(_directory_entry(e, n == 0) for n, e in enumerate(entries))
    directory_start = _append(sectors, fat, directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    fat_count = 1
    while (len(fat) + fat_count) * 4 > fat_count * 512:
        fat_count += 1
    fat_places = [len(fat) + n for n in range(fat_count)]
    fat += [0xFFFFFFFD] * fat_count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * 512, b"\xff")
    assert fat_count <= 109
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_start, 0, 4096,
        small_fat_start, -(-len(packed) // 512), 0xFFFFFFFE, 0, fat_places[0],
    ) + b"".join(struct.pack("<I", fat_places[n] if n < fat_count else 0xFFFFFFFF) for n in range(1, 109))  # fmt: skip
    return header + b"".join(sectors) + table


def _append(sectors: list[bytes], fat: list[int], data: bytes) -> int:
    start, count = len(fat), math.ceil(len(data) / 512)
    fat += [*range(start + 1, start + count), 0xFFFFFFFE]
    sectors.append(data.ljust(count * 512, b"\0"))
    return start


def _enter(entries: list[list[object]], name: str, content: bytes | Folder) -> int:
    """Adds the entry and those below it: [name, content, start, size, left, right, child]."""
    at = len(entries)
    entry: list[object] = [name, content, 0, len(content) if isinstance(content, bytes) else 0, None, None, None]
    entries.append(entry)
    if isinstance(content, dict):
        names = sorted(content, key=lambda n: (len(n), n.upper()))
        places = [_enter(entries, n, content[n]) for n in names]
        entry[6] = _balanced(entries, places)
    return at


def _balanced(entries: list[list[object]], places: list[int]) -> int | None:
    if not places:
        return None
    middle = len(places) // 2
    entries[places[middle]][4] = _balanced(entries, places[:middle])
    entries[places[middle]][5] = _balanced(entries, places[middle + 1 :])
    return places[middle]


def _directory_entry(entry: list[object], root: bool) -> bytes:
    name = (str(entry[0]) + "\0").encode("utf-16-le")
    kind = 5 if root else 2 if isinstance(entry[1], bytes) else 1
    links = [0xFFFFFFFF if link is None else link for link in entry[4:7]]
    start = entry[2] if kind != 1 else 0
    return struct.pack("<64sHBBIII16xI8x8xIQ", name, len(name), kind, 1, *links, 0, start, entry[3])
