"""Set-up: a wish in one's own words, and the company that one prepares for."""

from __future__ import annotations

import html

import pytest

from interviewer.domain.company import MAX_COMPANY_CHARACTERS
from interviewer.domain.interview import Setup
from interviewer.domain.words import Stage
from interviewer.runtime import Runtime
from tests.ui.tab import Pages, text

ABOUT = "We forecast demand for forty bakeries."


def test_one_click_still_starts(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.button(key="start").click().run()
    setup = runtime.store.get(test.query_params["id"]).setup
    assert (setup.request, setup.company) == ("", None)


def test_a_wish_is_met_and_remembered(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.text_input(key="request").set_value("something about coding").run()
    test.button(key="start").click().run()
    interview = runtime.store.get(test.query_params["id"])
    assert interview.setup.request == "something about coding"
    assert {question.stage for question in interview.plan} == {Stage.CODING}
    assert Pages().at().text_input(key="request").value == "something about coding"


def test_a_wish_that_cannot_be_met_says_so_by_the_button_and_changes_nothing_else(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewer.index.index.NEAR_IN_WORDS", 9.0)
    test = pages.at()
    test.number_input(key="questions").set_value(3)
    test.text_input(key="request").set_value("xylophones").run()
    assert "Nothing in the bank is about “xylophones”." in html.unescape(text(test))
    assert test.button(key="start").disabled
    assert test.number_input(key="questions").value == 3
    test.text_input(key="request").set_value("").run()
    assert not test.button(key="start").disabled


def test_a_company_is_named_in_questions_about_it_and_remembered(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.text_input(key="company-name").set_value("Ada & Söhne")
    test.text_area(key="company-text").set_value(ABOUT)
    test.pills(key="stages").set_value([Stage.CLOSING]).run()
    test.button(key="start").click().run()
    interview = runtime.store.get(test.query_params["id"])
    assert interview.setup.company is not None
    assert (interview.setup.company.name, interview.setup.company.text) == ("Ada & Söhne", ABOUT)
    about = [question for question in interview.plan if runtime.bank.question(question.id).company is not None]
    assert about
    assert all("Ada & Söhne" in question.prompt for question in about)
    again = Pages().at()
    assert again.text_input(key="company-name").value == "Ada & Söhne"
    assert again.text_area(key="company-text").value == ABOUT
    assert "The company you prepare for: Ada & Söhne" in [expander.label for expander in again.expander]


def test_a_text_without_a_name_and_one_that_is_too_long_get_a_sentence(pages: Pages) -> None:
    test = pages.at()
    test.text_area(key="company-text").set_value(ABOUT).run()
    assert "has no name" in text(test)
    assert test.button(key="start").disabled
    test.text_input(key="company-name").set_value("Ada")
    test.text_area(key="company-text").set_value("word " * MAX_COMPANY_CHARACTERS).run()
    assert f"{MAX_COMPANY_CHARACTERS:,} is the most" in text(test)
    assert test.button(key="start").disabled
    assert len(test.text_area(key="company-text").value or "") > MAX_COMPANY_CHARACTERS, "nothing is cut"
    test.text_area(key="company-text").set_value(ABOUT).run()
    assert not test.button(key="start").disabled


def test_a_topic_with_all_below_it_can_be_chosen(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.multiselect(key="topics").set_value(["models"]).run()
    test.button(key="start").click().run()
    plan = runtime.store.get(test.query_params["id"]).plan
    assert all("models" in runtime.bank.ancestors[question.topic] for question in plan)


def test_an_interview_of_picked_questions_does_not_change_what_is_offered_next(pages: Pages, runtime: Runtime) -> None:
    runtime.interviewer.start(Setup(questions=7, request="something about coding"))
    runtime.interviewer.start(Setup(question_ids=("overfitting",)))
    test = pages.at()
    assert test.number_input(key="questions").value == 7
    assert test.text_input(key="request").value == "something about coding"


def test_the_task_stands_by_its_question_also_after_a_reload_and_goes_with_it(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(question_ids=("palindrome", "overfitting"), max_probes=0))
    wanted = runtime.bank.question("palindrome").task
    assert wanted is not None
    test = pages.at("interview", id=interview_id)
    for shown in (test, Pages().at("interview", id=interview_id)):
        assert html.escape(wanted.brief) in text(shown)
        assert all(html.escape(example.given) in text(shown) for example in wanted.examples)
        assert '<details class="task-panel roomy" open>' in text(shown)
        assert '<details class="task-panel narrow">' in text(shown)
    test.button(key="say-skip").click().run()
    assert runtime.store.get(interview_id).current.question.id == "overfitting"
    assert '<details class="task-panel' not in text(test)
    report = Pages().at("report", id=interview_id)
    assert text(report).count("<summary>The task</summary>") == 1
    assert html.escape(wanted.brief) in text(report)
