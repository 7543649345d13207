"""Says where a gold folder is wrong: the file, the item, its id and the field, in words a person can act on."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from domain.errors import InvalidQuestion

#: So many problems are told at once; the rest is counted.
TOLD = 8
#: Characters of a wrong value that are shown.
SHOWN = 60


def refusal(file: str, problems: Sequence[str]) -> InvalidQuestion:
    """One error for all that is wrong with a file."""
    more = f"; and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
    return InvalidQuestion(f"{file}: {'; '.join(problems[:TOLD])}{more}")


def problems_of(error: ValidationError, data: object) -> list[str]:
    """``records[12] (r13).modality: should be ...``, each place once; ``data``: what was validated."""
    told: dict[str, str] = {}
    for one in error.errors():
        place = place_of(one["loc"], data)
        told.setdefault(place, f"{place}: {_reason(one['type'], one['msg'], one['input'])}")
    return list(told.values())


def place_of(loc: Sequence[str | int], data: object) -> str:
    """Follows the location into the data as far as it goes; what pydantic adds beyond that (members of a union) is left out."""
    place = ""
    for at, step in enumerate(loc):
        if isinstance(step, int):
            if not isinstance(data, list) or step >= len(data):
                break
            data = data[step]
            place += f"[{step}]"
            if isinstance(data, dict) and isinstance(data.get("id"), str):
                place += f" ({data['id'][:SHOWN]})"
            continue
        if not isinstance(data, dict) or (step not in data and at < len(loc) - 1):
            break
        data = data.get(step)
        place += f".{step}" if place else step
    return place or "the whole"


def _reason(kind: str, message: str, value: object) -> str:
    if kind == "missing":
        return "is missing"
    given = repr(value)
    given = given if len(given) <= SHOWN else f"{given[:SHOWN]}..."
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return f"{message}, not {given}"
