"""Tunes the classifier of statements on the authored companies and cases, with some companies held out, and writes its weights.

python -m training.train_statements [--epochs N] [--contracts CUAD_DIR] [--hold-out SLUG ...] [--authors NAME ...]

Without --contracts nothing is learned from real contracts; the card says so.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from extract.labels import Label
from extract.minilm import WIDTH, MiniLm, packaged_model
from extract.syntax import Syntax
from training.case_examples import examples_of_case
from training.cases import cases
from training.contract_examples import examples_of_contracts
from training.dataset import ROOT, Example, examples_of, rendered
from training.descent import descend
from training.network import LAYERS, batch_of, embedded, logits

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = ROOT.parent / "extract" / "weights"
BATCH, RATE, HEAD_RATE, DROPOUT, SEED = 8, 1e-4, 2e-3, 0.1, 20261126
DECAY = 0.85  # each layer learns so much slower than the one above it
#: Rarer answers weigh more in the loss.
POSITIVE_WEIGHT = {Label.EXCEPTION: 2.0, Label.HANDOFF: 2.0, Label.DECOY: 2.0, Label.ONE_OFF: 2.0}
NORMS = (Label.RULE, Label.EXCEPTION, Label.HANDOFF, Label.DECOY)


def collate(batch: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, mask, pooling and labels (-1 where there is no question) of a batch."""
    ids, blocked, pool = batch_of([example.window for example in batch])
    labels = torch.full((len(batch), pool.shape[1], len(Label)), -1.0)
    for row, example in enumerate(batch):
        labels[row, : len(example.labels)] = torch.tensor(example.labels)
    return ids, blocked, pool, labels


def fresh(base: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The packaged layers and an empty head, ready to learn."""
    generator = torch.Generator().manual_seed(SEED)
    tuned = {name: t.clone() for name, t in base.items() if name.startswith("encoder.layer.")}
    tuned["head.weight"] = torch.randn(len(Label), WIDTH, generator=generator) * 0.02
    tuned["head.bias"] = torch.zeros(len(Label))
    for tensor in tuned.values():
        tensor.requires_grad_(True)
    return tuned


def paces(tuned: Mapping[str, Tensor]) -> list[dict[str, object]]:
    """What learns how fast: the head fastest, then the layers from the highest down."""
    layers = [
        {"params": [t for name, t in tuned.items() if name.startswith(f"encoder.layer.{n}.")], "lr": RATE * DECAY ** (LAYERS - 1 - n)}
        for n in range(LAYERS)
    ]
    return [*layers, {"params": [tuned["head.weight"], tuned["head.bias"]], "lr": HEAD_RATE}]


def train(items: Sequence[Example], base: Mapping[str, Tensor], epochs: int) -> dict[str, Tensor]:
    """The layers and the head, tuned to answer what each sentence is asked."""
    torch.manual_seed(SEED)
    chance = Random(SEED)
    tuned = fresh(base)
    weights = torch.tensor([POSITIVE_WEIGHT.get(label, 1.0) for label in Label])

    def loss_of(batch: Sequence[Example]) -> Tensor:
        ids, blocked, pool, labels = collate(batch)
        said = logits(embedded(ids, base), blocked, pool, tuned, DROPOUT)
        losses = functional.binary_cross_entropy_with_logits(said, labels.clamp(min=0.0), pos_weight=weights, reduction="none")
        asked = (labels >= 0).float()
        return (losses * asked).sum() / asked.sum()

    drawn = [batches_of(items, chance) for _ in range(epochs)]
    descend(paces(tuned), drawn, loss_of, steps=epochs * (len(items) // BATCH + 1))
    return {name: tensor.detach() for name, tensor in tuned.items()}


def batches_of(items: Sequence[Example], chance: Random) -> list[list[Example]]:
    """Windows of like length together, in any order."""
    order = sorted(range(len(items)), key=lambda i: (len(items[i].window.ids) // 24, chance.random()))
    batches = [[items[i] for i in order[at : at + BATCH]] for at in range(0, len(order), BATCH)]
    chance.shuffle(batches)
    return batches


def _count(counts: Mapping[Label, list[int]], want: Sequence[float], said: Tensor) -> None:
    for label in Label:
        if want[label] >= 0:
            hit = bool(said[label] >= 0.5)
            counts[label][0] += hit and want[label] == 1.0
            counts[label][1] += hit
            counts[label][2] += want[label] == 1.0


def evaluate(items: Sequence[Example], base: Mapping[str, Tensor], tuned: Mapping[str, Tensor]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each answer at one half, over sentences."""
    counts = {label: [0, 0, 0] for label in Label}
    by_length = sorted(items, key=lambda example: len(example.window.ids))
    with torch.no_grad():
        for at in range(0, len(by_length), 2 * BATCH):
            some = by_length[at : at + 2 * BATCH]
            ids, blocked, pool, _ = collate(some)
            said = logits(embedded(ids, base), blocked, pool, tuned, 0.0).sigmoid()
            for row, example in enumerate(some):
                for place, want in enumerate(example.labels):
                    _count(counts, want, said[row, place])
    table = {}
    for label, (true, predicted, actual) in counts.items():
        precision, recall = true / max(predicted, 1), true / max(actual, 1)
        table[label.name.lower()] = {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / max(precision + recall, 1e-9),
            "n": actual,
        }
    return table


def show(table: Mapping[str, Mapping[str, float]]) -> None:
    for name, row in table.items():
        print(f"{name:12} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  n {row['n']}")


def write(tuned: Mapping[str, Tensor], card: dict[str, object]) -> None:
    WEIGHTS.mkdir(exist_ok=True)
    file = WEIGHTS / "statements.safetensors"
    save_file({name: tensor.half().contiguous() for name, tensor in tuned.items()}, file)
    card["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (WEIGHTS / "statements.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n")
    print(f"wrote {file.name}, {file.stat().st_size / 1e6:.1f} MB, sha256 {card['sha256']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--contracts", type=Path, metavar="CUAD_DIR", help="real contracts with spans.json")
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SLUG")
    parser.add_argument(
        "--authors", nargs="*", default=[], metavar="NAME", help="whose cases are learned from; everybody's where it is missing"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    companies = sorted(p for p in (ROOT / "companies").iterdir() if (p / "corpus.json").exists())
    syntax, model = Syntax(), MiniLm()
    base = load_file(str(packaged_model().weights))
    chances = Random(1), Random(2)
    learned = []
    for company in companies:
        if company.name not in options.hold_out:
            learned += list(examples_of(rendered(company, options.work), syntax, model, chances[0]))
            print(f"{company.name}: {len(learned)} windows so far", flush=True)
    chosen = list(cases(authors=options.authors))
    learned += [example for case in chosen for example in examples_of_case(case, model, chances[1])]
    if options.contracts:
        learned += list(examples_of_contracts(options.contracts, syntax, model, Random(3)))
    print(f"with the cases and contracts: {len(learned)} windows, {sum(len(example.labels) for example in learned)} sentences", flush=True)
    tuned = train(learned, base, options.epochs)
    held = [e for name in options.hold_out for e in examples_of(rendered(ROOT / "companies" / name, options.work), syntax, model)]
    card: dict[str, object] = {
        "companies": [company.name for company in companies if company.name not in options.hold_out],
        "cases": len(chosen),
        "contracts": len({e.group for e in learned if e.group.startswith("contract ")}),
        "held_out": options.hold_out,
        "epochs": options.epochs,
    }
    if held:
        card["evaluation"] = table = evaluate(held, base, tuned)
        show(table)
    write(tuned, card)


if __name__ == "__main__":
    main()
