"""Who interviewed and who graded what, what it took, and what is still to come: in every format the same."""

from __future__ import annotations

import html
import json

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import ExchangeStatus, Interview
from interviewer.domain.report import Report
from interviewer.domain.usage import Usage
from interviewer.models.base import ModelInfo
from interviewer.report import FORMATS, build_report
from interviewer.ui import letter
from tests.report.sample import MODEL, NOW, bank, graded, interview, sample, sample_report

REAL = ModelInfo(name="gpt-sample", version="7", offline=False, settings={"endpoint": "model.example"})
NOTICE = "The model cannot be reached just now; the scripted interviewer goes on."
FAILED = Ungraded(reason="The model cannot be reached just now.", retryable=True)
USAGE = Usage(calls=9, failed=2, tokens_in=12_000, tokens_out=345, cost=0.5, reply_seconds=1.25)


def held(notice: str = "") -> Interview:
    """The sample interview as one that a real model conducted; ``notice`` comes with its third turn."""
    interview, _, _ = sample()
    turns = tuple(turn.model_copy(update={"notice": notice if turn.seq == 3 else ""}) for turn in interview.turns)
    return interview.model_copy(update={"model": REAL.name, "turns": turns})


def made(
    grades: dict[int, Grade | Ungraded], *, notice: str = "", usage: Usage | None = None, retrying: tuple[int, ...] = ()
) -> Report:
    return build_report(held(notice), grades, (), {}, bank=bank(), model=REAL, now=NOW, usage=usage, retrying=retrying)


def written(report: Report, name: str) -> str:
    """A format's text, with what it escapes as it was."""
    text = FORMATS[name].render(report)
    return html.unescape(text).replace("\\", "") if name != "json" else json.dumps(json.loads(text), ensure_ascii=False)


def test_each_question_names_its_grader_where_several_were_at_work() -> None:
    report = made({1: graded(held(), 1, info=REAL), 2: graded(held(), 2, info=MODEL), 3: FAILED})
    assert [question.graded_by for question in report.questions] == ["gpt-sample", "the offline model", ""]
    for said in ("gpt-sample (question 1)", "offline, version 1-test (question 2)", "A language model graded the rest"):
        assert said in report.graded_by


def test_one_real_grader_is_named_at_every_question() -> None:
    report = made({number: graded(held(), number, info=REAL) for number in (1, 2, 3)})
    assert {question.graded_by for question in report.questions} == {"gpt-sample"}


def test_a_report_of_the_offline_model_says_no_more_than_before() -> None:
    report = sample_report()
    assert {question.graded_by for question in report.questions} == {""}
    assert report.interviewed_by == ""
    assert report.usage is None
    for name in ("md", "html"):
        assert "graded by" not in written(report, name).lower().replace("how this was graded", "")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_who_was_at_work_what_it_took_and_what_comes_again(name: str) -> None:
    report = made(
        {1: graded(held(), 1, info=REAL), 2: FAILED, 3: graded(held(), 3, info=MODEL)},
        notice=NOTICE,
        usage=USAGE,
        retrying=(2,),
    )
    text = written(report, name)
    for said in (
        NOTICE,
        report.interviewed_by,
        "The model cannot be reached just now.",
        "It will be tried again by itself.",
    ):
        assert said in text
    told = (
        ("12,000 tokens", "345 written", "$0.50", "1.2 s") if name != "json" else ('"tokens_in": 12000', '"cost": 0.5')
    )
    for said in told:
        assert said in text
    assert text.count("graded by gpt-sample") == 1 if name != "json" else '"graded_by": "gpt-sample"' in text


def test_only_what_failed_and_is_planned_is_said_to_come_again() -> None:
    grades: dict[int, Grade | Ungraded] = {1: graded(held(), 1, info=REAL), 2: FAILED, 3: FAILED}
    report = made(grades, retrying=(1, 2))
    assert [question.retrying for question in report.questions] == [False, True, False]
    assert ["by itself" in question.note for question in report.questions] == [False, True, False]


def test_an_interview_that_was_interrupted_says_so_and_an_undisturbed_one_does_not() -> None:
    assert "scripted interviewer" in made({}, notice=NOTICE).interviewed_by
    assert "scripted interviewer" not in made({}).interviewed_by


def test_no_usage_is_told_where_nothing_was_asked() -> None:
    assert made({}, usage=Usage()).usage is None


def test_who_said_nothing_was_graded_by_nobody() -> None:
    """The grade of a question without an answer is no model's work, whatever its provenance names."""
    empty = interview(("overfitting", [], ExchangeStatus.UNFINISHED)).model_copy(update={"model": REAL.name})
    grade = graded(empty, 1, info=REAL)
    report = build_report(empty, {1: grade}, (), {}, bank=bank(), model=REAL, now=NOW)
    assert "graded by gpt-sample" not in written(report, "md")
    assert "graded by gpt-sample" not in letter.opening(report, "today")
