"""The stability page: answers graded once more and put differently, without a trace in the store."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.calibration.perturb import CHANGES
from interviewer.calibration.stability import REPEATS
from interviewer.models.fake import ScriptedModel
from interviewer.runtime import Runtime
from interviewer.ui.screens import stability
from tests.ui.kit_with_answers import opened, with_answers
from tests.ui.tab import Pages, text
from tests.ui.test_with_a_model import REAL, read


def tried(pages: Pages, kit_id: str) -> AppTest:
    return pages.at("stability", id=kit_id).button(key="try").click().run(timeout=180)


def test_without_answers_it_says_what_will_be_here(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("stability", id=opened(runtime))
    assert "There are no answers to this kit yet." in text(test)
    assert not any(button.key == "try" for button in test.button)


def test_what_it_takes_is_said_before_it_is_done(pages: Pages, runtime: Runtime) -> None:
    kit_id, _ = with_answers(runtime, 3)
    shown = text(pages.at("stability", id=kit_id))
    assert f"{6 * (REPEATS + len(CHANGES))} grades in all" in shown
    assert "it costs nothing, and nothing leaves this machine" in shown


def test_answers_are_tried_and_every_change_reported_with_nothing_stored(pages: Pages, runtime: Runtime) -> None:
    kit_id, interviews = with_answers(runtime, 3)
    before = [runtime.store.grade_history(one, number) for one in interviews for number in (1, 2)]
    shown = text(tried(pages, kit_id))
    assert "6 answers of 3 candidates" in shown
    assert all(f'<th scope="row">{change}<small>' in shown for change in CHANGES)
    assert "so this is by construction; it was tried, and not taken for granted" in shown
    assert "it takes 10 candidates" in shown
    assert [runtime.store.grade_history(one, number) for one in interviews for number in (1, 2)] == before


def test_the_download_has_the_figures_and_no_answer(pages: Pages, runtime: Runtime) -> None:
    kit_id, interviews = with_answers(runtime, 2)
    test = tried(pages, kit_id)
    told = stability._written(test.session_state[f"stability:{kit_id}"]).decode()
    assert json.loads(told)["repeat_grading"]["answers"] == 4
    said = [turn.text for one in interviews for turn in runtime.store.get(one).turns if len(turn.text) > 20]
    assert said
    assert not any(words in told for words in said)


def test_a_page_of_a_kit_that_there_is_not_says_so(pages: Pages, runtime: Runtime) -> None:
    assert "There is no kit with the ID" in text(pages.at("stability", id="nothing"))


def test_of_a_real_model_the_number_of_calls_is_said_first_and_then_made(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ScriptedModel(grade=read, info=REAL)
    monkeypatch.setattr(runtime, "_model", model)
    kit_id, _ = with_answers(runtime, 2)
    test = pages.at("stability", id=kit_id)
    test.radio(key="stability-scorer").set_value(1).run()
    calls = 4 * (REPEATS + len(CHANGES))
    shown = text(test)
    assert f"up to {calls} calls of gpt-sample at model.example" in shown
    assert "Grades that count here were made by the offline model" in shown
    assert model.requests("grade") == []
    test.button(key="try").click().run(timeout=60)
    assert len(model.requests("grade")) == calls
    assert "does not mean that it never does" in text(test)
