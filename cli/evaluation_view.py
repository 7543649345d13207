"""Shows an evaluation in a terminal: one table of figures for each folder, the mean beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.console import clean
from cli.ingesting import counted

if TYPE_CHECKING:
    from service.evaluation.gate import Baseline
    from service.evaluation.judge import Evaluation

_NAME, _COLUMN = 36, 11


def show_evaluations(done: Sequence[Evaluation], before: Baseline | None) -> None:
    for line in _lines(done, before):
        print(line)


def _lines(done: Sequence[Evaluation], before: Baseline | None) -> Iterator[str]:
    from service.evaluation.figures import NAMES, SMALL_IS_GOOD, figures_of, mean_figures
    from service.evaluation.gate import worsening

    each = [figures_of(one) for one in done]
    mean = mean_figures(each)
    for one in done:
        yield _about(one)
    heads = [clean(one.gold.name)[: _COLUMN - 1] for one in done] + (["mean"] if len(done) > 1 else [])
    yield ""
    yield _row("figure", [*heads, *(["before", "change"] if before else [])])
    for name in NAMES:
        if name not in mean:
            continue
        cells = [_figure(figures.get(name)) for figures in each] + ([_figure(mean[name])] if len(done) > 1 else [])
        if before:
            then = before.figures.get(name)
            worse = then is not None and worsening(name, then, mean[name]) > 0
            cells += [_figure(then), "-" if then is None else f"{mean[name] - then:+.3f}{' !' if worse else ''}"]
        yield _row(f"{name}{' (less is better)' if name in SMALL_IS_GOOD else ''}", cells)


def _about(one: Evaluation) -> str:
    gold, scores = one.gold, one.records
    cases = f", {counted(len(gold.cases), 'case')}" if gold.cases else ""
    marked = f"{counted(len(gold.records), 'record')} and {counted(len(gold.decoys), 'decoy')} marked{cases}"
    by_sort = ", ".join(f"{share.right} {clean(why)}" for why, share in scores.decoys_taken.items() if share.right)
    taken = f"{counted(scores.taken, 'decoy')} taken" + (f" ({by_sort})" if by_sort else "")
    found = f"{counted(scores.records, 'record')} found, {taken}, {counted(scores.duplicates, 'duplicate')}"
    return f"{clean(gold.name)}: {counted(one.files, 'file')}, {marked}; {found}."


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:<{_NAME}}{''.join(f'{cell:>{_COLUMN}}' for cell in cells)}".rstrip()


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def show_misses(done: Sequence[Evaluation]) -> None:
    for one in done:
        for miss in one.misses:
            beside = f" ({clean(miss.note)})" if miss.note else ""
            print(f"\n{clean(one.gold.name)}: {miss.sort} {miss.kind} {clean(miss.id)}{beside}: {clean(miss.statement)}")
            print(f"    {clean(', '.join(part for part in (miss.path, miss.place) if part))}: “{clean(miss.quote)}”")
