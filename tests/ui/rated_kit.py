"""A kit with answers that people have rated and the offline model has graded, for the pages that look at both."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.bank.bank import load_calibration
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.question import Question
from interviewer.domain.rating import Rater
from interviewer.domain.words import Verdict
from interviewer.runtime import Runtime

QUESTIONS = ("overfitting", "f1-score")


def opened_kit(runtime: Runtime, questions: tuple[str, ...] = QUESTIONS, title: str = "ML engineers, spring") -> str:
    """A kit of the bank's questions that can be taken."""
    content = KitContent(
        title=title,
        asks="Example Works",
        welcome="Welcome.",
        consent="I agree.",
        another_way="Write to us.",
        questions=tuple(KitQuestion(question=runtime.bank.question(name), why="It is the job.") for name in questions),
    )
    kit_id = runtime.store.kits.create(content)
    runtime.store.kits.open(kit_id)
    return kit_id


def answered(runtime: Runtime, kit_id: str, label: str, answers: Mapping[int, str], *, graded: bool = True) -> str:
    """A candidate's answers, brought in from outside; gives the interview's ID."""
    interview_id = runtime.store.kits.bring_in(kit_id, label, answers)
    if graded:
        runtime.workers.wake(interview_id)
        assert runtime.workers.wait(interview_id, 60)
    return interview_id


def texts(runtime: Runtime, question: str, count: int) -> list[str]:
    """So many calibration answers to a question, over and over."""
    answers = load_calibration(runtime.bank)[question].answers
    return [answers[place % len(answers)].text for place in range(count)]


def ready(runtime: Runtime, kit_id: str, name: str) -> Rater:
    """A rater who has practised."""
    rater = runtime.store.ratings.rater(kit_id, name)
    return runtime.store.ratings.practised(rater.id, (), ready=True)


def rate(
    runtime: Runtime,
    rater: Rater,
    interview_id: str,
    number: int,
    band: int,
    verdicts: Mapping[str, Verdict] | None = None,
    *,
    comment: str = "",
) -> None:
    """Submits a rating; without ``verdicts``, every criterion is met."""
    question = asked(runtime, rater.kit_id, number)
    every = {criterion.id: Verdict.MET for criterion in question.rubric.criteria}
    runtime.store.ratings.submit(
        rater.id, interview_id, number, question.rubric.hash, {**every, **(verdicts or {})}, band, comment, 30.0
    )


def asked(runtime: Runtime, kit_id: str, number: int) -> Question:
    return runtime.store.kits.get(kit_id).content.questions[number - 1].question
