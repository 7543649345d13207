"""Where a message's signature begins: by its delimiter, a closing, or the sender's name at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.document import Message

_DELIMITER = re.compile(r"(?:--|—|–|_{2,}|-{2,3})\s*$")
_CLOSING = re.compile(
    r"(?i)(?:(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|my|our|all)?\s*(?:regards|wishes|greetings)|(?:all the )?best|cheers"
    r"|sincerely|warmly"
    r"|yours(?: (?:sincerely|faithfully|truly|ever))?|(?:very )?respectfully(?: yours)?|take care|love"
    r"|thanks(?: (?:a lot|so much|again|in advance|and regards|all))?|thank you(?: (?:very much|again|in advance))?|many thanks|ta"
    r"|br|rgds|kr|thx"
    r"|mit (?:freundlichen|besten|herzlichen|lieben) grüßen|(?:viele|beste|liebe|herzliche|schöne|freundliche) grüße|gruß|mfg|lg|vg"
    r"|mvh|(?:med )?(?:venlig|bedste|vennlig) hilsen|(?:de )?(?:bedste|mange) hilsner|hilsen|med vänlig(?:a)? hälsning(?:ar)?"
    r"|(?:vänliga )?hälsningar"
    r"|(?:bien )?cordialement|bien à vous|sincères salutations|(?:meilleures|sincères) salutations|amicalement"
    r"|(?:un )?(?:cordial )?saludos?|atentamente|cordialmente|(?:cordiali|distinti) saluti|saluti"
    r"|met (?:vriendelijke|hartelijke) groet(?:en)?|(?:vriendelijke )?groet(?:en|jes)?|pozdrawiam|z poważaniem|atenciosamente|(?:um"
    r" )?abraços?"
    r"|ystävällisin terveisin)[\s,.!–-]*$"
)
_DEVICE = re.compile(
    r"(?i)(?:sent from (?:my|a|the|outlook|yahoo|mail)\b.{0,60}|get outlook for .{0,40}|von meinem .{0,30} gesendet|envoyé de mon .{0,30})$"
)
_CONTACT = re.compile(
    r"(?i)(?:\b(?:tel|phone|mobile|mob|fax|direct|cell|office|t|m|e|w)\s*[.:]\s*\+?[\w(]|\+\d[\d ()/.-]{6}|https?://|www\.|\S@[^\s@]+\.\S)"
)
#: A line that says something: too much of a sentence for a signature.
_SENTENCE = re.compile(
    r"(?i)\b(?:must|shall|should|will|won't|can|cannot|can't|may|is|are|was|has|have|had|do|don't|does|need|needs|please|let|if)\b"
)
_POSTSCRIPT = re.compile(r"(?i)(?:p\.\s?(?:p\.\s?)?s\b|pp?s\b)[.:]?")
#: A signature is short: a name, a role, a company, an address, a few numbers.
_MAX_LINE = 80
_MAX_LINES = 10
_MAX_POSTSCRIPT = 4


def signature_in(texts: Sequence[str], message: Message, *, whole: bool = True) -> set[int]:
    """The paragraphs of the signature at the end of what the author wrote; a postscript between its parts is the author's again.

    ``whole``: not an answer between quoted lines, where only a delimiter or a closing begins a signature.
    """
    postscript = next(
        (n for n in range(max(1, len(texts) - _MAX_POSTSCRIPT), len(texts)) if _POSTSCRIPT.match(texts[n].strip())), len(texts)
    )
    found = set(range(_start(texts[:postscript], message, whole=whole), postscript))
    below = texts[postscript + 1 :]
    return found | {postscript + 1 + n for n in range(_start(below, message, whole=True), len(below))}


def _start(texts: Sequence[str], message: Message, *, whole: bool) -> int:
    for n, text in enumerate(texts):
        if _DELIMITER.fullmatch(text.strip()) and len(texts) - n <= _MAX_LINES * 2 and not any(_says_much(t) for t in texts[n + 1 :]):
            return n
    end = len(texts)
    while end and _DEVICE.match(texts[end - 1].strip()):
        end -= 1
    for n in range(max(0, end - _MAX_LINES), end):
        short = all(len(t) <= _MAX_LINE and not _says_much(t) for t in texts[n:end])
        if _CLOSING.match(texts[n].strip()) and short and _names_follow(texts[n + 1 : end]):
            return n
    if not whole:
        return end
    start = end
    while start and _belongs(texts[start - 1], message):
        start -= 1
    return _from_name(texts, start, end, message)


def _says_much(text: str) -> bool:
    """A sentence or a postscript, which its author wrote and no template."""
    bare = text.strip()
    words = bare.split()
    if _POSTSCRIPT.match(bare):
        return True
    return len(words) >= 5 and bool(_SENTENCE.search(bare)) and (bare[-1:] in ".!?" or len(words) > 9) and not _DEVICE.match(bare)


def _from_name(texts: Sequence[str], start: int, end: int, message: Message) -> int:
    """A run of signature-like lines counts from the first that is the sender's name."""
    return next((n for n in range(start, end) if _is_name(texts[n], message)), end)


def _names_follow(texts: Sequence[str]) -> bool:
    return all(not t.rstrip().endswith(("?", ":")) and (len(t.split()) <= 10 or _CONTACT.search(t)) for t in texts)


def _belongs(text: str, message: Message) -> bool:
    bare = text.strip()
    return (
        len(bare) <= _MAX_LINE
        and not _says_much(bare)
        and (
            _is_name(bare, message)
            or bool(_CONTACT.search(bare))
            or bool(_DEVICE.match(bare))
            or bool(re.fullmatch(r"[A-Z][\w&.'’-]*(?:[ ,|/]+(?:of|and|the|for|&|[A-Z][\w&.'’-]*))*", bare))
            and not bare.endswith(".")
        )
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
