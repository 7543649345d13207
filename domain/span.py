"""A half-open stretch of a text, checked at birth so that no later code needs to."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Defect


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``text[start:end]``; offsets count characters (code points) of the canonical text, and a span is never empty.

    Raises:
        Defect: where ``0 <= start < end`` does not hold.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise Defect(f"a span must satisfy 0 <= start < end, got {self.start}:{self.end}")

    def of(self, text: str) -> str:
        """The characters this span covers; raises Defect where the text is too short."""
        if self.end > len(text):
            raise Defect(f"span {self.start}:{self.end} reaches past a text of {len(text)} characters")
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def stripped(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, or None where nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
