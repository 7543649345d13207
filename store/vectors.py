"""Embeddings as the blobs they are stored in: little-endian float32, four bytes a dimension."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

from domain.ports import Vector

_SWAP = sys.byteorder == "big"


def pack(vector: Sequence[float]) -> bytes:
    """A database moves between machines, so the byte order is fixed."""
    values = array("f", vector)
    if _SWAP:
        values.byteswap()
    return values.tobytes()


def unpack(blob: bytes) -> Vector:
    values = array("f")
    values.frombytes(blob)
    if _SWAP:
        values.byteswap()
    return tuple(values)


def rounded(vector: Sequence[float]) -> Vector:
    """What comes back after storing: each number as its nearest float32."""
    return tuple(array("f", vector))
