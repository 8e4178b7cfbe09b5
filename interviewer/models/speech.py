"""The door to what hears and what speaks aloud: two small protocols beside that of the model that thinks."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from interviewer.domain.question import Value
from interviewer.domain.speech import Transcript
from interviewer.models.base import ModelInfo


class TranscribeRequest(Value):
    """A recording to be understood. ``context`` is text that the candidate was shown, for the spelling of terms;
    ``language`` a two-letter code, empty to let the model find out."""

    audio: bytes = Field(repr=False)
    media_type: str
    context: str = ""
    language: str = ""


class Sound(Value):
    """A sentence as sound."""

    audio: bytes = Field(repr=False)
    media_type: str


class Transcriber(Protocol):
    """Turns recordings into words. May raise ``ModelError``; the recording is kept, and it is tried again later."""

    @property
    def info(self) -> ModelInfo: ...

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """The words, timed where the model times them."""
        ...


class Synthesiser(Protocol):
    """Speaks a sentence aloud. May raise ``ModelError``; the text stands on the page in any case."""

    @property
    def info(self) -> ModelInfo: ...

    def synthesise(self, text: str) -> Sound: ...
