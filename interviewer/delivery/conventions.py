"""What is usual when people talk, by studies and by rules of our own. Conventions: nobody has to meet them."""

from __future__ import annotations

from interviewer.domain.delivery import Convention, Figures
from interviewer.domain.speech import BROWSER

PACE = Convention(
    name="Pace",
    figure="words_per_minute",
    unit="words per minute",
    low=125,
    high=210,
    source="From the slower end of lectures to the faster end of interviews in recordings of British English "
    "(S. Tauroza and D. Allison, “Speech rates in British English”, Applied Linguistics 11, 1990).",
)
FILLERS = Convention(
    name="Fillers",
    figure="fillers_per_100",
    unit="per 100 words",
    high=6,
    source="In task-oriented conversations about six of 100 words were disfluencies, with repeated and restarted words "
    "counted among them (H. Bortfeld and others, “Disfluency rates in conversation”, Language and Speech 44, 2001). "
    "Words such as “basically” were not counted there as they are here: a rough guide.",
)
LONG_PAUSES = Convention(
    name="Long pauses",
    figure="long_pauses_per_minute",
    unit="of 2 s or more per minute",
    high=3,
    source="A rule of ours. E. Campione and J. Véronis (“A large-scale multilingual study of silent pause duration”, "
    "Speech Prosody 2002) call a pause long from 1 s and find such pauses mostly where people speak freely; who thinks "
    "about a hard question may take longer.",
)
HEDGES = Convention(
    name="Hedges",
    figure="hedges_per_100",
    unit="per 100 words",
    high=4,
    source="A rule of ours: about one in every two or three spoken sentences.",
)
REPETITIONS = Convention(
    name="Repetitions",
    figure="repetitions_per_100",
    unit="per 100 words",
    high=3,
    source="A rule of ours: half of the rate that Bortfeld and others found for disfluencies of all kinds.",
)
LENGTH = Convention(
    name="Length",
    figure="seconds",
    unit="of a question's time",
    low=1 / 3,
    high=2 / 3,
    source="A rule of ours: of the minutes that a question is planned with, a third to two thirds are the candidate's.",
)

CONVENTIONS = (PACE, FILLERS, LONG_PAUSES, HEDGES, REPETITIONS, LENGTH)

_BY_BROWSER = (
    "The browser's speech recognition usually leaves out “um” and “uh” and repeated words: there may have been more."
)
_BY_MODEL = "Models that write down speech often leave out “um” and “uh” and repeated words: there may have been more."


def caveat(by: str) -> str:
    """What to know wherever fillers are shown, by who understood the answer (a model's name, or BROWSER)."""
    return _BY_BROWSER if by == BROWSER else _BY_MODEL


def per_minute(count: int | None, figures: Figures) -> float | None:
    """A count over the speaking time; None where either is unknown."""
    return count * 60 / figures.seconds if count is not None and figures.seconds else None


def per_100(count: int, figures: Figures) -> float | None:
    return count * 100 / figures.words if figures.words else None


def value(convention: Convention, figures: Figures) -> float | None:
    """The figure that a convention is about; None where there is too little to go by, and for LENGTH, which depends on
    the question."""
    if figures.words_per_minute is None and figures.fillers_per_100 is None:
        return None
    if convention.figure == "long_pauses_per_minute":
        return per_minute(figures.long_pauses, figures)
    if convention.figure == "repetitions_per_100":
        return per_100(figures.repetitions, figures)
    if convention.figure == "seconds":
        return None
    found: float | None = getattr(figures, convention.figure)
    return found
