"""One workspace of the ledger in memory, and what one write may do to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from domain.access import ApiKey
from domain.case import Case
from domain.errors import Moved
from domain.ports import AuditRow, Change, Reading
from domain.source import Source
from domain.upload import Upload
from store.arrival import Arrival
from store.pins import Pins
from store.record_diff import Held, Plan, Version


@dataclass(frozen=True, slots=True)
class Kept:
    """One pipeline's reading, or refusal, of one source."""

    source: Source
    pipeline: str
    state: str
    reason: str | None
    current: bool
    reading: Reading | None
    at: str
    number: int


@dataclass(slots=True)
class Room:
    """One workspace. A write works on a copy that replaces it at the end, so that it happens whole or not at all."""

    revision: int = 0
    data: dict[str, bytes] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    versions: dict[str, tuple[tuple[int, Version], ...]] = field(default_factory=dict)
    pins: dict[str, Pins] = field(default_factory=dict)
    audit: list[AuditRow] = field(default_factory=list)
    outbox: list[Change] = field(default_factory=list)
    numbers: int = 0
    keys: dict[str, ApiKey] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    labels: dict[str, frozenset[str]] = field(default_factory=dict)
    uploads: dict[str, tuple[Upload, bytes | None]] = field(default_factory=dict)

    def copy(self) -> Room:
        new = replace(self, data=dict(self.data), kept=list(self.kept), versions=dict(self.versions), keys=dict(self.keys))
        new.audit, new.outbox, new.pins, new.uploads = list(self.audit), list(self.outbox), dict(self.pins), dict(self.uploads)
        new.cases, new.labels = dict(self.cases), dict(self.labels)
        return new

    def announce(self, op: str, kind: str, targets: Iterable[str]) -> None:
        for target in targets:
            self.outbox.append(Change(len(self.outbox) + 1, kind, target, op))

    def note(self, who: tuple[str, str], action: str, target: str, reason: str = "") -> None:
        self.audit.append(AuditRow(self.revision, who[0], action, target, who[1], reason))

    def unmoved(self, since: int | None) -> None:
        """Raises Moved where sources came, changed or went after an audit entry; None asks for nothing."""
        if since is not None and any(row.action.startswith("source.") for row in self.audit[since:]):
            raise Moved("the sources changed while the records were derived; try again")

    def current(self) -> list[Kept]:
        return sorted((kept for kept in self.kept if kept.current), key=lambda kept: kept.source.path)

    def find(self, arrival: Arrival) -> Kept | None:
        return next((k for k in self.kept if k.source.id == arrival.source.id and k.pipeline == arrival.pipeline), None)

    def retire(self, who: tuple[str, str], arrival: Arrival) -> set[str]:
        """Ends what is current at the path; the ids of its passages."""
        old = next((kept for kept in self.kept if kept.current and kept.source.path == arrival.source.path), None)
        if old is None:
            return set()
        self.kept[self.kept.index(old)] = replace(old, current=False)
        if old.source.id != arrival.source.id:
            self.note(who, "source.superseded", old.source.id)
        return {passage.id for passage in old.reading.passages} if old.reading else set()

    def number(self, known: Kept | None) -> int:
        """That of a reading which is there already, or the next."""
        if known is not None:
            return known.number
        self.numbers += 1
        return self.numbers

    def keep(self, arrival: Arrival, new: Kept) -> None:
        self.data.setdefault(arrival.source.id, arrival.data)
        self.kept = [kept for kept in self.kept if (kept.source.id, kept.pipeline) != (new.source.id, new.pipeline)]
        self.kept.append(new)

    def heads(self, at_revision: int | None) -> dict[str, tuple[int, Version]]:
        """The last version of every id up to a revision, tombstones too, by id."""
        heads = {}
        for key in sorted(self.versions):
            known = [entry for entry in self.versions[key] if at_revision is None or entry[0] <= at_revision]
            if known:
                heads[key] = known[-1]
        return heads

    def held(self) -> Held:
        return Held({key: version for key, (_, version) in self.heads(None).items()}, self.pins)

    def carry_out(self, who: tuple[str, str], plan: Plan) -> None:
        self.add(who, plan.versions)
        for old, (new, kept) in plan.carried.items():
            del self.pins[old]
            if kept:
                self.pins[new] = kept
            self.note(who, "record.pins_carried", new, f"from {old}")
        for key in plan.dropped:
            del self.pins[key]
            self.note(who, "record.pins_dropped", key)

    def add(self, who: tuple[str, str], changed: Sequence[Version], *, action: str = "", reason: str = "") -> None:
        """One new revision where there is anything new."""
        if changed:
            self.revision += 1
        for version in changed:
            op = "drop" if version.gone else "put"
            self.versions[version.id] = (*self.versions.get(version.id, ()), (self.revision, version))
            self.announce(op, "record", [version.id])
            self.note(who, action or f"record.{op}", version.id, reason)
