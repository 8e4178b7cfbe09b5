"""Reading two sentences together: does what was said state a reference sentence, contradict it, or neither?

Vectors of single sentences cannot tell “bagging trains them side by side” from “bagging trains them one after another”:
what matters is which word answers to which. Here each sentence goes through the encoder's lower layers on its own, as
the encoder was made for, and the two go through the upper layers together, every word of one seeing every word of the
other. The upper layers carry low-rank corrections (LoRA, Hu et al. 2021); a linear head reads (u, v, |u - v|, u * v),
where u and v are the means over either sentence. ``scripts/reader`` fits corrections and head; they are shipped as one
file of 0.7 MB.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from interviewer.embedding.base import Embedder
from interviewer.embedding.graph import LAYERS
from interviewer.embedding.layers import Layers, Reader, batches, cores, read_weights, unreadable
from interviewer.embedding.minilm import MiniLMEmbedder

States: TypeAlias = NDArray[np.float16]
Array: TypeAlias = NDArray[np.float32]

OTHER, STATES, CONTRADICTS = 0, 1, 2
"""The columns of what is read."""

SHIPPED = Path(__file__).with_name("pairs.safetensors")
LONGEST = 64
"""Word pieces of a sentence that are read; what follows is not."""

_DECIMALS = 5
_REMEMBERED = 4096  # sentences whose lower states are kept, in half precision: some 60 MB when full
_PAIRS_REMEMBERED = 50_000  # what was read of so many pairs is kept: an exchange is read again at each of its turns
_PROJECTIONS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
"""The six matrices of a layer, by the name that their corrections have in the file."""


@dataclass(frozen=True)
class Adapter:
    """What the fit found. ``deltas`` are corrections by name of the checkpoint's weight, shape (out, in).

    ``sides`` (2, 384) is added to the states of what was said and of the reference, ``weights`` (4 * 384, 3) and
    ``bias`` (3) are the head.
    """

    version: str
    first: int
    deltas: Mapping[str, Array]
    sides: Array
    weights: Array
    bias: Array


def load_adapter(path: Path = SHIPPED) -> Adapter:
    """Reads the fit's file."""
    from safetensors.numpy import load

    content = path.read_bytes()
    tensors = {name: tensor.astype(np.float32) for name, tensor in load(content).items()}
    deltas = {}
    layers = sorted({int(name.split(".")[1]) for name in tensors if name.startswith("layer.")})
    for layer in layers:
        for short, full in _PROJECTIONS.items():
            down, up = tensors[f"layer.{layer}.{short}.a"], tensors[f"layer.{layer}.{short}.b"]
            deltas[f"encoder.layer.{layer}.{full}.weight"] = (down @ up).T
    return Adapter(
        version=hashlib.sha256(content).hexdigest()[:8],
        first=layers[0],
        deltas=deltas,
        sides=tensors["sides"],
        weights=tensors["head.weights"],
        bias=tensors["head.bias"],
    )


class PairReader:
    """Reads pairs of sentences; reads the weights at the first pair. Safe to use from several threads."""

    def __init__(self, folder: Path, adapter: Adapter | None = None) -> None:
        self._folder = folder
        self._adapter = adapter or load_adapter()
        self._loaded: tuple[Reader, Layers] | None = None
        self._lock = threading.Lock()
        self._cores = ThreadPoolExecutor(min(4, cores()), thread_name_prefix="pairs")
        # The keys are digests: no candidate's text is kept here.
        self._remembered: OrderedDict[bytes, States] = OrderedDict()
        self._read: OrderedDict[tuple[bytes, bytes], Array] = OrderedDict()

    @property
    def version(self) -> str:
        return self._adapter.version

    def read(self, pairs: Sequence[tuple[str, str]]) -> Array:
        """For pairs (said, reference): probabilities in the order OTHER, STATES, CONTRADICTS, shape (pairs, 3).

        Raises WeightsError when the weights cannot be read.
        """
        keys = [(_digest(said), _digest(reference)) for said, reference in pairs]
        with self._lock:
            known = {key: self._read[key] for key in keys if key in self._read}
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        known |= dict(zip(new, self._together(list(new.values())), strict=True))
        with self._lock:
            for key in new:
                self._read[key] = known[key]
            while len(self._read) > _PAIRS_REMEMBERED:
                self._read.popitem(last=False)
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), 3)

    def _together(self, pairs: Sequence[tuple[str, str]]) -> Array:
        out = np.empty((len(pairs), 3), dtype=np.float32)
        if not pairs:
            return out
        reader, upper = self._ready()
        states = self._states(reader, list(dict.fromkeys(text for pair in pairs for text in pair)))
        sides = self._adapter.sides

        def read_together(places: list[int]) -> None:
            x = np.stack(
                [np.concatenate([states[pairs[p][0]] + sides[0], states[pairs[p][1]] + sides[1]]) for p in places]
            )
            y = upper(x.astype(np.float32))
            for row, place in zip(y, places, strict=True):
                border = len(states[pairs[place][0]])
                u, v = row[:border].mean(axis=0), row[border:].mean(axis=0)
                # The scale of 4 on the last two is part of the fit: it lets all four be learnt equally fast.
                seen = np.concatenate([u, v, np.abs(u - v) * 4, u * v * 4])
                logits = seen @ self._adapter.weights + self._adapter.bias
                odds = np.exp(logits - logits.max())
                out[place] = odds / odds.sum()

        # The batches are small: side by side on one core each they are done sooner than one by one on all.
        lengths = [len(states[said]) + len(states[reference]) for said, reference in pairs]
        together = list(batches(lengths))
        try:
            list(self._cores.map(read_together, together))
        except RuntimeError:  # the interpreter is going down and gives no threads any more
            for places in together:
                read_together(places)
        return np.round(out, _DECIMALS)

    def _ready(self) -> tuple[Reader, Layers]:
        with self._lock:
            if self._loaded is None:
                weights = read_weights(self._folder)
                first = self._adapter.first
                adapted = {
                    name: weights[name] + self._adapter.deltas.get(name, np.float32(0))
                    for name in weights
                    if _layer(name) >= first
                }
                try:
                    upper = Layers(adapted, first, LAYERS, threads=1)
                except Exception as error:  # onnxruntime raises bare Exceptions
                    raise unreadable(self._folder, error) from error
                self._loaded = Reader(self._folder, weights, last=first, longest=LONGEST), upper
            return self._loaded

    def _states(self, reader: Reader, texts: Sequence[str]) -> dict[str, States]:
        keys = {text: _digest(text) for text in texts}
        found: dict[str, States] = {}
        with self._lock:
            for text, key in keys.items():
                if key in self._remembered:
                    self._remembered.move_to_end(key)
                    found[text] = self._remembered[key]
        missing = [text for text in texts if text not in found]
        for places, rows in reader.read(missing):
            for place, row in zip(places, rows, strict=True):
                found[missing[place]] = row.astype(np.float16)
        with self._lock:
            for text in missing:
                self._remembered[keys[text]] = found[text]
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return found


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def _layer(name: str) -> int:
    """The number of the layer that a weight belongs to, -1 for what is before the layers."""
    return int(name.split(".")[2]) if name.startswith("encoder.layer.") else -1


_shared: dict[Path, PairReader] = {}


def pairs_for(embedder: Embedder) -> PairReader | None:
    """The pair reader on the embedder's weights, one per process and folder; None for an embedder without layers."""
    if not isinstance(embedder, MiniLMEmbedder):
        return None
    if embedder.folder not in _shared:
        _shared[embedder.folder] = PairReader(embedder.folder)
    return _shared[embedder.folder]
