"""The register of undocumented exceptions: what everybody knows and no paper says, by the rule that it bends."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.actors import known_actors
from domain.coverage import Hidden, hidden_norm
from domain.policy_sentence import policy_sentence
from domain.record import Documentation, Record, RecordKind, Recurrence, StoredRecord
from service.export import harmless
from service.process_map import papers_of
from service.wiring import App

COLUMNS = (
    "rule", "exception", "effect", "recurrence", "owner", "first seen", "age in days", "occasions", "last seen", "status", "authority",
    "source", "quote", "policy sentence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """``sentence``: what a policy could say in its place."""

    stored: StoredRecord
    hidden: Hidden
    sentence: str

    @property
    def one_off(self) -> bool:
        return self.stored.record.recurrence is Recurrence.ONE_OFF


@dataclass(frozen=True, slots=True)
class Group:
    """``rule``: what they bend; None where no rule was found. Standing ones first, then by how often they were seen."""

    rule: Record | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Register:
    revision: int
    as_of: str
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        return sum(len(group.entries) for group in self.groups)


def exceptions_register(app: App, caller: Caller, *, as_of: str) -> Register:
    """Of what is proposed or approved and holds on the day; the rule with most exceptions first, those without a rule last."""
    caller.need(Scope.READ)
    snapshot = app.snapshot(caller)
    holding = {key: stored for key, stored in snapshot.records.items() if stored.record.governs(as_of)}
    known = known_actors([stored.record for stored in holding.values()])
    papers = papers_of(snapshot.documents)
    found: dict[str, list[Entry]] = defaultdict(list)
    for stored in holding.values():
        record = stored.record
        if record.kind is RecordKind.EXCEPTION and record.documentation is Documentation.UNDOCUMENTED:
            bent = snapshot.records.get(record.overrides or "")
            sentence = policy_sentence(record, bent.record if bent else None)
            found[record.overrides or ""].append(Entry(stored, hidden_norm(record, known, papers, as_of), sentence))
    groups = []
    for rule, entries in found.items():
        ordered = sorted(entries, key=lambda e: (e.one_off, -e.stored.record.occasions, e.stored.record.id))
        bent = snapshot.records.get(rule)
        groups.append(Group(bent.record if bent else None, tuple(ordered)))
    groups.sort(key=lambda g: (g.rule is None, -len(g.entries), g.rule.id if g.rule else ""))
    return Register(snapshot.revision, as_of, tuple(groups))


def register_csv(register: Register) -> str:
    """A cell that a spreadsheet would run as a formula gets a quote before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in _rows(register):
        writer.writerow([harmless(cell) for cell in row])
    return buffer.getvalue()


def register_markdown(register: Register) -> str:
    lines = [f"# Undocumented exceptions on {register.as_of}", "", f"{register.total} in force, at revision {register.revision}.", ""]
    for group in register.groups:
        lines += [f"## {_line(group.rule.statement) if group.rule else 'No rule was found'}", ""]
        for entry in group.entries:
            record, hidden = entry.stored.record, entry.hidden
            citation = record.evidence[0].citation
            lines += [
                f"- **{_line(record.statement)}**",
                f"  - {'once' if entry.one_off else 'standing'}, {record.status.value}; owner: {hidden.owner or 'not known'}; "
                f"seen {record.occasions} times, last {hidden.last_seen or 'not dated'}",
                f"  - > {_line(citation.quote)}",
                f"  - {citation.path}, {citation.place.shown()}",
                f"  - To write it down: {entry.sentence}",
            ]
        lines.append("")
    return "\n".join(lines)


def _rows(register: Register) -> Iterator[tuple[object, ...]]:
    for group in register.groups:
        for entry in group.entries:
            record, hidden = entry.stored.record, entry.hidden
            citation = record.evidence[0].citation
            yield (
                group.rule.statement if group.rule else "", record.statement, record.effect.value if record.effect else "",
                record.recurrence.value, hidden.owner or "", hidden.first_seen or "", "" if hidden.age is None else hidden.age,
                record.occasions, hidden.last_seen or "", record.status.value, record.authority_reason,
                f"{citation.path}, {citation.place.shown()}", citation.quote, entry.sentence,
            )  # fmt: skip


def _line(text: str) -> str:
    return " ".join(text.split())
