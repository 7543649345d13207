"""Who is calling and what they may do: a type in the signature instead of a check that can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Forbidden


class Scope(StrEnum):
    READ = "read"
    CASE = "case"
    WRITE = "write"
    REVIEW = "review"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """``workspace``: the tenant; every row that a caller sees carries it. ``name`` goes into the audit trail."""

    workspace: str
    name: str
    scopes: frozenset[Scope]

    def need(self, scope: Scope) -> None:
        """Raises Forbidden where the caller lacks the scope; admin implies the others."""
        if scope not in self.scopes and Scope.ADMIN not in self.scopes:
            raise Forbidden(f"this needs a key with the scope {scope.value!r}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``digest``: SHA-256 of the secret, hexadecimal; the secret itself is shown once and never stored."""

    id: str
    workspace: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    created_at: str
    revoked_at: str | None = None


LOCAL = Caller("default", "local", frozenset(Scope))
