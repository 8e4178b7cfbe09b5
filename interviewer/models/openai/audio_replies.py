"""What endpoints answer to a recording or to a text, read with patience, and why they do not.

A time that cannot be is left out and its word is kept: what was said counts for more than when.
"""

from __future__ import annotations

import io
import math
import re
import wave
from dataclasses import dataclass
from typing import Any

from interviewer.domain.speech import Transcript, Word
from interviewer.errors import ModelMisbehaved, ModelRejected
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.faults import Failed, Fault, of_event, said, unreadable
from interviewer.models.openai.replies import Tokens, refusal
from interviewer.models.openai.sdk import Answer, parsed
from interviewer.models.openai.structured import plain
from interviewer.models.openai.transport import LARGEST, LARGEST_SOUND
from interviewer.models.speech import Sound

_PAST_THE_END = 1.0
"""Seconds after the end of a recording in which a word may still be timed: clocks differ."""

_LONGEST_LANGUAGE = 35
"""Characters of the name of a language."""


@dataclass(frozen=True)
class Understood:
    """A transcript, the seconds that the endpoint charges for, and its count of tokens; None where it says none."""

    transcript: Transcript
    billed_seconds: float | None
    tokens: Tokens | None


def understood(answer: Answer, endpoint: Endpoint, model: str, asked_for: str, seconds: float | None) -> Understood:
    """Reads a transcription, in whatever form it came. Raises WireError, and Failed for what is none.

    ``asked_for`` is the response format, ``seconds`` how long the recording is, None where nobody measured it.
    """
    raw = answer.body(LARGEST)
    body = parsed(raw)
    if isinstance(body, dict):
        return _of_object(body, answer, endpoint, model, seconds)
    text = body if isinstance(body, str) else _text(raw, answer.content_type, asked_for)
    if text is None:
        page = answer.content_type if raw.lstrip()[:1] == b"<" else ""
        raise Failed(unreadable(endpoint, page))
    return Understood(Transcript(text=_clean(text), by=model, seconds=seconds), None, None)


def _of_object(
    body: dict[str, Any], answer: Answer, endpoint: Endpoint, model: str, seconds: float | None
) -> Understood:
    text, segments = body.get("text"), _dicts(body.get("segments"))
    if not isinstance(text, str):
        if isinstance(body.get("error"), (dict, str)):
            raise Failed(of_event(body, endpoint, model))
        if not segments:
            raise Failed(unreadable(endpoint, answer.content_type))
        text = " ".join(part.strip() for segment in segments if isinstance(part := segment.get("text"), str))
    length = seconds if seconds is not None else _seconds(body.get("duration"))
    listed = _dicts(body.get("words")) or [word for segment in segments for word in _dicts(segment.get("words"))]
    usage = body.get("usage")
    charged = _seconds(usage.get("seconds")) if isinstance(usage, dict) else None
    return Understood(
        Transcript(text=_clean(text), words=_words(listed, length), language=_language(body), by=model, seconds=length),
        charged if charged is not None else length,
        _tokens(usage),
    )


def _text(raw: bytes, content_type: str, asked_for: str) -> str | None:
    """A body that is a text and nothing else; None if it is no such thing. Some servers call a text HTML."""
    if raw.lstrip()[:1] == b"<" or not (asked_for == "text" or content_type == "text/plain"):
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _words(listed: list[dict[str, Any]], length: float | None) -> tuple[Word, ...]:
    """Words with the times that can be true: forwards, within the recording, in the order in which they were said."""
    found = []
    last = 0.0
    latest = math.inf if length is None else length + _PAST_THE_END
    for entry in listed:
        text = entry.get("word", entry.get("text"))
        if not isinstance(text, str) or not (text := _clean(text)):
            continue
        start, end = _seconds(entry.get("start")), _seconds(entry.get("end"))
        if start is not None and end is not None and last <= start <= end <= latest:
            found.append(Word(text=text, start=start, end=end))
            last = start
        else:
            found.append(Word(text=text))
    return tuple(found)


def _language(body: dict[str, Any]) -> str:
    languages = _dicts(body.get("languages"))
    named = body.get("language") or (languages[0].get("code") if languages else "")
    return named.strip() if isinstance(named, str) and len(named) <= _LONGEST_LANGUAGE and named.isprintable() else ""


def _tokens(usage: Any) -> Tokens | None:
    """As these models count them; None where that cannot be true."""
    if not isinstance(usage, dict):
        return None
    counted = [usage.get(name) for name in ("input_tokens", "output_tokens")]
    numbers = [value for value in counted if type(value) is int and 0 <= value < 10**9]
    return Tokens(*numbers) if len(numbers) == 2 and numbers[0] else None


def _seconds(value: Any) -> float | None:
    """A time in seconds, which some write as text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < 10**6 else None


def _clean(text: str) -> str:
    return str(plain(text)).strip()


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def spoken(answer: Answer, endpoint: Endpoint, model: str) -> Sound:
    """Reads a sound of at most 5 MB, of whatever kind it is. Raises WireError, and Failed for what is none."""
    raw = answer.body(LARGEST_SOUND)
    if not raw:
        raise Failed(Fault(ModelMisbehaved(f"{model} made no sound."), again=1, billed=True))
    if kind := _kind_of(raw):
        return Sound(audio=raw, media_type=kind)
    body = parsed(raw) if raw.lstrip()[:1] == b"{" else None
    if isinstance(body, dict) and isinstance(body.get("error"), (dict, str)):
        raise Failed(of_event(body, endpoint, model))
    raise Failed(unreadable(endpoint, answer.content_type))


def _kind_of(raw: bytes) -> str:
    """The media type of a sound by how it begins: servers put WAV where MP3 was asked for, some under its name."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE":
        return "audio/wav"
    if raw[:3] == b"ID3":
        return "audio/mpeg"
    if raw[:4] in _MARKS:
        return _MARKS[raw[:4]]
    if raw[4:8] == b"ftyp":
        return "audio/mp4"
    if raw[:1] == b"\xff" and len(raw) > 1 and raw[1] & 0xE0 == 0xE0:
        return "audio/aac" if raw[1] & 0x06 == 0 else "audio/mpeg"  # the layer is 0 in ADTS and in no MPEG audio
    return ""


_MARKS = {b"OggS": "audio/ogg", b"fLaC": "audio/flac", b"\x1aE\xdf\xa3": "audio/webm"}


def length_of(audio: bytes) -> float | None:
    """Seconds of a WAV file, as its header and its size have it; None for another one."""
    try:
        with wave.open(io.BytesIO(audio)) as file:
            frame = file.getnchannels() * file.getsampwidth()
            return float(min(file.getnframes(), len(audio) // frame) / file.getframerate())
    except (wave.Error, EOFError, ValueError, ArithmeticError, OSError):
        return None


def not_heard(answer: Answer, endpoint: Endpoint, model: str) -> tuple[Any, Fault]:
    """The body of an answer that is no transcription, and what that means. Raises WireError."""
    body, fault = refusal(answer, endpoint, model, "transcribes recordings")
    words = " ".join(said(body))
    about_the_form = _FORM.search(words)
    if answer.status == 413 or (answer.status in (400, 422) and _LARGE.search(words) and not about_the_form):
        fault = Fault(
            ModelRejected(f"{endpoint.label} takes no recordings of this size.", "Answer in shorter pieces, or type.")
        )
    elif answer.status in (400, 422) and _SHORT.search(words):
        fault = Fault(ModelRejected("The recording is too short to be understood.", "Record it again, or type."))
    elif answer.status == 415 or (answer.status in (400, 422, 500) and _KIND.search(words) and not about_the_form):
        fault = Fault(
            ModelRejected(
                f"{endpoint.label} takes no recordings of this kind.",
                "Type the answer; another model for transcription may take it.",
            )
        )
    return body, fault


def not_spoken(answer: Answer, endpoint: Endpoint, model: str, voice: str) -> tuple[Any, Fault]:
    """The body of an answer that is no sound, and what that means. Raises WireError."""
    body, fault = refusal(answer, endpoint, model, "speaks")
    words = " ".join(said(body))
    if answer.status in (400, 404, 422) and _VOICE.search(words) and not _FORM.search(words):
        fault = Fault(
            ModelRejected(
                f"{endpoint.label} has no voice called “{voice}”.", "Correct the voice's name in the settings."
            )
        )
    return body, fault


_FORM = re.compile(r"response.?format|granularit|\bprompt\b|\blanguage\b")
_LARGE = re.compile(r"too large|too big|too long|maximum (?:content|file|upload) size|size limit")
_SHORT = re.compile(r"(?:audio|file|recording).{0,20}too short")
_KIND = re.compile(
    r"(?:file|audio|media|mime).?(?:format|type)|(?:unsupported|invalid) (?:audio|file|media|mime|wav)|corrupt"
    r"|(?:could not|cannot|failed to) (?:be )?(?:decode|read|load|process|convert)|ffmpeg"
)
_VOICE = re.compile(r"\bvoice\b")
