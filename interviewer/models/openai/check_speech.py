"""Tries out what hears and what speaks: a second of sound, a short sentence."""

from __future__ import annotations

import io
import math
import struct
import time
import wave
from collections.abc import Callable
from pathlib import Path

from interviewer.domain.question import Value
from interviewer.domain.usage import Purpose
from interviewer.errors import InterviewerError
from interviewer.models.openai.check import Name, Step
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.speech import VOICE

_SENTENCE = "This is a test."
_RATE = 16_000


class SpeechCheck(Value):
    """What was tried, as far as it is set up. ``ok``: it can be talked with. ``seconds`` is how long that took."""

    ok: bool
    steps: tuple[Step, ...]
    seconds: float


def check_speech(
    endpoint: Endpoint, voice: str = "", memory: Path | None = None, told: Callable[[Step], None] | None = None
) -> SpeechCheck:
    """Asks each of the endpoint's models for a little work. Never raises.

    What was known of them is forgotten before and found out anew. ``told`` hears of each step as it is done.
    """
    begun = time.monotonic()
    steps: list[Step] = []

    def tried(name: Name, model: str, attempt: Callable[[Client], str]) -> None:
        since = time.monotonic()
        # For a test it is asked for by no purpose but this, and so by the one name.
        client = Client(endpoint.model_copy(update={"model": model}), memory)
        ok, remedy = True, ""
        try:
            client.forget([model])
            says = attempt(client)
        except InterviewerError as error:
            ok, says, remedy = False, str(error), error.remedy
        except Exception as error:  # a page shows what this returns; whatever happens, it has something to show
            ok, says, remedy = False, f"The test itself went wrong ({type(error).__name__}).", "Please report this."
        finally:
            client.close()
        seconds = time.monotonic() - since
        step = Step(name=name, model=model, ok=ok, says=says, remedy=remedy, seconds=seconds)
        steps.append(step)
        if told is not None:
            told(step)

    if endpoint.transcribe_model:
        tried("hears", endpoint.transcribe_model, lambda client: _hears(client, endpoint))
    if endpoint.speech_model:
        tried("speaks", endpoint.speech_model, lambda client: _speaks(client, endpoint, voice.strip() or VOICE))
    return SpeechCheck(ok=all(step.ok for step in steps), steps=tuple(steps), seconds=time.monotonic() - begun)


def _hears(client: Client, endpoint: Endpoint) -> str:
    seconds = endpoint.seconds_for(Purpose.TRANSCRIBE)
    client.transcribe(_hum(), "audio/wav", purpose=Purpose.TEST, seconds=seconds)
    known = client.capabilities(Purpose.TEST)
    timed = known.transcript == "verbose_json" and known.word_times
    times = "and can time each word" if timed else "but does not time single words"
    return f"{endpoint.transcribe_model} takes recordings {times}."


def _speaks(client: Client, endpoint: Endpoint, voice: str) -> str:
    begun = time.monotonic()
    sound = client.speech(_SENTENCE, voice=voice, purpose=Purpose.TEST)
    kind = sound.media_type.removeprefix("audio/").replace("mpeg", "mp3").upper()
    seconds = time.monotonic() - begun
    return (
        f"{endpoint.speech_model} speaks with the voice “{voice}” ({kind}), a short sentence in {seconds:.1f} seconds."
    )


def _hum() -> bytes:
    """A second of a soft tone, as a WAV file: nothing that anybody said."""
    out = io.BytesIO()
    samples = [round(1000 * math.sin(2 * math.pi * 200 * place / _RATE)) for place in range(_RATE)]
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{_RATE}h", *samples))
    return out.getvalue()
