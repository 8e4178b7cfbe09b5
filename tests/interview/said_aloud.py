"""What is said aloud in tests: sound made of tones, and somebody who understands what they are told to."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from interviewer.domain.speech import Transcript
from interviewer.domain.usage import Purpose
from interviewer.models.base import ModelInfo
from interviewer.models.ledger import record
from interviewer.models.speech import TranscribeRequest
from tests.interview.made_up import call

RATE = 16_000
WHISPER = "whisper-made-up"

Says: TypeAlias = "str | Exception | Callable[[TranscribeRequest], str]"


def voice(seconds: float) -> npt.NDArray[np.float64]:
    """A tone with the syllables' rise and fall: stands out of any noise, as a voice does."""
    t = np.arange(round(seconds * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.cos(2 * np.pi * 4 * t)
    return 0.3 * syllables * (np.sin(2 * np.pi * 220 * t) + 0.5 * np.sin(2 * np.pi * 900 * t))


def silence(seconds: float) -> npt.NDArray[np.float64]:
    return np.zeros(round(seconds * RATE))


def noise(seconds: float) -> npt.NDArray[np.float64]:
    return np.random.default_rng(0).normal(0, 0.01, round(seconds * RATE))


def wav(*parts: npt.NDArray[np.float64]) -> bytes:
    """The parts one after the other, as a browser records: 16 bits, one channel."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.concatenate(parts) * 32_767).astype("<i2").tobytes())
    return out.getvalue()


SPEECH = wav(silence(0.5), voice(1.0), silence(0.8), voice(0.7), silence(0.3))


class Listener:
    """Understands what it is told to: the next of ``says`` for each request, the last for ever. Counts as it goes."""

    info = ModelInfo(name=WHISPER, version="1", offline=False)

    def __init__(self, *says: Says) -> None:
        self._says = list(says)
        self._lock = Lock()
        self.requests: list[TranscribeRequest] = []

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        with self._lock:
            self.requests.append(request)
            says = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        record(call(Purpose.TRANSCRIBE))
        if isinstance(says, Exception):
            raise says
        return Transcript(text=says if isinstance(says, str) else says(request), by=WHISPER)
