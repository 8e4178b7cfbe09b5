"""The pages of an interview with a real model: who is at work, what it takes, what is said when it fails."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Assessment, Setup
from interviewer.domain.usage import Call, Purpose
from interviewer.domain.words import Intent, Mode, Verdict
from interviewer.errors import ModelUnavailable
from interviewer.models.base import GradeDraft, GradeRequest, ModelInfo, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.runtime import Runtime
from interviewer.store import utc_now
from tests.ui.tab import Pages, text

REAL = ModelInfo(name="gpt-sample", version="7", offline=False, settings={"endpoint": "model.example"})
GONE = ModelUnavailable("The model cannot be reached.")
ANSWER = "I would look at the validation error."


def heard(request: object) -> Assessment:
    return Assessment(turn=1, intent=Intent.ANSWER)


def read(request: GradeRequest) -> GradeDraft:
    """Finds nothing, of every criterion."""
    missing = [
        VerdictDraft(criterion=c.id, reason="Not said.", verdict=Verdict.MISSING) for c in request.rubric.criteria
    ]
    return GradeDraft(verdicts=tuple(missing))


def has_usage(test: AppTest) -> bool:
    try:
        test.get_by_key("usage")
    except KeyError:
        return False
    return True


def begin(runtime: Runtime, model: ScriptedModel, mode: Mode = Mode.REAL) -> str:
    runtime.interviewer.connect(model, None)
    return runtime.interviewer.start(Setup(question_ids=("overfitting",), max_probes=0, mode=mode))


def answer(runtime: Runtime, interview_id: str) -> None:
    runtime.store.submit(interview_id, 2, "key", ANSWER)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)


def test_without_an_endpoint_the_interview_says_nothing_of_models_and_usage(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=1))
    test = pages.at("interview", id=interview_id)
    shown = text(test)
    assert 'class="who"' not in shown
    assert not has_usage(test)
    assert 'class="turn-notice"' not in shown
    test.chat_input[0].set_value(ANSWER).run()
    assert 'class="turn-notice"' not in text(test)
    assert "scripted" not in text(test)


def test_the_interview_names_its_model_says_what_is_sent_and_what_it_took(pages: Pages, runtime: Runtime) -> None:
    interview_id = begin(runtime, ScriptedModel(info=REAL))
    call = Call(
        purpose=Purpose.ASSESS, model=REAL.name, at=utc_now(), seconds=1, tokens_in=1234, tokens_out=56, cost=0.25
    )
    runtime.store.add_calls(interview_id, 1, [call])
    test = pages.at("interview", id=interview_id)
    assert has_usage(test)
    shown = text(test)
    assert "With gpt-sample at model.example" in shown
    assert "What you say is sent to model.example" in shown
    for said in ("1,234", "56", "$0.25"):
        assert said in shown


def test_when_the_model_fails_one_calm_line_stands_above_the_turn(pages: Pages, runtime: Runtime) -> None:
    model = ScriptedModel(info=REAL, assess=lambda _: GONE, acknowledge=lambda _: GONE, grade=read)
    interview_id = begin(runtime, model)
    answer(runtime, interview_id)
    turn = runtime.store.get(interview_id).turns[2]
    assert turn.notice
    shown = text(pages.at("interview", id=interview_id))
    assert shown.count('class="turn-notice"') == 1
    notice, said = shown.index(html.escape(turn.notice)), shown.index(html.escape(turn.text[:40]))
    assert notice < said


def test_in_practice_words_that_are_not_the_models_are_marked(pages: Pages, runtime: Runtime) -> None:
    model = ScriptedModel(info=REAL, assess=heard, speak=lambda _: GONE, grade=read)
    runtime.interviewer.connect(model, None)
    interview_id = runtime.interviewer.start(Setup(question_ids=("overfitting", "gradient-descent"), max_probes=0))
    answer(runtime, interview_id)
    assert '<span class="kind">scripted</span>' in text(pages.at("interview", id=interview_id))


@pytest.mark.parametrize("button", ["regrade-1", "regrade-offline-1"])
def test_what_could_not_be_graded_comes_again_by_itself_or_by_button(
    pages: Pages, runtime: Runtime, button: str
) -> None:
    failing = True
    model = ScriptedModel(info=REAL, assess=heard, grade=lambda request: GONE if failing else read(request))
    interview_id = begin(runtime, model)
    answer(runtime, interview_id)
    assert isinstance(runtime.store.grades(interview_id)[1], Ungraded)
    test = pages.at("report", id=interview_id)
    assert "The model cannot be reached" in text(test)
    assert "It will be tried again by itself." in text(test)
    failing = button == "regrade-offline-1"
    test.button(key=button).click().run()
    assert runtime.workers.wait(interview_id)
    grade = runtime.store.grades(interview_id)[1]
    assert isinstance(grade, Grade)
    offline = grade.provenance.model != REAL.name
    assert offline is failing
    shown = text(test.run())
    assert "It will be tried again by itself." not in shown
    assert (f"graded by {'the offline model' if offline else REAL.name}") in shown


def test_after_the_last_try_the_report_promises_nothing(pages: Pages, runtime: Runtime) -> None:
    interview_id = begin(runtime, ScriptedModel(info=REAL, assess=heard, grade=lambda _: GONE))
    answer(runtime, interview_id)
    for _ in range(3):
        runtime.workers.regrade(interview_id, 1)
        assert runtime.workers.wait(interview_id)
    test = pages.at("report", id=interview_id)
    assert "The model cannot be reached" in text(test)
    assert "tried again by itself" not in text(test)
    assert "regrade-1" in [button.key for button in test.button]
