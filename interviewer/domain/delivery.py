"""How answers came across when they were spoken aloud. Shown beside the grades, never part of one."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from interviewer.domain.question import Value


class Clock(StrEnum):
    """What an answer's speaking time was taken from, the most exact first."""

    WORDS = "words"
    SOUND = "sound"
    MICROPHONE = "microphone"


class Convention(Value):
    """What is usual, by somebody's study or by our own rule: a range to compare with, not a standard to meet.

    ``low`` and ``high`` are in ``unit``; None where the range is open. ``source`` says who measured what.
    """

    name: str
    figure: str
    unit: str
    low: float | None = None
    high: float | None = None
    source: str

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


class Figures(Value):
    """What was counted and measured, over one answer or several.

    ``seconds`` is the time from the first word to the last. Rates are None where there is too little to go by, what
    needs the sound is None where nobody listened to it. ``words_per_minute`` is over ``seconds``;
    ``articulation_rate`` is words per minute with the pauses of 0.25 s and more taken out. What is "per 100" is per
    100 words. A long pause has 2 s or more.
    """

    words: int = Field(ge=0)
    seconds: float | None = Field(default=None, ge=0)
    words_per_minute: float | None = None
    articulation_rate: float | None = None
    fillers: int = Field(default=0, ge=0)
    filler_words: tuple[tuple[str, int], ...] = ()
    fillers_per_100: float | None = None
    hedges: int = Field(default=0, ge=0)
    hedge_words: tuple[tuple[str, int], ...] = ()
    hedges_per_100: float | None = None
    repetitions: int = Field(default=0, ge=0)
    pauses: int | None = None
    long_pauses: int | None = None
    longest_pause: float | None = None
    paused_seconds: float | None = None
    first_word: float | None = None


class Delivery(Figures):
    """How one turn of the candidate came across. ``by`` is who understood it, ``clock`` what ``seconds`` was taken
    from.

    ``first_word`` is in seconds from the end of the question. ``expected_seconds`` is how long answers to this
    question may well take, all turns about it together.
    """

    turn: int = Field(ge=1)
    exchange: int = Field(ge=1)
    by: str
    clock: Clock | None = None
    expected_seconds: tuple[float, float]


class InterviewDelivery(Value):
    """How the spoken answers of an interview came across.

    ``total`` has rates over all answers together (sums divided by sums), its ``first_word`` is the median. ``past``
    are the totals of the candidate's earlier interviews, as they were given. ``tips`` are at most three; where there
    is none, ``praise`` is a line that says so. ``caveats`` belong wherever fillers are shown.
    """

    answers: tuple[Delivery, ...] = Field(min_length=1)
    total: Figures
    past: tuple[Figures, ...] = ()
    tips: tuple[str, ...] = Field(default=(), max_length=3)
    praise: str = ""
    conventions: tuple[Convention, ...] = ()
    caveats: tuple[str, ...] = ()
