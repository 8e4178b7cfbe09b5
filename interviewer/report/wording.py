"""Words and signs that every format of the report uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import mean

from interviewer.domain.grade import CriterionVerdict, Grade, Ungraded
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.report import CompetencyScore, QuestionReport, Report
from interviewer.domain.usage import Usage
from interviewer.domain.words import BAND_WORDS, Speaker, Verdict
from interviewer.grading.scoring import band

SYMBOLS: dict[Verdict, str] = {
    Verdict.MET: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.MISSING: "○",
    Verdict.CONTRADICTED: "✗",
    Verdict.NOT_ASSESSED: "–",
}

_FLAGS = {
    "assisted": "hints were used",
    "doubtful": "at least one verdict is doubtful",
    "mistaken": "something stated is not so",
    "no_answer": "nothing was said",
    "unsupported": "the grader claimed a point without your words for it, so it does not count",
    "irrelevant": "words that have nothing to do with a point were quoted for it, so it does not count",
    "doubtful_quote": "it is doubtful whether the words quoted for a point show it",
    "not_assessed": "a point was not assessed",
    "stood_in": "the offline model stood in for the one that interviewed",
    "instruction": "words addressed to the grader were left aside",
    "keywords": "keywords without a statement were left aside",
    "restated": "words that only repeat the question were left aside",
}


BAND_SYMBOLS: dict[int, str] = {1: "○", 2: "◔", 3: "◐", 4: "◕", 5: "●"}

BAND_TONES: dict[int, Verdict] = {
    1: Verdict.MISSING,
    2: Verdict.PARTIAL,
    3: Verdict.PARTIAL,
    4: Verdict.MET,
    5: Verdict.MET,
}
"""The verdict whose colour goes with a band, where both stand in one report."""

OFFERED = "Questions to ask yourself while it is fresh. What you note is for you: nobody grades it."
"""What looking back is for."""


def mean_in_words(score: float) -> str:
    """A mean of several scores, 0 to 5, in words. Below the second band some of the answers may still have shown
    something, and "no evidence" would be untrue."""
    return "Little evidence" if score > 0 and band(score) == 1 else BAND_WORDS[band(score)]


FORMULAS = frozenset(
    {
        "Nothing in your answer says this.",
        "Nothing that could count was said.",
        "Nothing was said to this question.",
        "You came near this point without quite making it.",
        "You said this in your own words.",
        "What you said here comes closer to the opposite of this point.",
    }
)
"""The reasons that our own graders give for every verdict of a kind: the verdict's word over again."""


# Not strftime's names: those change with the locale, and the report is in English.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_STATUS = {
    ExchangeStatus.OPEN: "Still open",
    ExchangeStatus.CLOSED: "",
    ExchangeStatus.SKIPPED: "Skipped",
    ExchangeStatus.UNFINISHED: "Not finished",
}

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def date(at: datetime) -> str:
    """
    >>> date(datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    '1 March 2026, 09:05 UTC'
    """
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


def day(at: datetime) -> str:
    """The date where ``at`` is.

    >>> day(datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    '1 March 2026'
    """
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def duration(seconds: float) -> str:
    """
    >>> duration(4), duration(59.6), duration(95), duration(600), duration(5400)
    ('4 s', '1 min', '1 min 35 s', '10 min', '1 h 30 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes >= 60:
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"


def points(score: float) -> str:
    """A score with one decimal, rounded half up but never across a band: 3.46 is still "developing".

    >>> points(3.25), points(4.0), points(3.46), points(3.5)
    ('3.3', '4', '3.4', '3.5')
    """
    tenths = math.floor(score * 10 + 0.5) / 10
    if band(tenths) != band(score):
        tenths = math.floor(score * 10) / 10
    return f"{tenths:.1f}".removesuffix(".0")


def in_words(value: int) -> str:
    """
    >>> in_words(3), in_words(17)
    ('three', '17')
    """
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """
    >>> count(1, "question"), count(3, "question"), count(12, "reply", "replies")
    ('one question', 'three questions', '12 replies')
    """
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"


def joined(parts: Sequence[str]) -> str:
    """
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def capital(text: str) -> str:
    """The first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def decapital(text: str) -> str:
    """The first letter small, the rest as it is."""
    return text[:1].lower() + text[1:]


def speaker(who: Speaker) -> str:
    return "You" if who is Speaker.CANDIDATE else "Interviewer"


def result(question: QuestionReport) -> str:
    """Score and band of a question; what became of it where there is no score to speak of."""
    grade = question.grade
    if not isinstance(grade, Grade):
        return "Not graded" if grade is not None else _STATUS[question.status] or "Not graded yet"
    if blank(question):
        return _STATUS[question.status]
    if passed(question):
        return f"Skipped, {points(grade.score)} of 5"
    return f"{points(grade.score)} of 5, {BAND_WORDS[grade.band].lower()}"


def around(question: QuestionReport) -> list[str]:
    """What belongs beside the result: range, help, whether it counts, stage, seniority and time taken."""
    grade = question.grade
    parts = []
    if isinstance(grade, Grade) and not blank(question):
        if points(grade.low) != points(grade.high):
            parts.append(f"between {points(grade.low)} and {points(grade.high)}, as there are doubtful verdicts")
        if grade.hints_used:
            parts.append(f"with {count(grade.hints_used, 'hint')}")
        if not question.counted:
            parts.append("not counted")
        if question.graded_by:
            parts.append(f"graded by {question.graded_by}")
    return [*parts, question.stage.label, question.seniority.label.lower(), duration(question.seconds)]


def blank(question: QuestionReport) -> bool:
    """Skipped or broken off with nothing earned: a score would say more than there is to say."""
    grade = question.grade
    return (
        not question.counted
        and bool(_STATUS[question.status])
        and (not isinstance(grade, Grade) or not any(verdict.verdict.earns for verdict in grade.verdicts))
    )


def passed(question: QuestionReport) -> bool:
    """Skipped with nothing earned: the candidate passed the question on, whether or not that counts."""
    grade = question.grade
    earned = isinstance(grade, Grade) and any(verdict.verdict.earns for verdict in grade.verdicts)
    return question.status is ExchangeStatus.SKIPPED and not earned


def rests_on(competency: CompetencyScore) -> str:
    """The mean of a competency with the questions that it rests on.

    >>> told = {"id": "values", "title": "Values", "looks_for": "Considers others."}
    >>> rests_on(CompetencyScore(**told, score=3.25, questions=2, numbers=(1, 4)))
    '3.3 of 5 over questions 1 and 4'
    >>> rests_on(CompetencyScore(**told, score=2, questions=1, numbers=(3,)))
    '2 of 5, from question 3 only'
    """
    numbers = joined([str(number) for number in competency.numbers])
    tail = f", from question {numbers} only" if competency.questions == 1 else f" over questions {numbers}"
    return f"{points(competency.score)} of 5{tail}"


def missed_title(question: QuestionReport) -> str:
    """What stands above the points that were not shown: who did not answer did not miss them."""
    return "What the question looks for" if blank(question) or passed(question) else "What was missed"


def shown(grade: Grade) -> list[CriterionVerdict]:
    """The verdicts on what the answer showed: met and partial."""
    return [verdict for verdict in grade.verdicts if verdict.verdict.earns]


def not_shown(grade: Grade) -> list[CriterionVerdict]:
    """All other verdicts: missing, contradicted, not assessed."""
    return [verdict for verdict in grade.verdicts if not verdict.verdict.earns]


def why(verdict: CriterionVerdict) -> str:
    """The grader's reason, where it says more than verdict and quote do; empty where it only repeats them."""
    return "" if verdict.reason in FORMULAS else verdict.reason


def flag(name: str) -> str:
    """A grade's flag in words; what follows a colon is the criterion that it is about."""
    kind, _, about = name.partition(":")
    words = _FLAGS.get(kind, kind.replace("_", " "))
    return f"{words} ({about.replace('_', ' ')})" if about else words


def heading(report: Report) -> str:
    """Who was interviewed for what, when and for how long, in a line."""
    return " · ".join(
        (
            report.role.label,
            report.seniority.label,
            f"{report.mode.label} interview",
            date(report.created_at),
            duration(report.seconds),
        )
    )


def study_groups(report: Report) -> list[tuple[str, str, list[str]]]:
    """What to study, as (why, source, suggestions), in the report's order."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in report.study:
        groups.setdefault((item.why, item.source), []).append(item.suggestion)
    return [(reason, source, suggestions) for (reason, source), suggestions in groups.items()]


def facts(report: Report) -> list[str]:
    """What each grade was made with, a line each, and how sure the grader was over all."""
    lines = [_fact(question, question.grade) for question in report.questions if question.grade is not None]
    sure = [q.grade.confidence for q in report.questions if isinstance(q.grade, Grade) and not blank(q)]
    if len(sure) > 1:
        lines.append(f"All graded questions: mean confidence {mean(sure):.2f} of 1")
    return lines


def _fact(question: QuestionReport, grade: Grade | Ungraded) -> str:
    parts = [f"Question {question.number}"]
    if grade.provenance is not None:
        parts[0] += f": {grade.provenance.model}, version {grade.provenance.version}"
        parts += [f"{name} {value}" for name, value in grade.provenance.settings.items()]
        parts.append(f"rubric {grade.provenance.rubric_hash}")
        if grade.provenance.prompt_version:
            parts.append(f"prompt {grade.provenance.prompt_version}")
    if isinstance(grade, Grade):
        parts.append(f"confidence {grade.confidence:.2f}")
    else:
        parts.append("not graded")
    return "; ".join([*parts, *(flag(name) for name in grade.flags)])


def doubts(report: Report) -> list[str]:
    """The doubtful verdicts, a line each."""
    return [
        f"Question {question.number}, {verdict.verdict.label}: {verdict.text}"
        for question in report.questions
        if isinstance(question.grade, Grade)
        for verdict in question.grade.verdicts
        if verdict.doubtful
    ]


def usage(used: Usage) -> str:
    """What an interview took of a real model, in a sentence or two.

    >>> usage(Usage(calls=12, tokens_in=10500, tokens_out=800, cost=0.031))
    'The model was asked 12 times: 10,500 tokens read and 800 written, $0.03.'
    >>> usage(Usage(calls=1, failed=1, tokens_in=20, estimated=True))
    'The model was asked once (one request failed): about 20 tokens read and 0 written.'
    >>> usage(Usage(calls=2, audio_seconds=90, characters=400))
    'The model was asked 2 times: 1.5 minutes of recordings understood and 400 characters read aloud.'
    """
    times = "once" if used.calls == 1 else f"{used.calls} times"
    failed = f" ({count(used.failed, 'request')} failed)" if used.failed else ""
    about = "about " if used.estimated else ""
    cost = "" if used.cost is None else f", {dollars(used.cost)}"
    took = [f"{about}{used.tokens_in:,} tokens read and {used.tokens_out:,} written"]
    if used.audio_seconds or used.characters:
        took = took if used.tokens else []
        took += [f"{about}{used.audio_seconds / 60:.1f} minutes of recordings understood"] if used.audio_seconds else []
        took += [f"{used.characters:,} characters read aloud"] if used.characters else []
    said = f"The model was asked {times}{failed}: {joined(took)}{cost}."
    if used.reply_seconds is not None:
        said += f" Its first words typically came after {used.reply_seconds:.1f} s."
    return said


def conducted(report: Report) -> str:
    """Who interviewed and what that took; empty where it was the offline model."""
    return " ".join(part for part in (report.interviewed_by, usage(report.usage) if report.usage else "") if part)


def dollars(cost: float) -> str:
    """
    >>> dollars(0), dollars(0.00213), dollars(0.236), dollars(12.3)
    ('$0', 'less than $0.01', '$0.24', '$12.30')
    """
    if cost == 0:
        return "$0"
    return "less than $0.01" if cost < 0.01 else f"${cost:,.2f}"


def disputes(number: int) -> str:
    """That verdicts were disputed, and what that does."""
    verb = "was" if number == 1 else "were"
    return (
        f"{capital(count(number, 'objection'))} of yours {verb} kept beside the grade; "
        "the score is as the grader gave it."
    )
