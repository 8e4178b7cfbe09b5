"""What was said aloud: recordings, what was understood of them, and how an answer came across.

None of it is part of a Turn, and so none of it can reach a model that assesses or grades.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.question import Value

BROWSER = "browser"
"""Who understood what was said where it was the browser's own speech recognition."""

MAX_RECORDING_BYTES = 25_000_000
"""A longer recording is refused with a sentence, never cut; transcription endpoints take no more."""


class Word(Value):
    """One word as it was heard; ``start`` and ``end`` in seconds from the beginning of the recording, None where
    nobody timed it."""

    text: str
    start: float | None = Field(default=None, ge=0)
    end: float | None = Field(default=None, ge=0)


class Transcript(Value):
    """What was understood of a recording.

    ``by`` is the model that understood it, or BROWSER. ``language`` is a BCP 47 tag or what the model said, empty where
    unknown. ``seconds`` is how long the microphone was open, None where nobody measured it. ``spoke`` is when speech
    begins and ends, by the sound and in seconds from its beginning; None where nobody listened to it.
    """

    text: str
    words: tuple[Word, ...] = ()
    language: str = ""
    by: str
    seconds: float | None = Field(default=None, ge=0)
    spoke: tuple[float, float] | None = None


class Unheard(Value):
    """Why nothing could be understood, in words for the candidate, and whether trying again may help."""

    reason: str
    retryable: bool = False


class Pause(Value):
    """A silence between two words, in seconds from the beginning of the recording."""

    start: float = Field(ge=0)
    end: float = Field(ge=0)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end < self.start:
            raise ValueError("a pause ends after it starts")
        return self

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Recording(Value):
    """A spoken answer on its way to becoming a turn, or one whose sound was kept.

    ``number`` counts from 1 within the interview; ``seq`` is the turn that it is (to be). ``media_type`` and ``size``
    (bytes) are the sound's, empty and 0 where there is none: the browser understood it, or it was not to be kept.
    ``heard`` is what was understood or why nothing was, None while nobody has listened yet; ``pauses`` are known only
    where there was sound to listen to. ``first_word`` is in seconds from the end of the question, None where unknown.
    ``turn`` is set once it was accepted.
    """

    number: int = Field(ge=1)
    seq: int = Field(ge=1)
    at: datetime
    media_type: str = ""
    size: int = Field(default=0, ge=0)
    heard: Transcript | Unheard | None = None
    pauses: tuple[Pause, ...] | None = None
    first_word: float | None = Field(default=None, ge=0)
    turn: int | None = None


class Spoken(Value):
    """How the candidate's turn ``turn`` was spoken. ``transcript`` is what was understood before it was corrected: the
    turn's own text is what counts.

    ``pauses`` is None where nobody listened to the sound. ``first_word`` is in seconds from the end of the question.
    ``recording`` is the number of the recording whose sound was kept, None where none was.
    """

    turn: int = Field(ge=1)
    transcript: Transcript
    pauses: tuple[Pause, ...] | None = None
    first_word: float | None = Field(default=None, ge=0)
    recording: int | None = None
