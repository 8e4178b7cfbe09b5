"""A kit with answers that were brought in and graded, for the pages that work on them."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.bank.bank import load_calibration
from interviewer.calibration.raters import FEWEST
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.question import Question
from interviewer.domain.rating import Rating
from interviewer.grading import grade
from interviewer.grading.exchange import exchange_request
from interviewer.runtime import Runtime
from interviewer.store.leases import Work

ASKED = ("overfitting", "imbalanced-data")
MANY = 2 * FEWEST + 4


def content(runtime: Runtime, ids: Sequence[str] = ASKED) -> KitContent:
    return KitContent(
        title="First round",
        asks="Example Ltd",
        welcome="Welcome.",
        consent="I agree.",
        another_way="Write to us.",
        questions=tuple(
            KitQuestion(question=runtime.bank.questions[name], why="It is daily work.", probes=()) for name in ids
        ),
    )


def opened(runtime: Runtime, ids: Sequence[str] = ASKED) -> str:
    kit_id = runtime.store.kits.create(content(runtime, ids))
    runtime.store.kits.open(kit_id)
    return kit_id


def with_answers(runtime: Runtime, many: int = MANY, ids: Sequence[str] = ASKED) -> tuple[str, list[str]]:
    """An open kit with so many candidates' answers: the bank's calibration answers, in all bands."""
    kit_id = opened(runtime, ids)
    calibration = load_calibration(runtime.bank)
    interviews = []
    for number in range(many):
        said = {}
        for place, name in enumerate(ids, start=1):
            answers = calibration[name].answers
            said[place] = answers[number % len(answers)].text
        interviews.append(runtime.store.kits.bring_in(kit_id, f"Candidate {number}", said))
    for interview_id in interviews:
        grade_all(runtime, interview_id)
    return kit_id, interviews


def grade_all(runtime: Runtime, interview_id: str) -> None:
    interview = runtime.store.get(interview_id)
    for exchange in interview.exchanges:
        token = runtime.store.claim(interview_id, Work.GRADE, exchange.number, 60)
        assert token is not None
        made = grade(runtime.offline, exchange_request(interview, exchange.number))
        runtime.store.commit_grade(interview_id, exchange.number, token, exchange.question.rubric.hash, made)


def rate(
    runtime: Runtime, kit_id: str, bands: Sequence[tuple[str, int]], rater: str = "Ada", exchange: int = 1
) -> None:
    """Ratings of whole answers that came from a file."""
    rubric = runtime.store.kits.get(kit_id).content.questions[exchange - 1].question.rubric
    runtime.store.ratings.bring_in(
        kit_id,
        [
            Rating(
                interview_id=interview_id,
                exchange=exchange,
                rater=rater,
                rubric_hash=rubric.hash,
                band=band,
                submitted_at=runtime.store.get(interview_id).created_at,
            )
            for interview_id, band in bands
        ],
    )


def shorter(question: Question) -> Question:
    """The question without the last of its criteria."""
    *kept, last = question.rubric.criteria
    rubric = question.rubric.model_copy(
        update={
            "criteria": tuple(kept),
            "misconceptions": tuple(m for m in question.rubric.misconceptions if m.criterion != last.id),
        }
    )
    return question.model_copy(update={"rubric": rubric})
