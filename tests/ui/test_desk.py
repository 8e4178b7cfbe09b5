"""The turn protocol as a page keeps it: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
import streamlit as st

from interviewer.domain.interview import MAX_TURN_CHARACTERS, Setup
from interviewer.domain.words import Intent, Speaker
from interviewer.interview.canned import CANNED
from interviewer.runtime import Runtime
from interviewer.store import Store
from interviewer.ui import desk as turns
from interviewer.ui.desk import Desk, send, send_again, send_canned, send_typed


@pytest.fixture
def desk(runtime: Runtime) -> Desk:
    """A tab that shows a fresh interview."""
    made = Desk(runtime.interviewer.start(Setup(questions=3)))
    made.look(runtime.store.get(made.interview_id))
    return made


def said(runtime: Runtime, desk: Desk) -> list[str]:
    turns = runtime.store.get(desk.interview_id).turns
    return [turn.text for turn in turns if turn.speaker is Speaker.CANDIDATE]


def answered(runtime: Runtime, desk: Desk) -> None:
    runtime.workers.wake(desk.interview_id)
    assert runtime.workers.wait(desk.interview_id)


class Session(dict[str, Any]):
    """A session state that ends the run at every look into it, as Streamlit's may, except for ``to_dict``."""

    def __getitem__(self, key: str) -> Any:
        raise AssertionError("this look may end the run before the answer is stored")

    get = __contains__ = __getattr__ = __getitem__  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        return dict(self.items())


def test_the_reply_is_begun_with_the_sending_and_needs_no_page_that_stays(runtime: Runtime, desk: Desk) -> None:
    desk.wake = runtime.workers.wake
    assert send(runtime.store, desk, "Said just before leaving.")
    assert runtime.workers.wait(desk.interview_id)
    assert len(runtime.store.get(desk.interview_id).turns) == 3


def test_what_was_not_stored_wakes_nobody_and_nobody_who_wakes_badly_loses_a_turn(runtime: Runtime, desk: Desk) -> None:
    woken: list[str] = []
    desk.wake = woken.append
    assert not send(runtime.store, desk, " ")
    assert woken == []

    def fails(interview_id: str) -> None:
        raise RuntimeError(interview_id)

    desk.wake = fails
    assert send(runtime.store, desk, "It is stored all the same.")
    assert said(runtime, desk) == ["It is stored all the same."]
    assert desk.problem is None


def test_a_typed_answer_is_stored_without_a_look_that_could_end_the_run(
    runtime: Runtime, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", Session(answer="My answer."))
    send_typed(runtime.store, desk, "answer")
    assert said(runtime, desk) == ["My answer."]


def test_the_same_submission_heard_twice_is_one_turn(runtime: Runtime, desk: Desk) -> None:
    assert send(runtime.store, desk, "My answer.")
    assert send(runtime.store, desk, "My answer.")
    assert said(runtime, desk) == ["My answer."]
    assert not desk.unsent


def test_a_double_click_on_a_button_is_one_turn_also_while_the_reply_is_on_its_way(
    runtime: Runtime, desk: Desk
) -> None:
    send_canned(runtime.store, desk, Intent.HINT)
    desk.look(runtime.store.get(desk.interview_id))
    send_canned(runtime.store, desk, Intent.HINT)
    assert said(runtime, desk) == [CANNED[Intent.HINT]]
    assert desk.problem is None


def test_the_same_words_may_be_said_again_later(runtime: Runtime, desk: Desk) -> None:
    for _ in range(2):
        assert send(runtime.store, desk, "I would look at the data.")
        answered(runtime, desk)
        desk.look(runtime.store.get(desk.interview_id))
    assert len(said(runtime, desk)) == 2


def test_a_second_text_sent_before_the_reply_is_kept_and_can_be_sent_later(
    runtime: Runtime, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(runtime.store, desk, "First.")
    assert not send(runtime.store, desk, "Second.")
    assert not send(runtime.store, desk, "Third.")
    assert desk.unsent == "Second.\n\nThird."
    assert desk.problem is turns.STILL_ANSWERING
    answered(runtime, desk)
    desk.look(runtime.store.get(desk.interview_id))
    monkeypatch.setattr(st, "session_state", Session(box="Second and third."))
    send_again(runtime.store, desk, "box")
    assert said(runtime, desk) == ["First.", "Second and third."]
    assert not desk.unsent
    assert desk.problem is None


def test_what_is_sent_from_a_tab_that_is_behind_is_kept(runtime: Runtime, desk: Desk) -> None:
    other = Desk(desk.interview_id)
    other.look(runtime.store.get(desk.interview_id))
    assert send(runtime.store, other, "From the other tab.")
    answered(runtime, desk)
    assert not send(runtime.store, desk, "From this tab.")
    assert desk.unsent == "From this tab."
    assert "another tab" in str(desk.problem)
    assert said(runtime, desk) == ["From the other tab."]


def test_the_same_words_from_two_tabs_are_one_turn_and_one_kept_text(runtime: Runtime, desk: Desk) -> None:
    other = Desk(desk.interview_id)
    other.look(runtime.store.get(desk.interview_id))
    assert send(runtime.store, other, "The same.")
    assert not send(runtime.store, desk, "The same.")
    assert said(runtime, desk) == ["The same."]


def test_a_text_that_is_too_long_is_kept_whole_with_the_reason(runtime: Runtime, desk: Desk) -> None:
    text = "x" * (MAX_TURN_CHARACTERS + 1)
    assert not send(runtime.store, desk, text)
    assert desk.unsent == text
    assert "100,001 characters" in str(desk.problem)
    assert said(runtime, desk) == []


@pytest.mark.parametrize("text", ["", " ", "\n\t "], ids=["empty", "a space", "white space"])
def test_an_empty_answer_gets_a_sentence_and_is_no_turn(runtime: Runtime, desk: Desk, text: str) -> None:
    assert not send(runtime.store, desk, text)
    assert "nothing in that answer" in str(desk.problem)
    assert not desk.unsent
    assert said(runtime, desk) == []


@pytest.mark.parametrize("text", ["🙂", "no", "<script>alert(1)</script>", "$x^2$ **b**", "a\x00b", "x" * 100_000])
def test_any_other_text_is_a_turn(runtime: Runtime, desk: Desk, text: str) -> None:
    assert send(runtime.store, desk, text)
    assert said(runtime, desk) == [text.replace("\x00", "\ufffd")]


def test_a_defect_in_the_store_loses_nothing(desk: Desk) -> None:
    class Broken:
        def submit(self, *_: object) -> None:
            raise RuntimeError("a defect")

    assert not send(cast(Store, Broken()), desk, "My answer.")
    assert desk.unsent == "My answer."
    assert desk.problem is turns.OURS


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("CRITICAL"):
        yield
