"""Reading the packed base encoder, on a file written here by the format's description."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from sentencepiece import SentencePieceProcessor

from training.encoder.base import Base, parse, unpacked
from training.encoder.vocabulary import kept_pieces, vocabulary

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁refund", "ed", "▁деньги", "😡", "!", "é", "▁返金"]


def packed(values: list[float]) -> bytes:
    """A block of 32 small whole numbers with scale 0.5."""
    nibbles = [int(value / 0.5) + 8 for value in values]
    return np.float16(0.5).tobytes() + bytes(nibbles[at] | nibbles[at + 16] << 4 for at in range(16))


def file_of(tensors: dict[str, tuple[int, int, bytes]]) -> bytes:
    blob = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, blob)]).astype("<u4")
    folding = struct.pack("<IBI", 0x41, 1, 0x61)
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 64, len(PIECES), 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, blob)))
    head += offsets.tobytes() + (-np.arange(len(PIECES), dtype="<f4")).tobytes() + b"".join(blob)
    head += struct.pack("<iI", 1, len(folding)) + folding
    directory_size = 4 + sum(2 + len(name) + 21 for name in tensors)
    start, directory, body = len(head) + directory_size, struct.pack("<i", len(tensors)), b""
    for name, (kind, count, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, start + len(body), len(content))
        body += content
    return head + directory + body


def test_a_block_is_scale_times_nibble_minus_eight_low_nibbles_first():
    values = [0.5 * (at % 16 - 8) for at in range(32)]
    assert unpacked(packed(values)).tolist() == values


def test_a_file_is_read_with_its_vocabulary_and_tensors():
    values = [0.5 * (at % 8) for at in range(32)]
    norm = np.array([1.0, 2.0], "<f4")
    base = parse(file_of({"emb.word": (1, 32, packed(values)), "emb.ln.w": (0, 2, norm.tobytes())}))
    assert (base.units, base.layers, base.attention_heads, base.inner, base.positions) == (32, 1, 2, 64, 16)
    assert base.pieces == PIECES
    assert base.special == {"start": 0, "end": 2, "unknown": 3}
    assert base.tensors["emb.word"].tolist() == values
    assert base.tensors["emb.ln.w"].tolist() == [1.0, 2.0]


def test_another_file_is_refused():
    with pytest.raises(ValueError, match="no encoder file"):
        parse(b"PK\x03\x04 something else")


@pytest.fixture
def base() -> Base:
    return parse(file_of({}))


def test_pieces_of_other_scripts_are_left_out_and_signs_and_emoji_stay(base: Base):
    assert [base.pieces[at] for at in kept_pieces(base)] == [
        "<unk>", "<s>", "</s>", "▁", "▁refund", "ed", "😡", "!", "é",
    ]  # fmt: skip


def test_a_smaller_vocabulary_keeps_the_most_frequent(base: Base):
    assert [base.pieces[at] for at in kept_pieces(base, size=5)] == ["<unk>", "<s>", "</s>", "▁", "▁refund"]


def test_text_is_cut_into_the_kept_pieces(base: Base):
    # In the real vocabulary frequent pieces have the higher scores; here every piece costs a little more.
    likely = replace(base, scores=np.full(len(PIECES), -1.0, np.float32))
    model = SentencePieceProcessor(model_proto=vocabulary(likely, kept_pieces(likely)))
    assert model.encode("refunded!", out_type=str) == ["▁refund", "ed", "!"]
    assert model.encode("ｒｅｆｕｎｄ", out_type=str) == ["▁refund"]
    assert 0 in model.encode("деньги")
