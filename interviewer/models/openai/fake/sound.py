"""What the fake server hears in recordings, and how it speaks."""

from __future__ import annotations

import io
import math
import struct
import threading
import wave
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, cycle
from typing import Any

from interviewer.domain.speech import Transcript, Word
from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import Reply, tokens_of

HEARD = "I would split the data first."
"""What the fake hears in a recording when nobody has told it what."""

MOST_CHARACTERS = 4096
ENDINGS = frozenset({"flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"})
"""What the names of recordings may end with, as the API has it."""

_RATE = 16_000
_HERTZ = 220.0
_SECONDS_A_CHARACTER = 0.05
_LONGEST = 10.0
_UNMEASURED = 2.0
"""Seconds that a recording is taken to have which is no WAV file."""


class Ear:
    """What is heard, recording by recording. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: Iterator[str | Transcript] = iter(())
        self._known: dict[str, str | Transcript] = {}

    def hears(self, said: Iterable[str | Transcript], again: bool) -> None:
        said = tuple(said)
        with self._lock:
            self._next = cycle(said) if again else chain(self._next, said)

    def knows(self, audio: bytes, said: str | Transcript) -> None:
        with self._lock:
            self._known[sha256(audio).hexdigest()] = said

    def forget(self) -> None:
        with self._lock:
            self._next = iter(())
            self._known.clear()

    def heard(self, audio: bytes) -> str | Transcript:
        with self._lock:
            known = self._known.get(sha256(audio).hexdigest())
            return known if known is not None else next(self._next, HEARD)


def transcription(request: Recorded, said: str | Transcript) -> Reply:
    """A transcription in the form that was asked for. Words are timed evenly unless ``said`` has them timed."""
    audio = request.body["file"]
    seconds = seconds_of(audio)
    if isinstance(said, Transcript):
        text, words, language = said.text, said.words, said.language or "english"
    else:
        text, words, language = said, (), "english"
    wanted = request.body.get("response_format", "json")
    if wanted in ("text", "srt", "vtt"):
        return Reply(f"{text}\n".encode(), content_type="text/plain; charset=utf-8")
    body: dict[str, Any] = {"text": text, "usage": {"type": "duration", "seconds": math.ceil(seconds)}}
    if wanted == "verbose_json":
        times = request.body.get("timestamp_granularities[]", ["segment"])
        body |= {"task": "transcribe", "language": language, "duration": seconds}
        timed = words or evenly(text, seconds)
        if "segment" in times:
            ends = (timed[0].start or 0.0, timed[-1].end or seconds) if timed else (0.0, seconds)
            body["segments"] = [{"id": 0, "start": ends[0], "end": ends[1], "text": f" {text}"}] if text else []
        if "word" in times:
            body["words"] = [{"word": word.text, "start": word.start, "end": word.end} for word in timed]
    return Reply(body)


def evenly(text: str, seconds: float) -> tuple[Word, ...]:
    """Words that each take the same share of the time."""
    words = text.split()
    each = seconds / len(words) if words else 0.0
    return tuple(
        Word(text=word, start=round(place * each, 3), end=round((place + 1) * each, 3))
        for place, word in enumerate(words)
    )


def speech(request: Recorded) -> Reply:
    """A tone as a WAV file, whatever was asked for, and said to be one; its length grows with the text."""
    text = str(request.body.get("input", ""))
    return Reply(tone(min(_LONGEST, 0.2 + _SECONDS_A_CHARACTER * len(text))), content_type="audio/wav")


def tone(seconds: float, rate: int = _RATE, hertz: float = _HERTZ) -> bytes:
    """A WAV file with a soft tone."""
    period = [round(3000 * math.sin(2 * math.pi * place * hertz / rate)) for place in range(round(rate / hertz))]
    count = round(seconds * rate)
    samples = struct.pack(f"<{len(period)}h", *period) * (count // len(period) + 1)
    return _wav(samples[: 2 * count], rate)


def silence(seconds: float = 0.5, rate: int = _RATE) -> bytes:
    """A WAV file with nothing to hear."""
    return _wav(bytes(2 * round(seconds * rate)), rate)


def _wav(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


def seconds_of(audio: bytes) -> float:
    try:
        with wave.open(io.BytesIO(audio)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return _UNMEASURED


def counted(text: str) -> dict[str, Any]:
    """Usage as the models count it that are paid for by tokens."""
    return {
        "type": "tokens",
        "input_tokens": 40,
        "output_tokens": tokens_of(text),
        "total_tokens": 40 + tokens_of(text),
    }
