"""Proper names in a sentence: candidates for what a norm is limited to."""

from __future__ import annotations

import re

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
