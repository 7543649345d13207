"""What a set of extracted records, or a person's edit, changes in the ledger: the one place that compares, for every kind of ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.errors import Defect
from domain.record import Record, Status
from store import codec
from store.pins import STATUS, Pins, edits, status_of, with_pins
from store.successor import same_words, successor
from store.vectors import pack

#: What a person decided, and no extraction may undo.
_DECIDED = frozenset({Status.APPROVED, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record as it is stored; ``body`` and ``vector`` are None in a tombstone, ``status`` is then the last one.

    ``pinned`` and ``orphaned`` as in StoredRecord. ``removed``: of a tombstone that is one because of a removed source.
    """

    id: str
    status: str
    body: str | None
    vector: bytes | None
    pinned: tuple[str, ...] = ()
    orphaned: bool = False
    removed: bool = False

    @property
    def gone(self) -> bool:
        return self.body is None

    def record(self) -> Record:
        assert self.body is not None and self.vector is not None
        return codec.load_with_vector(Record, self.body, self.vector)


#: Stands for the head of a record that never was.
NO_VERSION = Version("", "", None, None)


@dataclass(frozen=True, slots=True)
class Held:
    """What a commit finds: the last version of each id, tombstones too, and the pins by record id."""

    heads: Mapping[str, Version]
    pins: Mapping[str, Pins]


@dataclass(frozen=True, slots=True)
class Plan:
    """``versions``: the new ones, by id. ``carried``: record id -> the successor that takes its pins, and which of them these are.

    ``dropped``: ids whose pins go with their source.
    """

    versions: list[Version]
    carried: dict[str, tuple[str, Pins]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


class Compared:
    """What the last comparison made of each record, kept for the next: a record that is the very same object gives the same version."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Record, Version | None, Pins, Version]] = {}

    def version(self, record: Record, head: Version | None, pins: Pins) -> Version:
        known = self._made.get(record.id)
        if known is not None and known[0] is record and known[1] == head and known[2] == pins:
            return known[3]
        made = _version(record, head, pins)
        self._made[record.id] = record, head, pins, made
        return made

    def keep_only(self, ids: Collection[str]) -> None:
        for key in self._made.keys() - set(ids):
            del self._made[key]


def changes(held: Held, records: Sequence[Record], *, removed: Collection[str] = (), compared: Compared | None = None) -> Plan:
    """What is new, different in any field, or gone. ``removed``: ids of records that have rested on a source that is removed.

    ``compared``: what is kept of the last time.

    Raises:
        Defect: where two of the records have one id.
    """
    wanted = {record.id: record for record in records}
    if len(wanted) != len(records):
        raise Defect("two extracted records have one id")
    missing = {key: head for key, head in held.heads.items() if not head.gone and key not in wanted}
    edited = [key for key in sorted(missing.keys() & held.pins.keys()) if key not in removed and _is_kept(missing[key], held.pins[key])]
    carried = _carried(held, edited, list(wanted.values()))
    pins = {**held.pins, **dict(carried.values())}
    compared = compared or Compared()
    compared.keep_only(wanted)
    made = {key: compared.version(record, held.heads.get(key), pins.get(key, {})) for key, record in wanted.items()}
    for key, head in missing.items():
        stays = key in edited and key not in carried
        made[key] = replace(head, orphaned=True) if stays else Version(key, head.status, None, None, removed=key in removed)
    dropped = tuple(sorted(key for key in held.pins.keys() & set(removed) if key not in wanted))
    return Plan([made[key] for key in sorted(made) if made[key] != held.heads.get(key)], carried, dropped)


def edited(head: Version, pins: Pins, status: Status | None) -> Version:
    """A record's next version after a person set ``pins``, those set before included, and decided on ``status`` or did not."""
    record = with_pins(head.record(), {name: value for name, value in pins.items() if name != STATUS})
    record = replace(record, status=status or record.status)
    return replace(head, status=record.status.value, body=codec.dump(record), pinned=tuple(sorted(pins)))


def pins_of(version: Version) -> dict[str, object]:
    """What a version has that a person set, as pins are kept."""
    plain = codec.to_plain(version.record())
    return {name: version.status if name == STATUS else plain[name] for name in version.pinned}


def _is_kept(head: Version, pins: Pins) -> bool:
    """A mere decision is on words that are no longer there, and what was rejected nobody misses."""
    return edits(pins) and head.status != Status.REJECTED


def _carried(held: Held, edited: Sequence[str], records: Sequence[Record]) -> dict[str, tuple[str, Pins]]:
    carried: dict[str, tuple[str, Pins]] = {}
    fresh = {record.id: record for record in records if record.id not in held.pins and held.heads.get(record.id, NO_VERSION).gone}
    for key in edited:
        old = held.heads[key].record()
        found = successor(old, list(fresh.values()))
        if found is not None:
            # A decision was on the words as they were; on others the person decides again.
            kept = {name: value for name, value in held.pins[key].items() if name != STATUS or same_words(old, found)}
            carried[key] = (found.id, kept)
            del fresh[found.id]
    return carried


def _version(record: Record, head: Version | None, pins: Pins) -> Version:
    """A decision outlasts a tombstone: a record that was rejected, went and came back is still rejected."""
    pinned = with_pins(record, {name: value for name, value in pins.items() if name != STATUS})
    decided = status_of(pins)
    if decided is None and head is not None and head.status in _DECIDED:
        decided = Status(head.status)
    pinned = replace(pinned, status=decided or record.status)
    return Version(record.id, pinned.status.value, codec.dump(pinned), pack(record.vector), tuple(sorted(pins)))
