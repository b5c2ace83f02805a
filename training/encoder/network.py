"""The encoder and its heads in torch: what is trained. `graph` writes the same as ONNX, and a test compares the two."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.dataset import LABELS


@dataclass(frozen=True)
class Size:
    """How large an encoder is."""

    vocabulary: int
    units: int
    inner: int
    layers: int
    attention_heads: int
    positions: int


class _Layer(nn.Module):
    """One layer as in BERT: attention, then a wider product, each added to what came in and normalised."""

    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        self.attention_heads = size.attention_heads
        self.query, self.key, self.value, self.mix = (nn.Linear(size.units, size.units) for _ in range(4))
        self.widen, self.narrow = nn.Linear(size.units, size.inner), nn.Linear(size.inner, size.units)
        self.mix_norm, self.narrow_norm = (nn.LayerNorm(size.units, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(dropout)

    def forward(self, given: Tensor, there: Tensor) -> Tensor:
        query, key, value = (self._by_head(part(given)) for part in (self.query, self.key, self.value))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=there[:, None, None, :])
        seen = seen.transpose(1, 2).reshape(given.shape)
        middle = self.mix_norm(given + self.drop(self.mix(seen)))
        return self.narrow_norm(middle + self.drop(self.narrow(functional.gelu(self.widen(middle)))))

    def _by_head(self, states: Tensor) -> Tensor:
        texts, pieces, units = states.shape
        return states.view(texts, pieces, self.attention_heads, units // self.attention_heads).transpose(1, 2)


class Encoder(nn.Module):
    """Pieces to states, one for each piece."""

    def __init__(self, size: Size, dropout: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Embedding(size.vocabulary, size.units)
        self.position = nn.Embedding(size.positions, size.units)
        self.norm = nn.LayerNorm(size.units, eps=1e-12)
        self.drop = nn.Dropout(dropout)
        self.layers = nn.ModuleList(_Layer(size, dropout) for _ in range(size.layers))

    def forward(self, pieces: Tensor, there: Tensor) -> Tensor:
        """Texts by pieces (ids; whether a piece is there or padding) to texts by pieces by units."""
        states = self.drop(self.norm(self.word(pieces) + self.position.weight[: pieces.shape[1]]))
        for layer in self.layers:
            states = layer(states, there)
        return states


class Triage(nn.Module):
    """An encoder with a head for each observation.

    Each head sees the mean of all pieces' states, and a second mean in which it weighs the pieces itself, so that one
    angry sentence in a long mail is not averaged away. Both are sums over pieces, so every score falls into each
    piece's share.
    """

    def __init__(self, encoder: Encoder, units: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.mean = nn.ModuleDict({head: nn.Linear(units, len(labels)) for head, labels in LABELS.items()})
        self.attended = nn.ModuleDict(
            {head: nn.Linear(units, len(labels), bias=False) for head, labels in LABELS.items()}
        )
        self.query = nn.ParameterDict({head: nn.Parameter(torch.zeros(units)) for head in LABELS})

    def forward(self, pieces: Tensor, there: Tensor) -> dict[str, Tensor]:
        """Scores by head, texts by labels."""
        states = self.encoder(pieces, there)
        share = there.float() / there.sum(dim=1, keepdim=True)
        mean = (share[..., None] * states).sum(dim=1)
        return {
            head: self.mean[head](mean) + self.attended[head](self._weighed(head, states, there)) for head in LABELS
        }

    def _weighed(self, head: str, states: Tensor, there: Tensor) -> Tensor:
        looks = (states @ self.query[head]) / math.sqrt(states.shape[-1])
        look = looks.masked_fill(~there, -1e9).softmax(dim=1)
        return (look[..., None] * states).sum(dim=1)
