"""Spoken interviews: each recording is heard once, whoever dies meanwhile, and how it sounded never enters a grade."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from interviewer.domain.grade import Grade
from interviewer.domain.interview import Interview
from interviewer.domain.speech import Pause, Recording, Spoken, Transcript, Unheard, Word
from interviewer.domain.usage import Budget, Purpose
from interviewer.domain.words import Speaker
from interviewer.errors import ModelRejected, ModelUnavailable, StaleState
from interviewer.interview import Interviewer, Workers, workers
from interviewer.interview.hearing import DEFECT, SILENT
from interviewer.models import base
from interviewer.models.fake import ScriptedModel
from interviewer.models.speech import TranscribeRequest
from interviewer.store import Database, Store, Work
from tests.interview import made_up
from tests.interview.conftest import LEASE_SECONDS
from tests.interview.made_up import HandClock, begin, count, playing_along, until
from tests.interview.said_aloud import SPEECH, WHISPER, Listener, silence, wav

DOWN = ModelUnavailable("no connection")


class Studio:
    """Workers of processes of their own on one store, each with somebody who listens, or nobody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: list[tuple[Workers, Store]] = []

    def __call__(
        self, listener: Listener | None, model: ScriptedModel | None = None, budget: Budget | None = None
    ) -> Workers:
        store = Store(Database(self._path))
        interviewer = Interviewer(
            store, made_up.bank(), model or playing_along(), budget=budget or Budget(), transcriber=listener
        )
        self._made.append((Workers(interviewer), store))
        return self._made[-1][0]

    def close(self) -> None:
        for working, store in self._made:
            working.close()
            store.database.close()


@pytest.fixture
def studio(path: Path) -> Iterator[Studio]:
    studio = Studio(path)
    yield studio
    studio.close()


@pytest.fixture
def go() -> Iterator[Event]:
    """What hanging calls wait for; set at the end whatever happens."""
    go = Event()
    yield go
    go.set()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RENEW_SECONDS", 0.05)
    monkeypatch.setattr(workers, "RETRY_SECONDS", (0.2, 0.2, 0.2))


def record(store: Store, interview_id: str, audio: bytes = SPEECH, key: str = "mic") -> int:
    return store.record(interview_id, store.get(interview_id).next_seq, key, audio, "audio/wav").number


def heard(store: Store, interview_id: str, number: int = 1) -> Transcript | Unheard | None:
    return next(r.heard for r in store.recordings(interview_id) if r.number == number)


# --- the way of an answer ---------------------------------------------------------------------------------------


def test_a_spoken_answer_is_heard_corrected_accepted_and_graded_by_the_corrected_text(
    store: Store, studio: Studio
) -> None:
    model, listener = playing_along(), Listener("umbrellas are use full every day")
    working = studio(listener, model)
    interview_id = begin(store)
    number = record(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)
    understood = heard(store, interview_id)
    assert isinstance(understood, Transcript)
    assert understood.text == "umbrellas are use full every day"

    store.accept(interview_id, 2, "send", "Umbrellas are useful every day.", number)
    working.wake(interview_id)
    assert working.wait(interview_id)
    interview = store.get(interview_id)
    assert interview.turns[1].text == "Umbrellas are useful every day."
    assert interview.turns[2].speaker is Speaker.INTERVIEWER
    (spoken,) = interview.spoken
    assert (spoken.turn, spoken.transcript, spoken.recording) == (2, understood, None)
    assert spoken.pauses is not None
    assert spoken.first_word is not None
    grade = store.grades(interview_id)[1]
    assert isinstance(grade, Grade)
    assert {q.text for v in grade.verdicts for q in v.evidence} == {"Umbrellas are useful every day."}
    assert "use full" not in repr(model.calls)
    assert [c.purpose for c in store.calls(interview_id)] == [Purpose.TRANSCRIBE]


def test_accepting_takes_the_sound_out_of_the_store_in_the_background(store: Store, studio: Studio) -> None:
    working = studio(Listener("useful every day"))
    interview_id = begin(store)
    number = record(store, interview_id, SPEECH + b"zanzibar-" * 5_000)
    working.wake(interview_id)
    assert working.wait(interview_id)
    store.accept(interview_id, 2, "send", "useful every day", number)
    assert store.database.rinse_is_owed()
    working.wake(interview_id)
    folder = store.database.path.parent
    until(lambda: not store.database.rinse_is_owed())
    assert not any(b"zanzibar" in file.read_bytes() for file in folder.iterdir())


def test_where_nobody_listens_a_recording_waits_for_somebody_who_does(store: Store, studio: Studio) -> None:
    deaf = studio(None)
    interview_id = begin(store)
    record(store, interview_id)
    for _ in range(2):
        deaf.wake(interview_id)
        deaf.hear_again(interview_id, 1)
        deaf.sweep()
        assert deaf.wait(interview_id)
    assert heard(store, interview_id) is None
    deaf._interviewer.connect(playing_along(), transcriber=Listener("useful every day"))
    deaf.wake(interview_id)
    assert deaf.wait(interview_id)
    assert isinstance(heard(store, interview_id), Transcript)


# --- once -------------------------------------------------------------------------------------------------------


def test_two_tabs_that_wake_at_once_get_one_transcript(store: Store, studio: Studio) -> None:
    listener = Listener("useful every day")
    both = studio(listener), studio(listener)
    interview_id = begin(store)
    record(store, interview_id)
    for _ in range(5):
        for working in both:
            working.wake(interview_id)
    assert all(working.wait(interview_id) for working in both)
    assert len(listener.requests) == 1
    assert count(store, "lease") == 0


def test_hearing_keeps_its_lease_however_long_it_takes_and_holds_nobody_up(
    store: Store, studio: Studio, go: Event
) -> None:
    reached = Event()

    def slowly(_: TranscribeRequest) -> str:
        reached.set()
        assert go.wait(20)
        return "slowly"

    slow, other = studio(Listener(slowly)), studio(Listener("quickly"))
    interview_id = begin(store)
    record(store, interview_id)
    slow.wake(interview_id)
    assert reached.wait(10)
    time.sleep(1.5 * LEASE_SECONDS)
    other.wake(interview_id)
    assert slow.busy(interview_id, Work.HEAR)
    store.submit(interview_id, 2, "key", "typed meanwhile")
    slow.wake(interview_id)
    assert slow.wait(interview_id, 10, Work.REPLY)
    assert heard(store, interview_id) is None
    go.set()
    assert slow.wait(interview_id)
    assert other.wait(interview_id)
    understood = heard(store, interview_id)
    assert isinstance(understood, Transcript)
    assert understood.text == "slowly"


def test_what_is_discarded_while_it_is_being_heard_stays_discarded_and_is_paid_for(
    store: Store, studio: Studio, go: Event
) -> None:
    reached = Event()

    def slowly(_: TranscribeRequest) -> str:
        reached.set()
        assert go.wait(10)
        return "too late"

    working = studio(Listener(slowly))
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)
    assert reached.wait(10)
    store.discard_recording(interview_id, 1)
    go.set()
    assert working.wait(interview_id)
    assert store.recordings(interview_id) == ()
    assert len(store.calls(interview_id)) == 1


# --- an endpoint that fails -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("soon")
def test_an_endpoint_that_is_down_is_asked_again_by_itself(store: Store, studio: Studio) -> None:
    listener = Listener(DOWN, DOWN, "useful every day")
    working = studio(listener)
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)  # and nobody looks again
    until(lambda: isinstance(heard(store, interview_id), Transcript))
    assert len(listener.requests) == 3
    assert working.next_try(interview_id, 1, Work.HEAR) is None


@pytest.mark.usefixtures("soon")
def test_after_the_last_try_it_waits_until_somebody_asks(store: Store, studio: Studio) -> None:
    listener = Listener(DOWN, DOWN, DOWN, DOWN, "useful every day")
    working = studio(listener)
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)
    until(lambda: len(listener.requests) == 4)
    time.sleep(0.5)
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert len(listener.requests) == 4
    assert heard(store, interview_id) == Unheard(reason="no connection", retryable=True)
    working.hear_again(interview_id, 1)
    assert working.wait(interview_id)
    assert isinstance(heard(store, interview_id), Transcript)


def test_when_it_will_be_asked_again_is_known(store: Store, studio: Studio) -> None:
    working = studio(Listener(DOWN))
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)  # what comes later is not waited for
    (missing,) = store.retryable_recordings(interview_id)
    assert working.next_try(interview_id, 1, Work.HEAR) == workers.due(missing)
    assert working.next_try(interview_id, 1) is None


@pytest.mark.usefixtures("soon")
def test_what_is_to_be_asked_again_is_not_forgotten_by_a_restart(store: Store, studio: Studio) -> None:
    working = studio(Listener(DOWN))
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)
    until(lambda: heard(store, interview_id) is not None)
    working.close()
    studio(Listener("useful every day")).sweep()
    until(lambda: isinstance(heard(store, interview_id), Transcript))


def test_down_in_mid_interview_typed_instead_and_accepted_later(store: Store, studio: Studio) -> None:
    working = studio(Listener(DOWN, "they take up room"))
    interview_id = begin(store, questions=3)
    record(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)
    store.submit(interview_id, 2, "typed", "useful every day")
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert [r.seq for r in store.open_recordings(interview_id)] == [2]
    working.hear_again(interview_id, 1)
    assert working.wait(interview_id)
    with pytest.raises(StaleState):
        store.accept(interview_id, 2, "send", "They take up room.", 1)
    store.accept(interview_id, 4, "send", "They take up room.", 1)
    working.wake(interview_id)
    assert working.wait(interview_id)
    interview = store.get(interview_id)
    assert [turn.text for turn in interview.turns[1::2]] == ["useful every day", "They take up room."]
    assert [spoken.turn for spoken in interview.spoken] == [4]


@pytest.mark.parametrize(
    ("says", "audio", "expected"),
    [
        (ModelRejected("the key is wrong"), SPEECH, Unheard(reason="the key is wrong")),
        (ZeroDivisionError("a defect of ours"), SPEECH, Unheard(reason=DEFECT, retryable=True)),
        ("Thank you.", wav(silence(2)), Unheard(reason=SILENT)),
    ],
    ids=["rejected", "defect", "silence"],
)
def test_why_nothing_was_heard_is_said_once_and_the_sound_stays(
    store: Store, studio: Studio, says: str | Exception, audio: bytes, expected: Unheard
) -> None:
    listener = Listener(says)
    working = studio(listener)
    interview_id = begin(store)
    record(store, interview_id, audio)
    for _ in range(3):
        working.wake(interview_id)
        assert working.wait(interview_id)
    assert heard(store, interview_id) == expected
    assert len(listener.requests) <= 1
    assert store.audio(interview_id, 1) == audio


def test_a_budget_that_is_spent_is_said_and_nothing_is_sent(store: Store, studio: Studio) -> None:
    listener = Listener("useful every day")
    working = studio(listener, budget=Budget(tokens=100))
    interview_id = begin(store)
    store.add_calls(interview_id, 1, [made_up.call(Purpose.TRANSCRIBE)])
    record(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)
    missing = heard(store, interview_id)
    assert isinstance(missing, Unheard)
    assert "its 100 tokens" in missing.reason
    assert not missing.retryable
    assert listener.requests == []


def test_closing_leaves_a_recording_that_takes_too_long_to_the_next(store: Store, studio: Studio, go: Event) -> None:
    reached = Event()

    def hangs(_: TranscribeRequest) -> str:
        reached.set()
        assert go.wait(30)
        return "too late"

    working = studio(Listener(hangs))
    interview_id = begin(store)
    record(store, interview_id)
    working.wake(interview_id)
    assert reached.wait(10)
    working.close(seconds=0.3)
    assert count(store, "lease") == 0
    successor = studio(Listener("in time"))
    successor.sweep()
    assert successor.wait(interview_id)
    understood = heard(store, interview_id)
    assert isinstance(understood, Transcript)
    assert understood.text == "in time"


# --- never in a grade -------------------------------------------------------------------------------------------

seconds = st.floats(0, 600)
spans = st.tuples(seconds, seconds).map(sorted)
transcripts = st.builds(
    Transcript,
    text=st.text(max_size=80),
    words=st.lists(st.builds(Word, text=st.text(max_size=8), start=seconds, end=seconds), max_size=4).map(tuple),
    by=st.just(WHISPER),
    seconds=seconds,
)
deliveries = st.builds(
    Spoken,
    turn=st.integers(1, 5),
    transcript=transcripts,
    pauses=st.none() | st.lists(spans.map(lambda span: Pause(start=span[0], end=span[1])), max_size=4).map(tuple),
    first_word=st.none() | seconds,
    recording=st.none() | st.integers(1, 9),
)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Interview]]:
    """An interview whose second question awaits a reply."""
    store = Store(Database(tmp_path_factory.mktemp("answered") / "interviewer.db"), HandClock())
    interview_id = begin(store)
    made_up.close_exchange(store, interview_id, "useful every day, and they take up room")
    store.submit(interview_id, 4, "key-4", "kettles boil water, um, every day")
    yield store, store.get(interview_id)
    store.database.close()


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(spoken=st.lists(deliveries, max_size=3).map(tuple))
def test_replies_and_grades_are_the_same_however_the_answers_were_spoken(
    answered: tuple[Store, Interview], spoken: tuple[Spoken, ...]
) -> None:
    store, interview = answered

    def made(of: Interview) -> tuple[Any, ...]:
        model = playing_along()
        interviewer = Interviewer(store, made_up.bank(), model, HandClock())
        grade = interviewer.grade(of, 1)
        assert isinstance(grade, Grade)
        untimed = grade.provenance.model_copy(update={"seconds": None})
        return interviewer.reply(of), grade.model_copy(update={"provenance": untimed}), model.calls

    told = interview.model_copy(update={"spoken": spoken})
    assert told.turns == interview.turns
    assert made(told) == made(interview)


def parts_of(kind: Any, seen: set[Any]) -> set[Any]:
    """The types that a value of this type may be made of, however deep."""
    if kind in seen:
        return seen
    seen.add(kind)
    inner = list(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        inner += get_type_hints(kind).values()
    for one in inner:
        parts_of(one, seen)
    return seen


@pytest.mark.parametrize(
    "request_type", [base.AssessRequest, base.SpeakRequest, base.AcknowledgeRequest, base.GradeRequest]
)
def test_no_request_to_a_model_that_thinks_can_carry_how_something_was_said(request_type: type[BaseModel]) -> None:
    parts = parts_of(request_type, set())
    assert str in parts
    assert not parts & {Spoken, Recording, Transcript, Unheard, Word, Pause, Interview}
    assert Spoken in parts_of(Interview, set())  # where it does stand, this finds it
