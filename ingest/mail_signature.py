"""Where a message's signature begins, and which paragraphs are the small print below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.document import Message

_DELIMITER = re.compile(r"(?:--|—|–|_{2,}|-{2,3})\s*$")
_CLOSING = re.compile(
    r"(?i)(?:(?:with )?(?:kind|best|warm|many|my|our|all)?\s*(?:regards|wishes|greetings)|best|cheers|sincerely"
    r"|yours(?: (?:sincerely|faithfully|truly))?|"
    r"thanks(?: (?:a lot|so much|again|in advance|and regards|all))?|thank you(?: (?:very much|again|in advance))?|many thanks|ta|br"
    r"|rgds|kr|"
    r"mit freundlichen grüßen|(?:viele|beste|liebe|herzliche|schöne) grüße|gruß|mvh|med venlig hilsen|(?:venlig|bedste) hilsen"
    r"|cordialement|bien à vous|"
    r"saludos|un saludo|cordiali saluti|saluti|met vriendelijke groet|groeten|respectfully|take care|love|hilsen)[\s,.!–-]*$"
)
_DEVICE = re.compile(
    r"(?i)(?:sent from (?:my|a|the|outlook|yahoo|mail)\b.{0,60}|get outlook for .{0,40}|von meinem .{0,30} gesendet|envoyé de mon .{0,30})$"
)
_CONTACT = re.compile(
    r"(?i)(?:\b(?:tel|phone|mobile|mob|fax|direct|cell|office|t|m|e|w)\s*[.:]\s*\+?[\w(]|\+\d[\d ()/.-]{6,}|https?://|www\.|\S+@\S+\.\S+)"
)
_SMALL_PRINT = re.compile(
    r"(?i)(?:intended (?:only |solely )?for (?:the )?(?:use of |named |the )*(?:addressee|recipient|individual|person)"
    r"|not the (?:intended|named) (?:recipient|addressee)|"
    r"(?:e-?mail|message|communication)[^.]{0,120}(?:is|are|may be|contains?)[^.]{0,40}(?:confidential|privileged)"
    r"|received this (?:e-?mail|message|communication)[^.]{0,40} in error|"
    r"\bunsubscribe\b|you (?:are )?receiv(?:e|ed|ing) this (?:e-?mail|message|because|newsletter)|"
    r"please consider the environment before|registered (?:in|office)[^.]{0,80}(?:company|no\.|number))"
)
#: A signature is short: a name, a role, a company, an address, a few numbers.
_MAX_LINE = 80
_MAX_LINES = 10


def is_small_print(text: str) -> bool:
    """A legal notice or a mailing list's footer; an author's own sentence about confidence is shorter or says less."""
    return bool(_SMALL_PRINT.search(text)) and len(text) > 40


def signature_start(texts: Sequence[str], after_blank: Sequence[bool], message: Message) -> int:
    """The index of the first paragraph of the signature among the author's own; ``len(texts)`` where there is none."""
    for n, text in enumerate(texts):
        if _DELIMITER.fullmatch(text.strip()) and len(texts) - n <= _MAX_LINES * 2:
            return n
    end = len(texts)
    while end and _DEVICE.match(texts[end - 1].strip()):
        end -= 1
    for n in range(max(0, end - _MAX_LINES), end):
        if (
            _CLOSING.match(texts[n].strip())
            and all(len(t) <= _MAX_LINE for t in texts[n:end])
            and _names_follow(texts[n + 1 : end], message)
        ):
            return n
    start = end
    while start and _belongs(texts[start - 1], message):
        start -= 1
    return _from_name(texts, start, end, message)


def _from_name(texts: Sequence[str], start: int, end: int, message: Message) -> int:
    """A run of signature-like lines counts from the first that is the sender's name."""
    return next((n for n in range(start, end) if _is_name(texts[n], message)), end)


def _names_follow(texts: Sequence[str], message: Message) -> bool:
    return all(not t.rstrip().endswith(("?", ":")) and (len(t.split()) <= 10 or _CONTACT.search(t)) for t in texts)


def _belongs(text: str, message: Message) -> bool:
    bare = text.strip()
    return len(bare) <= _MAX_LINE and (
        _is_name(bare, message)
        or bool(_CONTACT.search(bare))
        or bool(_DEVICE.match(bare))
        or bool(re.fullmatch(r"[A-Z][\w&.'’-]*(?:[ ,|/]+(?:of|and|the|for|&|[A-Z][\w&.'’-]*))*", bare))
        and not bare.endswith(".")
    )


def _is_name(text: str, message: Message) -> bool:
    """The sender's first or full name, or initials, perhaps with a title or a role behind a comma."""
    bare = re.sub(r"(?i)^(?:thanks|cheers|best|regards|ta|thx)[,!.]?\s+", "", text.strip().strip("-–—/*_ "))
    if not bare or len(bare) > 60 or bare.endswith(("?", ":")):
        return False
    local = message.sender.partition("@")[0]
    names = [p for p in re.split(r"[\s.,()-]+", message.sender_name.lower()) if p] or [p for p in re.split(r"[._-]+", local) if p]
    words = re.findall(r"[^\W\d_]+", bare.split(",")[0].lower())
    if not words or len(words) > 4:
        return False
    initials = "".join(n[0] for n in names)
    joined = "".join(words)
    if len(joined) <= 3:
        return joined in (initials, initials[:1], initials[-1:], initials[:2]) or joined in names
    full = {*names, *re.split(r"[._-]+", local.lower())}
    return any(w in full for w in words) and all(
        w in full or w[0:1] in initials and len(w) == 1 or len(words) > 1 and w in ("dr", "mr", "ms", "mrs", "sgt", "prof") for w in words
    )
