"""How alike two statements are: by meaning, by words, by numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.record import Record
from domain.statement import Modality, Statement
from domain.value import Value, ValueKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


#: Rows of cosines that are worked out at a time: 20 MB at 20,000 statements.
ROWS = 256
_NOTHING = (0.0,) * 384


def matrix(vectors: Sequence[Sequence[float]]) -> Floats:
    """Shape: statements x 384; an empty vector becomes zeros, which is like nothing."""
    import numpy as np

    numbers = array("f")  # takes a tuple in a third of the time that numpy does
    for vector in vectors:
        numbers.extend(vector or _NOTHING)
    return np.frombuffer(numbers, np.float32).reshape(len(vectors), 384)


def as_topic(vector: Floats) -> bytes:
    """A vector's direction as a statement keeps it: a byte a number, the largest being 127."""
    import numpy as np

    return np.round(vector * (127.0 / max(float(np.abs(vector).max()), 1e-9))).astype(np.int8).tobytes()


def topics(told: Sequence[Statement | Record]) -> Floats:
    """Shape: statements or records x 384, at unit length; where one has no topic its vector stands for it."""
    import numpy as np

    rows = [np.frombuffer(s.topic, np.int8).astype(np.float32) if s.topic else matrix([s.vector])[0] for s in told]
    found = np.asarray(rows, np.float32).reshape(len(rows), 384)
    unit: Floats = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return unit


def cosines(rows: Floats, columns: Floats) -> Iterator[Floats]:
    """For each row its cosine with every column, in turn: never the whole matrix at once."""
    for start in range(0, len(rows), ROWS):
        yield from rows[start : start + ROWS] @ columns.T


def embeddings(told: Sequence[Statement | Record]) -> Floats:
    """Shape: statements or records x 384."""
    return matrix([s.vector for s in told])


def alike(rows: Sequence[Statement], columns: Sequence[Statement]) -> Iterator[Floats]:
    """For each row the cosines of its embedding with every column's."""
    return cosines(embeddings(rows), embeddings(columns))


def about_alike(rows: Sequence[Statement], columns: Sequence[Statement]) -> Iterator[Floats]:
    """The same of their topics."""
    return cosines(topics(rows), topics(columns))


def quantities(statement: Statement) -> frozenset[tuple[str, str, str]]:
    return frozenset(_quantity(value) for value in statement.values if value.kind is not ValueKind.DATE)


def _quantity(value: Value) -> tuple[str, str, str]:
    unit = value.unit if value.kind in (ValueKind.MONEY, ValueKind.DURATION) else ""
    return value.kind.value, str(value.value), unit


def compatible(a: Statement, b: Statement) -> bool:
    """Whether one norm could have been said in both ways: no differing quantities, names or direction."""
    first, second = quantities(a), quantities(b)
    if first and second and not (first <= second or second <= first):
        return False
    if (a.modality is Modality.PERMISSION) != (b.modality is Modality.PERMISSION):
        return False
    mine, theirs = ({item.value.lower() for item in s.scope} for s in (a, b))
    return not mine or not theirs or any(x in y or y in x for x in mine for y in theirs)
