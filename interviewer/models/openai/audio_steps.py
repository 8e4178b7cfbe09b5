"""How an endpoint is asked to hear and to speak, from the most telling form of a request down.

Whisper's own API times each word in ``verbose_json``; OpenAI's newer models refuse that form, some servers only the
timing, and some know plain text alone. What is refused is left out, as in ``capabilities``, and remembered there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from interviewer.models.openai.capabilities import Capabilities, refused_features

MOST_HINT = 600
"""Characters of a hint: Whisper reads no more than 224 tokens of it."""


class AudioFeature(StrEnum):
    """What a request to hear or to speak may hold that an endpoint may not take."""

    FORMAT = "response_format"
    TIMES = "timestamp_granularities"
    HINT = "prompt"
    LANGUAGE = "language"


def hearing(used: Capabilities, model: str, hint: str, language: str) -> dict[str, Any]:
    """A request to transcribe, but for the recording itself."""
    request: dict[str, Any] = {"model": model, "response_format": used.transcript}
    if used.word_times and used.transcript == "verbose_json":
        request["timestamp_granularities"] = ["word"]
    if used.hint and (bounded := shortened(hint)):
        request["prompt"] = bounded
    if used.language and language:
        request["language"] = language
    return request


def speaking(used: Capabilities, model: str, text: str, voice: str) -> dict[str, Any]:
    """A request to speak."""
    return {"model": model, "input": text, "voice": voice, "response_format": used.sound}


def audio_step_down(
    used: Capabilities, tried: Iterable[Capabilities], request: Mapping[str, Any], status: int, body: Any
) -> Capabilities | None:
    """What to try next after ``request``, made with ``used``, was refused; None where no step down would help."""
    tried = set(tried)
    held = [feature for feature in AudioFeature if feature.value in request]
    for feature in refused_features(held, _WORDS, _ORDER, status, body) or ():
        lower = _without(used, feature, hears="input" not in request)
        if lower not in tried:
            return lower
    return None


def shortened(hint: str) -> str:
    """The beginning of a hint, in one line and up to the end of a word.

    >>> shortened("What is  precision?")
    'What is precision?'
    """
    line = " ".join(hint.split())
    return line if len(line) <= MOST_HINT else line[: MOST_HINT + 1].rpartition(" ")[0] or line[:MOST_HINT]


def _without(used: Capabilities, feature: AudioFeature, hears: bool) -> Capabilities:
    match feature:
        case AudioFeature.FORMAT if not hears:
            return used.model_copy(update={"sound": "wav"})
        case AudioFeature.FORMAT:
            return used.model_copy(update={"transcript": "json" if used.transcript == "verbose_json" else "text"})
        case AudioFeature.TIMES:
            return used.model_copy(update={"word_times": False})
        case AudioFeature.HINT:
            return used.model_copy(update={"hint": False})
        case AudioFeature.LANGUAGE:
            return used.model_copy(update={"language": False})


_ORDER = [AudioFeature.TIMES, AudioFeature.FORMAT, AudioFeature.HINT, AudioFeature.LANGUAGE]

_WORDS = {
    AudioFeature.FORMAT: re.compile(r"response.?format|verbose.?json|\bmp3\b"),
    AudioFeature.TIMES: re.compile(r"timestamp|granularit"),
    AudioFeature.HINT: re.compile(r"\bprompt\b"),
    AudioFeature.LANGUAGE: re.compile(r"\blanguage\b"),
}
