"""all-MiniLM-L6-v2, the sentence encoder, without PyTorch.

The same steps as the reference implementation (sentence-transformers): word pieces, at most 256 of them, six BERT
layers, the mean over all pieces, length 1. Two things differ, neither of them in the result:

- Nothing is padded. A batch holds texts with exactly the same number of pieces, so a query of ten words costs ten
  words and not the 256 positions that Chroma's default embedding function computes.
- A text's vector does not depend on what else is in the call. Without padding each row goes through the same sums in
  the same order whatever the batch; rounding to six decimals is for what differs between machines.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interviewer.embedding import graph
from interviewer.embedding.base import Vectors
from interviewer.embedding.weights import MODEL, TOKENIZER
from interviewer.errors import WeightsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_PIECES = 256
DECIMALS = 6
_PIECES_PER_RUN = 1024  # more at once is no faster, and this stays in the cache
_REMEMBERED = 16384  # vectors, 25 MB: all texts of the bank and some answers


class MiniLMEmbedder:
    """Reads the weights at the first text. Safe to use from several threads."""

    id = "all-minilm-l6-v2"
    dimensions = graph.HIDDEN
    notice: str | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._encoder: _Encoder | None = None
        self._lock = threading.Lock()
        # Rubric statements come again and again. The keys are digests: no candidate's text is kept here.
        self._remembered: OrderedDict[bytes, Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384). Raises WeightsError when the weights cannot be read."""
        keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        rows: dict[bytes, Vectors] = {}
        with self._lock:
            for key in keys:
                if key in self._remembered:
                    self._remembered.move_to_end(key)
                    rows[key] = self._remembered[key]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
        if new:
            fresh = dict(zip(new, self._loaded().encode([_well_formed(text) for text in new.values()]), strict=True))
            rows |= fresh
            with self._lock:
                self._remembered |= fresh
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        out = np.empty((len(keys), self.dimensions), dtype=np.float32)
        for place, key in enumerate(keys):
            out[place] = rows[key]
        return out

    def encode_padded(self, text: str, pieces: int) -> None:
        """Computes ``text`` at ``pieces`` positions and throws the result away: what padding costs (for benchmarks)."""
        self._loaded().padded(text, pieces)

    def _loaded(self) -> _Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = _Encoder(self.folder)
            return self._encoder


class _Encoder:
    """The loaded model: 47 MB of word vectors, and twice the 42 MB of the layers while it is being set up."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from safetensors.numpy import load_file

        try:
            self._tokenizer = _tokenizer(folder / TOKENIZER)
            weights: Mapping[str, graph.Array] = load_file(folder / MODEL)
            self._words = weights["embeddings.word_embeddings.weight"]
            self._positions = (
                weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
            )
            onnxruntime.disable_telemetry_events()
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            options.intra_op_num_threads = min(4, _cores())
            # Spinning threads are quicker on an idle machine and twice as slow on one that has other work.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session: Any = onnxruntime.InferenceSession(
                graph.encoder(weights), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # tokenizers and onnxruntime raise bare Exceptions
            raise WeightsError(
                f"The sentence encoder cannot be loaded from {folder}: {error}",
                "Delete that folder and run “interviewer setup”, or set INTERVIEWER_EMBEDDER=lexical to do without.",
            ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), rounded."""
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        out = np.empty((len(texts), graph.HIDDEN), dtype=np.float32)
        for places in _batches([len(ids) for ids in pieces]):
            ids = np.array([pieces[place] for place in places])
            x = self._words[ids]
            x += self._positions[: ids.shape[1]]
            (y,) = self._session.run(None, {"x": x})
            mean = y.mean(axis=1)
            mean /= np.sqrt(np.einsum("ij,ij->i", mean, mean))[:, None]
            out[places] = np.round(mean, DECIMALS)
        return out

    def padded(self, text: str, pieces: int) -> None:
        ids = (self._tokenizer.encode(text).ids + [0] * pieces)[:pieces]
        self._session.run(None, {"x": self._words[np.array([ids])] + self._positions[:pieces]})


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that are computed together: of one length, and not too many."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, length in enumerate(lengths):
        by_length[length].append(place)
    for length, places in sorted(by_length.items()):
        size = max(1, _PIECES_PER_RUN // length)
        for start in range(0, len(places), size):
            yield places[start : start + size]


def _tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()  # the file asks for padding to 128
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _well_formed(text: str) -> str:
    """The text with unpaired surrogates (a browser can send them) replaced, as the tokenizer refuses them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
