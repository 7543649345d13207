"""How far each workspace was followed, in a file beside an embedded index; replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import orjson


def read_positions(path: Path, layout: str) -> dict[str, int] | None:
    """Workspace to sequence; None where there is no file, a damaged one or one of another layout: then the points count for nothing."""
    try:
        kept = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    if not isinstance(kept, dict) or kept.get("layout") != layout:
        return None
    return {str(workspace): int(position) for workspace, position in kept["positions"].items()}


def write_positions(path: Path, layout: str, positions: Mapping[str, int]) -> None:
    """To the disk before it gets its name, and the name before this returns."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(orjson.dumps({"layout": layout, "positions": dict(sorted(positions.items()))}))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
