"""Who may see which source: what the ledger keeps of it, as a protocol of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from domain.ids import content_id

#: What a removed path is called by: its labels stay, so that what is left of it, such as ids in the changes, stays hidden.
REMOVED = "removed:"


def removed_name(path: str) -> str:
    return REMOVED + content_id("path", path)


@dataclass(frozen=True, slots=True)
class Labelling:
    """``paths`` get the labels ``add`` and lose ``remove``; a label in both is lost."""

    paths: frozenset[str]
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


class SourceLabels(Protocol):
    """A path without labels is seen by everybody in the workspace; one with labels by those who may read all of them."""

    def labels(self, workspace: str) -> dict[str, frozenset[str]]:
        """By path, of those that have any; a path may have labels before it has a source, and keeps them with each new version.

        Those of a removed path are under its removed_name.
        """

    def label_sources(self, workspace: str, labelling: Labelling, *, actor: str, at: str) -> Collection[str]:
        """The paths whose labels changed, each with its audit row, and one outbox line; no other row where none did."""
