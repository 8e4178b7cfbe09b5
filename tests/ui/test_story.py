"""A whole interview through the pages, without a browser."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from interviewer.domain.interview import InterviewStatus, Setup
from interviewer.domain.words import Intent, Mode, MoveKind
from interviewer.report import FORMATS
from interviewer.runtime import Runtime
from interviewer.ui import topics
from tests.ui.tab import Pages, text


def keys(test: AppTest) -> list[str]:
    return [button.key or "" for button in test.button]


def turns(test: AppTest) -> list[str]:
    return [str(element.value) for element in test.html if '<article class="turn' in str(element.value)]


def moves(runtime: Runtime, interview_id: str) -> Sequence[MoveKind]:
    return [turn.move.kind for turn in runtime.store.get(interview_id).turns if turn.move is not None]


def test_from_the_first_click_to_the_report_and_back_by_its_address(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.button(key="start").click().run()
    interview_id = test.query_params["id"]
    assert len(turns(test)) == 1
    question = runtime.store.get(interview_id).plan[0].prompt
    assert html.escape(question) in turns(test)[0]

    test.chat_input[0].set_value("I would compare the error on training data with the error on unseen data.").run()
    assert len(turns(test)) == 3

    test.button(key="say-hint").click().run()
    assert MoveKind.HINT in moves(runtime, interview_id)
    assert '<span class="kind">Hint</span>' in turns(test)[-1]

    test.button(key="say-dont_know").click().run()
    assert len(turns(test)) == 7

    test.button(key="say-stop").click().run()
    assert moves(runtime, interview_id)[-1] is MoveKind.CONFIRM
    assert "say-confirm" in keys(test)
    assert "say-hint" not in keys(test)

    test.button(key="say-confirm").click().run()
    assert runtime.store.get(interview_id).status is InterviewStatus.ENDED
    assert not test.chat_input
    assert runtime.workers.wait(interview_id)

    test.button(key="open-report").click().run()
    assert test.query_params["id"] == interview_id
    report = runtime.report(interview_id)
    shown = text(test)
    assert html.escape(report.overall.gist) in shown
    assert html.escape(report.graded_by) in shown
    assert {button.label for button in test.download_button} == {form.label for form in FORMATS.values()}

    again = Pages().at("report", id=interview_id)
    assert html.escape(report.overall.gist) in text(again)
    reopened = Pages().at("interview", id=interview_id)
    assert len(turns(reopened)) == len(runtime.store.get(interview_id).turns)
    assert not test.exception
    assert not again.exception
    assert not reopened.exception


def test_what_is_announced_is_what_is_asked(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    test.number_input(key="questions").set_value(3).run()
    announced = text(test)
    test.button(key="start").click().run()
    plan = runtime.store.get(test.query_params["id"]).plan
    assert len(plan) == 3
    assert f"3 questions, about {sum(question.minutes for question in plan)} minutes" in announced


def test_a_choice_that_nothing_fits_says_so_and_cannot_start(pages: Pages, runtime: Runtime) -> None:
    test = pages.at()
    stages = {question.stage for question in runtime.bank.questions.values()}
    leaves = {q.topic for q in runtime.bank.questions.values()}
    stage, topic = next(
        (stage, topic)
        for stage in sorted(stages)
        for topic in sorted(leaves)
        if not any(q.stage is stage and q.topic == topic for q in runtime.bank.questions.values())
        and stage.label in test.pills(key="stages").options
        and topics.titled(runtime.bank, topic) in test.multiselect(key="topics").options
    )
    test.pills(key="stages").set_value([stage])
    test.multiselect(key="topics").set_value([topic]).run()
    assert "No question fits this choice" in text(test)
    assert test.button(key="start").disabled


def test_real_mode_has_no_hint_button(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2, mode=Mode.REAL))
    test = pages.at("interview", id=interview_id)
    assert "say-skip" in keys(test)
    assert "say-hint" not in keys(test)


def test_a_pause_stops_the_clock_until_one_resumes(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    test = pages.at("interview", id=interview_id)
    test.button(key="pause").click().run()
    assert runtime.store.get(interview_id).status is InterviewStatus.PAUSED
    assert "Paused" in text(test)
    assert not test.chat_input
    test.button(key="resume").click().run()
    assert runtime.store.get(interview_id).status is InterviewStatus.RUNNING
    assert test.chat_input


def test_after_a_pause_asked_for_in_words_the_question_is_repeated_until_one_answers(
    pages: Pages, runtime: Runtime
) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    _say(runtime, interview_id, "Let's pause for a moment.", Intent.PAUSE)
    test = pages.at("interview", id=interview_id)
    assert "You are back" not in text(test)
    test.button(key="resume").click().run()
    prompt = runtime.store.get(interview_id).current.question.prompt
    assert f'You are back. The question was:</p><div class="said">{html.escape(prompt)}</div>' in text(test)
    _say(runtime, interview_id, "I would look at the data first.", Intent.ANSWER)
    assert "You are back" not in text(test.run())


def test_an_unfinished_interview_is_offered_first(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    test = pages.at()
    assert "Go on with your interview of today" in text(test)
    test.button(key="go-on").click().run()
    assert test.query_params["id"] == interview_id


def test_a_verdict_can_be_disputed_and_the_grade_stays(pages: Pages, runtime: Runtime) -> None:
    interview_id = _ended(runtime)
    before = runtime.store.grades(interview_id)[1]
    test = pages.at("report", id=interview_id)
    test.text_area[0].set_value("I did say that, in <b>other</b> words.")
    test.get_by_key("dispute-form-1-0").button[0].click().run()
    assert "You disputed this: <q>I did say that, in &lt;b&gt;other&lt;/b&gt; words.</q>" in text(test)
    assert runtime.store.grades(interview_id)[1] == before


def test_a_dispute_without_words_gets_a_sentence_above_its_button(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("report", id=_ended(runtime))
    form = test.get_by_key("dispute-form-1-0")
    form.button[0].click().run()
    assert "Please say in a few words what the verdict overlooks." in text(test)
    assert "You disputed this" not in text(test)


def test_practise_again_starts_an_interview_of_the_same_kind(pages: Pages, runtime: Runtime) -> None:
    interview_id = _ended(runtime)
    test = pages.at("report", id=interview_id)
    test.button(key="again").click().run()
    fresh = test.query_params["id"]
    assert fresh != interview_id
    assert runtime.store.get(fresh).setup.questions == runtime.store.get(interview_id).setup.questions


def test_deleting_asks_first_and_then_leaves_nothing(pages: Pages, runtime: Runtime) -> None:
    interview_id = _ended(runtime)
    test = pages.at("past")
    test.button(key=f"delete-{interview_id}").click().run()
    assert "deleted for good" in text(test)
    assert runtime.store.summaries()
    test.button(key="delete-for-good").click().run()
    assert not runtime.store.summaries()
    assert "Every interview you begin is kept here" in text(test)


def test_the_list_says_how_far_an_interview_got(pages: Pages, runtime: Runtime) -> None:
    running, over = runtime.interviewer.start(Setup(questions=2)), _ended(runtime)
    test = pages.at("past")
    assert f"go-{running}" in keys(test)
    assert f"report-{over}" in keys(test)
    assert "not finished" in text(test)
    test.button(key=f"report-{over}").click().run()
    assert test.query_params["id"] == over


def _say(runtime: Runtime, interview_id: str, words: str, intent: Intent) -> None:
    """A turn by the candidate, and the reply to it."""
    runtime.store.submit(interview_id, runtime.store.get(interview_id).next_seq, words, words, intent)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)


def _ended(runtime: Runtime) -> str:
    """An interview that was answered once, ended and graded."""
    store = runtime.store
    interview_id = runtime.interviewer.start(Setup(questions=1, question_ids=("overfitting",), max_probes=0))
    store.submit(
        interview_id, 2, "a", "I would watch the validation error, since the model may fit noise.", Intent.ANSWER
    )
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    assert store.get(interview_id).status is InterviewStatus.ENDED
    assert store.get(interview_id).ended_at is not None
    assert store.get(interview_id).created_at < datetime.now(UTC)
    return interview_id
