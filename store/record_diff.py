"""What a set of extracted records changes in the ledger: the one place that compares, for every kind of ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import Defect
from domain.record import Record, Status
from store import codec
from store.vectors import pack

#: What a person decided, and no extraction may undo.
_DECIDED = frozenset({Status.APPROVED, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record as it is stored; ``body`` and ``vector`` are None in a tombstone, ``status`` is then the last one."""

    id: str
    status: str
    body: str | None
    vector: bytes | None

    @property
    def gone(self) -> bool:
        return self.body is None


def changes(heads: Mapping[str, Version], records: Sequence[Record]) -> list[Version]:
    """New versions, by id: of what is new, different in any field, or gone. ``heads``: the last version of each id, tombstones too.

    Raises:
        Defect: where two of the records have one id.
    """
    wanted = {record.id: _version(record, heads.get(record.id)) for record in records}
    if len(wanted) != len(records):
        raise Defect("two extracted records have one id")
    changed = {key: version for key, version in wanted.items() if version != heads.get(key)}
    for key, head in heads.items():
        if key not in wanted and not head.gone:
            changed[key] = Version(key, head.status, None, None)
    return [changed[key] for key in sorted(changed)]


def _version(record: Record, head: Version | None) -> Version:
    """A decision outlasts a tombstone: a record that was rejected, went and came back is still rejected."""
    if head is not None and head.status in _DECIDED and record.status != head.status:
        record = replace(record, status=Status(head.status))
    return Version(record.id, record.status.value, codec.dump(record), pack(record.vector))
