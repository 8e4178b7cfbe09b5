"""What a grader says in the same words every time is not repeated in the report; this ties the two lists together."""

from __future__ import annotations

from datetime import UTC, datetime

from interviewer.bank import load_bank, load_calibration
from interviewer.domain.grade import Grade
from interviewer.domain.interview import Turn
from interviewer.domain.words import Speaker
from interviewer.embedding import LexicalEmbedder
from interviewer.grading import grade
from interviewer.models.base import GradeRequest
from interviewer.models.offline import OfflineModel
from interviewer.report import wording
from interviewer.resources import knowledge_dir, prompts_dir


def test_the_offline_model_gives_no_reason_that_the_report_takes_for_news() -> None:
    bank = load_bank(knowledge_dir())
    model = OfflineModel(LexicalEmbedder(), prompts_dir())
    reasons: set[str] = set()
    for question_id, calibration in list(load_calibration(bank).items())[:4]:
        question = bank.question(question_id)
        for text in [*(answer.text for answer in calibration.answers), "?", " "]:
            turn = Turn(seq=2, exchange=1, speaker=Speaker.CANDIDATE, text=text, at=datetime(2026, 1, 1, tzinfo=UTC))
            result = grade(model, GradeRequest(question=question.prompt, rubric=question.rubric, turns=(turn,)))
            assert isinstance(result, Grade)
            reasons |= {verdict.reason for verdict in result.verdicts}
    assert len(reasons) >= 4
    assert reasons <= wording.FORMULAS
