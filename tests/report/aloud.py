"""Spoken answers for reports: words at a steady pace, with the pauses that one asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.domain.interview import ExchangeStatus, Interview
from interviewer.domain.speech import Pause, Spoken, Transcript, Word
from interviewer.domain.words import Intent
from tests.report.sample import interview

WHISPER = "whisper-made-up"
PLAIN = "the model learns the general rule from many examples of it"
"""Eleven words without a filler, a hedge or a repetition."""


def said(
    turn: int,
    text: str,
    pace: float = 120,
    *,
    pauses: Mapping[int, float] | None = None,
    first_word: float | None = 1.5,
    by: str = WHISPER,
    recording: int | None = None,
) -> Spoken:
    """``text`` from 0.5 s on at ``pace`` words per minute, the silences not counted; ``pauses`` are in seconds, by the
    number of words before them."""
    words, found, at = [], [], 0.5
    for place, word in enumerate(text.split()):
        if pauses and place in pauses:
            found.append(Pause(start=at, end=at + pauses[place]))
            at += pauses[place]
        words.append(Word(text=word, start=at, end=at + 60 / pace))
        at += 60 / pace
    transcript = Transcript(text=text, words=tuple(words), by=by, seconds=at + 1)
    return Spoken(turn=turn, transcript=transcript, pauses=tuple(found), first_word=first_word, recording=recording)


def understood(turn: int, text: str, seconds: float | None = 10, *, by: str = WHISPER) -> Spoken:
    """Words without their times or their sound; the microphone was open for so many seconds."""
    return Spoken(turn=turn, transcript=Transcript(text=text, by=by, seconds=seconds))


def talk(*texts: str, spoken: Sequence[Spoken] = (), sent: Mapping[int, str] | None = None) -> Interview:
    """An interview about one question with these answers, turns 2, 4, 6 …; ``sent`` are the texts that were sent
    instead, by turn."""
    told = [((sent or {}).get(2 * place, text), Intent.ANSWER) for place, text in enumerate(texts, 1)]
    held = interview(("overfitting", told, ExchangeStatus.CLOSED))
    return held.model_copy(update={"spoken": tuple(spoken)})
