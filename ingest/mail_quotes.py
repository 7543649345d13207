"""Which lines of a mail body somebody else wrote: quoted with ">" or by markup, below "On ... wrote:", or a message passed on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mailparser_reply.parser import EmailMessage as ReplyMessage
from quotequail import unwrap

from domain.document import BlockKind, Message
from ingest.mail_forward import Header, header_at, sender_in
from ingest.mail_lines import Line
from ingest.mail_words import FORWARD_BANNER, FORWARD_END, FORWARD_SUBJECT, OPENS, ORIGINAL_BANNER, REPLY_SUBJECT, WROTE

#: Lines of an attribution that a mail program wrapped, and its characters.
_WRAP = 4
_MAX_ATTRIBUTION = 500
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
_HOUR = re.compile(r"\d{1,2}[:.]\d{2}\b")
_LISTED = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2}.{0,100}@.{0,100}>?:\s*$")
#: The libraries' patterns are slow on long texts; quotes begin near the top of what is new.
_LIBRARY_CHARS = 20_000
_LIBRARY_LINE = 400
_LIBRARY_LINES = 300


@dataclass(frozen=True, slots=True)
class Forward:
    """A message that was passed on: which lines show it, what its header says, and the lines of its own body."""

    header: Header
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Told:
    """``kinds``: for each line None where it is the author's own, else QUOTED or FORWARDED. ``forwards``: those with a readable header."""

    kinds: list[BlockKind | None]
    forwards: list[Forward] = field(default_factory=list)

    def fill(self, start: int, end: int, kind: BlockKind) -> int:
        self.kinds[start:end] = [kind] * (end - start)
        return end


def told_apart(lines: Sequence[Line], message: Message) -> Told:
    """Whose line each line is. ``message``: its subject and references say whether earlier words are answered or passed on."""
    told = Told([None] * len(lines))
    passed_on = _passes_on(message)
    at = 0
    while at < len(lines):
        at = _step(lines, at, told, passed_on, message)
    if not any(told.kinds) and all(line.draft is None for line in lines):
        _by_libraries(lines, told)
    return told


def _passes_on(message: Message) -> bool | None:
    """None where neither subject nor references tell."""
    if FORWARD_SUBJECT.match(message.subject):
        return True
    return False if REPLY_SUBJECT.match(message.subject) or message.in_reply_to or message.references else None


def _step(lines: Sequence[Line], at: int, told: Told, passed_on: bool | None, message: Message) -> int:
    """Tells the line at ``at`` and what belongs to it; the index after that."""
    line = lines[at]
    if not line.seen:
        return at + 1
    if FORWARD_BANNER.match(line.text[:300]):
        return _forwarded(lines, at, at + 1, told)
    if ORIGINAL_BANNER.match(line.text[:300]):
        return _forwarded(lines, at, at + 1, told) if passed_on else told.fill(at, _region_end(lines, at), BlockKind.QUOTED)
    if size := _attribution(lines, at, replying=passed_on is False):
        below = next((k for k in range(at + size, len(lines)) if lines[k].seen), None)
        alone = below is None or lines[below].depth > line.depth
        return told.fill(at, at + size if alone else _region_end(lines, at), BlockKind.QUOTED)
    if _header_stands(lines, at, message, passed_on):
        answered = passed_on is False
        return told.fill(at, _region_end(lines, at), BlockKind.QUOTED) if answered else _forwarded(lines, at, at, told)
    return told.fill(at, _run_end(lines, at, 1), BlockKind.QUOTED) if line.depth else at + 1


def _region_end(lines: Sequence[Line], start: int) -> int:
    """The words below an unmarked quote belong to it, as far as they stand as deep as it does."""
    return _run_end(lines, start, lines[start].depth)


def _run_end(lines: Sequence[Line], start: int, depth: int) -> int:
    return next((k for k in range(start, len(lines)) if lines[k].depth < depth), len(lines))


def _forwarded(lines: Sequence[Line], start: int, header_start: int, told: Told) -> int:
    """A message passed on: from its banner or header to where it ends."""
    depth = lines[start].depth
    deeper = header_start < len(lines) and lines[header_start].depth > depth
    end = _run_end(lines, header_start, depth + 1 if deeper else depth)
    last = next((k for k in range(header_start, end) if FORWARD_END.match(lines[k].text[:200])), None)
    body_end, end = (end, end) if last is None else (last, last + 1)
    header = header_at(lines, header_start) if header_start < end else None
    if header is not None and header.end <= body_end:
        told.forwards.append(Forward(header, tuple(lines[header.end : body_end])))
    return told.fill(start, max(end, start + 1), BlockKind.FORWARDED)


def _header_stands(lines: Sequence[Line], at: int, message: Message, passed_on: bool | None) -> bool:
    """The head of a message as Outlook puts it above what it quotes: consecutive lines that say who wrote, when, and to whom or on what."""
    if at and lines[at - 1].depth == lines[at].depth > 0 or lines[at].depth == 0 and not _is_from(lines[at]):
        return False
    header = header_at(lines, at)
    if header is None or "date" not in header.fields or len(header.fields) < 3:
        return False
    shown = "".join(header.fields.get(name, "") for name in ("from", "to"))
    if "subject" not in header.fields and "@" not in shown and not (passed_on is False and _YEAR.search(header.fields["date"])):
        return False
    name, address = sender_in(header.fields["from"])
    # Somebody who heads a memo of their own with their own name quotes nobody.
    own = address == message.sender if address else name.lower() == message.sender_name.lower()
    return passed_on is not None or not own


def _is_from(line: Line) -> bool:
    return ":" in line.text[:60] and header_at([line], 0) is not None


def _attribution(lines: Sequence[Line], at: int, *, replying: bool) -> int:
    """How many lines from ``at`` on make up an "On ... wrote:" line; 0 for none."""
    first = lines[at]
    joined = ""
    for size in range(1, _WRAP + 1):
        if at + size > len(lines):
            return 0
        line = lines[at + size - 1]
        if line.depth != first.depth or size > 1 and line.blank and line.draft is None or not line.seen:
            return 0
        joined = f"{joined} {line.text}".strip()
        if len(joined) > _MAX_ATTRIBUTION:
            return 0
        if _attributes(joined, first.text) and not _begins_later(lines[at : at + size]):
            below = next((k for k in range(at + size, len(lines)) if lines[k].seen), None)
            marked = below is not None and lines[below].depth > first.depth
            return size if marked or _certain(joined, replying) else 0
    return 0


def _begins_later(lines: Sequence[Line]) -> bool:
    """Whether the attribution begins below the first of the lines, which is then the author's own."""
    if OPENS.match(lines[0].text) and _HOUR.search(lines[0].text):
        return False
    return any(
        OPENS.match(line.text) and _attributes(" ".join(below.text for below in lines[n:]), line.text)
        for n, line in enumerate(lines[1:], 1)
    )


def _attributes(joined: str, first: str) -> bool:
    if not joined.rstrip(" -").endswith(":") and not joined.endswith("--"):
        return False
    if len(re.findall(r"[.!?]\s+[A-Z]\w+\s+\w+\s+\w+", joined)) > 1:
        return False
    if WROTE.search(joined):
        return bool(OPENS.match(first) or "@" in first or _YEAR.search(first) or WROTE.search(first))
    dated = _YEAR.search(joined) and _HOUR.search(joined)
    return bool(dated and "@" in joined and _YEAR.search(first[:60]) or _LISTED.match(joined))


def _certain(joined: str, replying: bool) -> bool:
    """Whether an attribution is one by itself, so that the unmarked words below it are taken for the words of the one it names."""
    return "@" in joined or bool(_HOUR.search(joined) and re.search(r"\d", joined)) or replying and bool(_YEAR.search(joined))


def _by_libraries(lines: Sequence[Line], told: Told) -> None:
    """What mail-parser-reply and quotequail know beyond the patterns here, taken only where a quote can be seen to begin there.

    They answer for the whole text; lines map back because each answer is looked up as a line.
    """
    text = "\n".join(line.text[:_LIBRARY_LINE] for line in lines[:_LIBRARY_LINES])[:_LIBRARY_CHARS]
    if ":" not in text:
        return
    starts = set()
    for found in _reply_headers().finditer(text):
        starts.add(text.count("\n", 0, found.end() - len(found[0].lstrip("\n"))))
    unwrapped = unwrap(text)
    top = unwrapped.get("text_top") if unwrapped and unwrapped.get("type") in ("reply", "forward") else None
    if top is not None and top.strip():
        starts.add(top.strip("\n").count("\n") + 1)
    for n in sorted(starts):
        if n < len(lines) and _looks_attributed([line.text for line in lines[n : n + 3]]):
            told.fill(n, len(lines), BlockKind.QUOTED)
            return


def _looks_attributed(texts: Sequence[str]) -> bool:
    """An attribution names an address, or a day and an hour, and ends in a colon."""
    joined = " ".join(texts)
    head = joined[: joined.find(":", 12) + 1] or joined
    dated = re.search(r"\b(?:19|20)\d\d\b", joined[:300]) is not None and _HOUR.search(joined[:300]) is not None
    return ("@" in head or dated) and any(text.rstrip().endswith(":") for text in texts)


@lru_cache(maxsize=1)
def _reply_headers() -> re.Pattern[str]:
    pattern: re.Pattern[str] = ReplyMessage(text="", languages=["en", "de", "fr", "es", "it", "nl", "da", "pl", "sv"]).HEADER_REGEX
    return pattern
