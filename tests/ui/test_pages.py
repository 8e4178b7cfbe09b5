"""The pages at their edges: unknown addresses, failures, another process at work, texts as they were typed."""

from __future__ import annotations

import html
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Setup
from interviewer.errors import KnowledgeError
from interviewer.runtime import Runtime
from interviewer.store import Work
from interviewer.ui import frame, reveal
from tests.ui.tab import APP, Pages, text

AS_TYPED = {
    "html": "<b>bold</b> <img src=x onerror=alert(1)> </div></article>",
    "script": "<script>document.title = 'gone'</script>",
    "markdown": "# no heading\n- no list\n**not bold** [no link](x) `code` :material/home: :red[x]",
    "latex": r"$$\frac{1}{2}$$ and $x$",
    "white space": "a\n\n   b\n\tc  ",
    "braces": "{substance} {{x}} %s",
    "emoji": "🙂",
}


@pytest.mark.parametrize("address", ["", "questions", "past", "how"])
def test_every_page_opens_on_an_empty_store(pages: Pages, address: str) -> None:
    test = pages.at(address)
    assert test.title
    assert not test.exception


@pytest.mark.parametrize("address", ["interview", "report"])
def test_an_unknown_interview_gets_a_sentence_and_a_way_out(pages: Pages, address: str) -> None:
    test = pages.at(address, id="nobody<script>")
    assert "There is no interview with the ID" in text(test)
    assert "<script>" not in text(test)
    assert len(test.get("page_link")) == 2
    assert not test.exception


@pytest.mark.parametrize("address", ["interview", "report"])
def test_an_address_without_an_interview_gets_a_sentence(pages: Pages, address: str) -> None:
    assert "names no interview" in text(pages.at(address))


def test_an_error_of_ours_is_told_with_its_remedy(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KnowledgeError("topics.yaml", "not valid YAML")

    monkeypatch.setattr(runtime.store, "summaries", broken)
    test = pages.at("past")
    assert "topics.yaml: not valid YAML" in text(test)
    assert "interviewer bank --check" in text(test)
    assert not test.exception


def test_a_defect_shows_no_trace_and_is_logged(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(runtime.store, "summaries", broken)
    test = pages.at("past")
    assert "Something went wrong on this page" in text(test)
    assert "a defect" not in text(test)
    assert not test.exception
    assert "the page past failed" in caplog.text


@pytest.mark.parametrize("typed", AS_TYPED.values(), ids=AS_TYPED.keys())
def test_an_answer_is_shown_as_it_was_typed_in_conversation_and_report(
    pages: Pages, runtime: Runtime, typed: str
) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=1, max_probes=0))
    test = pages.at("interview", id=interview_id)
    test.chat_input[0].set_value(typed).run()
    assert runtime.store.get(interview_id).turns[1].text == typed
    runtime.workers.wait(interview_id)
    for page in (test, Pages().at("report", id=interview_id)):
        assert typed in html.unescape(text(page))
        if typed != html.escape(typed):
            assert typed not in text(page)


def test_a_reply_that_another_process_is_making_is_waited_for(pages: Pages, runtime: Runtime) -> None:
    store = runtime.store
    interview_id = runtime.interviewer.start(Setup(questions=2))
    store.submit(interview_id, 2, "other-process", "My answer.")
    token = store.claim(interview_id, Work.REPLY, 2, 60)
    assert token is not None
    test = pages.at("interview", id=interview_id)
    assert "The interviewer is thinking." in text(test)
    assert test.chat_input, "typing stays possible"
    assert len(store.get(interview_id).turns) == 2
    store.release(interview_id, Work.REPLY, 2, token)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    test.run()
    assert "The interviewer is thinking." not in text(test)
    assert len(store.get(interview_id).turns) == 3


def test_grades_that_are_still_being_made_are_told_and_the_report_completes_itself(
    pages: Pages, runtime: Runtime
) -> None:
    store = runtime.store
    interview_id = runtime.interviewer.start(Setup(question_ids=("overfitting",), max_probes=0))
    token = store.claim(interview_id, Work.GRADE, 1, 60)
    assert token is not None
    test = pages.at("interview", id=interview_id)
    test.chat_input[0].set_value("I would look at the validation error.").run()
    assert "Grading 1 of 1" in text(test)
    test.button(key="open-report").click().run()
    assert "Grading 1 of 1" in text(test)
    assert "still being made" in text(test)
    store.release(interview_id, Work.GRADE, 1, token)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    test.run()
    assert "Grading" not in text(test)
    assert "of 5" in text(test)


def test_an_answer_that_could_not_be_graded_can_be_graded_again(
    pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = runtime.interviewer.start(Setup(question_ids=("overfitting",), max_probes=0))
    with monkeypatch.context() as patch:
        patch.setattr(runtime.interviewer, "grade", lambda *_, **__: Ungraded(reason="No connection.", retryable=True))
        runtime.store.submit(interview_id, 2, "key", "I would look at the validation error.")
        runtime.workers.wake(interview_id)
        assert runtime.workers.wait(interview_id)
    test = pages.at("report", id=interview_id)
    assert "No connection" in text(test)
    test.button(key="regrade-1").click().run()
    assert runtime.workers.wait(interview_id)
    test.run()
    assert "No connection" not in text(test)
    assert isinstance(runtime.store.grades(interview_id)[1], Grade)


def test_two_tabs_that_resume_the_same_pending_turn_get_one_reply(runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    runtime.store.submit(interview_id, 2, "before-the-restart", "My answer.")
    for tab in (Pages(), Pages()):
        tab.at("interview", id=interview_id)
    runtime.workers.wait(interview_id)
    assert len(runtime.store.get(interview_id).turns) == 3


def test_a_reply_that_fails_can_be_tried_again(pages: Pages, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    test = pages.at("interview", id=interview_id)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(runtime.interviewer, "reply", broken)
        test.chat_input[0].set_value("My answer.").run()
    assert "Your answer is stored" in text(test)
    next(button for button in test.button if button.label == "Try again").click().run()
    assert len(runtime.store.get(interview_id).turns) == 3


def test_what_could_not_be_sent_stands_on_the_page_until_it_is_sent(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=2))
    test = pages.at("interview", id=interview_id)
    other = Pages().at("interview", id=interview_id)
    other.chat_input[0].set_value("From the other tab.").run()
    test.chat_input[0].set_value("From this tab.").run()
    assert "moved on in another tab" in text(test)
    assert test.text_area[0].value == "From this tab."
    test.button(key="send-again").click().run()
    assert [turn.text for turn in runtime.store.get(interview_id).turns[1::2]] == [
        "From the other tab.",
        "From this tab.",
    ]
    assert not test.text_area


def test_words_appear_at_a_calm_and_bounded_pace() -> None:
    for count in (1, 10, 75, 76, 5_000):
        words = " ".join("word" for _ in range(count))
        parts = list(reveal.steps(words))
        assert parts[-1] == words
        assert len(parts) <= reveal.LONGEST / reveal.TICK
        assert all(later.startswith(earlier) for earlier, later in pairwise(parts))


def test_nothing_is_shown_twice_when_a_reply_is_followed_and_then_stored() -> None:
    assert list(reveal.steps("One two three.", shown=4)) == ["One two ", "One two three."]
    assert list(reveal.steps("One two three.", shown=14)) == []


def test_checkout_and_wheel_look_and_behave_the_same() -> None:
    checkout = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    wheel = tomllib.loads((frame.HERE / "theme.toml").read_text(encoding="utf-8"))
    assert checkout == wheel
    assert checkout["runner"]["fastReruns"] is False, "a submitted answer could be lost"
    assert checkout["browser"]["gatherUsageStats"] is False


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in sorted(frame.HERE.rglob("*")):
        if path.suffix in (".css", ".py", ".toml"):
            found = re.findall(r"https://[\w-]+[\w.-]*", path.read_text(encoding="utf-8"))
            assert [address for address in found if not address.endswith(".example")] == [], path
    assert "http" not in (Path(frame.HERE) / "style.css").read_text(encoding="utf-8")
