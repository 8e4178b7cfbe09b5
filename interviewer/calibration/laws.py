"""What more, less or the same said must do to a grade, tried on the calibration answers and their quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.calibration.trials import CREDITED, Case, Trial, graded
from interviewer.domain.words import Verdict
from interviewer.models.base import InterviewModel

_SAME = 1e-9


@dataclass(frozen=True)
class Tried:
    """One trial of a law: which answer and criterion, and whether the law held."""

    law: str
    answer: str
    criterion: str
    held: bool


ADDED = "a correct clause that was missing, added, never lowers the score"
DELETED = "the clause that earned a criterion, deleted, takes its credit away"
REPEATED = "a clause said twice adds nothing"


def try_laws(model: InterviewModel, trials: Sequence[Trial]) -> Iterator[Tried]:
    """Each law on one criterion per answer, where the answer has one to try it on.

    What is added is another answer's quote for the criterion (the authors say that it states it); what is deleted is
    the answer's own quote with the sentence that it stands in.
    """
    donors = _donors(trials)
    for trial in trials:
        answer = trial.case.answer
        wanting = [
            c for c, v in answer.verdicts.items() if v is Verdict.MISSING and (trial.case.question.id, c) in donors
        ]
        if wanting and answer.band > 1:
            clause = donors[trial.case.question.id, wanting[0]]
            after = graded(model, trial.case.question, f"{answer.text} {_sentence(clause)}")
            yield Tried(ADDED, answer.id, wanting[0], after.score >= trial.grade.score - _SAME)
        earned = {v.criterion for v in trial.grade.verdicts if v.verdict in CREDITED}
        own = [c for c in answer.quotes if answer.verdicts[c] is Verdict.MET and c in earned]
        if own:
            left = without(trial.case, own[0])
            verdicts = graded(model, trial.case.question, left).verdicts if left else ()
            kept = any(v.criterion == own[0] and v.verdict in CREDITED for v in verdicts)
            yield Tried(DELETED, answer.id, own[0], not kept)
            twice = graded(model, trial.case.question, f"{answer.text} {_sentence(answer.quotes[own[0]])}")
            yield Tried(REPEATED, answer.id, own[0], abs(twice.score - trial.grade.score) <= _SAME)


def without(case: Case, criterion: str) -> str:
    """The answer's text without the sentence or sentences in which the criterion's quote stands."""
    text, quote = " ".join(case.answer.text.split()), " ".join(case.answer.quotes[criterion].split())
    start = text.index(quote)
    end = start + len(quote)
    begin = max(
        (text.rfind(mark, 0, start) + len(mark) for mark in (". ", "? ", "! ") if mark in text[:start]), default=0
    )
    stops = [text.find(mark, end - 1) for mark in (". ", "? ", "! ") if text.find(mark, end - 1) >= 0]
    return f"{text[:begin]}{text[min(stops) + 2 :] if stops else ''}".strip()


def _donors(trials: Sequence[Trial]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for trial in trials:
        for criterion, quote in trial.case.answer.quotes.items():
            if trial.case.answer.verdicts[criterion] is Verdict.MET:
                found.setdefault((trial.case.question.id, criterion), quote)
    return found


def _sentence(clause: str) -> str:
    clause = clause.strip(" ,;:")
    return f"{clause[:1].upper()}{clause[1:]}{'' if clause.endswith(('.', '!', '?')) else '.'}"
