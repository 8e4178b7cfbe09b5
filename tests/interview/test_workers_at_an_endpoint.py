"""Replies and grades of a real model: in time, counted, tried again, and left alone when they take too long."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.usage import Purpose
from interviewer.errors import ModelUnavailable
from interviewer.interview import Interviewer, Workers, workers
from interviewer.interview.workers import due
from interviewer.models.base import GradeRequest, ModelInfo, SpeakRequest
from interviewer.models.fake import ScriptedModel
from interviewer.models.ledger import record
from interviewer.store import Database, Retry, Store, Work
from tests.interview.conftest import LEASE_SECONDS
from tests.interview.made_up import (
    REAL,
    HandClock,
    bank,
    begin,
    call,
    close_exchange,
    count,
    gives_full_marks,
    hears_an_answer,
    playing_along,
    real,
    says_the_substance,
    store_grade,
    until,
)

ROOT = Path(__file__).parents[2]
OFFLINE = ModelInfo(name="offline", version="1", offline=True)
DOWN = ModelUnavailable("no answer")
CUT = Ungraded(reason="the line was cut", retryable=True)


class Office:
    """Workers of processes of their own on one store, with a real model and a stand-in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: list[tuple[Workers, Store]] = []

    def __call__(self, model: ScriptedModel, **more: Any) -> Workers:
        store = Store(Database(self._path))
        interviewer = Interviewer(store, bank(), model, stand_in=playing_along(info=OFFLINE))
        self._made.append((Workers(interviewer, **more), store))
        return self._made[-1][0]

    def close(self) -> None:
        for working, store in self._made:
            working.close()
            store.database.close()


@pytest.fixture
def office(path: Path) -> Iterator[Office]:
    office = Office(path)
    yield office
    office.close()


@pytest.fixture
def go() -> Iterator[Event]:
    """What hanging calls wait for; set at the end whatever happens."""
    go = Event()
    yield go
    go.set()


def closed(store: Store, exchanges: int = 1) -> str:
    """An interview of the real model's with exchanges that are over and not graded."""
    interview_id = begin(store, questions=exchanges + 1, model=REAL.name)
    for _ in range(exchanges):
        close_exchange(store, interview_id, "useful every day")
    return interview_id


def say(store: Store, interview_id: str) -> int:
    seq = store.get(interview_id).next_seq
    store.submit(interview_id, seq, f"key-{seq}", "useful every day")
    return seq


# --- pools ------------------------------------------------------------------------------------------------------


def test_a_reply_does_not_wait_for_gradings_however_many_there_are(store: Store, office: Office, go: Event) -> None:
    grading = Semaphore(0)

    def grade(request: GradeRequest) -> Any:
        grading.release()
        assert go.wait(10)
        return gives_full_marks(request)

    working = office(real(grade=grade), threads=1, graders=2)
    piled_up = closed(store, exchanges=3)
    working.wake(piled_up)
    for _ in range(2):
        assert grading.acquire(timeout=10)
    other = begin(store, model=REAL.name)
    say(store, other)
    working.wake(other)
    assert working.wait(other, timeout=10, work=Work.REPLY)
    assert len(store.get(other).turns) == 3
    assert store.grades(piled_up) == {}
    go.set()
    assert working.wait(piled_up)
    assert sorted(store.grades(piled_up)) == [1, 2, 3]


def test_no_more_gradings_go_on_at_once_than_there_are_graders(store: Store, office: Office) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def grade(request: GradeRequest) -> Any:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return gives_full_marks(request)

    working = office(real(grade=grade), graders=2)
    interviews = [closed(store, exchanges=3) for _ in range(2)]
    for interview_id in interviews:
        working.wake(interview_id)
    assert all(working.wait(interview_id) for interview_id in interviews)
    assert most == [2]
    assert count(store, "grade") == 6


def test_a_grading_keeps_its_lease_however_long_it_takes(store: Store, office: Office, go: Event) -> None:
    grading = Event()

    def grade(request: GradeRequest) -> Any:
        grading.set()
        assert go.wait(10)
        return gives_full_marks(request)

    slow, other = office(real(grade=grade)), office(real(grade=()))
    interview_id = closed(store)
    slow.wake(interview_id)
    assert grading.wait(10)
    deadline = time.monotonic() + 1.5 * LEASE_SECONDS
    while time.monotonic() < deadline:
        other.wake(interview_id)
        time.sleep(0.05)
    go.set()
    assert slow.wait(interview_id)
    assert other.wait(interview_id)
    assert count(store, "grade") == 1


# --- accounts ---------------------------------------------------------------------------------------------------


def counting(grade: Any = gives_full_marks) -> ScriptedModel:
    def counted(reply: Any, purpose: Purpose) -> Any:
        def replies(request: Any) -> Any:
            record(call(purpose))
            return reply(request) if callable(reply) else reply

        return replies

    return real(
        assess=counted(hears_an_answer, Purpose.ASSESS),
        speak=counted(says_the_substance, Purpose.SPEAK),
        grade=counted(grade, Purpose.GRADE),
    )


def test_replies_and_grades_are_stored_with_what_they_took(store: Store, office: Office) -> None:
    working = office(counting())
    interview_id = begin(store, model=REAL.name)
    say(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert [c.purpose for c in store.calls(interview_id)] == [Purpose.ASSESS, Purpose.SPEAK, Purpose.GRADE]
    assert store.usage(interview_id).tokens == 360


def test_what_an_exchange_took_that_could_not_be_graded_is_counted_too(store: Store, office: Office) -> None:
    working = office(counting(grade=DOWN))
    interview_id = closed(store)
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert isinstance(store.grades(interview_id)[1], Ungraded)
    assert [c.purpose for c in store.calls(interview_id)] == [Purpose.GRADE]


@pytest.mark.parametrize("work", [Work.REPLY, Work.GRADE])
def test_what_comes_too_late_to_be_stored_was_paid_for_all_the_same(
    store: Store, office: Office, go: Event, monkeypatch: pytest.MonkeyPatch, work: Work
) -> None:
    """Somebody else took the work over: their result counts, and both accounts do."""
    reached = Event()
    made: list[bool] = []

    def slowly(request: Any) -> Any:
        if not made:
            made.append(True)
            reached.set()
            assert go.wait(10)
        return gives_full_marks(request) if isinstance(request, GradeRequest) else hears_an_answer(request)

    model = counting(grade=slowly)
    if work is Work.REPLY:
        assess = model._always["assess"]
        model._always["assess"] = lambda request: (assess(request), slowly(request))[0]
    slow, quick = office(model), office(model)
    monkeypatch.setattr(slow._store, "renew", lambda *_: None)
    interview_id = closed(store) if work is Work.GRADE else begin(store, model=REAL.name)
    if work is Work.REPLY:
        say(store, interview_id)
    slow.wake(interview_id)
    assert reached.wait(10)
    quick.wake(interview_id)
    assert quick.wait(interview_id, timeout=LEASE_SECONDS + 10)
    before = len(store.calls(interview_id))
    go.set()
    assert slow.wait(interview_id)
    assert count(store, "grade") == 1
    assert len(store.calls(interview_id)) > before


# --- stopping a reply -------------------------------------------------------------------------------------------


def test_a_reply_is_stopped_by_whoever_listens_to_it(store: Store, office: Office, go: Event) -> None:
    def speak(request: SpeakRequest) -> Iterator[str]:
        yield "Let me begin with a long story. "
        assert go.wait(10)
        yield "Once upon a time."

    working = office(real(speak=speak))
    interview_id = begin(store, model=REAL.name)
    seq = say(store, interview_id)
    working.wake(interview_id)
    live = working.live(interview_id, seq)
    assert live is not None
    page = live.follow(timeout=10)
    assert next(page) == "Let me begin with a long story. "
    working.stop(interview_id)
    assert working.wait(interview_id, timeout=5, work=Work.REPLY)
    assert store.get(interview_id).turns[seq].text.startswith("Let me begin with a long story.")
    assert store.get(interview_id).turns[seq].text.endswith("Why do people keep kettles?")
    assert live.error is None


def test_stopping_where_nothing_is_said_stops_nothing_later(store: Store, office: Office) -> None:
    working = office(real())
    interview_id = begin(store, model=REAL.name)
    working.stop(interview_id)
    seq = say(store, interview_id)
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert store.get(interview_id).turns[seq].by == REAL.name


def test_one_interviews_stop_is_not_anothers(store: Store, office: Office, go: Event) -> None:
    speaking = Semaphore(0)

    def speak(request: SpeakRequest) -> Iterator[str]:
        yield "Well. "
        speaking.release()
        assert go.wait(10)
        yield request.substance

    working = office(real(speak=speak))
    stopped, other = begin(store, model=REAL.name), begin(store, model=REAL.name)
    for interview_id in (stopped, other):
        say(store, interview_id)
        working.wake(interview_id)
    for _ in range(2):
        assert speaking.acquire(timeout=10)
    working.stop(stopped)
    assert working.wait(stopped, timeout=5, work=Work.REPLY)
    assert working.busy(other, Work.REPLY)
    go.set()
    assert working.wait(other)


# --- trying again -----------------------------------------------------------------------------------------------


def test_the_waits_grow_and_then_somebody_must_ask() -> None:
    at = HandClock().now
    waits = [due(Retry("i", 1, tries=tries, at=at)) for tries in (1, 2, 3, 4)]
    assert waits == [at + timedelta(seconds=15), at + timedelta(seconds=60), at + timedelta(seconds=300), None]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RENEW_SECONDS", 0.05)
    monkeypatch.setattr(workers, "RETRY_SECONDS", (0.2, 0.2, 0.2))


@pytest.mark.usefixtures("soon")
def test_an_exchange_that_could_not_be_graded_is_tried_again_by_itself(store: Store, office: Office) -> None:
    replies = iter([DOWN, DOWN, gives_full_marks])

    def grade(request: GradeRequest) -> Any:
        reply = next(replies)
        return reply(request) if callable(reply) else reply

    working = office(real(grade=grade))
    interview_id = closed(store)
    working.wake(interview_id)  # and nobody looks again
    until(lambda: isinstance(store.grades(interview_id).get(1), Grade))
    assert count(store, "grade") == 3
    assert working.next_try(interview_id, 1) is None


@pytest.mark.usefixtures("soon")
def test_after_the_last_try_it_waits_until_somebody_asks(store: Store, office: Office) -> None:
    model = real(grade=lambda _: DOWN)
    working = office(model)
    interview_id = closed(store)
    working.wake(interview_id)
    until(lambda: count(store, "grade") == 4)  # once, and three more times
    time.sleep(0.5)
    working.wake(interview_id)
    assert working.wait(interview_id)
    assert len(model.requests("grade")) == count(store, "grade") == 4
    assert working.next_try(interview_id, 1) is None
    working.regrade(interview_id, 1)
    until(lambda: count(store, "grade") == 5)


def test_when_it_will_be_tried_again_is_known(store: Store, office: Office) -> None:
    working = office(real(grade=lambda _: DOWN))
    interview_id = closed(store)
    assert working.next_try(interview_id, 1) is None
    working.wake(interview_id)
    assert working.wait(interview_id)  # what comes later is not waited for
    (missing,) = store.retryable(interview_id)
    assert working.next_try(interview_id, 1) == missing.at + timedelta(seconds=15)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("looks", ["sweep", "wake"])
def test_what_is_to_be_tried_again_is_not_forgotten_by_a_restart(store: Store, office: Office, looks: str) -> None:
    interview_id = closed(store)
    store_grade(store, interview_id, 1, CUT)
    successor = office(real())
    if looks == "sweep":
        successor.sweep()
    else:
        successor.wake(interview_id)
    until(lambda: isinstance(store.grades(interview_id)[1], Grade))
    assert count(store, "grade") == 2


@pytest.mark.usefixtures("soon")
def test_two_processes_that_know_of_it_try_it_once_each_time(store: Store, office: Office) -> None:
    model = real(grade=lambda _: DOWN)
    interview_id = closed(store)
    store_grade(store, interview_id, 1, CUT)
    both = office(model), office(model)
    for working in both:
        working.sweep()
    until(lambda: count(store, "grade") == 4)
    time.sleep(0.5)
    assert len(model.requests("grade")) == 3
    assert count(store, "grade") == 4
    assert not any(working.busy(interview_id) for working in both)


@pytest.mark.usefixtures("soon")
def test_what_was_graded_meanwhile_is_not_graded_again(store: Store, office: Office) -> None:
    model = real(grade=())
    interview_id = closed(store)
    store_grade(store, interview_id, 1, CUT)
    working = office(model)
    working.sweep()
    store_grade(store, interview_id, 1)
    time.sleep(0.5)
    assert model.calls == []
    assert count(store, "grade") == 2
    assert count(store, "lease") == 0


# --- asked for --------------------------------------------------------------------------------------------------


def test_the_offline_model_grades_when_it_is_asked_to(store: Store, office: Office) -> None:
    working = office(real(grade=()))
    interview_id = closed(store)
    store_grade(store, interview_id, 1, CUT)
    working.regrade(interview_id, 1, offline=True)
    assert working.wait(interview_id)
    grade = store.grades(interview_id)[1]
    assert isinstance(grade, Grade)
    assert grade.provenance.model == "offline"
    assert "stood_in" in grade.flags


@pytest.mark.parametrize("graded", [True, False], ids=["the endpoint comes back", "the endpoint fails"])
def test_the_offline_model_that_was_asked_while_an_endpoint_hangs_grades_if_it_is_still_needed(
    store: Store, office: Office, go: Event, graded: bool
) -> None:
    reached = Event()

    def grade(request: GradeRequest) -> Any:
        reached.set()
        assert go.wait(10)
        return gives_full_marks(request) if graded else DOWN

    working = office(real(grade=grade))
    interview_id = closed(store)
    working.wake(interview_id)
    assert reached.wait(10)
    working.regrade(interview_id, 1, offline=True)
    go.set()
    assert working.wait(interview_id)
    found = store.grades(interview_id)[1]
    assert isinstance(found, Grade)
    assert found.provenance.model == (REAL.name if graded else "offline")
    assert count(store, "grade") == (1 if graded else 2)


# --- the end of a process ---------------------------------------------------------------------------------------


def test_closing_leaves_a_grading_that_takes_too_long_to_the_next(store: Store, office: Office, go: Event) -> None:
    reached = Event()

    def hangs(request: GradeRequest) -> Any:
        reached.set()
        assert go.wait(30)
        return gives_full_marks(request)

    working, successor = office(real(grade=hangs)), office(real())
    interview_id = closed(store)
    working.wake(interview_id)
    assert reached.wait(10)
    began = time.monotonic()
    working.close(seconds=0.3)
    assert time.monotonic() - began < 3
    assert count(store, "lease") == 0  # given back, so that nobody waits for it
    assert not working.busy(interview_id)
    successor.sweep()
    assert successor.wait(interview_id)
    assert isinstance(store.grades(interview_id)[1], Grade)
    go.set()
    until(lambda: not any(t.name.startswith("grade") and t.is_alive() for t in working._pools[Work.GRADE]._threads))
    assert count(store, "grade") == 1  # what came too late is dropped


def test_a_process_ends_within_seconds_although_a_grading_takes_minutes(path: Path, store: Store) -> None:
    began = time.monotonic()
    process = subprocess.run(
        [sys.executable, "-m", "tests.interview.ending", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    assert time.monotonic() - began < workers.CLOSING_SECONDS + 20  # starting takes a while, too
    assert store.ungraded_exchanges() == [(process.stdout.strip(), 1)]
    assert count(store, "lease") == 0


def test_getting_ready_holds_nobody_up_at_the_end(
    store: Store, office: Office, go: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptedModel, "prepare", lambda self, questions: go.wait(30))
    working = office(real())
    working.prepare(begin(store))
    began = time.monotonic()
    working.close(seconds=0.2)
    assert time.monotonic() - began < 3
