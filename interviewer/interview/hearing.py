"""Hearing a recording: first what the sound itself tells, then whoever understands words.

Silence is not sent anywhere: models make up polite words for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from interviewer.delivery.audio import AudioError, read
from interviewer.delivery.pauses import pauses, silent, spoke, voiced_seconds
from interviewer.domain.interview import Interview
from interviewer.domain.speech import Pause, Recording, Transcript, Unheard
from interviewer.errors import ModelError, ModelRejected
from interviewer.models.speech import Transcriber, TranscribeRequest

SILENT = "Nothing could be heard in this recording. Please check that the right microphone is on and not muted."
NO_WORDS = "No words could be made out in this recording. You can play it back, record again, or type your answer."
NO_ONE = "Nothing is connected that could understand this recording. Please type your answer; the recording stays."
DEFECT = "Something went wrong on our side while listening."

LITTLE_VOICE = 0.5
"""Seconds; with less to be heard, words that models are known to make up are not believed."""

MADE_UP = frozenset(
    {
        "you",
        "bye",
        "bye bye",
        "thanks",
        "thank you",
        "thank you very much",
        "thank you so much",
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "thanks for listening",
        "please subscribe",
        "please subscribe to my channel",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "subtitles by the amara org community",
        "the end",
    }
)
"""What transcription models say of (near) silence: the ends of the videos that they were trained on."""

_STAGE_DIRECTIONS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪?")
"""“[BLANK_AUDIO]”, “(silence)”, “♪ music ♪”: what is going on, not what was said."""


@dataclass(frozen=True)
class Traits:
    """What a sound tells without its words, in seconds from its beginning: how long it is, when speech begins and ends
    in it (None where there is none), how long there is a voice, and the pauses between."""

    seconds: float
    spoke: tuple[float, float] | None
    voiced: float
    pauses: tuple[Pause, ...]
    silent: bool


@dataclass(frozen=True)
class Heard:
    """What came of listening. ``pauses`` and ``first_word`` are None where they are not known; ``first_word`` is in
    seconds from the end of the question."""

    understood: Transcript | Unheard
    pauses: tuple[Pause, ...] | None = None
    first_word: float | None = None


Listen = Callable[[bytes, str], Traits]
"""(audio, media type) to its traits. May raise AudioError."""


def listen(audio: bytes, media_type: str) -> Traits:
    samples = read(audio, media_type)
    return Traits(
        seconds=samples.seconds,
        spoke=spoke(samples),
        voiced=voiced_seconds(samples),
        pauses=pauses(samples),
        silent=silent(samples),
    )


class Hearing:
    """Somebody who listens with a ``transcriber``'s help."""

    def __init__(self, transcriber: Transcriber, listen: Listen = listen) -> None:
        self._transcriber = transcriber
        self._listen = listen

    def hear(self, interview: Interview, recording: Recording, audio: bytes) -> Heard:
        """What was understood of an answer, or why nothing was. Never raises for what a model does or sound is like.

        What cannot be decoded here is sent all the same: an endpoint may know formats that we do not.
        """
        try:
            traits = self._listen(audio, recording.media_type)
        except AudioError:
            return Heard(self._understand(interview, recording, audio))
        if traits.silent:
            return Heard(Unheard(reason=SILENT))
        understood = self._understand(interview, recording, audio)
        if isinstance(understood, Transcript):
            if traits.voiced < LITTLE_VOICE and _folded(understood.text) in MADE_UP:
                understood = Unheard(reason=NO_WORDS)
            else:
                understood = understood.model_copy(update={"seconds": traits.seconds, "spoke": traits.spoke})
        return Heard(understood, traits.pauses, first_word(interview, recording, traits))

    def _understand(self, interview: Interview, recording: Recording, audio: bytes) -> Transcript | Unheard:
        request = TranscribeRequest(
            audio=audio, media_type=recording.media_type, context=_shown_before(interview, recording)
        )
        try:
            transcript = self._transcriber.transcribe(request)
        except ModelError as error:
            # Asking again helps against everything but a key, a name, an address or a format that is wrong.
            return Unheard(reason=str(error), retryable=not isinstance(error, ModelRejected))
        if not _folded(_STAGE_DIRECTIONS.sub(" ", transcript.text)):
            return Unheard(reason=NO_WORDS)
        return transcript


def first_word(interview: Interview, recording: Recording, traits: Traits) -> float | None:
    """Seconds from the end of the question to the first word: until the microphone was opened, and the silence from
    then on. None where there is no word, or where the clock stood still at a time that is not known."""
    asked = interview.turns[recording.seq - 2]
    exchange = next(e for e in interview.exchanges if e.number == asked.exchange)
    if traits.spoke is None or interview.paused_at is not None or interview.paused_seconds > exchange.paused_before:
        return None
    opened = (recording.at - asked.at).total_seconds() - traits.seconds
    return max(0.0, opened) + traits.spoke[0]


def _shown_before(interview: Interview, recording: Recording) -> str:
    """The question, and what was last said about it: the words that the answer is likely to take up."""
    asked = interview.turns[recording.seq - 2]
    prompt = interview.plan[asked.exchange - 1].prompt
    return asked.text if prompt in asked.text else f"{prompt}\n{asked.text}"


def _folded(text: str) -> str:
    """The words alone, in small letters, one space between."""
    return " ".join(re.findall(r"\w+", text.lower()))
