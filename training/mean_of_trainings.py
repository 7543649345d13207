"""Writes the mean of several trainings of the classifier, which tells the held-out companies' exceptions better than each of them.

python -m training.mean_of_trainings STATEMENTS.safetensors STATEMENTS.safetensors ...

Each file has its card (.json) beside it. They began from the same weights, so that their mean is a network about as good as all of them
together and costs what one does (Wortsman et al., "Model soups", 2022).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file

from extract.minilm import MiniLm, packaged_model
from extract.syntax import Syntax
from training.dataset import ROOT, examples_of, rendered
from training.train_statements import evaluate, show, write

if TYPE_CHECKING:
    from torch import Tensor


def mean(trainings: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Raises ValueError where they are not of one shape."""
    first = trainings[0]
    if any(other.keys() != first.keys() for other in trainings):
        raise ValueError("these are trainings of different networks")
    return {name: torch.stack([other[name].float() for other in trainings]).mean(0) for name in first}


def card_of(cards: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of the mean: what any of them learned from. Raises ValueError where one learned from what another holds out."""
    held = cards[0]["held_out"]
    companies = sorted({name for card in cards for name in card["companies"]})
    if any(card["held_out"] != held for card in cards) or set(held) & set(companies):
        raise ValueError("these trainings do not hold out the same companies")
    return {
        "companies": companies,
        "cases": max(card["cases"] for card in cards),
        "contracts": max(card["contracts"] for card in cards),
        "held_out": held,
        "epochs": max(card["epochs"] for card in cards),
        "mean_of": [{"cases": card["cases"], "epochs": card["epochs"], "sha256": card["sha256"]} for card in cards],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trainings", type=Path, nargs="+")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    tuned = mean([load_file(file) for file in options.trainings])
    card = card_of([json.loads(file.with_suffix(".json").read_text()) for file in options.trainings])
    syntax, model, base = Syntax(), MiniLm(), load_file(str(packaged_model().weights))
    folders = [rendered(ROOT / "companies" / name, options.work) for name in card["held_out"]]
    held = [example for folder in folders for example in examples_of(folder, syntax, model)]
    card["evaluation"] = table = evaluate(held, base, tuned)
    show(table)
    write(tuned, card)


if __name__ == "__main__":
    main()
