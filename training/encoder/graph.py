"""An encoder's weights as an ONNX graph, written node by node with the fused operators that onnxruntime has for it.

Exporters trace what a framework happened to run. Written by hand the graph is small, the same for the same weights,
and gives each piece's share in every score, which is where the evidence comes from.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from shared.adapters.embedded.encoder import EMBEDDING, INPUT, SHARES

Weights = Mapping[str, np.ndarray[Any, Any]]
"""An encoder's parameters by name, as `network.Triage.state_dict` names them."""

OPSET, IR_VERSION = 17, 8  # what every onnxruntime since 1.14 reads
_FUSED = "com.microsoft"
_EPSILON = 1e-12


@dataclass
class _Graph:
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        kept = value if value.dtype == np.int64 else value.astype(np.float32)
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [output], output, domain=domain, **attributes))
        return output


def graph_of(weights: Weights, *, layers: int, attention_heads: int, heads: Sequence[str]) -> onnx.ModelProto:
    """The whole model: pieces in; shares of each piece in all labels' scores, and the embedding, out.

    A label's score is the sum of its column of the shares, plus the head's bias: half of a share is the piece's part
    in the mean over all pieces, the other half its part in the head's own attention over them.

    Args:
        heads: names of the heads in the order of the columns.
    """
    graph = _Graph()
    _outputs(graph, weights, _states(graph, weights, layers, attention_heads), heads)
    shares = helper.make_tensor_value_info(SHARES, TensorProto.FLOAT, ["pieces", "labels"])
    return _model(graph, "triage", [shares, _EMBEDDING])


def embedding_graph_of(weights: Weights, *, layers: int, attention_heads: int) -> onnx.ModelProto:
    """The encoder alone: pieces in; the embedding, the mean of the last layer, out."""
    graph = _Graph()
    states = _states(graph, weights, layers, attention_heads)
    graph.add("ReduceMean", [states], EMBEDDING, axes=[0], keepdims=0)
    return _model(graph, "search", [_EMBEDDING])


_EMBEDDING = helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["units"])


def _model(graph: _Graph, name: str, outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    given = [helper.make_tensor_value_info(INPUT, TensorProto.INT64, ["pieces"])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, name, given, outputs, graph.tensors),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_FUSED, 1)],
        producer_name="firstline",
    )
    model.ir_version = IR_VERSION
    return model


def _states(graph: _Graph, weights: Weights, layers: int, attention_heads: int) -> str:
    """The last layer's states, one for each piece."""
    last = _embedded(graph, weights)
    for layer in range(layers):
        last = _layer(graph, weights, layer, last, attention_heads)
    return graph.add("Squeeze", [last, graph.constant("axis0", np.array([0], np.int64))], "states")


def _embedded(graph: _Graph, weights: Weights) -> str:
    words = graph.add("Gather", [graph.constant("word", weights["encoder.word.weight"]), INPUT], "word_rows")
    zero, one = (graph.constant(name, np.array([at], np.int64)) for name, at in (("zero", 0), ("one", 1)))
    length = graph.add("Shape", [INPUT], "length")
    position = graph.constant("position", weights["encoder.position.weight"])
    places = graph.add("Slice", [position, zero, length, zero, one], "places")
    summed = graph.add("Add", [words, places], "summed")
    batch = graph.add("Unsqueeze", [summed, zero], "batch")
    return _norm(graph, weights, "encoder.norm", batch, "embedded")


def _norm(graph: _Graph, weights: Weights, name: str, given: str, output: str) -> str:
    scale, bias = (graph.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.add("LayerNormalization", [given, scale, bias], output, epsilon=_EPSILON, axis=-1)


def _layer(graph: _Graph, weights: Weights, number: int, given: str, attention_heads: int) -> str:
    at = f"encoder.layers.{number}"
    joined = [np.concatenate([weights[f"{at}.{part}.{what}"] for part in ("query", "key", "value")]) for what in
              ("weight", "bias")]  # fmt: skip
    matrix, bias = graph.constant(f"{at}.qkv", joined[0].T), graph.constant(f"{at}.qkv_bias", joined[1])
    attended = graph.add("Attention", [given, matrix, bias], f"{at}.attended", _FUSED, num_heads=attention_heads)
    mixed = _product(graph, weights, f"{at}.mix", attended)
    middle = _skip_norm(graph, weights, f"{at}.mix", f"{at}.mix_norm", mixed, given)
    widened = _product(graph, weights, f"{at}.widen", middle)
    bias = graph.constant(f"{at}.widen_bias", weights[f"{at}.widen.bias"])
    active = graph.add("BiasGelu", [widened, bias], f"{at}.active", _FUSED)
    narrowed = _product(graph, weights, f"{at}.narrow", active)
    return _skip_norm(graph, weights, f"{at}.narrow", f"{at}.narrow_norm", narrowed, middle)


def _product(graph: _Graph, weights: Weights, name: str, given: str) -> str:
    return graph.add("MatMul", [given, graph.constant(f"{name}.matrix", weights[f"{name}.weight"].T)], f"{name}.out")


def _skip_norm(graph: _Graph, weights: Weights, product: str, norm: str, given: str, skipped: str) -> str:
    scale, shift = (graph.constant(f"{norm}.{part}", weights[f"{norm}.{part}"]) for part in ("weight", "bias"))
    bias = graph.constant(f"{product}.bias", weights[f"{product}.bias"])
    inputs = [given, skipped, scale, shift, bias]
    return graph.add("SkipLayerNormalization", inputs, f"{norm}.out", _FUSED, epsilon=_EPSILON)


def _outputs(graph: _Graph, weights: Weights, states: str, heads: Sequence[str]) -> None:
    """Shares = states . mean / pieces + attention over pieces x states . attended."""
    units = weights[f"mean.{heads[0]}.weight"].shape[1]
    sizes = [len(weights[f"mean.{head}.weight"]) for head in heads]
    mean = graph.constant("mean", np.concatenate([weights[f"mean.{head}.weight"] for head in heads]).T)
    attended = graph.constant("attended", np.concatenate([weights[f"attended.{head}.weight"] for head in heads]).T)
    query = np.stack([weights[f"query.{head}"] for head in heads]).T / np.sqrt(units)
    spread = np.repeat(np.eye(len(heads)), sizes, axis=1)
    looks = graph.add("Softmax", [graph.add("MatMul", [states, graph.constant("query", query)], "looks")], "look",
                      axis=0)  # fmt: skip
    by_label = graph.add("MatMul", [looks, graph.constant("spread", spread)], "look_by_label")
    seen = graph.add("Mul", [by_label, graph.add("MatMul", [states, attended], "attended_states")], "seen")
    count = graph.add("Cast", [graph.add("Size", [INPUT], "size")], "count", to=TensorProto.FLOAT)
    averaged = graph.add("Div", [graph.add("MatMul", [states, mean], "mean_states"), count], "averaged")
    graph.add("Add", [seen, averaged], SHARES)
    graph.add("ReduceMean", [states], EMBEDDING, axes=[0], keepdims=0)


KEPT_PRECISE = ("looks", "look_by_label", "attended_states", "mean_states")
"""The heads' own products: a thousandth of the weights, so they stay in single precision."""


def quantised(model: onnx.ModelProto) -> bytes:
    """The graph with 8-bit weights, activations quantised as they come.

    Seven of the eight bits are used: processors without 8-bit dot products add pairs in 16 bits, which would overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "precise.onnx"), Path(folder, "quantised.onnx")
        onnx.save(model, before)
        quantize_dynamic(
            before,
            after,
            op_types_to_quantize=["MatMul", "Attention", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(KEPT_PRECISE),
            # Nothing infers the type of what a fused operator gives.
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        return after.read_bytes()
