"""Compares figures with bars and with an earlier run, and says which fell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from domain.errors import InvalidQuestion
from service.evaluation.figures import FORMAT, NAMES, SMALL_IS_GOOD
from service.evaluation.judge import Evaluation
from service.evaluation.trouble import problems_of, refusal


@dataclass(frozen=True)
class Bars:
    """``under``: figure -> the least that is allowed; ``over``: the most. ``drop``: how much worse than the baseline it may be."""

    under: Mapping[str, float] = field(default_factory=dict)
    over: Mapping[str, float] = field(default_factory=dict)
    drop: float | None = None


class _Folder(BaseModel):
    name: str
    digest: str


class Baseline(BaseModel):
    """An earlier --json."""

    format: Literal[1]
    version: str
    figures: dict[str, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]]
    folders: tuple[_Folder, ...]


def bars_of(under: Sequence[str], over: Sequence[str], drop: float | None) -> Bars:
    """From ``NAME=VALUE,NAME=VALUE`` texts; raises InvalidQuestion for a name or value that makes no sense."""
    least, most = _parsed("--fail-under", under), _parsed("--fail-over", over)
    for name in least:
        if name in SMALL_IS_GOOD:
            raise InvalidQuestion(f"{name} is good when it is small: set its bar with --fail-over")
    for name in most:
        if name not in SMALL_IS_GOOD:
            raise InvalidQuestion(f"{name} is good when it is large: set its bar with --fail-under")
    if drop is not None and not 0 <= drop <= 1:
        raise InvalidQuestion("--max-drop is a number from 0 to 1, such as .02")
    return Bars(least, most, drop)


def _parsed(option: str, texts: Sequence[str]) -> dict[str, float]:
    bars: dict[str, float] = {}
    for pair in (part.strip() for text in texts for part in text.split(",") if part.strip()):
        name, _, value = (part.strip() for part in pair.partition("="))
        if name not in NAMES:
            raise InvalidQuestion(f"{option}: there is no figure {name!r}; there are {', '.join(NAMES)}")
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            raise InvalidQuestion(f"{option} is NAME=VALUE with a value from 0 to 1, not {pair!r}")
        bars[name] = number
    return bars


def load_baseline(file: Path) -> Baseline:
    """Raises InvalidQuestion where the file is not what --json writes."""
    data: object = None
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return Baseline.model_validate(data)
    except OSError as error:
        raise InvalidQuestion(f"the baseline {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise refusal(str(file), ["is not UTF-8"]) from error
    except json.JSONDecodeError as error:
        raise refusal(str(file), [f"is no JSON: line {error.lineno}, column {error.colno}"]) from error
    except ValidationError as error:
        raise refusal(f"the baseline {file} is not what --json of format {FORMAT} writes", problems_of(error, data)) from error


def other_gold(baseline: Baseline, evaluations: Sequence[Evaluation]) -> str | None:
    """Says that the two runs were not on the same gold; None where they were."""
    then, present = ({(f.name, f.digest) for f in baseline.folders}, {(e.gold.name, e.gold.digest) for e in evaluations})
    if then == present:
        return None
    changed = sorted({name for name, _ in then ^ present})
    return f"the baseline was made on other gold ({', '.join(changed)}): what fell may have been the gold"


def fallen(figures: Mapping[str, float], bars: Bars, baseline: Baseline | None) -> list[str]:
    """One line for each figure that is worse than allowed, in the order of NAMES; empty: the gate is passed."""
    lines = [*_beyond(figures, bars)]
    if baseline is not None and bars.drop is not None:
        lines += _dropped(figures, baseline.figures, bars.drop)
    order = {name: at for at, name in enumerate(NAMES)}
    return [line for _, line in sorted(lines, key=lambda pair: order[pair[0]])]


def _beyond(figures: Mapping[str, float], bars: Bars) -> Iterator[tuple[str, str]]:
    for name in {**bars.under, **bars.over}:
        value = figures.get(name)
        if value is None:
            yield name, f"{name} has a bar and was not measured: this gold says nothing about it"
        elif value < bars.under.get(name, 0.0):
            yield name, f"{name} is {value:.3f}, below its bar of {bars.under[name]:g}"
        elif value > bars.over.get(name, 1.0):
            yield name, f"{name} is {value:.3f}, above its bar of {bars.over[name]:g}"


def _dropped(figures: Mapping[str, float], before: Mapping[str, float], drop: float) -> Iterator[tuple[str, str]]:
    for name in NAMES:
        if name not in before:
            continue
        if name not in figures:
            yield name, f"{name} was {before[name]:.3f} in the baseline and is not measured any more"
        elif worsening(name, before[name], figures[name]) > drop:
            verb = "rose" if name in SMALL_IS_GOOD else "fell"
            yield name, f"{name} {verb} from {before[name]:.3f} to {figures[name]:.3f}, by more than {drop:g}"


def worsening(name: str, before: float, value: float) -> float:
    """How much worse it became; negative where it is better."""
    return round((value - before) if name in SMALL_IS_GOOD else (before - value), 6)
