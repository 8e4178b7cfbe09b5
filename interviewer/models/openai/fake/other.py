"""What the fake server says beside chat, recordings and speech: its models and embeddings."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from collections.abc import Sequence
from typing import Any

from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import tokens_of

DIMENSIONS = 64


def models(names: Sequence[str]) -> dict[str, Any]:
    return {"object": "list", "data": [model(name) for name in names]}


def model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "fake"}


def embeddings(request: Recorded) -> dict[str, Any]:
    """Vectors of length 1 made from each text's hash: the same text has the same vector, and nothing more is meant."""
    given = request.body["input"]
    texts = [given] if isinstance(given, str) or (given and isinstance(given[0], int)) else list(given)
    vectors = [_vector(str(text), request.body.get("dimensions") or DIMENSIONS) for text in texts]
    encoded = request.body.get("encoding_format") == "base64"
    count = sum(tokens_of(str(text)) for text in texts)
    return {
        "object": "list",
        "model": request.body["model"],
        "data": [
            {"object": "embedding", "index": place, "embedding": _base64(vector) if encoded else vector}
            for place, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": count, "total_tokens": count},
    }


def _vector(text: str, dimensions: int) -> list[float]:
    raw = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(2 * dimensions)
    values = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def _base64(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
