"""Reading one text against a rubric, outside of any interview: for the rubric linter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from interviewer.domain.interview import Turn
from interviewer.domain.question import Question, Rubric
from interviewer.domain.words import Speaker, Verdict
from interviewer.models.base import GradeRequest, InterviewModel

_AT = datetime(2026, 1, 1, tzinfo=UTC)  # a turn has a time; nothing reads this one's


class ModelJudge:
    """The linter's ``Judge``: the verdicts that a model claims for a text, before code checks them."""

    def __init__(self, model: InterviewModel) -> None:
        self._model = model

    def __call__(self, question: Question, rubric: Rubric, text: str) -> Mapping[str, Verdict]:
        turn = Turn(seq=1, exchange=1, speaker=Speaker.CANDIDATE, text=text, at=_AT)
        draft = self._model.grade(GradeRequest(question=question.prompt, rubric=rubric, turns=(turn,)))
        return {verdict.criterion: verdict.verdict for verdict in draft.verdicts}
