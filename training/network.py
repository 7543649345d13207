"""The tuned branch in torch, with the tensor names and arithmetic of extract.minilm, so that what is trained is what runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from extract.minilm import HEADS, NORM_EPSILON, WIDTH, Window

if TYPE_CHECKING:
    from torch import Tensor

LAYERS = 6


def layer(x: Tensor, blocked: Tensor, weights: Mapping[str, Tensor], number: int, dropout: float) -> Tensor:
    """One transformer layer; ``x`` (batch x tokens x 384), ``blocked`` (batch x 1 x 1 x tokens) is 0 or very negative."""
    at = f"encoder.layer.{number}"

    def linear(value: Tensor, name: str) -> Tensor:
        return functional.linear(value, weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"])

    def norm(value: Tensor, name: str) -> Tensor:
        return functional.layer_norm(value, (WIDTH,), weights[f"{at}.{name}.weight"], weights[f"{at}.{name}.bias"], NORM_EPSILON)

    batch, tokens, _ = x.shape
    query, key, value = (
        linear(x, f"attention.self.{part}").view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2) for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(2, 3) / math.sqrt(WIDTH / HEADS) + blocked
    mixed = (functional.dropout(scores.softmax(-1), dropout) @ value).transpose(1, 2).reshape(batch, tokens, WIDTH)
    x = norm(x + functional.dropout(linear(mixed, "attention.output.dense"), dropout), "attention.output.LayerNorm")
    inner = functional.gelu(linear(x, "intermediate.dense"))
    return norm(x + functional.dropout(linear(inner, "output.dense"), dropout), "output.LayerNorm")


def batch_of(windows: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, the additive mask and the pooling weights."""
    width = max(len(window.ids) for window in windows)
    ids = torch.zeros(len(windows), width, dtype=torch.long)
    blocked = torch.full((len(windows), 1, 1, width), -10000.0)
    pool = torch.zeros(len(windows), max(len(window.segments) for window in windows), width)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        blocked[row, ..., : len(window.ids)] = 0.0
        for place, (start, end) in enumerate(window.segments):
            pool[row, place, start:end] = 1.0 / (end - start)
    return ids, blocked, pool


def embedded(ids: Tensor, base: Mapping[str, Tensor]) -> Tensor:
    """Word and place vectors (batch x tokens x 384), which stay as they are packaged."""
    with torch.no_grad():
        words = base["embeddings.word_embeddings.weight"][ids] + base["embeddings.token_type_embeddings.weight"][0]
        x = words + base["embeddings.position_embeddings.weight"][: ids.shape[1]]
        return functional.layer_norm(x, (WIDTH,), base["embeddings.LayerNorm.weight"], base["embeddings.LayerNorm.bias"], NORM_EPSILON)


def logits(x: Tensor, blocked: Tensor, pool: Tensor, tuned: Mapping[str, Tensor], dropout: float) -> Tensor:
    """Answers (batch x segments x labels) from the word vectors."""
    for number in range(LAYERS):
        x = layer(x, blocked, tuned, number, dropout)
    pooled = functional.dropout(pool @ x, dropout)
    return functional.linear(pooled, tuned["head.weight"], tuned["head.bias"])
