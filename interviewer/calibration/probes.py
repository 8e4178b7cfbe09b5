"""Does the first probe aim where something is missing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.calibration.trials import CREDITED, Trial
from interviewer.domain.words import Mode, MoveKind, Verdict
from interviewer.grading.judge import answer_to
from interviewer.interview.policy import Situation, decide
from interviewer.models.base import AssessRequest, InterviewModel


@dataclass(frozen=True)
class FirstMove:
    """What the interviewer does after an answer; ``verdict`` is the authors' on the criterion that is probed."""

    band: int
    kind: MoveKind
    verdict: Verdict | None

    @property
    def aims_at_a_gap(self) -> bool:
        return self.verdict is not None and self.verdict not in CREDITED


def first_moves(model: InterviewModel, trials: Sequence[Trial]) -> Iterator[FirstMove]:
    """The first move after each answer of bands 2 to 5, in a real interview with probes to spare."""
    for trial in trials:
        if trial.meant < 2:
            continue
        question = trial.case.question
        turns = answer_to(question.prompt, question.rubric, trial.case.answer.text).turns
        heard = model.assess(AssessRequest(question=question, turns=turns, mode=Mode.REAL))
        here = Situation(
            question=question,
            mode=Mode.REAL,
            said=(),
            turns=1,
            dont_knows=0,
            detours=0,
            probes_left=2,
            hints_left=0,
            next_question=None,
            next_number=None,
        )
        move = decide(here, heard).move
        probed = move.substance.target if move.kind is MoveKind.PROBE and move.substance else None
        yield FirstMove(trial.meant, move.kind, trial.case.answer.verdicts[probed] if probed else None)
