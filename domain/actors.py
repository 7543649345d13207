"""Who can act in a process, and what makes two names of a role or a thing the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from domain.record import Record

_WORD = re.compile(r"[^\W_]+")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
#: Words that tell no role or thing from another.
_EMPTY = frozenset(
    "the a an all any each every our their its his her your my no this that these those one ones which what who whoever whom it they them "
    "we us you i me he him she such same other others nobody everybody everyone somebody someone anybody anyone both none here there "
    "team teams department departments of and or for to in".split()
)
#: Nouns that name who acts, where they end a subject; "door" and "order" look like such and are none, so it is a list.
_ROLES = frozenset(
    "accountant accounting administrator agency agent analyst applicant approver assistant auditor bank board borrower branch buyer "
    "carrier cashier chair clerk client colleague committee company consultant contractor controller cooperative coordinator council "
    "courier customer dealer desk developer director dispatcher division driver electrician employee employer engineer executive "
    "finance foreman forwarder guard head inspector installer insurer lead leader lender legal lessee lessor licensee licensor "
    "logistic manager member merchant nurse office officer operation operator owner packer partner party payable payroll personnel "
    "picker planner planning president principal procurement provider publisher purchaser purchasing recruiter representative "
    "researcher reseller reviewer roaster sale sender secretary security seller service shareholder shipper specialist staff steward "
    "supervisor supplier support surveyor technician tenant trainee trainer translator treasurer treasury trustee user vendor "
    "warehouse worker".split()
)
_CAPITALISED = re.compile(r"[^\W\d_][\w'’.-]*")


@lru_cache(maxsize=1 << 14)
def key_of(name: str | None) -> frozenset[str]:
    """The words that name a role or thing: without case, articles, plural and what stands in brackets; empty for a pronoun."""
    words = (word.lower() for word in _WORD.findall(_IN_BRACKETS.sub("", name or "")))
    return frozenset(_singular(word) for word in words if word not in _EMPTY)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def known_actors(records: Iterable[Record]) -> frozenset[frozenset[str]]:
    """Keys of the ends of handoffs, and of the parties and persons that records are about."""
    found: set[frozenset[str]] = set()
    for record in records:
        found.update((key_of(record.sender), key_of(record.receiver)))
        found.update(key_of(item.value) for item in record.scope if item.type in ("party", "person"))
    return frozenset(found - {frozenset()})


def is_actor(name: str | None, known: frozenset[frozenset[str]]) -> bool:
    """Whether the name is known, ends in the noun of a role, or is a person's; "every invoice" is bound by a rule and acts on nothing."""
    key = key_of(name)
    if not key or name is None:
        return False
    if key in known:
        return True
    bare = _IN_BRACKETS.sub("", name).strip()
    words = [word for word in _WORD.findall(bare.lower()) if _singular(word) not in _EMPTY or word in ("team", "department")]
    # "Head of Finance": the noun before "of" is the role, as the one at the end is otherwise.
    ends = {words[-1], bare.lower().partition(" of ")[0].split()[-1] if " of " in bare.lower() else words[-1]} if words else set()
    return bool({_singular(end) for end in ends} & _ROLES or {"team", "department"} & ends) or _is_person(bare)


def _is_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(_CAPITALISED.fullmatch(word) and word[0].isupper() and not word.isupper() for word in words)
