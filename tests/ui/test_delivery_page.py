"""How it sounded, on the report page: from spoken answers in the store to charts, figures and recordings."""

from __future__ import annotations

import html
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.interview import Setup
from interviewer.domain.report import Report
from interviewer.domain.speech import BROWSER, Transcript, Word
from interviewer.errors import UsageError
from interviewer.report import delivery
from interviewer.report.charts import charts
from interviewer.runtime import Runtime
from interviewer.store import Store, Work
from tests.interview.said_aloud import SPEECH
from tests.ui.tab import Pages, text

HEARD = "um so the model um learns the noise of the examples instead of the general rule basically"
SENT = "The model learns the noise of the examples instead of the general rule."


def speak(runtime: Runtime, heard: str = HEARD, sent: str = SENT, *, sound: bool = True, keep: bool = True) -> str:
    """An interview of one question, answered aloud; graded when this comes back."""
    interview_id = runtime.interviewer.start(Setup(questions=1, question_ids=("overfitting",), max_probes=0))
    words = tuple(Word(text=word, start=n / 2, end=n / 2 + 0.5) for n, word in enumerate(heard.split()))
    transcript = Transcript(text=heard, words=words, by="whisper-made-up" if sound else BROWSER, seconds=20)
    store = runtime.store
    if sound:
        number = store.record(interview_id, 2, "mic", SPEECH, "audio/wav", 1.5).number
        token = store.claim(interview_id, Work.HEAR, number, 60)
        assert token is not None
        store.commit_heard(interview_id, number, token, transcript, ())
    else:
        number = store.keep_heard(interview_id, 2, "mic", transcript).number
    store.accept(interview_id, 2, "send", sent, number, keep_audio=keep)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    return interview_id


def headers(test: AppTest) -> list[str]:
    return [header.value for header in test.header]


def alts(test: AppTest) -> list[str]:
    return [chart.proto.alt for chart in test.get("vega_lite_chart")]


def keys(test: AppTest) -> set[str]:
    return {button.key or "" for button in test.button}


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[tuple[Any, ...]]:
    """What a method of the store is asked for from now on."""
    asked: list[tuple[Any, ...]] = []
    method = getattr(Store, name)

    def noted(self: Store, *about: Any) -> Any:
        asked.append(about)
        return method(self, *about)

    monkeypatch.setattr(Store, name, noted)
    return asked


@pytest.fixture
def report(runtime: Runtime) -> Report:
    return runtime.report(speak(runtime))


def test_a_spoken_interview_shows_how_it_sounded_and_the_grade_above_knows_nothing_of_it(
    pages: Pages, report: Report
) -> None:
    test = pages.at("report", id=report.interview_id)
    assert not test.exception
    assert headers(test).index("How it sounded") == headers(test).index("Question by question") + 1
    shown = text(test)
    assert report.delivery is not None
    told = (delivery.basis(report.delivery), delivery.gist(report.delivery.total), delivery.NO_GRADE)
    assert all(html.escape(sentence) in shown for sentence in (*told, *report.delivery.tips))
    assert all(html.escape(caveat) in shown for caveat in report.delivery.caveats)
    assert '<td role="cell" data-name="Words a minute"><span>120</span></td>' in shown
    assert "um 2, basically 1, so 1" in shown


def test_each_chart_is_there_in_words_for_who_cannot_see_it(pages: Pages, report: Report) -> None:
    test = pages.at("report", id=report.interview_id)
    drawn = charts(report)
    assert len(drawn) == 3
    assert alts(test)[-3:] == [chart.alt for chart in drawn]
    assert all(html.escape(delivery.shaded(c.convention)) in text(test) for c in drawn if c.convention is not None)


def test_a_typed_interview_says_nothing_of_sound(pages: Pages, runtime: Runtime) -> None:
    interview_id = runtime.interviewer.start(Setup(questions=1, question_ids=("overfitting",), max_probes=0))
    runtime.store.submit(interview_id, 2, "a", SENT)
    runtime.workers.wake(interview_id)
    assert runtime.workers.wait(interview_id)
    speak(runtime)  # later: no business of this one
    test = pages.at("report", id=interview_id)
    assert "How it sounded" not in headers(test)
    assert not any(key.startswith("forget") for key in keys(test))
    assert "Understood at first" not in text(test)


def test_what_was_understood_at_first_stands_in_a_fold_below_what_was_sent(pages: Pages, runtime: Runtime) -> None:
    heard = "it learns the <b>noys</b> of the $examples$ by heart, and then on new data it is of no use at all"
    shown = text(pages.at("report", id=speak(runtime, heard)))
    assert f'<summary>Understood at first</summary><div class="said">{html.escape(heard)}</div>' in shown
    assert "<b>noys" not in shown
    same = text(Pages().at("report", id=speak(runtime, SENT)))
    assert "Understood at first" not in same


def test_the_report_is_set_beside_ones_own_earlier_interviews(pages: Pages, runtime: Runtime) -> None:
    first, second = speak(runtime), speak(runtime, SENT)
    before, now = runtime.report(first), runtime.report(second)
    assert before.delivery is not None
    assert now.delivery is not None
    assert before.delivery.past == ()
    assert [(one.at, one.words, one.fillers) for one in now.delivery.past] == [
        (before.created_at, before.delivery.total.words, before.delivery.total.fillers)
    ]
    assert "This interview: " in alts(pages.at("report", id=second))[-1]
    runtime.store.delete(first)
    gone = runtime.report(second).delivery
    assert gone is not None
    assert gone.past == ()


def test_the_figures_of_earlier_interviews_are_worked_out_once(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(runtime)
    latest = speak(runtime)
    read = counted(monkeypatch, "get")
    assert runtime.report(latest) == runtime.report(latest)
    assert sorted(read.count(asked) for asked in set(read)) == [1, 2]


# --- the recordings -----------------------------------------------------------------------------------------------


def test_the_sound_is_read_only_once_somebody_wants_to_hear_it(
    pages: Pages, runtime: Runtime, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = counted(monkeypatch, "audio")
    test = pages.at("report", id=report.interview_id)
    assert read == []
    assert not test.get("audio")
    test.session_state[f"play-{report.interview_id}-1"] = True
    test.run()
    assert read == [(report.interview_id, 1)]
    assert len(test.get("audio")) == 1


def test_a_recording_is_deleted_for_good_and_its_figures_stay(pages: Pages, runtime: Runtime, report: Report) -> None:
    interview_id = report.interview_id
    test = pages.at("report", id=interview_id)
    assert "Your voice will be gone for good" in text(test)
    test.button(key="forget-really-1").click().run()
    assert not test.exception
    with pytest.raises(UsageError):
        runtime.store.audio(interview_id, 1)
    assert "The recording is deleted." in text(test)
    assert "How it sounded" in headers(test)
    again = Pages().at("report", id=interview_id)
    assert not any(key.startswith("forget") for key in keys(again))
    assert "The recording is deleted." not in text(again)
    assert runtime.report(interview_id).delivery == report.delivery


@pytest.mark.parametrize(("sound", "keep"), [(True, False), (False, False)], ids=["not kept", "only the words"])
def test_without_a_recording_there_is_nothing_to_play_or_delete(
    pages: Pages, runtime: Runtime, sound: bool, keep: bool
) -> None:
    test = pages.at("report", id=speak(runtime, sound=sound, keep=keep))
    assert "How it sounded" in headers(test)
    assert not any(key.startswith("forget") for key in keys(test))


def test_a_recording_that_another_tab_deleted_is_told_calmly(pages: Pages, runtime: Runtime, report: Report) -> None:
    test = pages.at("report", id=report.interview_id)
    runtime.store.forget_audio(report.interview_id, 1)
    test.button(key="forget-really-1").click().run()
    assert not test.exception
    assert "Something went wrong" not in text(test)
