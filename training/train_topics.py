"""Tunes the upper layers that give statements their topics, by contrast, on the authored companies and cases, and writes their weights.

python -m training.train_topics [--epochs N] [--hold-out SLUG ...] [--authors NAME ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from extract.minilm import MiniLm, packaged_model
from extract.syntax import Syntax
from training.cases import cases
from training.dataset import ROOT, rendered
from training.descent import descend
from training.network import LAYERS, batch_of, embedded, layer
from training.topic_examples import Told, told_in_case, told_in_company

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = ROOT.parent / "extract" / "weights"
BELOW = 3  # layers that stay as they are packaged
RATE, DROPOUT, SEED, SHARPNESS = 1e-4, 0.1, 7, 20.0
SMALL, EXCEPTIONS, MOST, TOGETHER = 32, 14, 60, 40  # statements: of a group that stays whole, and in a batch
AGAIN = 0.5  # what finding the other telling of a norm counts beside finding the rule that is bent
AT_ONCE = 48

Group = Sequence[Told]


def topics(told: Sequence[Told], base: Mapping[str, Tensor], tuned: Mapping[str, Tensor], dropout: float) -> Tensor:
    """Unit vectors (statements x 384)."""
    ids, blocked, pool = batch_of([t.window for t in told])
    x = embedded(ids, base)
    with torch.no_grad():
        for number in range(BELOW):
            x = layer(x, blocked, base, number, 0.0)
    for number in range(BELOW, LAYERS):
        x = layer(x, blocked, tuned, number, dropout)
    return functional.normalize((pool @ x)[:, 0], dim=-1)


def batches_of(groups: Sequence[Group], chance: Random) -> list[list[Group]]:
    """Small groups together; of a large one some exceptions with the rules that they bend and as many others as fit."""
    found: list[list[Group]] = []
    small = chance.sample([g for g in groups if 3 <= len(g) <= SMALL], sum(3 <= len(g) <= SMALL for g in groups))
    filling: list[Group] = []
    for group in small:
        filling.append(group)
        if sum(map(len, filling)) > TOGETHER:
            found.append(filling)
            filling = []
    found += [filling] if filling else []
    found += [[part] for group in groups if len(group) > SMALL for part in _parts(group, chance)]
    chance.shuffle(found)
    return found


def _parts(group: Group, chance: Random) -> Iterator[Group]:
    exceptions = [told for told in group if told.exception]
    others = [told for told in group if not told.exception]
    chance.shuffle(exceptions)
    count = max(1, len(exceptions) // EXCEPTIONS)
    for at in range(count):
        part = exceptions[at::count]
        bent = [told for told in others if any(not x.bends.isdisjoint(told.ids) for x in part)]
        rest = [told for told in others if told not in bent]
        yield (part + bent + chance.sample(rest, len(rest)))[:MOST]


def loss_of(batch: Sequence[Group], base: Mapping[str, Tensor], tuned: Mapping[str, Tensor]) -> Tensor:
    """InfoNCE (van den Oord et al., 2018): an exception finds its rule among the rules, a norm its other telling among all norms."""
    told = [one for group in batch for one in group]
    home = torch.tensor([number for number, group in enumerate(batch) for _ in group])
    near = home[:, None] == home[None, :]
    vectors = topics(told, base, tuned, DROPOUT)
    scores = SHARPNESS * vectors @ vectors.T
    bends = near & torch.tensor([[not a.bends.isdisjoint(b.ids) for b in told] for a in told])
    same = near & torch.tensor([[not a.ids.isdisjoint(b.ids) for b in told] for a in told])
    apart = ~near | torch.tensor([[a.document != b.document for b in told] for a in told])
    rules = torch.tensor([[b.rule for b in told]])
    total = torch.zeros(())
    for right, among, weight in ((bends & ~same, bends | rules & ~same, 1.0), (same & apart, apart | ~same, AGAIN)):
        rows = right.any(1)
        if rows.any():
            missed = scores.masked_fill(~among, -1e4).logsumexp(1) - scores.masked_fill(~right, -1e4).logsumexp(1)
            total = total + weight * missed[rows].mean()
    return total


def train(groups: Sequence[Group], base: Mapping[str, Tensor], epochs: int) -> dict[str, Tensor]:
    """The upper layers, tuned by contrast."""
    torch.manual_seed(SEED)
    chance = Random(SEED)
    tuned = {name: t.clone() for name, t in base.items() if name.startswith("encoder.layer.") and int(name.split(".")[2]) >= BELOW}
    for tensor in tuned.values():
        tensor.requires_grad_(True)
    drawn = [batches_of(groups, chance) for _ in range(epochs)]
    descend(tuned.values(), drawn, lambda batch: loss_of(batch, base, tuned), steps=sum(map(len, drawn)), rate=RATE)
    return {name: tensor.detach() for name, tensor in tuned.items()}


def evaluate(groups: Sequence[Group], base: Mapping[str, Tensor], tuned: Mapping[str, Tensor]) -> dict[str, float]:
    """Of exceptions whose rule is written, the share that has it nearest, and among the three nearest of all rules of the company."""
    count = nearest = three = 0
    for group in groups:
        with torch.no_grad():
            vectors = torch.cat([topics(group[at : at + AT_ONCE], base, tuned, 0.0) for at in range(0, len(group), AT_ONCE)])
        for told, vector in zip(group, vectors, strict=True):
            right = {place for place, rule in enumerate(group) if rule.rule and not told.bends.isdisjoint(rule.ids)}
            if not right:
                continue
            order = [
                place for place in (vectors @ vector).argsort(descending=True).tolist() if group[place].rule and group[place] is not told
            ]
            count, nearest, three = count + 1, nearest + (order[0] in right), three + bool(right & set(order[:3]))
    return {"exceptions": count, "nearest": nearest / count, "among_three": three / count}


def write(tuned: Mapping[str, Tensor], card: dict[str, object]) -> None:
    file = WEIGHTS / "topics.safetensors"
    save_file({name: tensor.half().contiguous() for name, tensor in tuned.items()}, file)
    card["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (WEIGHTS / "topics.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n")
    print(f"wrote {file.name}, {file.stat().st_size / 1e6:.1f} MB, sha256 {card['sha256']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SLUG")
    parser.add_argument(
        "--authors", nargs="*", default=[], metavar="NAME", help="whose cases are learned from; everybody's where it is missing"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    companies = sorted(p for p in (ROOT / "companies").iterdir() if (p / "corpus.json").exists())
    syntax, model = Syntax(), MiniLm()
    base = load_file(str(packaged_model().weights))
    groups = {company.name: told_in_company(rendered(company, options.work), syntax, model) for company in companies}
    held = [groups.pop(name) for name in options.hold_out]
    chosen = list(cases(authors=options.authors))
    learned = [*groups.values(), *(told_in_case(case, model) for case in chosen)]
    print(f"{len(learned)} companies and cases, {sum(map(len, learned))} sentences with norms", flush=True)
    tuned = train(learned, base, options.epochs)
    card: dict[str, object] = {
        "companies": sorted(groups),
        "cases": len(chosen),
        "held_out": options.hold_out,
        "epochs": options.epochs,
    }
    if held:
        before, after = evaluate(held, base, base), evaluate(held, base, tuned)
        card["evaluation"] = {"packaged": before, "tuned": after}
        print(before, after, sep="\n")
    write(tuned, card)


if __name__ == "__main__":
    main()
