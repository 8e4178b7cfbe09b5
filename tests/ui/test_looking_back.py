"""What the report page says of what employers look for, and the notes of one's own that it keeps."""

from __future__ import annotations

import html
import json
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from interviewer.domain.interview import Setup
from interviewer.domain.words import Intent
from interviewer.report import FORMATS
from interviewer.runtime import Runtime
from interviewer.store.store import MAX_NOTE_CHARACTERS, Store
from interviewer.ui.screens import report as report_page
from tests.ui.tab import Pages, text


@pytest.fixture
def over(runtime: Runtime) -> str:
    """An interview that was answered once, ended and graded."""
    interview_id = runtime.interviewer.start(Setup(questions=1, question_ids=("overfitting",), max_probes=0))
    words = "An overfitted model memorises the noise in the training data and does badly on new data."
    runtime.store.submit(interview_id, 2, "a", words, Intent.ANSWER)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    return interview_id


def place(test: AppTest, reflection: str, interview_id: str) -> TextArea:
    return test.text_area(key=f"note-{reflection}-{interview_id}")


def test_what_employers_look_for_stands_after_the_questions_in_words_and_with_its_basis(
    pages: Pages, runtime: Runtime, over: str
) -> None:
    test = pages.at("report", id=over)
    headers = [header.value for header in test.header]
    order = ["Question by question", "What employers look for", "Looking back"]
    assert [header for header in headers if header in order] == order
    one = runtime.report(over).competencies[0]
    assert html.escape(one.title) in text(test)
    assert html.escape(one.looks_for) in text(test)
    assert "which is a thin basis" in text(test)


def test_without_a_grade_there_is_nothing_about_employers_and_nothing_to_look_back_on_before_the_end(
    pages: Pages, runtime: Runtime
) -> None:
    test = pages.at("report", id=runtime.interviewer.start(Setup(questions=1)))
    assert not {"What employers look for", "Looking back"} & {header.value for header in test.header}


def test_the_bank_asks_with_help_and_each_place_is_named_by_its_question(
    pages: Pages, runtime: Runtime, over: str
) -> None:
    test = pages.at("report", id=over)
    for one in runtime.bank.reflections:
        assert place(test, one.id, over).label == one.prompt
        assert html.escape(one.help) in text(test)


def test_a_note_saves_by_itself_and_is_there_again_at_the_next_visit(pages: Pages, runtime: Runtime, over: str) -> None:
    test = pages.at("report", id=over)
    assert ">Saved<" not in text(test)
    place(test, "what-went-well", over).set_value("The *noise*,\n  <b>at once</b>.").run()
    assert runtime.store.notes(over) == {"what-went-well": "The *noise*,\n  <b>at once</b>."}
    assert text(test).count(">Saved<") == 1
    again = Pages().at("report", id=over)
    assert place(again, "what-went-well", over).value == "The *noise*,\n  <b>at once</b>."
    assert ">Saved<" not in text(again)


def test_a_note_that_is_emptied_is_gone(pages: Pages, runtime: Runtime, over: str) -> None:
    runtime.store.note(over, "what-was-hard", "The end.")
    test = pages.at("report", id=over)
    place(test, "what-was-hard", over).set_value("").run()
    assert runtime.store.notes(over) == {}
    assert place(Pages().at("report", id=over), "what-was-hard", over).value == ""


def test_a_note_that_is_too_long_gets_a_sentence_and_keeps_its_words(pages: Pages, runtime: Runtime, over: str) -> None:
    runtime.store.note(over, "what-was-hard", "The end.")
    test = pages.at("report", id=over)
    long = "w" * (MAX_NOTE_CHARACTERS + 1)
    place(test, "what-was-hard", over).set_value(long).run()
    assert "4,000" in text(test)
    assert ">Saved<" not in text(test)
    assert place(test, "what-was-hard", over).value == long
    assert runtime.store.notes(over) == {"what-was-hard": "The end."}
    place(test, "what-was-hard", over).set_value("The very end.").run()
    assert "4,000" not in text(test)
    assert runtime.store.notes(over) == {"what-was-hard": "The very end."}


def test_a_store_that_breaks_is_told_without_a_trace_and_loses_no_words(
    pages: Pages, over: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("no")

    test = pages.at("report", id=over)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "note", breaks)
        place(test, "what-was-hard", over).set_value("The end.").run()
    assert "Something went wrong on our side, and this was not stored." in text(test)
    assert "RuntimeError" not in text(test)
    assert place(test, "what-was-hard", over).value == "The end."


def test_notes_of_two_interviews_do_not_mix_in_one_tab(pages: Pages, runtime: Runtime, over: str) -> None:
    other = runtime.interviewer.start(Setup(questions=1, question_ids=("overfitting",), max_probes=0))
    runtime.store.submit(other, 2, "a", "It memorises.", Intent.ANSWER)
    runtime.workers.wake(other)
    assert runtime.workers.wait(other)
    place(pages.at("report", id=over), "what-was-hard", over).set_value("The first time.").run()
    assert place(pages.at("report", id=other), "what-was-hard", other).value == ""
    assert runtime.store.notes(other) == {}


def test_a_download_holds_the_notes_as_they_are_when_one_downloads(runtime: Runtime, over: str) -> None:
    written = [partial(report_page._written, form, runtime, over) for form in FORMATS.values()]
    runtime.store.note(over, "what-to-study", "Regularisation by Sunday")
    assert all("Regularisation by Sunday" in write().decode() for write in written)
    reflections = json.loads(report_page._written(FORMATS["json"], runtime, over))["reflections"]
    assert [one["note"] for one in reflections if one["note"]] == ["Regularisation by Sunday"]
