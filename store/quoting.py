"""Which versions of records rest on a source that is removed, and what is left of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import orjson

from domain.errors import Defect
from domain.record import Record
from store.record_diff import Plan, Version


@dataclass(frozen=True, slots=True)
class Going:
    """What is removed: ids of its documents, of all readings and versions, and their paths."""

    documents: Collection[str]
    paths: Collection[str]

    def carries(self, record: Record) -> bool:
        """Whether any of it is evidence or a near miss of the record."""
        cited = any(item.citation.document_id in self.documents or item.citation.path in self.paths for item in record.evidence)
        return cited or any(near.path in self.paths for near in record.nearest)

    def redacted(self, body: str) -> str | None:
        """A stored body without what is removed: as it was, without near misses from it, or None where its evidence is in it.

        A near miss only shows that a norm was looked for; without it the version still says what it said.
        """
        plain = orjson.loads(body)
        cited = [item["citation"] for item in plain["evidence"]]
        if any(item["document_id"] in self.documents or item["path"] in self.paths for item in cited):
            return None
        nearest = plain.get("nearest", [])
        kept = [near for near in nearest if near["path"] not in self.paths]
        if len(kept) == len(nearest):
            return body
        plain["nearest"] = kept
        if not kept:
            del plain["nearest"]  # as codec leaves out what is at its default
        return orjson.dumps(plain).decode()

    def cleared(self, plan: Plan) -> Plan:
        """The plan without near misses from what is removed: an orphaned record is kept as it was, and so with them."""
        return replace(plan, versions=[self._cleared(version) for version in plan.versions])

    def _cleared(self, version: Version) -> Version:
        if version.body is None:
            return version
        body = self.redacted(version.body)
        if body is None:
            raise Defect(f"record {version.id} is to stay and rests on a source that is removed")
        return replace(version, body=body)
