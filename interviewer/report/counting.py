"""Which questions enter the overall result, and the words for those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Exchange, ExchangeStatus, Interview
from interviewer.domain.words import Intent, Mode
from interviewer.report.wording import count, joined


class Standing(StrEnum):
    """Where an opened question stands in the overall result."""

    COUNTED = "counted"
    OPEN = "open"
    SKIPPED = "skipped"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    UNGRADED = "ungraded"


def standing(interview: Interview, exchange: Exchange, grade: Grade | Ungraded | None) -> Standing:
    """Closed questions count; skipped ones in real mode only; unfinished ones if something was said to them.

    Without a grade nothing counts, whatever the reason is that there is none.
    """
    if exchange.status is ExchangeStatus.OPEN:
        return Standing.OPEN
    if exchange.status is ExchangeStatus.SKIPPED and interview.setup.mode is Mode.PRACTICE:
        return Standing.SKIPPED
    if exchange.status is ExchangeStatus.UNFINISHED and not said_something(interview, exchange):
        return Standing.UNANSWERED
    if grade is None:
        return Standing.PENDING
    return Standing.COUNTED if isinstance(grade, Grade) else Standing.UNGRADED


def said_something(interview: Interview, exchange: Exchange) -> bool:
    """The candidate answered, or said that they do not know: more than a button, a question or a goodbye."""
    seqs = {turn.seq for turn in interview.turns_of(exchange.number)}
    return any(
        assessment.turn in seqs and assessment.intent in (Intent.ANSWER, Intent.DONT_KNOW)
        for assessment in interview.assessments
    )


def note(place: Standing, status: ExchangeStatus, grade: Grade | Ungraded | None, *, again: bool = False) -> str:
    """Why a question is not in the overall result, or how a skipped one is; empty for any other that is.

    ``again``: a grade that failed will be tried again by itself.
    """
    more = " It will be tried again by itself." if again else ""
    reason = grade.reason.rstrip(".") if isinstance(grade, Ungraded) else ""
    return {
        Standing.COUNTED: _skipped(grade) if status is ExchangeStatus.SKIPPED else "",
        Standing.OPEN: "This question is still open.",
        Standing.SKIPPED: "You skipped this question; in practice that does not count.",
        Standing.UNANSWERED: "The interview ended before you answered this question, so it does not count.",
        Standing.PENDING: "The grade of this question is still being made.",
        Standing.UNGRADED: f"This question could not be graded, so it does not count. The reason: {reason}.{more}",
    }[place]


def _skipped(grade: Grade | Ungraded | None) -> str:
    if isinstance(grade, Grade) and any(verdict.verdict.earns for verdict in grade.verdicts):
        return "Skipped; in a real interview that counts with what you had said until then."
    return "Skipped; in a real interview that counts as not answered (0 of 5)."


def left_out(places: Sequence[Standing]) -> list[Standing]:
    """The questions that are over and will not enter the overall result as things are."""
    return [place for place in places if place in _OUT]


def left_out_in_words(places: Sequence[Standing]) -> str:
    """
    >>> left_out_in_words([Standing.SKIPPED, Standing.COUNTED, Standing.UNANSWERED])
    'one question that you skipped and one that the interview ended before you answered'
    """
    parts: list[str] = []
    for place, words in _OUT.items():
        if number := places.count(place):
            noun = count(number, "question") if not parts else count(number, "").strip()
            parts.append(f"{noun} {words}")
    return joined(parts)


_OUT = {
    Standing.SKIPPED: "that you skipped",
    Standing.UNANSWERED: "that the interview ended before you answered",
    Standing.UNGRADED: "that could not be graded",
}
