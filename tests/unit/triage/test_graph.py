"""The graph that is shipped computes what the encoder is, written down once more in plain numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import onnxruntime
import pytest

from training.dataset import LABELS
from training.encoder.graph import graph_of, quantised

Array = np.ndarray[Any, Any]
PIECES = [1, 17, 5, 250, 5, 99, 3, 2]
HEADS = tuple(LABELS)


def test_the_graph_gives_the_sums_that_the_heads_are(weights: dict[str, Array]):
    shares, embedding = _run(_precise(weights), PIECES)
    states = _states(weights, PIECES)
    assert embedding == pytest.approx(states.mean(axis=0), abs=1e-5)
    assert shares == pytest.approx(np.concatenate([_shares(weights, head, states) for head in HEADS], axis=1), abs=1e-5)


def test_a_single_piece_is_read_as_well(weights: dict[str, Array]):
    shares, _ = _run(_precise(weights), [7])
    assert shares.shape == (1, sum(map(len, LABELS.values())))


def test_quantising_moves_scores_little(weights: dict[str, Array]):
    model = graph_of(weights, layers=2, attention_heads=2, heads=HEADS)
    precise, _ = _run(model.SerializeToString(), PIECES)
    coarse, _ = _run(quantised(model), PIECES)
    spread = float(np.abs(precise.sum(axis=0)).mean())
    assert np.abs(coarse.sum(axis=0) - precise.sum(axis=0)).max() < 0.2 * spread


def _precise(weights: dict[str, Array]) -> bytes:
    content: bytes = graph_of(weights, layers=2, attention_heads=2, heads=HEADS).SerializeToString()
    return content


def _run(model: bytes, pieces: list[int]) -> tuple[Array, Array]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    shares, embedding = session.run(["shares", "embedding"], {"pieces": np.array(pieces, np.int64)})
    return shares, embedding


def _states(weights: dict[str, Array], pieces: list[int]) -> Array:
    """BERT's encoder, post-norm, without padding."""
    states = weights["encoder.word.weight"][pieces] + weights["encoder.position.weight"][: len(pieces)]
    states = _norm(weights, "encoder.norm", states)
    for layer in range(2):
        at = f"encoder.layers.{layer}"
        query, key, value = (_by_head(_linear(weights, f"{at}.{part}", states)) for part in ("query", "key", "value"))
        looks = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        seen = (_softmax(looks, axis=2) @ value).transpose(1, 0, 2).reshape(states.shape)
        middle = _norm(weights, f"{at}.mix_norm", states + _linear(weights, f"{at}.mix", seen))
        wide = _linear(weights, f"{at}.widen", middle)
        active = wide * 0.5 * (1.0 + np.vectorize(math.erf)(wide / math.sqrt(2.0)))
        states = _norm(weights, f"{at}.narrow_norm", middle + _linear(weights, f"{at}.narrow", active))
    return states


def _shares(weights: dict[str, Array], head: str, states: Array) -> Array:
    look = _softmax(states @ weights[f"query.{head}"] / math.sqrt(states.shape[1]), axis=0)
    mean = states @ weights[f"mean.{head}.weight"].T / len(states)
    shares: Array = mean + look[:, None] * (states @ weights[f"attended.{head}.weight"].T)
    return shares


def _linear(weights: dict[str, Array], name: str, given: Array) -> Array:
    out: Array = given @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return out


def _norm(weights: dict[str, Array], name: str, given: Array) -> Array:
    centred = given - given.mean(axis=-1, keepdims=True)
    scaled: Array = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _by_head(states: Array) -> Array:
    return states.reshape(len(states), 2, -1).transpose(1, 0, 2)


def _softmax(values: Array, axis: int) -> Array:
    raised = np.exp(values - values.max(axis=axis, keepdims=True))
    normal: Array = raised / raised.sum(axis=axis, keepdims=True)
    return normal
