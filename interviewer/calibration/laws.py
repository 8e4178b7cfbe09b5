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
DELETED = "the only clause that earned a criterion, deleted, takes its credit away"
AUTHORS_OWN = "the sentence that earned it by the authors, deleted, takes it away"
REPEATED = "a clause said twice adds nothing"


def try_laws(model: InterviewModel, trials: Sequence[Trial]) -> Iterator[Tried]:
    """Each law on one criterion per answer, where the answer has one to try it on.

    What is added is another answer's quote for the criterion (the authors say that it states it). What is deleted is
    the grader's evidence, where a criterion has only one; and, which is no law but worth knowing, the sentence or
    sentences with the authors' quote: there the rest of the answer may still say it, or pass for it.
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
        only = next((v for v in trial.grade.verdicts if v.verdict in CREDITED and len(v.evidence) == 1), None)
        if only is not None:
            quote = only.evidence[0]
            left = f"{answer.text[: quote.start]}{answer.text[quote.end :]}"
            yield Tried(DELETED, answer.id, only.criterion, only.criterion not in _earned(model, trial, left))
        own = [c for c in answer.quotes if answer.verdicts[c] is Verdict.MET and c in earned]
        if own:
            left = without(trial.case, own[0])
            yield Tried(AUTHORS_OWN, answer.id, own[0], own[0] not in _earned(model, trial, left))
            twice = graded(model, trial.case.question, f"{answer.text} {_sentence(answer.quotes[own[0]])}")
            yield Tried(REPEATED, answer.id, own[0], abs(twice.score - trial.grade.score) <= _SAME)


def _earned(model: InterviewModel, trial: Trial, text: str) -> set[str]:
    """The criteria that earn something when the answer is ``text``."""
    if not text.strip():
        return set()
    return {v.criterion for v in graded(model, trial.case.question, text).verdicts if v.verdict in CREDITED}


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
