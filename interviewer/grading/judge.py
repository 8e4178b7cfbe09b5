"""Reading one text against a rubric, outside of any interview: for the rubric linter and for measures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from interviewer.domain.interview import Move, Turn
from interviewer.domain.question import Question, Rubric
from interviewer.domain.words import MoveKind, Speaker, Verdict
from interviewer.models.base import GradeRequest, InterviewModel

_AT = datetime(2026, 1, 1, tzinfo=UTC)  # a turn has a time; nothing reads this one's


def answer_to(question: str, rubric: Rubric, text: str) -> GradeRequest:
    """The request to grade ``text`` as the one answer to ``question``."""
    asked = Turn(seq=1, exchange=1, speaker=Speaker.INTERVIEWER, text=question, at=_AT, move=Move(kind=MoveKind.ASK))
    said = Turn(seq=2, exchange=1, speaker=Speaker.CANDIDATE, text=text, at=_AT)
    return GradeRequest(question=question, rubric=rubric, turns=(asked, said))


class ModelJudge:
    """The linter's ``Judge``: the verdicts that a model claims for a text, before code checks them."""

    def __init__(self, model: InterviewModel) -> None:
        self._model = model

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]:
        draft = self._model.grade(answer_to(question.prompt, rubric, text))
        return {verdict.criterion: verdict.verdict for verdict in draft.verdicts}
