"""The encoder as an ONNX graph, written without the ``onnx`` package.

An ONNX file is a protocol buffer, and the few messages that a BERT needs fit on this page. onnxruntime is there
anyway (Chroma brings it) and runs the graph about twice as fast as NumPy does: it packs the weights once and fuses
attention, GELU and the layer norms.

The graph starts after the table of word pieces (the caller adds up word and position rows: a look-up needs no graph,
and the table would double the file) and ends before pooling: ``x`` (batch, pieces, 384) → ``y`` of the same shape.
There is no attention mask because there is no padding: a batch holds texts of one length.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

HIDDEN = 384
HEADS = 12
LAYERS = 6
EPSILON = 1e-12

_IR_VERSION = 8
_OPSET = 17  # the first with LayerNormalization
_FUSED = "com.microsoft"  # onnxruntime's own operators, part of every official build
_FLOAT = 1

Array: TypeAlias = NDArray[np.float32]
Message: TypeAlias = "list[bytes | memoryview]"  # pieces of a serialised message; joined once, at the very end


def encoder(weights: Mapping[str, Array], first: int = 0, last: int = LAYERS) -> bytes:
    """The serialised model of the layers ``first`` to ``last`` (that one left out), made from ``weights``.

    The weights are named as in the checkpoint (``encoder.layer.0...``). Only a model that begins with the first layer
    norms its input: the others take up where an earlier one has left off.
    """
    graph: Message = []
    hidden = "x"
    if first == 0:
        hidden = "x0"
        _norm(graph, "x", hidden, "embeddings.LayerNorm", weights)
    for number in range(first, last):
        hidden = _layer(graph, hidden, number, weights)
    _node(graph, "Identity", [hidden], "y")
    graph += _text(2, "all-MiniLM-L6-v2")
    graph += _port(11, "x")
    graph += _port(12, "y")
    model: Message = [*_number(1, _IR_VERSION), *_nested(7, graph)]
    for domain, version in (("", _OPSET), (_FUSED, 1)):
        model += _nested(8, [*_text(1, domain), *_number(2, version)])
    return b"".join(model)


def _layer(graph: Message, hidden: str, number: int, weights: Mapping[str, Array]) -> str:
    """Adds one transformer layer; returns the name of what comes out."""
    name = f"encoder.layer.{number}"
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    _tensor(graph, f"{name}.qkv", np.concatenate([weights[f"{part}.weight"] for part in parts]).T)
    _tensor(graph, f"{name}.qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    _node(graph, "Attention", [hidden, f"{name}.qkv", f"{name}.qkv.bias"], f"{name}.mixed", _FUSED, num_heads=HEADS)
    attended = _dense_and_norm(graph, f"{name}.mixed", hidden, f"{name}.attention.output", weights)

    up = f"{name}.intermediate.dense"
    _tensor(graph, f"{up}.weight", weights[f"{up}.weight"].T)
    _tensor(graph, f"{up}.bias", weights[f"{up}.bias"])
    _node(graph, "MatMul", [attended, f"{up}.weight"], f"{name}.up")
    _node(graph, "BiasGelu", [f"{name}.up", f"{up}.bias"], f"{name}.gelu", _FUSED)
    return _dense_and_norm(graph, f"{name}.gelu", attended, f"{name}.output", weights)


def _dense_and_norm(graph: Message, x: str, skipped: str, name: str, weights: Mapping[str, Array]) -> str:
    """norm(x · W + b + skipped)."""
    _tensor(graph, f"{name}.dense.weight", weights[f"{name}.dense.weight"].T)
    _tensor(graph, f"{name}.dense.bias", weights[f"{name}.dense.bias"])
    _tensor(graph, f"{name}.gamma", weights[f"{name}.LayerNorm.weight"])
    _tensor(graph, f"{name}.beta", weights[f"{name}.LayerNorm.bias"])
    _node(graph, "MatMul", [x, f"{name}.dense.weight"], f"{name}.dense")
    inputs = [f"{name}.dense", skipped, f"{name}.gamma", f"{name}.beta", f"{name}.dense.bias"]
    _node(graph, "SkipLayerNormalization", inputs, f"{name}.normed", _FUSED, epsilon=EPSILON)
    return f"{name}.normed"


def _norm(graph: Message, x: str, result: str, name: str, weights: Mapping[str, Array]) -> None:
    _tensor(graph, f"{name}.weight", weights[f"{name}.weight"])
    _tensor(graph, f"{name}.bias", weights[f"{name}.bias"])
    _node(graph, "LayerNormalization", [x, f"{name}.weight", f"{name}.bias"], result, epsilon=EPSILON)


# The messages of onnx.proto that are used above; the numbers are its field numbers.


def _node(
    graph: Message, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: float
) -> None:
    node: Message = []
    for name in inputs:
        node += _text(1, name)
    node += _text(2, output)
    node += _text(4, operator)
    for name, value in attributes.items():
        if isinstance(value, int):
            attribute = [*_text(1, name), *_number(3, value), *_number(20, 2)]
        else:
            attribute = [*_text(1, name), _varint(2 << 3 | 5), struct.pack("<f", value), *_number(20, 1)]
        node += _nested(5, attribute)
    if domain:
        node += _text(7, domain)
    graph += _nested(1, node)


def _tensor(graph: Message, name: str, values: Array) -> None:
    """A constant of the graph (an initializer)."""
    data = np.ascontiguousarray(values, dtype="<f4")
    tensor: Message = []
    for size in data.shape:
        tensor += _number(1, size)
    tensor += _number(2, _FLOAT)
    tensor += _text(8, name)
    tensor += [_varint(9 << 3 | 2), _varint(data.nbytes), data.data]
    graph += _nested(5, tensor)


def _port(field: int, name: str) -> Message:
    """An input or output: float, (batch, pieces, 384)."""
    shape: Message = []
    for dimension in (_text(2, "batch"), _text(2, "pieces"), _number(1, HIDDEN)):
        shape += _nested(1, dimension)
    kind = _nested(1, [*_number(1, _FLOAT), *_nested(2, shape)])
    return _nested(field, [*_text(1, name), *_nested(2, kind)])


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> Message:
    return [_varint(field << 3), _varint(value)]


def _nested(field: int, parts: Message) -> Message:
    length = sum(memoryview(part).nbytes for part in parts)
    return [_varint(field << 3 | 2), _varint(length), *parts]


def _text(field: int, text: str) -> Message:
    return _nested(field, [text.encode()])
