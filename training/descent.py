"""How both networks are tuned: AdamW with a linear warm-up and decay, clipped gradients, and a line of progress now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import torch

if TYPE_CHECKING:
    from torch import Tensor

B = TypeVar("B")

SAID = 50  # batches from one line of progress to the next


def descend(paces: Iterable[Any], epochs: Sequence[Sequence[B]], loss_of: Callable[[B], Tensor], *, steps: int, rate: float = 1e-4) -> None:
    """Tunes tensors in place over the batches of each epoch.

    ``paces``: the tensors, or groups of them with their own rates, as torch's optimisers take them. ``steps``: over which the rate goes up
    and down. ``rate``: of tensors without one of their own. A batch whose loss rests on none of the tensors teaches nothing.
    """
    groups = list(paces)
    optimiser = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)
    tensors = [tensor for group in optimiser.param_groups for tensor in group["params"]]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: pace(s, steps))
    for epoch, batches in enumerate(epochs, 1):
        started, total = time.monotonic(), 0.0
        for done, batch in enumerate(batches, 1):
            loss = loss_of(batch)
            optimiser.zero_grad()
            if loss.requires_grad:
                torch.autograd.backward(loss)
                torch.nn.utils.clip_grad_norm_(tensors, 1.0)
                optimiser.step()
            schedule.step()
            total += float(loss.detach())
            if done % SAID == 0 or done == len(batches):
                seconds = time.monotonic() - started
                print(f"epoch {epoch}/{len(epochs)}, {done}/{len(batches)}: loss {total / done:.4f}, {seconds:.0f} s", flush=True)


def pace(step: int, steps: int) -> float:
    """The share of the full rate: a tenth of the steps up, the rest down."""
    return min((step + 1) / (0.1 * steps), max(steps - step, 0) / (0.9 * steps) + 0.01)
