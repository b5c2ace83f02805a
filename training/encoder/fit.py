"""Training the encoder with all heads at once, on the CPU."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from shared.adapters.embedded.pieces import Encode, pieces_of
from training.dataset import LABELS, Labelled
from training.encoder.base import Base, base_weights
from training.encoder.graph import Weights
from training.encoder.network import Encoder, Size, Triage
from training.variation import varied

Say = Callable[[str], None]
_NO_LABEL = -100
_SORTED_TOGETHER = 50  # batches whose texts are sorted by length, so that little padding is computed
_TOLD_EVERY = 100


@dataclass(frozen=True)
class Recipe:
    """How long and how hard to train.

    Attributes:
        rate: learning rate of the encoder's last layer; of each earlier one `fade` times as much.
        head_rate: learning rate of the heads, which begin with nothing.
        warm_up: share of all steps in which the rates rise; then they fall to nothing.
        smoothing: share of a label's certainty that is given to all labels of its head.
        averaged: the weights that are kept are a running mean with this memory, steadier than the last step's.
    """

    epochs: int = 4
    batch: int = 16
    longest: int = 256
    rate: float = 1.2e-4
    head_rate: float = 2e-3
    fade: float = 0.95
    warm_up: float = 0.08
    smoothing: float = 0.05
    dropout: float = 0.1
    averaged: float = 0.998
    seed: int = 1


@dataclass(frozen=True)
class _Batch:
    pieces: Tensor
    there: Tensor
    weight: Tensor
    truth: dict[str, Tensor]


def fit(rows: list[Labelled], base: Base, kept: list[int], encode: Encode, recipe: Recipe, say: Say) -> Weights:
    """Fine-tune the base encoder with a head for each observation.

    Args:
        rows: what to learn from; a head learns nothing from a row that lacks its label.
        kept: the base's ids of the vocabulary's pieces.
        encode: a sentence to ids in that vocabulary.
        say: told how far it is.

    Returns:
        The trained parameters by name.
    """
    torch.manual_seed(recipe.seed)
    luck = random.Random(recipe.seed)
    net = network_of(base, kept, dropout=recipe.dropout)
    # Most pieces never occur in the training data; moving the few that do would pull them away from the rest.
    net.encoder.word.weight.requires_grad_(False)
    groups = _groups(net, recipe)
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    mean = {name: value.clone() for name, value in net.named_parameters() if value.requires_grad}
    steps = recipe.epochs * math.ceil(len(rows) / recipe.batch)
    losses: list[float] = []
    weights = _label_weights(rows)
    for step, batch in enumerate(_batches(rows, encode, recipe, luck), start=1):
        pace = _pace(step, steps, recipe.warm_up)
        for group in optimizer.param_groups:
            group["lr"] = group["full_rate"] * pace
        losses.append(_learn(net, batch, weights, optimizer, recipe))
        _average(mean, net, min(recipe.averaged, (step + 1) / (step + 10)))
        if step % _TOLD_EVERY == 0 or step == steps:
            say(f"step {step} of {steps}, loss {sum(losses[-_TOLD_EVERY:]) / len(losses[-_TOLD_EVERY:]):.3f}")
    return {name: value.detach().numpy() for name, value in (net.state_dict() | mean).items()}


def network_of(base: Base, kept: list[int], *, dropout: float = 0.1) -> Triage:
    """The base encoder in torch, with heads that know nothing yet."""
    size = Size(len(kept), base.units, base.inner, base.layers, base.attention_heads, base.positions)
    net = Triage(Encoder(size, dropout), base.units)
    found = {f"encoder.{name}": value for name, value in base_weights(base, kept)}
    missing = net.load_state_dict({name: torch.tensor(value) for name, value in found.items()}, strict=False)
    unexpected = [name for name in missing.missing_keys if name.startswith("encoder.")]
    if unexpected or missing.unexpected_keys:
        raise ValueError(f"the base encoder has other parts than expected: {unexpected or missing.unexpected_keys}")
    return net


def _groups(net: Triage, recipe: Recipe) -> list[dict[str, Any]]:
    layers = len(net.encoder.layers)
    groups = []
    for name, value in net.named_parameters():
        if not value.requires_grad:
            continue
        rate = recipe.head_rate
        if name.startswith("encoder."):
            layer = int(name.split(".")[2]) if name.startswith("encoder.layers.") else -1
            rate = recipe.rate * recipe.fade ** (layers - 1 - layer)
        decay = 0.01 if value.dim() > 1 else 0.0
        groups.append({"params": [value], "lr": rate, "full_rate": rate, "weight_decay": decay})
    return groups


def _label_weights(rows: list[Labelled]) -> dict[str, Tensor]:
    """A rare label counts more, by the square root of how rare it is; the mean over labels is 1."""
    weights = {}
    for head, labels in LABELS.items():
        counts = np.array([max(1, sum(row.labels.get(head) == label for row in rows)) for label in labels])
        rarity = np.sqrt(1.0 / counts)
        weights[head] = torch.tensor(rarity / rarity.mean(), dtype=torch.float32)
    return weights


def _pace(step: int, steps: int, warm_up: float) -> float:
    rising = max(1.0, steps * warm_up)
    return step / rising if step < rising else max(0.02, (steps - step) / max(1.0, steps - rising))


def _batches(rows: list[Labelled], encode: Encode, recipe: Recipe, luck: random.Random) -> Iterator[_Batch]:
    for _ in range(recipe.epochs):
        read = [_pieces(row, encode, recipe.longest, luck) for row in rows]
        order = list(range(len(rows)))
        luck.shuffle(order)
        span = recipe.batch * _SORTED_TOGETHER
        near = [sorted(order[at : at + span], key=lambda row: len(read[row])) for at in range(0, len(order), span)]
        chosen = [part[at : at + recipe.batch] for part in near for at in range(0, len(part), recipe.batch)]
        luck.shuffle(chosen)
        for batch in chosen:
            yield _batch([rows[at] for at in batch], [read[at] for at in batch])


def _pieces(row: Labelled, encode: Encode, longest: int, luck: random.Random) -> tuple[int, ...]:
    subject, text = varied(row.request.subject, row.request.text, luck)
    return pieces_of(subject, text, encode, longest=longest).ids


def _batch(rows: list[Labelled], read: list[tuple[int, ...]]) -> _Batch:
    width = max(map(len, read))
    pieces = torch.tensor([[*ids, *[0] * (width - len(ids))] for ids in read])
    there = torch.tensor([[at < len(ids) for at in range(width)] for ids in read])
    truth = {
        head: torch.tensor([labels.index(row.labels[head]) if head in row.labels else _NO_LABEL for row in rows])
        for head, labels in LABELS.items()
    }
    return _Batch(pieces, there, torch.tensor([row.weight for row in rows]), truth)


def _learn(
    net: Triage, batch: _Batch, weights: dict[str, Tensor], optimizer: torch.optim.Optimizer, recipe: Recipe
) -> float:
    net.train()
    # Half the time on processors that multiply in bfloat16, and the same result as far as could be measured.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = net(batch.pieces, batch.there)
    loss = torch.zeros(())
    for head, truth in batch.truth.items():
        known = truth != _NO_LABEL
        if known.any():
            each = functional.cross_entropy(
                scores[head].float()[known], truth[known], weight=weights[head], reduction="none",
                label_smoothing=recipe.smoothing,
            )  # fmt: skip
            loss = loss + (each * batch.weight[known]).sum() / len(truth)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([value for group in optimizer.param_groups for value in group["params"]], 1.0)
    optimizer.step()
    return loss.item()


def _average(mean: dict[str, Tensor], net: Triage, memory: float) -> None:
    with torch.no_grad():
        for name, value in net.named_parameters():
            if name in mean:
                mean[name].lerp_(value, 1.0 - memory)
