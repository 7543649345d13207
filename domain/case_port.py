"""What the service needs from a ledger to keep cases; the ledger itself has it as a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.case import Case, CaseFilter
from domain.document import Document
from domain.passage import Passage
from domain.record import Record
from domain.source import Source
from domain.statement import Statement


@dataclass(frozen=True, slots=True)
class Closing:
    """What one transaction stores of a resolution. ``case``: as it is afterwards; ``seen``: the revision that the person looked at.

    ``source`` to ``pipeline``: the source that holds it and what was read from it, as with commit_reading. ``record``: the id of the record
    made from it, or None; ``pins``: what the person set on that. ``entry``: what Ledger.entry() said before the statements were read from
    which the records were derived.
    """

    case: Case
    seen: int
    source: Source
    data: bytes
    document: Document
    passages: tuple[Passage, ...]
    vectors: tuple[tuple[float, ...], ...]
    statements: tuple[Statement, ...]
    pipeline: str
    entry: int
    record: str | None = None
    pins: Mapping[str, object] = field(default_factory=dict)


class Cases(Protocol):
    """Cases by workspace; every write is one transaction with its audit row, ``case.opened``, ``case.resolved`` or ``case.withdrawn``."""

    def open_case(self, workspace: str, case: Case, *, actor: str, at: str) -> tuple[Case, bool]:
        """The case with its id and number, and True; or the open one of this opener with the same fingerprint, and False."""

    def case(self, workspace: str, case_id: str) -> Case:
        """Raises NotFound."""

    def cases(self, workspace: str, wanted: CaseFilter) -> list[Case]:
        """Newest first."""

    def withdraw_case(self, workspace: str, case: Case, *, seen: int, actor: str, at: str) -> Case:
        """Stores the case as it is after a withdrawal; raises as resolve_case."""

    def resolve_case(self, workspace: str, closing: Closing, records: Sequence[Record], *, actor: str, at: str) -> Case:
        """Stores the resolution as a source with what was read from it, the records that all statements now give, what the person set on
        the new one, and the case's new state, all or nothing.

        Raises NotFound, Stale where the case is at another revision than ``seen``, InvalidQuestion where it is not open, Moved where
        sources changed after ``entry``, Defect where the record is not among ``records``.
        """
