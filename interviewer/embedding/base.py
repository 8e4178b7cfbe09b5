"""What an embedder is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors, so that a dot product is a cosine."""

    @property
    def id(self) -> str:
        """Names the embedder and its version; an index remembers it. Only ``[a-z0-9.-]``."""
        ...

    @property
    def dimensions(self) -> int: ...

    @property
    def notice(self) -> str | None:
        """A sentence for the user when this embedder is a stopgap, else None."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), float32, rows of length 1 (an empty text gives some fixed unit vector)."""
        ...
