"""The calibration answers, graded: what all figures about the grader are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interviewer.bank import Bank, load_calibration, load_split
from interviewer.domain.grade import Grade
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.question import Question
from interviewer.domain.words import Verdict
from interviewer.grading.grader import grade
from interviewer.grading.judge import answer_to
from interviewer.models.base import InterviewModel

CREDITED = frozenset((Verdict.MET, Verdict.PARTIAL))

WORTHLESS = (
    AnswerKind.FLUENT_WRONG,
    AnswerKind.NEGATED,
    AnswerKind.OFF_TOPIC,
    AnswerKind.RESTATED,
    AnswerKind.KEYWORDS,
)
"""The kinds that must end in band 1 although they sound like answers."""


@dataclass(frozen=True)
class Case:
    """A calibration answer with its question."""

    question: Question
    answer: CalibrationAnswer


@dataclass(frozen=True)
class Trial:
    """A case and the grade that it got."""

    case: Case
    grade: Grade

    @property
    def meant(self) -> int:
        return self.case.answer.band

    @property
    def given(self) -> int:
        return self.grade.band


def cases(bank: Bank, half: str) -> list[Case]:
    """The calibration answers of one half of the questions (``development`` or ``test``), or of ``all``."""
    development, test = load_split(bank)
    wanted = {"development": development, "test": test, "all": [*development, *test]}[half]
    return [
        Case(bank.question(name), answer)
        for name, calibration in load_calibration(bank).items()
        if name in wanted
        for answer in calibration.answers
    ]


def graded(model: InterviewModel, question: Question, text: str) -> Grade:
    """The grade of a text as the only answer to a question."""
    result = grade(model, answer_to(question.prompt, question.rubric, text))
    assert isinstance(result, Grade), result.reason  # the offline model reads everything
    return result


def try_all(model: InterviewModel, chosen: Iterable[Case]) -> Iterator[Trial]:
    for case in chosen:
        yield Trial(case, graded(model, case.question, case.answer.text))


# --- what becomes of credit ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Credit:
    """Criteria that earned something (met or partial), by the authors and by the grader."""

    both: int
    grader_only: int
    authors_only: int

    @property
    def precision(self) -> float:
        return self.both / max(1, self.both + self.grader_only)

    @property
    def recall(self) -> float:
        return self.both / max(1, self.both + self.authors_only)

    @property
    def f1(self) -> float:
        return 2 * self.both / max(1, 2 * self.both + self.grader_only + self.authors_only)


def credit(trials: Sequence[Trial]) -> Credit:
    pairs = [(meant in CREDITED, given in CREDITED) for meant, given, _ in _verdicts(trials)]
    return Credit(pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False)))


@dataclass(frozen=True)
class Bin:
    """Verdicts whose confidence lies in ``low``..``high``: how many, their mean confidence, the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


EDGES = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def reliability(trials: Sequence[Trial]) -> tuple[list[Bin], float]:
    """How often verdicts of a confidence are right about credit, and the expected calibration error over the bins.

    A verdict is right when grader and author agree on whether the criterion earned anything (Guo et al. 2017).
    """
    rows = [(sure, (meant in CREDITED) == (given in CREDITED)) for meant, given, sure in _verdicts(trials)]
    bins: list[Bin] = []
    for low, high in pairwise(EDGES):
        inside = [row for row in rows if low <= row[0] < high or (high == EDGES[-1] and row[0] == high)]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            bins.append(Bin(low, high, len(inside), mean, sum(right for _, right in inside) / len(inside)))
    error = sum(one.count * abs(one.confidence - one.right) for one in bins) / max(1, len(rows))
    return bins, error


def _verdicts(trials: Sequence[Trial]) -> Iterator[tuple[Verdict, Verdict, float]]:
    for trial in trials:
        for verdict in trial.grade.verdicts:
            yield trial.case.answer.verdicts[verdict.criterion], verdict.verdict, verdict.confidence
