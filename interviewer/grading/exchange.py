"""What of an exchange goes to be graded: the question, a rubric, and the turns that belong to the answer."""

from __future__ import annotations

from interviewer.domain.interview import Exchange, ExchangeStatus, Interview
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, Speaker
from interviewer.models.base import GradeRequest


def exchange_request(interview: Interview, number: int, question: Question | None = None) -> GradeRequest:
    """The request to grade exchange ``number``: its question, rubric and turns, nothing else of the interview.

    With a ``question`` its rubric is the one to grade by, where a rubric is tried or was changed since. A candidate's
    turn that a button made and that is no answer ("skip") is left out. Raises IndexError beyond the plan.
    """
    graded = question or interview.plan[number - 1]
    turns = tuple(
        turn
        for turn in interview.turns_of(number)
        if turn.speaker is Speaker.INTERVIEWER or turn.intent is None or turn.intent is Intent.ANSWER
    )
    return GradeRequest(question=graded.prompt, rubric=graded.rubric, turns=turns)


def finished(interview: Interview, number: int) -> Exchange | None:
    """The exchange once nothing is said in it any more; None while it is open, or was never come to."""
    for exchange in interview.exchanges:
        if exchange.number == number and exchange.status is not ExchangeStatus.OPEN:
            return exchange
    return None


def answered(interview: Interview, number: int) -> bool:
    """Whether the candidate said anything in an exchange that is over."""
    if finished(interview, number) is None:
        return False
    turns = exchange_request(interview, number).turns
    return any(turn.speaker is Speaker.CANDIDATE and turn.text.strip() for turn in turns)
