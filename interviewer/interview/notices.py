"""The one calm line that a candidate sees when an interview goes on without its model, said once, not at every turn."""

from __future__ import annotations

from interviewer.domain.interview import SCRIPT, Interview
from interviewer.domain.words import Mode
from interviewer.errors import ModelError, ModelRejected, ModelUnavailable

UNREACHABLE = "The model cannot be reached just now; the scripted interviewer goes on. Nothing is lost."
REJECTED = "The model does not take our requests just now; the scripted interviewer goes on. Nothing is lost."
UNUSABLE = "The model gave no usable answer just now; the scripted interviewer goes on. Nothing is lost."
DISCONNECTED = "This interview's model is not connected any more; the scripted interviewer goes on. Nothing is lost."

FAILURES = (UNREACHABLE, REJECTED, UNUSABLE)


def failed(error: ModelError) -> str:
    """The line for a model that failed."""
    if isinstance(error, ModelUnavailable):
        return UNREACHABLE
    return REJECTED if isinstance(error, ModelRejected) else UNUSABLE


def spent(limit: str) -> str:
    """The line for a budget that is used up; ``limit`` is ``Budget.spent``'s."""
    return f"This interview has used {limit} of the model; the scripted interviewer goes on. Nothing is lost."


def unheard(limit: str) -> str:
    """Why a recording is not understood when a budget is used up; ``limit`` is ``Budget.spent``'s."""
    return f"This interview has used {limit} of the model, so recordings are not sent to it. Please type your answer."


def untold(interview: Interview, line: str, stand_in: str) -> str:
    """The line if it is still to be said in this run of turns that went without the model, else nothing.

    ``stand_in`` is the name of the model that assesses in the meantime. How a model failed is said once in a run.
    """
    told = _told(interview, stand_in)
    known = FAILURES if line in FAILURES else (line,)
    return "" if any(one in told for one in known) else line


def _told(interview: Interview, stand_in: str) -> list[str]:
    """The notices of the latest replies that went without the model, back to the last that did not."""
    heard = {assessment.turn: assessment for assessment in interview.assessments}
    told: list[str] = []
    for turn in reversed(interview.turns):
        assessment = heard.get(turn.seq - 1)
        if assessment is None:  # the candidate's own, or the opening
            continue
        assessed = interview.turns[turn.seq - 2].intent is None  # a button needs no model to be understood
        phrased = interview.setup.mode is Mode.PRACTICE and turn.move is not None and turn.move.substance is not None
        missed = (assessed and assessment.by in ("", stand_in)) or (phrased and SCRIPT in turn.by.split(", "))
        if turn.notice or missed:
            told.append(turn.notice)
        elif assessed or phrased:
            break
    return told
