"""The names and ids of a point in Qdrant, the same in process and on a server."""

from __future__ import annotations

from uuid import UUID, uuid5

from store.bm25 import SETTINGS

DENSE = "dense"
SPARSE = "bm25"

#: Fields of a point's payload: what is filtered by, and the ledger's id.
WORKSPACE = "workspace"
KIND = "kind"
TOKENS = "tokens"
ID = "id"

#: Size of an embedding (all-MiniLM-L6-v2).
DIMENSIONS = 384

#: Changes with anything that makes old points unfit for new queries; an index with another one is built anew.
LAYOUT = f"1, {DENSE} {DIMENSIONS} cosine, {SETTINGS}"

# uuid5(NAMESPACE_URL, "groundrule"), written out so that it can never change.
_NAMESPACE = UUID("225c8cb8-0eb7-5fe0-985a-13e18450dc3a")


def point_id(workspace: str, key: str) -> UUID:
    """Two workspaces may hold the same papers, whose passages then have the same ids: the workspace is part of the point's."""
    return uuid5(_NAMESPACE, f"{len(workspace)}:{workspace}/{key}")


def position_id(workspace: str) -> UUID:
    """The point of a server's collection that remembers how far a workspace was followed."""
    return uuid5(_NAMESPACE, f"position of {workspace}")
