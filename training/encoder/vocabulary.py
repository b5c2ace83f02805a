"""The encoder's vocabulary, cut to what a Latin-script support desk writes, as a sentencepiece model."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

from sentencepiece import SentencePieceTrainer, sentencepiece_model_pb2

from training.encoder.base import Base

SIZE = 60_000
"""Pieces that are kept, the three special ones included: with 8-bit rows of 384 units, 23 MB."""

_SPECIAL = 3
_LATIN = ("LATIN", "COMBINING", "FEMININE", "MASCULINE", "MODIFIER")


def kept_pieces(base: Base, size: int = SIZE) -> list[int]:
    """The base's ids by new id: unknown, start, end, then the most frequent pieces without letters of other scripts.

    Signs, digits and emoji stay: an emoji says more about a customer's mood than most words.
    """
    special = [base.special[name] for name in ("unknown", "start", "end")]
    first = max(special) + 1
    readable = (at for at in range(first, len(base.pieces)) if base.pieces[at] and _readable(base.pieces[at]))
    return [*special, *(at for at, _ in zip(readable, range(size - _SPECIAL), strict=False))]


def _readable(piece: str) -> bool:
    letters = (character for character in piece if unicodedata.category(character)[0] in "LM")
    return all(unicodedata.name(letter, "").startswith(_LATIN) for letter in letters)


def vocabulary(base: Base, kept: list[int]) -> bytes:
    """The model that cuts text into the kept pieces.

    XLM-RoBERTa folds characters as sentencepiece's `nmt_nfkc` does. The rules of that are inside a model, so one is
    trained on next to nothing and its pieces are exchanged.
    """
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text.txt")
        text.write_text("\n".join(f"a line of words {number}" for number in range(200)), encoding="utf-8")
        SentencePieceTrainer.train(
            input=str(text),
            model_prefix=str(Path(folder, "model")),
            vocab_size=40,
            hard_vocab_limit=False,
            normalization_rule_name="nmt_nfkc",
            unk_id=0,
            bos_id=1,
            eos_id=2,
            minloglevel=2,
        )
        model = sentencepiece_model_pb2.ModelProto.FromString(Path(folder, "model.model").read_bytes())
    del model.pieces[_SPECIAL:]
    for at in kept[_SPECIAL:]:
        model.pieces.add(piece=base.pieces[at], score=float(base.scores[at]))
    # What the trainer was told names files of its own; nothing reads it.
    model.trainer_spec.Clear()
    model.trainer_spec.vocab_size = len(model.pieces)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
