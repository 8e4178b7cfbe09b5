"""Short ways to have a client hear and speak, and to hear how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interviewer.domain.speech import Transcript
from interviewer.domain.usage import Call, Purpose
from interviewer.errors import ModelError
from interviewer.models.ledger import recording
from interviewer.models.openai.client import Client
from interviewer.models.openai.fake import tone
from interviewer.models.speech import Sound

RECORDING = tone(3.0)
SENTENCE = "How would you notice that a model overfits?"


def hear(client: Client, audio: bytes = RECORDING, media_type: str = "audio/wav", **more: Any) -> Transcript:
    return client.transcribe(audio, media_type, **more)


def speak(client: Client, text: str = SENTENCE, voice: str = "alloy", **more: Any) -> Sound:
    return client.speech(text, voice=voice, **more)


WAYS: dict[str, Callable[..., Any]] = {"hear": hear, "speak": speak}
KINDS = {"hear": "transcriptions", "speak": "speech"}
PURPOSES = {"hear": Purpose.TRANSCRIBE, "speak": Purpose.SYNTHESISE}


def one_call(way: str, client: Client, **more: Any) -> tuple[Call, Any]:
    """Asks once; the only call that the ledger then has, and what came of it: an answer or a ModelError."""
    with recording() as calls:
        try:
            result = WAYS[way](client, **more)
        except ModelError as error:
            result = error
    (call,) = calls
    return call, result
