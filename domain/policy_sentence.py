"""Drafts the sentence with which a policy would say what so far only practice shows."""

from __future__ import annotations

from domain.record import Record, Recurrence
from domain.statement import Modality

_VERB = {Modality.OBLIGATION: "must", Modality.PROHIBITION: "must not", Modality.PERMISSION: "may"}


def policy_sentence(record: Record, rule: Record | None) -> str:
    """From the record's fields; where it does not say who does what, its own words stand. Only what the record says is in it."""
    parts = [_norm(record)]
    wanted = [item.value for item in record.scope if item.value.lower() not in parts[0].lower()]
    if wanted:
        parts.append(f"for {_listed(wanted)}")
    parts += [c.text for c in record.conditions if c.text.lower() not in parts[0].lower()]
    if record.recurrence is Recurrence.ONE_OFF:
        parts.append("in this one case")
    if record.valid_from:
        parts.append(f"from {record.valid_from}")
    if record.valid_to:
        parts.append(f"until {record.valid_to}")
    sentence = ", ".join(part.strip(" ,.;") for part in parts if part.strip(" ,.;"))
    said = f"{sentence[:1].upper()}{sentence[1:]}."
    if rule is not None:
        said = f'In departure from "{_bare(rule.said)}": {said}'
    if record.handler and record.handler.lower() not in said.lower():
        said += f" {record.handler} decides."
    return said


def _norm(record: Record) -> str:
    """Who may, must or must not do what."""
    if record.subject and record.action and record.modality:
        return f"{record.subject} {_VERB[record.modality]} {record.action}"
    return _bare(record.said)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".!")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
