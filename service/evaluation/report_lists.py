"""The report's long lists: cases that went wrong, misses with their quotes, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from service.evaluation.judge import Evaluation
from service.evaluation.markup import element
from service.evaluation.misses import Miss

#: A longer list of misses starts folded.
OPEN = 30

_SORTS = {
    "missed": "Missed: in the gold, matched by no record",
    "decoy": "Decoys taken for a norm",
    "spurious": "Spurious: records that match nothing in the gold",
    "duplicate": "Duplicates: records of a gold record that another one matches better",
}


def wrong_cases(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    told = [(one, one.cases) for one in evaluations if one.cases is not None]
    if not told:
        return
    yield element("h2", "Cases that went wrong")
    for one, cases in told:
        yield element("h3", f"{one.gold.name}: {len(cases.wrong)} of {len(one.gold.cases)}")
        heads = ("case", "task", "should decide", "came first", "verdict wanted", "given")
        rows = [element("tr", *(element("th", head) for head in heads))]
        for wrong in cases.wrong:
            wanted, first = ", ".join(wrong.wanted) or "nothing", ", ".join(wrong.first) or "nothing of the gold"
            cells = (wrong.id, wrong.task, wanted, first, wrong.wanted_verdict.replace("_", " "), wrong.verdict.replace("_", " "))
            rows.append(element("tr", *(element("td", cell) for cell in cells)))
        yield element("div", element("table", *rows), class_="wide")


def miss_lists(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    yield element("h2", "Misses")
    for one in evaluations:
        yield element("h3", one.gold.name)
        for sort, title in _SORTS.items():
            these = [miss for miss in one.misses if miss.sort == sort]
            if these:
                folded = element("details", element("summary", f"{title} ({len(these)})"), *map(_miss, these))
                if len(these) <= OPEN:
                    folded.set("open", "open")
                yield folded


def _miss(miss: Miss) -> Element:
    sure = f"confidence {miss.confidence:.2f}" if miss.confidence is not None else None
    where = ", ".join(part for part in (miss.path, miss.place) if part)
    beside = "; ".join(part for part in (miss.note, sure) if part)
    return element(
        "article",
        element("p", element("span", miss.kind, class_="tag"), element("code", miss.id), f", {beside}" if beside else ""),
        element("p", miss.statement) if miss.statement != miss.quote else None,
        element("blockquote", miss.quote),
        element("p", where, class_="note"),
    )


def notes(evaluations: Sequence[Evaluation]) -> Iterator[Element]:
    lines = [f"{one.gold.name}: {line}" for one in evaluations for line in one.notes]
    lines += [f"{one.gold.name}: refused {refusal.path}: {refusal.reason}" for one in evaluations for refusal in one.refused]
    if lines:
        yield element("h2", "Notes")
        yield element("ul", *(element("li", line) for line in lines))
