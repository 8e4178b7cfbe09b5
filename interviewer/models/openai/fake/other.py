"""What the fake server says beside chat: its models, embeddings, transcriptions and speech."""

from __future__ import annotations

import base64
import hashlib
import io
import math
import struct
import wave
from collections.abc import Sequence
from typing import Any

from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import Reply, tokens_of

DIMENSIONS = 64
HEARD = "I would split the data first."
"""What the fake hears in every recording."""

_RATE = 24_000
_TYPES = {"mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "pcm": "audio/pcm"}


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


def audio(request: Recorded) -> Reply:
    """A transcription, or half a second of silence as speech; ``wav`` is a real file, other formats only named so."""
    if request.kind == "speech":
        wanted = request.body.get("response_format", "mp3")
        return Reply(silence(), content_type=_TYPES.get(wanted, "audio/wav"))
    wanted = request.body.get("response_format", "json")
    if wanted in ("json", "verbose_json", "diarized_json"):
        body: dict[str, Any] = {"text": HEARD, "usage": {"type": "duration", "seconds": 2}}
        if wanted == "verbose_json":
            segment = {"id": 0, "start": 0.0, "end": 2.0, "text": HEARD}
            body |= {"language": "english", "duration": 2.0, "segments": [segment]}
        return Reply(body)
    return Reply(HEARD.encode(), content_type="text/plain; charset=utf-8")


def silence(seconds: float = 0.5) -> bytes:
    """A WAV file with nothing to hear."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(2 * int(seconds * _RATE)))
    return out.getvalue()


def _vector(text: str, dimensions: int) -> list[float]:
    raw = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(2 * dimensions)
    values = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def _base64(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
