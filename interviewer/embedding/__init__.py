"""The sentence encoder and its fallback.

``load_embedder(settings)`` is the way in; ``weights.fetch`` is what “interviewer setup” calls.
"""

from __future__ import annotations

import threading
from pathlib import Path

from interviewer.embedding.base import Embedder, Vectors
from interviewer.embedding.lexical import LexicalEmbedder
from interviewer.embedding.minilm import MiniLMEmbedder
from interviewer.embedding.weights import verify
from interviewer.errors import WeightsError
from interviewer.settings import Settings

__all__ = ["Embedder", "LexicalEmbedder", "MiniLMEmbedder", "Vectors", "load_embedder"]

_CHOSEN = (
    "Texts are compared by their words only, as the settings ask for; "
    "results are rougher than with the sentence encoder."
)
_DAMAGED = (
    "The sentence encoder's weights are damaged, so texts are compared by their words only and results are rougher; "
    "“interviewer setup” fetches the weights again."
)

_lock = threading.Lock()
_loaded: dict[Path, MiniLMEmbedder] = {}


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings ask for; the encoder is loaded once per process and folder.

    With ``auto`` missing or damaged weights give the lexical embedder with a notice; with ``minilm`` they raise
    WeightsError. Weights that arrive later are found by the next call.
    """
    if settings.embedder == "lexical":
        return LexicalEmbedder(_CHOSEN)
    folder = settings.weights_path
    with _lock:
        if folder in _loaded:
            return _loaded[folder]
        try:
            verify(folder)
        except WeightsError:
            if settings.embedder == "minilm":
                raise
            return LexicalEmbedder(_DAMAGED) if any(folder.glob("*.safetensors")) else LexicalEmbedder()
        return _loaded.setdefault(folder, MiniLMEmbedder(folder))
