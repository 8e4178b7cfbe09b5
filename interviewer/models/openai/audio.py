"""A call that hears or speaks, with all attempts that it takes: through the same door as those for words."""

from __future__ import annotations

import re
from typing import Any

from interviewer.domain.speech import MAX_RECORDING_BYTES, Transcript
from interviewer.domain.usage import Purpose
from interviewer.errors import ModelRejected
from interviewer.models.openai import audio_replies
from interviewer.models.openai.audio_steps import audio_step_down, hearing, speaking
from interviewer.models.openai.calls import Asking, Refused, Tries
from interviewer.models.openai.capabilities import Capabilities
from interviewer.models.openai.faults import Fault
from interviewer.models.openai.line import Line
from interviewer.models.openai.replies import Tokens
from interviewer.models.speech import Sound

MOST_CHARACTERS = 4096
"""Of a text that is spoken in one call."""

_BYTES_A_SECOND = 4_000
"""Of a recording whose length nobody measured: speech as browsers compress it, about 32 kbit/s."""

_NAMES = {
    "audio/wave": "wav",
    "audio/x-wav": "wav",
    "audio/vnd.wave": "wav",
    "audio/mpeg": "mp3",
    "audio/x-m4a": "m4a",
    "audio/x-flac": "flac",
    "audio/opus": "ogg",
}
_VIDEO = {"video/webm": "audio/webm", "video/mp4": "audio/mp4"}
"""What some browsers call a recording without a picture."""


class AudioAsking(Asking):
    """A call under way. One of ``transcript`` and ``sound`` is called, once. Raises ModelError and nothing else."""

    def __init__(self, line: Line, purpose: Purpose, seconds: float) -> None:
        super().__init__(line, [], purpose, "", seconds)
        self._sound_seconds = 0.0
        self._guessed = False
        self._characters = 0

    def transcript(self, audio: bytes, media_type: str, hint: str, language: str) -> Transcript:
        file = _file(audio, media_type)
        length = audio_replies.length_of(audio)
        self._sound_seconds = len(audio) / _BYTES_A_SECOND if length is None else length
        self._guessed = length is None

        def ask(capabilities: Capabilities) -> Transcript:
            request = hearing(capabilities, self._model, hint, language)
            with self._line.sdk() as sdk:
                self._account.attempts += 1
                with sdk.transcription({**request, "file": file}, self._deadline) as answer:
                    if 200 <= answer.status < 300:
                        found = audio_replies.understood(
                            answer, self._endpoint, self._model, capabilities.transcript, length
                        )
                        if found.billed_seconds is not None:
                            self._sound_seconds, self._guessed = found.billed_seconds, False
                        self._charge(found.tokens)
                        return found.transcript
                    body, fault = audio_replies.not_heard(answer, self._endpoint, self._model)
                    raise Refused(fault, self._down(fault, tries, request, answer.status, body))

        with self._accounted():
            tries = self._tries()
            made = self._trying(tries, ask)
            # A language that is refused says something of that language only.
            self._remember(tries.capabilities.model_copy(update={"language": True}))
            return made

    def sound(self, text: str, voice: str) -> Sound:
        text = text.strip()
        if not text:
            raise ModelRejected("There is nothing to say.", "Nothing needs to be done.")
        if len(text) > MOST_CHARACTERS:
            raise ModelRejected(f"More than {MOST_CHARACTERS:,} characters are not spoken at once.", "It can be read.")
        self._characters = len(text)

        def ask(capabilities: Capabilities) -> Sound:
            request = speaking(capabilities, self._model, text, voice)
            with self._line.sdk() as sdk:
                self._account.attempts += 1
                with sdk.speech(request, self._deadline) as answer:
                    if 200 <= answer.status < 300:
                        made = audio_replies.spoken(answer, self._endpoint, self._model)
                        self._charge(None)
                        return made
                    body, fault = audio_replies.not_spoken(answer, self._endpoint, self._model, voice)
                    raise Refused(fault, self._down(fault, tries, request, answer.status, body))

        with self._accounted():
            tries = self._tries()
            made = self._trying(tries, ask)
            self._remember(tries.capabilities)
            return made

    def _tries(self) -> Tries:
        return Tries(self._line.memory.get(self._endpoint, self._model), self._deadline, self._purpose)

    def _charge(self, tokens: Tokens | None) -> None:
        self._account.add_sound(tokens, seconds=self._sound_seconds, characters=self._characters, guessed=self._guessed)

    def _down(self, fault: Fault, tries: Tries, request: dict[str, Any], status: int, body: Any) -> Capabilities | None:
        return audio_step_down(tries.capabilities, tries.tried, request, status, body) if fault.unclear else None


def _file(audio: bytes, media_type: str) -> tuple[str, bytes, str]:
    """A recording as a form carries it: with a name whose ending says what it is. Raises ModelRejected."""
    kind = media_type.partition(";")[0].strip().lower()
    kind = _VIDEO.get(kind, kind)
    if not re.fullmatch(r"audio/[a-z0-9][a-z0-9.+-]*", kind):
        raise ModelRejected("This is not a recording.", "Record the answer again, or type it.")
    if not audio:
        raise ModelRejected("The recording is empty.", "Check the microphone and record it again, or type.")
    if len(audio) > MAX_RECORDING_BYTES:
        most = f"{MAX_RECORDING_BYTES / 1_000_000:.0f} MB"
        raise ModelRejected(f"The recording is larger than {most}.", "Answer in shorter pieces, or type.")
    ending = _NAMES.get(kind) or re.sub(r"[^a-z0-9]", "", kind.removeprefix("audio/").removeprefix("x-"))
    return f"recording.{ending}", audio, kind
