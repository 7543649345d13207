"""One transaction's work on one workspace: the numbers it takes, and the audit and outbox rows that go with its changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, insert, select, text, update

from domain.errors import Moved
from store.schema import audit, outbox, workspace

#: Works on both databases; a row that another transaction is adding is waited for.
_FIRST_ROW = text(
    "INSERT INTO workspace (name, revision, reading, entry, sequence) VALUES (:name, 0, 0, 0, 0) ON CONFLICT (name) DO NOTHING"
)


@dataclass(slots=True)
class Unit:
    """``revision`` and ``number_of_readings`` are the workspace's last; ``notes`` and ``changes`` wait for finish().

    ``removed``: something went whose traces in the store's files have to be cleared afterwards.
    """

    connection: Connection
    workspace: str
    actor: str
    at: str
    revision: int
    number_of_readings: int
    entry: int
    sequence: int
    removed: bool = False
    notes: list[dict[str, object]] = field(default_factory=list)
    changes: list[dict[str, object]] = field(default_factory=list)

    @staticmethod
    def begin(connection: Connection, name: str, *, actor: str, at: str) -> Unit:
        """Locks the workspace until the transaction ends; SQLite has locked everything by then."""
        counters = select(workspace.c.revision, workspace.c.reading, workspace.c.entry, workspace.c.sequence)
        query = counters.where(workspace.c.name == name).with_for_update()
        row = connection.execute(query).one_or_none()
        if row is None:
            connection.execute(_FIRST_ROW, {"name": name})
            row = connection.execute(query).one()
        return Unit(connection, name, actor, at, row.revision, row.reading, row.entry, row.sequence)

    def note(self, action: str, target: str, reason: str = "") -> None:
        """An audit row."""
        self.entry += 1
        self.notes.append(
            {
                "workspace": self.workspace,
                "entry": self.entry,
                "revision": self.revision,
                "actor": self.actor,
                "action": action,
                "target": target,
                "at": self.at,
                "reason": reason,
            }
        )

    def unmoved(self, since: int | None) -> None:
        """Raises Moved where sources came, changed or went after an audit entry; None asks for nothing."""
        if since is None:
            return
        later = and_(audit.c.workspace == self.workspace, audit.c.entry > since, audit.c.action.like("source.%"))
        if self.connection.execute(select(audit.c.entry).where(later).limit(1)).first() is not None:
            raise Moved("the sources changed while the records were derived; try again")

    def announce(self, op: str, kind: str, targets: Iterable[str]) -> None:
        """An outbox row for each target."""
        for target in targets:
            self.sequence += 1
            self.changes.append({"workspace": self.workspace, "sequence": self.sequence, "kind": kind, "target": target, "op": op})

    def finish(self) -> None:
        """Writes what waits; there is no change without an audit row, so nothing noted means nothing changed."""
        if not self.notes:
            return
        self.connection.execute(insert(audit), self.notes)
        if self.changes:
            self.connection.execute(insert(outbox), self.changes)
        numbers = {"revision": self.revision, "reading": self.number_of_readings, "entry": self.entry, "sequence": self.sequence}
        marks = {"unscrubbed": self.entry} if self.removed else {}
        self.connection.execute(update(workspace).where(workspace.c.name == self.workspace).values(**numbers, **marks))
