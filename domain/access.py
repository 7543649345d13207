"""Who is calling and what they may do: a type in the signature instead of a check that can be forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Forbidden

_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
#: The word for every label, which is none itself.
ALL_LABELS = "all"
LABEL_FORM = f"a label is 1 to 63 small letters, digits and . _ - that begin with a letter or digit, and not {ALL_LABELS!r}"


def is_label(text: str) -> bool:
    return text != ALL_LABELS and _LABEL.fullmatch(text) is not None


class Scope(StrEnum):
    READ = "read"
    CASE = "case"
    WRITE = "write"
    REVIEW = "review"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """``workspace``: the tenant; every row that a caller sees carries it. ``name`` goes into the audit trail.

    ``labels``: which labelled sources the caller may read; None: all of them, whatever labels there will be. No scope implies a label.
    """

    workspace: str
    name: str
    scopes: frozenset[Scope]
    labels: frozenset[str] | None = frozenset()

    def reads(self, labels: frozenset[str]) -> bool:
        """Whether the caller may see a source with these labels: all of them must be the caller's."""
        return self.labels is None or labels <= self.labels

    def need(self, scope: Scope) -> None:
        """Raises Forbidden where the caller lacks the scope; admin implies the others."""
        if scope not in self.scopes and Scope.ADMIN not in self.scopes:
            raise Forbidden(f"this needs a key with the scope {scope.value!r}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``digest``: SHA-256 of the secret, hexadecimal; the secret itself is shown once and never stored. ``labels`` as a caller's."""

    id: str
    workspace: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    created_at: str
    revoked_at: str | None = None
    labels: frozenset[str] | None = frozenset()


#: Whoever has the data folder has every file in it.
LOCAL = Caller("default", "local", frozenset(Scope), None)
