"""all-MiniLM-L6-v2, the sentence encoder, without PyTorch.

The same steps as the reference implementation (sentence-transformers): word pieces, at most 256 of them, six BERT
layers, the mean over all pieces, length 1. Two things differ, neither of them in the result:

- Nothing is padded, where Chroma's default embedding function computes 256 positions for a query of ten words.
- A text's vector does not depend on what else is in the call; rounding to six decimals is for what differs between
  machines.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from interviewer.embedding import graph
from interviewer.embedding.base import Vectors
from interviewer.embedding.layers import Reader, read_weights

MAX_PIECES = 256
DECIMALS = 6
_REMEMBERED = 16384  # vectors, 25 MB: all texts of the bank and some answers


class MiniLMEmbedder:
    """Reads the weights at the first text. Safe to use from several threads."""

    id = "all-minilm-l6-v2"
    dimensions = graph.HIDDEN
    notice: str | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reader: Reader | None = None
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
            fresh = dict(zip(new, self._encode(list(new.values())), strict=True))
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

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), rounded."""
        out = np.empty((len(texts), graph.HIDDEN), dtype=np.float32)
        for places, states in self._loaded().read(texts):
            mean = states.mean(axis=1)
            mean /= np.sqrt(np.einsum("ij,ij->i", mean, mean))[:, None]
            out[places] = np.round(mean, DECIMALS)
        return out

    def _loaded(self) -> Reader:
        with self._lock:
            if self._reader is None:
                self._reader = Reader(self.folder, read_weights(self.folder), longest=MAX_PIECES)
            return self._reader
