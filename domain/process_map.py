"""Draws the map of processes from the records that hold on a day; nothing is on it that no record states."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domain.actors import is_actor, key_of, known_actors
from domain.grouping import Grouping, Groups
from domain.ids import content_id
from domain.process import OTHER, Bound, Owner, Paper, Passing, Process, ProcessMap, Step, Unplaced
from domain.record import Record, RecordKind
from domain.statement import Modality

Key = frozenset[str]
#: Where more handoffs than this could be the next, no record says which is.
FEW = 10


def process_map(records: Iterable[Record], papers: Mapping[str, Paper]) -> ProcessMap:
    """``records``: those that govern on the day, in any order. ``papers``: by document id; what is not in there names nothing."""
    held = {record.id: record for record in sorted(records, key=lambda r: r.id)}
    known = known_actors(held.values())
    grouping = Grouping(held, papers, known)
    groups = grouping.groups()
    bending: dict[str, list[Record]] = defaultdict(list)
    members: dict[str, list[Record]] = defaultdict(list)
    for record in held.values():
        root = grouping.root_of(record)
        if record.id in groups.left:
            continue
        if root is None:
            members[groups.of[record.id]].append(record)
        else:
            bending[root.id].append(record)
    names = _names(members, groups)
    made = [_process(key, names[key], members[key], bending, known, papers) for key in members]
    made.sort(key=lambda p: (p.id == OTHER, p.name.casefold(), p.id))
    unplaced = tuple(Unplaced(held[key], groups.left[key]) for key in sorted(groups.left))
    return ProcessMap(tuple(made), unplaced)


def _names(members: Mapping[str, Sequence[Record]], groups: Groups) -> dict[str, str]:
    """Process id -> name; what two papers call alike is told apart by the paper's title."""
    names = {}
    for key, records in members.items():
        if key == OTHER:
            names[key] = "Other"
        elif key in groups.named:
            names[key] = groups.named[key].heading
        else:
            first = next(r for r in records if r.kind is RecordKind.HANDOFF)
            names[key] = f"{first.artifact if key_of(first.artifact) else 'Handoff'}: {first.sender} to {first.receiver}"
    taken = Counter(names.values())
    return {
        key: f"{name} ({groups.named[key].title})" if taken[name] > 1 and key in groups.named and groups.named[key].title != name else name
        for key, name in names.items()
    }


def _process(
    key: str,
    name: str,
    members: Sequence[Record],
    bending: Mapping[str, Sequence[Record]],
    known: frozenset[Key],
    papers: Mapping[str, Paper],
) -> Process:
    steps, rules, loose = [], [], []
    passed = [record for record in members if record.kind is RecordKind.HANDOFF]
    for record in members:
        bent = tuple(bending.get(record.id, ()))
        if record.kind is RecordKind.EXCEPTION:
            loose += [record, *bent]
        elif record.kind is RecordKind.RULE and record.modality is not Modality.PROHIBITION and is_actor(record.subject, known):
            assert record.subject is not None
            step = content_id("step", record.id)
            steps.append(Step(step, record.subject, record.action or record.said, record, bent))
        elif record.kind is RecordKind.RULE:
            rules.append(Bound(record, bent))
    begin = _ends_by_thing(passed)
    handoffs = tuple(Passing(r, tuple(bending.get(r.id, ())), _onward(r, begin)) for r in passed)
    every = [*members, *(one for record in members for one in bending.get(record.id, ()))]
    return Process(
        key,
        name,
        _papers(members, papers),
        _actors([*(step.actor for step in steps), *(end for r in passed for end in (r.sender, r.receiver) if end)]),
        _owners(every, known),
        tuple(sorted(steps, key=lambda s: s.record.id)),
        handoffs,
        tuple(rules),
        tuple(sorted(loose, key=lambda r: r.id)),
    )


def _ends_by_thing(passed: Iterable[Record]) -> dict[tuple[Key, Key], list[str]]:
    """(sender, artifact) -> ids of the handoffs that begin with them."""
    found: dict[tuple[Key, Key], list[str]] = defaultdict(list)
    for record in passed:
        found[key_of(record.sender), key_of(record.artifact)].append(record.id)
    return found


def _onward(record: Record, begin: Mapping[tuple[Key, Key], list[str]]) -> tuple[str, ...]:
    """That one thing goes on from where it came to is said by the two together; anything more would be guessed."""
    thing = key_of(record.artifact)
    next_ones = [key for key in begin.get((key_of(record.receiver), thing), ()) if key != record.id] if thing else []
    return tuple(next_ones) if len(next_ones) <= FEW else ()


def _papers(members: Iterable[Record], papers: Mapping[str, Paper]) -> tuple[str, ...]:
    cited = (papers.get(evidence.citation.document_id) for record in members for evidence in record.evidence)
    return tuple(sorted({paper.title for paper in cited if paper is not None and paper.names and paper.title}))


def _actors(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, as it is written most often."""
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    for name in names:
        written[key_of(name)][name] += 1
    return tuple(sorted((shown(counts) for counts in written.values()), key=str.casefold))


def shown(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def _owners(records: Iterable[Record], known: frozenset[Key]) -> tuple[Owner, ...]:
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    behind: dict[Key, set[str]] = defaultdict(set)
    for record in records:
        if record.handler is not None and is_actor(record.handler, known):
            written[key_of(record.handler)][record.handler] += 1
            behind[key_of(record.handler)].add(record.id)
    owners = [Owner(shown(counts), tuple(sorted(behind[key]))) for key, counts in written.items()]
    return tuple(sorted(owners, key=lambda o: (o.who.casefold(), o.records)))
