"""The endpoint that hears and speaks, behind the two protocols of ``interviewer.models.speech``."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress

from interviewer.domain.question import content_hash
from interviewer.domain.speech import Transcript
from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError
from interviewer.models.base import ModelInfo
from interviewer.models.openai.client import Client
from interviewer.models.speech import Sound, TranscribeRequest

VOICE = "alloy"
"""The voice that is asked for where none is named: every endpoint that follows OpenAI's has it, under this name."""

MOST_KEPT = 16_000_000
"""Bytes of sound that are kept to be played again."""


class OpenAISpeech:
    """A ``Transcriber`` and a ``Synthesiser`` at one endpoint. Safe to use from many threads.

    What it was asked to say is kept, up to a size, so that the bank's own wording is paid for once in a process.
    """

    def __init__(self, client: Client, voice: str = "") -> None:
        self._client = client
        self._voice = voice.strip() or VOICE
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], Sound] = OrderedDict()
        self._size = 0
        self._info = self._described()

    @property
    def info(self) -> ModelInfo:
        """Named after the model that transcribes; ``named`` tells which one speaks."""
        return self._info

    @property
    def voice(self) -> str:
        return self._voice

    def prepare(self) -> None:
        """Loads what the first call needs, which takes a second. Asks nothing."""
        with suppress(ModelError):
            self._client.warm()

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """What was said; an empty text where nothing was understood. Raises ModelError."""
        return self._client.transcribe(
            request.audio, request.media_type, hint=request.context, language=request.language
        )

    def synthesise(self, text: str) -> Sound:
        """The text spoken aloud, from what is kept if it was asked for before. Raises ModelError."""
        text = text.strip()
        key = (self._client.endpoint.model_for(Purpose.SYNTHESISE), self._voice, text)
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        sound = self._client.speech(text, voice=self._voice)
        self._keep(key, sound)
        return sound

    def close(self) -> None:
        """Ends what is under way and takes no more."""
        self._client.close()

    def _keep(self, key: tuple[str, str, str], sound: Sound) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = sound
            self._size += len(sound.audio)
            while self._size > MOST_KEPT:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.audio)

    def _described(self) -> ModelInfo:
        endpoint = self._client.endpoint
        named = {
            f"{purpose.value}_model": endpoint.model_for(purpose)
            for purpose in (Purpose.TRANSCRIBE, Purpose.SYNTHESISE)
        }
        settings = {"endpoint": endpoint.label, "voice": self._voice}
        return ModelInfo(
            name=named["transcribe_model"],
            version=content_hash([named, settings])[:8],
            offline=False,
            settings={**settings, **named},
        )
