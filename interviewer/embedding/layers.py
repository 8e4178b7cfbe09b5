"""From texts to the states of their word pieces, through some or all of the encoder's layers.

Nothing is padded: a batch holds texts with exactly the same number of pieces, so a query of ten words costs ten words
and each row goes through the same sums in the same order whatever else is in the batch.
"""

from __future__ import annotations

import os
from collections import defaultdict
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

_PIECES_PER_RUN = 1024  # more at once is no faster, and this stays in the cache

Weights = Mapping[str, Vectors]


def read_weights(folder: Path) -> Weights:
    """The checkpoint's tensors by name. Raises WeightsError."""
    from safetensors.numpy import load_file

    try:
        return load_file(folder / MODEL)
    except Exception as error:  # safetensors raises bare Exceptions
        raise unreadable(folder, error) from error


def unreadable(folder: Path, error: Exception) -> WeightsError:
    return WeightsError(
        f"The sentence encoder cannot be loaded from {folder}: {error}",
        "Delete that folder and run “interviewer setup”, or set INTERVIEWER_EMBEDDER=lexical to do without.",
    )


class Layers:
    """The layers ``first`` to ``last`` (left out), ready to run, each run on so many threads; 7 MB a layer."""

    def __init__(
        self, weights: Weights, first: int = 0, last: int = graph.LAYERS, *, threads: int | None = None
    ) -> None:
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or min(4, cores())
        # Spinning threads are quicker on an idle machine and twice as slow on one that has other work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            graph.encoder(weights, first, last), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, x: Vectors) -> Vectors:
        """(batch, pieces, 384) to the same shape."""
        (y,) = self._session.run(None, {"x": x})
        return y  # type: ignore[no-any-return]


class Reader:
    """Word pieces, their rows in the table, and the first ``last`` layers. Safe to use from several threads."""

    def __init__(self, folder: Path, weights: Weights, *, last: int = graph.LAYERS, longest: int) -> None:
        try:
            self._tokenizer = _tokenizer(folder / TOKENIZER, longest)
            self._words = weights["embeddings.word_embeddings.weight"]
            self._positions = (
                weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
            )
            self._layers = Layers(weights, 0, last)
        except Exception as error:  # tokenizers and onnxruntime raise bare Exceptions
            raise unreadable(folder, error) from error

    def read(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Batches: the places in ``texts``, and the states of their word pieces, shape (places, pieces, 384)."""
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch([_well_formed(text) for text in texts])]
        for places in batches([len(ids) for ids in pieces]):
            yield places, self._layers(self._looked_up(np.array([pieces[place] for place in places])))

    def padded(self, text: str, pieces: int) -> None:
        """Computes ``text`` at ``pieces`` positions and throws the result away: what padding costs."""
        ids = (self._tokenizer.encode(text).ids + [0] * pieces)[:pieces]
        self._layers(self._looked_up(np.array([ids])))

    def _looked_up(self, ids: np.ndarray) -> Vectors:
        x: Vectors = self._words[ids]
        x += self._positions[: ids.shape[1]]
        return x


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that are computed together: of one length, and not too many."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, length in enumerate(lengths):
        by_length[length].append(place)
    for length, places in sorted(by_length.items()):
        size = max(1, _PIECES_PER_RUN // length)
        for start in range(0, len(places), size):
            yield places[start : start + size]


def _tokenizer(path: Path, longest: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()  # the file asks for padding to 128
    tokenizer.enable_truncation(longest)
    return tokenizer


def _well_formed(text: str) -> str:
    """The text with unpaired surrogates (a browser can send them) replaced, as the tokenizer refuses them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
