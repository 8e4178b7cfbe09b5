"""Quotes with which the second key is tried: valid ones, and true words of the candidate's that have no bearing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.calibration.trials import Case
from interviewer.domain.question import Question
from interviewer.domain.words import Verdict

BESIDE = "of the same answer, for another criterion"
ELSEWHERE = "of an answer to another question"


@dataclass(frozen=True)
class Quoted:
    """Words of a candidate's, offered as evidence for a criterion; ``kind`` says where irrelevant ones come from."""

    question: Question
    criterion: str
    text: str
    valid: bool
    kind: str = ""


def valid_quotes(cases: Sequence[Case]) -> Iterator[Quoted]:
    """What the authors say that states a criterion."""
    for case in cases:
        for criterion, quote in case.answer.quotes.items():
            if case.answer.verdicts[criterion] is Verdict.MET:
                yield Quoted(case.question, criterion, quote, True)


def irrelevant_quotes(cases: Sequence[Case]) -> Iterator[Quoted]:
    """For each criterion that an answer misses, what it says of another one, and a quote from another question."""
    quotes = [(case.question.id, quote) for case in cases for quote in case.answer.quotes.values()]
    for number, case in enumerate(cases):
        missing = [c for c, verdict in case.answer.verdicts.items() if verdict is Verdict.MISSING]
        beside = [quote for c, quote in case.answer.quotes.items() if case.answer.verdicts[c] is Verdict.MET]
        for place, criterion in enumerate(missing[: len(beside)]):
            yield Quoted(case.question, criterion, beside[place], False, BESIDE)
        if missing:
            # A fixed stride through all quotes: another question's every time, a different one for every answer.
            start = (number * 37) % len(quotes)
            turned = (*quotes[start:], *quotes[:start])
            foreign = next((quote for name, quote in turned if name != case.question.id), None)
            if foreign is not None:
                yield Quoted(case.question, missing[0], foreign, False, ELSEWHERE)
