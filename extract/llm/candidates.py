"""Which sentences of a document a language model is asked about, in windows of neighbours with what stands around them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document
from domain.passage import Passage
from domain.span import Span, stripped
from domain.statement import Statement
from extract.windows import ALONE, Talk, aside_of

#: Sentences in question with at most so many pieces between them share a window.
APART = 3
#: So many pieces before and after are shown for the context.
MARGIN = 2
#: A window asks about at most so many sentences, of so many characters together.
MOST, LONGEST = 6, 3_000
#: Characters shown of one sentence, of one piece around it, of the message that is answered (its end), and of the answer (its beginning).
SENTENCE, AROUND, ANSWERED, ANSWER = 1_500, 300, 600, 300


@dataclass(frozen=True, slots=True)
class Band:
    """Between which likelihoods the network counts as unsure; both ends are inside."""

    low: float
    high: float

    def holds(self, likelihood: float) -> bool:
        return self.low <= likelihood <= self.high


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in question with its number from 1, or with none what stands around it.

    ``under``: heading and lead-in, where they change.
    """

    text: str
    number: int | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One window, and so one call: ``asked[n - 1]`` is the statement whose line has the number ``n``.

    ``role``: inside where one of the organisation's own people or papers speaks, else outside. ``talk``: the message answered and the one
    that answers, as far as they are shown.
    """

    document: Document
    role: str
    talk: Talk
    lines: tuple[Line, ...]
    asked: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    under: str
    statement: Statement | None


def in_question(statement: Statement, band: Band) -> bool:
    """Whether it may be a norm and the network is unsure of that, or believes it and half believes that it is a decoy.

    What it is sure of, one way or the other, is not asked: neither a norm above the band nor a decoy above it.
    """
    belief = statement.likelihood
    norm = max(belief.rule, belief.exception, belief.handoff)
    return belief.decoy <= band.high and norm >= band.low and (norm <= band.high or belief.decoy >= band.low)


def candidates(
    document: Document, passages: Iterable[Passage], statements: Iterable[Statement], band: Band, talk: Talk = ALONE
) -> list[Candidate]:
    """The windows of a document, of these its passages and statements, in reading order; no statement is asked about in two."""
    pieces = _pieces(document, passages, statements)
    at = [i for i, piece in enumerate(pieces) if piece.statement is not None and in_question(piece.statement, band)]
    shown = _shown(document, talk)
    return [_candidate(document, shown, pieces, group) for group in _groups(pieces, at)]


def _pieces(document: Document, passages: Iterable[Passage], statements: Iterable[Statement]) -> list[_Piece]:
    """Every statement of the document, and the text between them as far as it can be cited."""
    mine = deque(sorted(statements, key=lambda s: s.citation.span))
    pieces: list[_Piece] = []
    for passage in sorted((p for p in passages if p.kind in EVIDENCE_BLOCKS), key=lambda p: p.span):
        under = _under(passage)
        at = passage.span.start
        while mine and mine[0].citation.span.start < passage.span.end:
            statement = mine.popleft()
            span = statement.citation.span
            if span.start >= at and passage.span.contains(span):
                pieces += _between(document.text, at, span.start, under)
                pieces.append(_Piece(span, under, statement))
                at = span.end
        pieces += _between(document.text, at, passage.span.end, under)
    return pieces


def _between(text: str, start: int, end: int, under: str) -> list[_Piece]:
    span = stripped(text, start, end)
    return [] if span is None else [_Piece(span, under, None)]


def _under(passage: Passage) -> str:
    return shortened(aside_of(passage), AROUND)


def _shown(document: Document, talk: Talk) -> Talk:
    """Where the message answered is not at hand, what the mail quotes of it stands for it."""
    before = " ".join((talk.before or " ".join(b.span.of(document.text) for b in document.blocks if b.kind is BlockKind.QUOTED)).split())
    if len(before) > ANSWERED:
        before = f"… {before[2 - ANSWERED :].lstrip()}"
    return Talk(before, shortened(talk.after, ANSWER))


def _groups(pieces: Sequence[_Piece], at: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    size = 0
    for i in at:
        length = min(pieces[i].span.end - pieces[i].span.start, SENTENCE)
        if groups and i - groups[-1][-1] <= APART + 1 and len(groups[-1]) < MOST and size + length <= LONGEST:
            groups[-1].append(i)
            size += length
        else:
            groups.append([i])
            size = length
    return groups


def _candidate(document: Document, talk: Talk, pieces: Sequence[_Piece], group: Sequence[int]) -> Candidate:
    lines: list[Line] = []
    asked: list[Statement] = []
    shown = None
    for i in range(max(group[0] - MARGIN, 0), min(group[-1] + MARGIN + 1, len(pieces))):
        piece = pieces[i]
        under = piece.under if piece.under != shown else ""
        shown = piece.under
        number = None
        if i in group and piece.statement is not None:
            asked.append(piece.statement)
            number = len(asked)
        lines.append(Line(shortened(piece.span.of(document.text), AROUND if number is None else SENTENCE), number, under))
    role = "inside" if all(statement.insider for statement in asked) else "outside"
    return Candidate(document, role, talk, tuple(lines), tuple(asked))


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"
