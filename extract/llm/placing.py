"""Finds the model's quotes and values in the sentences themselves; what cannot be found there counts for nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.quantities import values_in
from domain.statement import Modality, SpeechAct, Statement
from domain.value import Value, ValueKind
from extract.llm.candidates import Candidate
from extract.llm.reply import Item, Reply
from extract.llm.verdict import Kind, Verdict

#: A quote of fewer words must be the whole sentence: less points at nothing.
FEWEST_WORDS = 3
#: A handler has at most so many characters.
LONGEST_HANDLER = 80

_QUOTES = dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")

#: What stands between the parts of one word or number.
_JOINING = "-'.,:/"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with its spelling variants folded; ``text[i]`` stands for the original's characters from ``starts[i]`` to ``ends[i]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def folded(text: str) -> Folded:
    """One form for typographic and plain quotes and dashes, ligatures, composed letters and runs of white space; invisible characters go.

    Letters, digits and case stay: a quote that differs in one of these is another quote.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        plain = "".join(_QUOTES.get(c, c) for c in unicodedata.normalize("NFKC", text[start:end]) if unicodedata.category(c) != "Cf")
        for char in plain:
            if char.isspace() and out and out[-1] == " ":
                ends[-1] = end
                continue
            out.append(" " if char.isspace() else char)
            starts.append(start)
            ends.append(end)
    return Folded("".join(out), tuple(starts), tuple(ends))


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    """Each character with the marks that combine with it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, at
            start = at


def placed(quote: str, text: str) -> tuple[int, int] | None:
    """Offsets in ``text`` of what the quote says verbatim, whole words only; None where it says something else."""
    wanted, source = folded(quote).text.strip(), folded(text)
    at = source.text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if not _inside_a_word(source.text, at) and not _inside_a_word(source.text, end):
            return source.starts[at], source.ends[end - 1]
        at = source.text.find(wanted, at + 1)
    return None


def _inside_a_word(text: str, at: int) -> bool:
    """Also inside "non-payment" and "3.40"."""
    if not 0 < at < len(text):
        return False
    joined = text[at - 1].isalnum() and text[at].isalnum()
    before = text[at - 1] in _JOINING and at > 1 and text[at - 2].isalnum() and text[at].isalnum()
    after = text[at] in _JOINING and at + 1 < len(text) and text[at - 1].isalnum() and text[at + 1].isalnum()
    return joined or before or after


@dataclass(slots=True)
class _Said:
    """What the items say of one sentence, in their order."""

    kinds: list[Kind]
    items: list[Item]


def verdicts(candidate: Candidate, reply: Reply) -> tuple[tuple[Verdict, ...], Counter[str]]:
    """The verdict on each sentence of which the reply says something that can be placed, and what was dropped, counted by its reason.

    These drop an item: ``sentences`` (numbers that are not in the window), ``quote`` (not in these sentences, or too short), ``value`` (a
    quantity that is not in the sentences quoted), ``contradiction`` (norm and decoy at once). These drop a field: ``not a quantity``,
    ``handler``.
    """
    dropped: Counter[str] = Counter()
    said: dict[int, _Said] = {}
    for item in reply.items:
        wrong, numbers = _sentences(candidate, item)
        if wrong:
            dropped[wrong] += 1
            continue
        dropped["not a quantity"] += sum(not values_in(value) for value in item.values)
        for number in numbers:
            one = said.setdefault(number, _Said([], []))
            one.kinds.append(Kind(item.kind))
            one.items.append(item)
    found = []
    for number in sorted(said):
        verdict = _verdict(number, candidate.asked[number - 1], said[number], dropped)
        if verdict is not None:
            found.append(verdict)
    return tuple(found), +dropped


def _sentences(candidate: Candidate, item: Item) -> tuple[str, list[int]]:
    """Why the item is dropped, or "" and the numbers of the sentences in which its quote stands."""
    numbers = sorted(set(item.sentences))
    if not numbers or numbers[0] < 1 or numbers[-1] > len(candidate.asked):
        return "sentences", []
    quoted = _quoted(candidate, item.quote, numbers)
    if not quoted:
        return "quote", []
    there = {_figure(value) for n in quoted for value in values_in(candidate.asked[n - 1].citation.quote)}
    if any(_figure(value) not in there for text in item.values for value in values_in(text)):
        return "value", []
    return "", quoted


def _figure(value: Value) -> tuple[ValueKind, str | float, str]:
    return value.kind, value.value, value.unit


def _quoted(candidate: Candidate, quote: str, numbers: Sequence[int]) -> list[int]:
    """Those of the sentences that hold the quote, or the neighbouring ones over which it runs."""
    alone = [n for n in numbers if _holds(candidate.asked[n - 1].citation.quote, quote)]
    if alone or len(numbers) < 2:
        return alone
    first, last = candidate.asked[numbers[0] - 1].citation.span, candidate.asked[numbers[-1] - 1].citation.span
    where = placed(quote, candidate.document.text[first.start : last.end])
    if where is None:
        return []
    start, end = first.start + where[0], first.start + where[1]
    spans = {n: candidate.asked[n - 1].citation.span for n in numbers}
    over = [n for n, span in spans.items() if span.start < end and start < span.end]
    # Nothing but white space may lie between them: what the document says there was not named, and may not be citable.
    text, covered = candidate.document.text, start
    for n in over:
        if text[covered : max(spans[n].start, covered)].strip():
            return []
        covered = spans[n].end
    return over if not text[covered : max(end, covered)].strip() else []


def _holds(text: str, quote: str) -> bool:
    where = placed(quote, text)
    return where is not None and (len(quote.split()) >= FEWEST_WORDS or not any(c.isalnum() for c in text[: where[0]] + text[where[1] :]))


def _verdict(number: int, statement: Statement, said: _Said, dropped: Counter[str]) -> Verdict | None:
    kinds: set[Kind] = {kind for kind in said.kinds if kind is not Kind.NONE} or {Kind.NONE}
    norms = kinds - {Kind.DECOY, Kind.NONE}
    if norms and Kind.DECOY in kinds:
        dropped["contradiction"] += len(said.items)
        return None
    first = next((item for item, kind in zip(said.items, said.kinds, strict=True) if kind in norms), said.items[0])
    return Verdict(
        number,
        tuple(kind for kind in Kind if kind in kinds),
        SpeechAct(first.speech_act),
        Modality(first.modality) if first.modality and norms else None,
        first.recurrence == "one_off" if first.recurrence and norms else None,
        _handler(statement.citation.quote, said.items, dropped),
    )


def _handler(text: str, items: Iterable[Item], dropped: Counter[str]) -> tuple[int, int] | None:
    for item in items:
        name = (item.handler or "").strip()
        if not name:
            continue
        where = placed(name, text) if len(name) <= LONGEST_HANDLER and any(c.isalpha() for c in name) else None
        if where is not None:
            return where
        dropped["handler"] += 1
    return None
