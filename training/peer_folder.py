"""The base encoder as a folder that sentence-transformers reads: what `firstline bench triage` compares with.

    .training/bin/python -m pip install sentence-transformers
    .training/bin/python -m training.peer_folder FOLDER

The weights are the base's own before any tuning, in 32 bits, with its whole vocabulary.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.encoder.base import Array, Base, load_base

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PADDING = 1


def write(base: Base, folder: Path) -> None:
    """Write model and tokenizer; sentence-transformers, torch and transformers have to be installed."""
    from sentence_transformers import SentenceTransformer, models  # type: ignore[import-not-found, unused-ignore]

    parts = folder.with_name(folder.name + "-transformer")
    _model(base).save_pretrained(parts)
    _tokenizer(base).save_pretrained(parts)
    transformer = models.Transformer(str(parts), max_seq_length=base.positions)
    pooling = models.Pooling(base.units, pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, models.Normalize()], device="cpu").save(str(folder))


def _model(base: Base) -> Any:
    import torch
    from transformers import BertConfig, BertModel  # type: ignore[import-not-found, unused-ignore]

    config = BertConfig(
        vocab_size=base.tensors["emb.word"].size // base.units,
        hidden_size=base.units,
        num_hidden_layers=base.layers,
        num_attention_heads=base.attention_heads,
        intermediate_size=base.inner,
        max_position_embeddings=base.positions,
        type_vocab_size=base.tensors["emb.type"].size // base.units,
        pad_token_id=_PADDING,
    )
    model = BertModel(config, add_pooling_layer=False)
    shapes = model.state_dict()
    weights = {name: torch.tensor(flat).reshape(shapes[name].shape) for name, flat in _weights(base)}
    left = set(model.load_state_dict(weights, strict=False).missing_keys)
    if left:
        raise ValueError(f"the base has no weights for {sorted(left)}")
    return model


def _weights(base: Base) -> Iterator[tuple[str, Array]]:
    tensors, kinds = base.tensors, {"w": "weight", "b": "bias"}
    for ours, theirs in (("word", "word"), ("pos", "position"), ("type", "token_type")):
        yield f"embeddings.{theirs}_embeddings.weight", tensors[f"emb.{ours}"]
    for ours, theirs in kinds.items():
        yield f"embeddings.LayerNorm.{theirs}", tensors[f"emb.ln.{ours}"]
        for layer in range(base.layers):
            for part, name in _PARTS.items():
                yield f"encoder.layer.{layer}.{name}.{theirs}", tensors[f"l{layer}.{part}.{ours}"]


def _tokenizer(base: Base) -> Any:
    from tokenizers import (  # type: ignore[import-not-found, unused-ignore]
        Regex,
        Tokenizer,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )
    from transformers import PreTrainedTokenizerFast

    vocabulary = [(piece, float(score)) for piece, score in zip(base.pieces, base.scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=base.special["unknown"]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    start, end = base.special["start"], base.special["end"]
    marks = [(base.pieces[start], start), (base.pieces[end], end)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{marks[0][0]} $A {marks[1][0]}", special_tokens=marks
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=marks[0][0],
        eos_token=marks[1][0],
        pad_token=base.pieces[_PADDING],
        unk_token=base.pieces[base.special["unknown"]],
        model_max_length=base.positions,
    )


if __name__ == "__main__":
    write(load_base(), Path(sys.argv[1]))
