"""Cases in the ledger's twin in memory."""

from __future__ import annotations

from collections.abc import Collection

from domain.case import Case, CaseFilter, CaseState
from domain.errors import NotFound
from store.case_rows import check_open
from store.memory_room import Room


def open_case(room: Room, who: tuple[str, str], case: Case) -> tuple[Case, bool]:
    same = [it for it in room.cases.values() if (it.opener, it.fingerprint) == (case.opener, case.fingerprint)]
    there = next((it for it in same if it.state is CaseState.OPEN), None)
    if there is not None:
        return there, False
    made = case.numbered(len(same), len(room.audit) + 1)
    room.note(who, "case.opened", made.id)
    room.cases[made.id] = made
    return made, True


def end_case(room: Room, who: tuple[str, str], case: Case, seen: int) -> Case:
    check_open(one_case(room, case.id), seen)
    room.cases[case.id] = case
    room.note(who, f"case.{case.state.value}", case.id)
    return case


def one_case(room: Room, case_id: str) -> Case:
    case = room.cases.get(case_id)
    if case is None:
        raise NotFound(f"there is no case {case_id}")
    return case


def cases(room: Room, wanted: CaseFilter) -> list[Case]:
    found = [case for case in room.cases.values() if wanted.takes(case)]
    return sorted(found, key=lambda case: -case.number)[: wanted.limit]


def forget(room: Room, who: tuple[str, str], paths: Collection[str], records: Collection[str]) -> None:
    for key, case in sorted(room.cases.items()):
        left = case.without(paths, records)
        if left != case:
            room.cases[key] = left
            room.note(who, "case.redacted", key)
