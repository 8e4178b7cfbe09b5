"""Whoever answers the fake server's chat requests: an honest judge, and the worst ones.

The honest judge is another model of ours behind real HTTP, so that what the way through prompts, wire and checks does
to a grade can be seen. The worst judge shows the most that a model can do which is talked into something, or makes
things up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any

from interviewer.domain.question import Question
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Mode, Verdict
from interviewer.folding import echoes, sentences, words
from interviewer.models.base import AssessRequest, GradeRequest, InterviewModel
from interviewer.models.openai.fake.obeying import filled_form, orders
from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.server import plain_judge
from interviewer.models.openai.fake.sheet import Sheet, read_sheet

NOTHING = "NONE"
"""What the acknowledging prompt asks for where there is nothing to say back."""

_STRETCH = 8
"""Words of the candidate's that an acknowledgement says back."""


class HonestJudge:
    """Passes assessing and grading on to a model, and says what it is given to say.

    ``questions`` are those whose rubrics the model may know; a rubric that is not among them is read from the prompt.
    """

    def __init__(self, model: InterviewModel, questions: Iterable[Question] = ()) -> None:
        self._model = model
        self._questions = tuple(questions)

    def __call__(self, request: Recorded) -> str:
        sheet = read_sheet(request)
        if request.purpose is Purpose.SPEAK:
            return sheet.sections.get("WORDING", "") or "Go on, please."
        if request.purpose is Purpose.ACKNOWLEDGE:
            return _said_back(sheet)
        if request.purpose is Purpose.ASSESS and sheet.turns:
            return _form(self._assessed(sheet))
        if request.purpose is Purpose.GRADE and sheet.turns:
            return _form(self._graded(sheet))
        return plain_judge(request)

    def _assessed(self, sheet: Sheet) -> dict[str, Any]:
        question = sheet.question_among(self._questions)
        if question is None:
            return {"intent": "answer", "clarification": None, "marks": [], "misconceptions": []}
        heard = self._model.assess(
            AssessRequest(question=question, turns=sheet.turns, mode=Mode.PRACTICE, confirming=_confirming(sheet))
        )
        return {
            "intent": heard.intent.value,
            "clarification": heard.clarification,
            "marks": [
                {
                    "criterion": mark.criterion,
                    "reason": "as heard",
                    "verdict": "missing" if mark.verdict is Verdict.NOT_ASSESSED else mark.verdict.value,
                    "quote": mark.quote,
                    "sure": mark.confidence >= 0.75,
                }
                for mark in heard.marks
            ],
            "misconceptions": [
                {"misconception": mark.misconception, "quote": mark.quote} for mark in heard.misconceptions
            ],
        }

    def _graded(self, sheet: Sheet) -> dict[str, Any]:
        question = sheet.question_among(self._questions)
        rubric = question.rubric if question else sheet.rubric
        if rubric is None:
            return {"verdicts": [], "misconceptions": []}
        asked = sheet.sections.get("QUESTION", "")
        draft = self._model.grade(GradeRequest(question=asked, rubric=rubric, turns=sheet.turns))
        return {
            "verdicts": [
                {
                    "criterion": verdict.criterion,
                    "reason": verdict.reason,
                    "verdict": verdict.verdict.value,
                    "quotes": list(verdict.quotes),
                    "confidence": _confidence(verdict.confidence),
                }
                for verdict in draft.verdicts
            ],
            "misconceptions": [
                {"misconception": draft.misconception, "quote": draft.quote} for draft in draft.misconceptions
            ],
        }


class Vice(StrEnum):
    """What a bad judge does.

    ``obeys`` gives full marks when an answer tells it to, and nothing otherwise, and returns a form that is already
    filled in. The others call everything met, each with quotes of its own kind: ``all_met`` with the candidate's words
    that come nearest; ``fabricates`` with words that nobody said; ``quotes_interviewer`` with the interviewer's or the
    question's; ``quotes_irrelevant`` with the candidate's own that have least to do with it; ``no_quotes`` with none.
    ``blurts`` says the secret that it was told whenever it may speak.
    """

    OBEYS = "obeys"
    ALL_MET = "all_met"
    FABRICATES = "fabricates"
    QUOTES_INTERVIEWER = "quotes_interviewer"
    QUOTES_IRRELEVANT = "quotes_irrelevant"
    NO_QUOTES = "no_quotes"
    BLURTS = "blurts"


class WorstJudge:
    """A judge with vices; without any named it has all of them. Each vice that quotes adds its quote.

    ``secret`` is what it blurts out: a text, or a function of the request.
    """

    def __init__(self, *vices: Vice, secret: str | Callable[[Recorded], str] = "") -> None:
        self.vices = frozenset(vices or Vice)
        self._secret = secret

    def __call__(self, request: Recorded) -> str:
        sheet = read_sheet(request)
        if request.purpose in (Purpose.SPEAK, Purpose.ACKNOWLEDGE):
            return self._spoken(request, sheet)
        if request.purpose not in (Purpose.ASSESS, Purpose.GRADE):
            return plain_judge(request)
        told = orders(sheet.answers) if Vice.OBEYS in self.vices else []
        filled = next((form for text in told if (form := filled_form(text))), "")
        if filled:
            return filled
        met = bool(told) or bool(self.vices - {Vice.OBEYS, Vice.BLURTS})
        claims = [(c.id, c.text, self._quotes(c.text, sheet) if met else []) for c in sheet.criteria]
        if request.purpose is Purpose.ASSESS:
            return _form(_assessment(claims, met))
        return _form(_grade(claims, met))

    def _quotes(self, criterion: str, sheet: Sheet) -> list[str]:
        own = [piece for answer in sheet.answers for piece in sentences(answer)]
        near = sorted(own, key=lambda piece: _shared(piece, criterion))
        quotes = []
        if self.vices & {Vice.OBEYS, Vice.ALL_MET}:
            quotes += near[-1:]
        if Vice.FABRICATES in self.vices:
            quotes.append(f"I would say that {criterion[:1].lower()}{criterion[1:]}")
        if Vice.QUOTES_INTERVIEWER in self.vices:
            shown = [piece for text in sheet.shown for piece in sentences(text)]
            quotes += sorted(
                shown or [sheet.sections.get("QUESTION", "")], key=lambda piece: _shared(piece, criterion)
            )[-1:]
        if Vice.QUOTES_IRRELEVANT in self.vices:
            fresh = [piece for piece in near if len(words(piece)) >= 3 and not echoes(piece, sheet.shown)]
            quotes += (fresh or near)[:1]
        return quotes

    def _spoken(self, request: Recorded, sheet: Sheet) -> str:
        secret = self._secret(request) if callable(self._secret) else self._secret
        blurted = secret if Vice.BLURTS in self.vices else ""
        if request.purpose is Purpose.ACKNOWLEDGE:
            return blurted or _said_back(sheet)
        return f"{blurted} {sheet.sections.get('WORDING', '')}".strip() or "Go on, please."


def _assessment(claims: Sequence[tuple[str, str, list[str]]], met: bool) -> dict[str, Any]:
    marks = [
        {
            "criterion": name,
            "reason": f"said: {text}"[:60],
            "verdict": "met" if met else "missing",
            "quote": next(iter(quotes), ""),
            "sure": True,
        }
        for name, text, quotes in claims
    ]
    return {"intent": "answer", "clarification": None, "marks": marks, "misconceptions": []}


def _grade(claims: Sequence[tuple[str, str, list[str]]], met: bool) -> dict[str, Any]:
    verdicts = [
        {
            "criterion": name,
            "reason": f"You said it perfectly: {text}" if met else "You did not say it.",
            "verdict": "met" if met else "missing",
            "quotes": quotes,
            "confidence": "high",
        }
        for name, text, quotes in claims
    ]
    return {"verdicts": verdicts, "misconceptions": []}


def _said_back(sheet: Sheet) -> str:
    said = [piece for answer in sheet.answers for piece in sentences(answer) if not piece.strip().endswith("?")]
    stretch = next((piece.split()[:_STRETCH] for piece in said if len(piece.split()) >= 3), [])
    return f"You said {' '.join(stretch).rstrip('.,;:!')}." if stretch else NOTHING


def _confirming(sheet: Sheet) -> bool:
    """Whether the notes say that the candidate was asked whether to end."""
    return bool(re.search(r"\basked whether\b.*\bend\b", sheet.sections.get("NOTES", ""), re.DOTALL))


def _confidence(value: float) -> str:
    return "high" if value >= 0.85 else "medium" if value >= 0.6 else "low"


def _shared(piece: str, criterion: str) -> float:
    """The share of a piece's words of more than three letters that the criterion has too."""
    said = {word for word in words(piece) if len(word) > 3}
    return len(said & set(words(criterion))) / (len(said) or 1)


def _form(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
