"""Which lines of a mail body somebody else wrote: quoted with ">", below "On ... wrote:", or forwarded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mailparser_reply.parser import EmailMessage as ReplyMessage
from quotequail import unwrap

_QUOTE = re.compile(r"\s{0,3}(?:>|\|\s?>)")
_WROTE = re.compile(
    r"(?i)(?:>?\s*)(?:on|am|le|el|il|op|den|em|på|dnia)\b.{4,300}?\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev"
    r"|escreveu|napisał\(?a?\)?)\b.{0,80}:\s*$"
    r"|.{3,120}<[^<>\s]+@[^<>\s]+>.{0,80}\b(?:wrote|writes|schrieb|skrev|a écrit)\b.{0,40}:\s*$",
    re.DOTALL,
)
_FORWARD = re.compile(
    r"(?i)\s*(?:-{2,}\s*(?:original message|forwarded message|forwarded by .*|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d'origine|"
    r"oprindelig meddelelse|mensaje original|messaggio originale)\s*-*|begin forwarded message:|anfang der weitergeleiteten nachricht:)\s*$"
)
_FIELD = re.compile(r"(?i)\s*\*?(?:from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum|de|envoyé|à|objet|fra|til|emne)\s*:\*?\s+\S")
_FROM_FIELD = re.compile(r"(?i)\s*\*?(?:from|von|de|fra|da|van)\s*:\*?\s+\S")
_SENT_FIELD = re.compile(r"(?i)\s*\*?(?:sent|date|gesendet|datum|envoyé|sendt|inviato|verzonden)\s*:\*?\s+\S")
#: Lines of an attribution that a mail program wrapped.
_WRAP = 3
#: The libraries' patterns are slow on long texts; quotes begin near the top of what is new.
_LIBRARY_CHARS = 20_000
_LIBRARY_LINE = 400
_LIBRARY_LINES = 300


def quoted_lines(lines: Sequence[str]) -> set[int]:
    """Indexes of the lines that are not the author's own, attribution lines and forwarded headers among them."""
    quoted = {n for n, line in enumerate(lines) if _QUOTE.match(line)}
    for n in range(len(lines)):
        if n in quoted:
            continue
        if size := _attribution(lines, n):
            quoted |= set(range(n, n + size))
            if not _quote_follows(lines, n + size, quoted):
                return quoted | _rest(lines, n)
        elif _FORWARD.match(lines[n]) or _header_block(lines, n):
            return quoted | _rest(lines, n)
    return quoted | _found_by_libraries(lines, quoted)


def _rest(lines: Sequence[str], start: int) -> set[int]:
    return set(range(start, len(lines)))


def _attribution(lines: Sequence[str], n: int) -> int:
    """How many lines from ``n`` on make up an "On ... wrote:" line; 0 for none."""
    if not lines[n].strip():
        return 0
    for size in range(1, _WRAP + 1):
        part = lines[n : n + size]
        if len(part) < size or not part[-1].strip() or any(_QUOTE.match(line) for line in part):
            return 0
        if _WROTE.match(" ".join(line.strip() for line in part)[:600]):
            return size
    return 0


def _quote_follows(lines: Sequence[str], start: int, quoted: set[int]) -> bool:
    """Whether the attributed words are marked line by line, so that unmarked lines below them are the author's own."""
    following = next((n for n in range(start, len(lines)) if lines[n].strip()), None)
    return following is None or following in quoted


def _header_block(lines: Sequence[str], n: int) -> bool:
    """The head of a message as Outlook puts it above what it quotes: From, Sent, To and Subject in consecutive lines."""
    if not _FROM_FIELD.match(lines[n]):
        return False
    block = [line for line in lines[n : n + 8] if line.strip()]
    fields = [line for line in block if _FIELD.match(line)]
    return len(fields) >= 3 and any(_SENT_FIELD.match(line) for line in fields)


def _found_by_libraries(lines: Sequence[str], quoted: set[int]) -> set[int]:
    """What mail-parser-reply and quotequail know beyond the patterns here, taken only where a quote can be seen to begin there.

    They answer for the whole text; lines map back to offsets because each answer is looked up as a line.
    """
    text = "\n".join(line[:_LIBRARY_LINE] for line in lines[:_LIBRARY_LINES])[:_LIBRARY_CHARS]
    starts = set()
    for found in _reply_headers().finditer(text):
        starts.add(text.count("\n", 0, found.end() - len(found[0].lstrip("\n"))))
    unwrapped = unwrap(text)
    top = unwrapped.get("text_top") if unwrapped and unwrapped.get("type") in ("reply", "forward") else None
    if top is not None and top.strip():
        starts.add(top.count("\n") + 1)
    for n in sorted(starts):
        if n < len(lines) and n not in quoted and _looks_attributed(lines[n : n + _WRAP]):
            return set(range(n, len(lines))) if not _quote_follows(lines, n + 1, quoted) else {n}
    return set()


def _looks_attributed(lines: Sequence[str]) -> bool:
    """An attribution names an address, or a day and an hour, and ends in a colon."""
    joined = " ".join(line.strip() for line in lines)
    head = joined[: joined.find(":", 12) + 1] or joined
    dated = re.search(r"\b(?:19|20)\d\d\b", joined[:300]) is not None and re.search(r"\d{1,2}[:.]\d{2}", joined[:300]) is not None
    return ("@" in head or dated) and any(line.rstrip().endswith(":") for line in lines)


@lru_cache(maxsize=1)
def _reply_headers() -> re.Pattern[str]:
    pattern: re.Pattern[str] = ReplyMessage(text="", languages=["en", "de", "fr", "es", "it", "nl", "da", "pl", "sv"]).HEADER_REGEX
    return pattern
