"""Names: proper names in a sentence, and what makes two of them the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NAME = re.compile(r"(?:[A-ZÄÖÜÅÆØÉ][\w'’&-]*|\d+(?=\s[A-Z]))(?:\s(?:(?:of|de|van|von|der|&)\s)?[A-ZÄÖÜÅÆØÉ0-9][\w'’&-]*)*")
_NOT_NAMES = frozenset(
    "i monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec eur usd gbp dkk sek nok chf po pos pm am ok vat csv pdf "
    "erp ceo cfo coo hr it ap id faq re fwd net easter christmas english german "
    "section clause article annex schedule appendix exhibit".split()
)


def names_in(text: str) -> tuple[str, ...]:
    """Capitalised names in order, each once; a single capitalised word that opens the sentence does not count."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        opens = match.start() == 0 or text[: match.start()].rstrip()[-1:] in (".", ":", "!", "?", "")
        # The first word of a sentence is capitalised anyway.
        if opens and len(words) == 1 and not re.search(r"[a-z][A-Z]|^[A-Z]{2,}$|['’]s$", words[0]):
            continue
        name = re.sub(r"['’]s?$", "", match[0])
        if all(word.lower().strip("'’") in _NOT_NAMES or word.isdigit() for word in name.split()):
            continue
        if name and name not in found:
            found.append(name)
    return tuple(found)


_WORD = re.compile(r"[^\W_]+")
_DROPPED = frozenset("the a an all any each every our their its his her your my no this that these those".split())
PRONOUNS = frozenset(
    "i we you he she they it one us me them him who whoever nobody everybody everyone somebody anyone anybody someone all both none ours "
    "yours which that this these those what there nothing something everything whatever anything others mine here rest".split()
)
#: What follows a company's name without telling it apart.
LEGAL = re.compile(
    r"[\s,]+(?:ltd|limited|llc|llp|inc|plc|gmbh|ag|as|asa|a/s|aps|ab|oy|b\.?v|n\.?v|s\.?a|s\.?r\.?l|sarl|lp|co|corp|lda|kg|pty|pvt|s\.?p\.?a|"
    r"sp\.\s?z\s?o\.?\s?o|d\.?o\.?o|kft|s\.?l|oü|uab|incorporated|corporation|company)\.?$",
    re.I,
)
#: Nouns that stand where an actor stands and are none.
_NO_ACTOR = frozenset(
    "day days end month week year noon date time hour hours number letter mail e-mail email phone telephone "
    "morning evening monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december".split()
)


@lru_cache(maxsize=1 << 16)
def key_of(text: str) -> str:
    """Texts that name the same role or thing give the same key: no articles, no plural, no case."""
    return " ".join(key_words(text))


def key_words(text: str) -> list[str]:
    """The words of such a key in order; for whole documents, which are not worth keeping."""
    words = [w.lower() for w in _WORD.findall(text)]
    return [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words if w not in _DROPPED]


@lru_cache(maxsize=1 << 16)
def is_actor(key: str) -> bool:
    """Whether a noun phrase can name who acts: no time, no number."""
    return key.rsplit(maxsplit=1)[-1] not in _NO_ACTOR and not any(c.isdigit() for c in key)


def squeezed(text: str) -> str:
    """Letters and digits alone, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text.lower()).replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    return "".join(c for c in plain if c.isalnum())


def short_name(name: str) -> str:
    """A company's name without its legal form."""
    before = ""
    while name != before:
        before, name = name, LEGAL.sub("", name).strip(" ,")
    return name
