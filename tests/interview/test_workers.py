"""Replies and grades are made once, in the background, whoever asks and whoever stops looking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Assessment, ExchangeStatus, InterviewStatus, MisconceptionMark
from interviewer.domain.words import Intent, MoveKind, Speaker
from interviewer.errors import InterviewerError, ModelMisbehaved, ModelUnavailable, StoreError, UnknownInterview
from interviewer.interview import Interviewer, LiveReply, Workers
from interviewer.models.base import AssessRequest, GradeDraft, GradeRequest, SpeakRequest
from interviewer.store import Store, Work
from tests.interview.conftest import LEASE_SECONDS, MakeWorkers
from tests.interview.made_up import (
    bank,
    begin,
    close_exchange,
    count,
    gives_full_marks,
    hears_an_answer,
    playing_along,
    setup,
    until,
)


def say(store: Store, interview_id: str, text: str = "useful every day", intent: Intent | None = None) -> int:
    seq = store.get(interview_id).next_seq
    store.submit(interview_id, seq, f"key-{seq}", text, intent)
    return seq


class Gate:
    """A model's call that says that it was reached, and then waits to be let through."""

    def __init__(self) -> None:
        self.reached = Event()
        self.opened = Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.opened.wait(10), "nobody opened the gate"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def speaks_through(gate: Gate) -> Callable[[SpeakRequest], Iterator[str]]:
    def speak(request: SpeakRequest) -> Iterator[str]:
        yield "Half of "
        gate()
        yield "it, and the rest."

    return speak


# --- once -------------------------------------------------------------------------------------------------------


def test_a_turn_that_many_wake_in_two_processes_at_once_gets_one_reply(store: Store, make_workers: MakeWorkers) -> None:
    model = playing_along()
    both = make_workers(model), make_workers(model)
    interview_id = begin(store)
    say(store, interview_id)
    together = Barrier(10)

    def wakes(number: int) -> None:
        together.wait()
        for _ in range(5):
            both[number % 2].wake(interview_id)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(wakes, range(10)))
    assert all(workers.wait(interview_id) for workers in both)
    interview = store.get(interview_id)
    assert [turn.speaker for turn in interview.turns] == [Speaker.INTERVIEWER, Speaker.CANDIDATE, Speaker.INTERVIEWER]
    assert len(model.requests("assess")) == len(model.requests("speak")) == 1
    assert len(model.requests("grade")) == count(store, "grade") == 1
    assert count(store, "lease") == 0


def test_a_whole_interview_under_two_processes_is_answered_and_graded_once(
    store: Store, make_workers: MakeWorkers
) -> None:
    model = playing_along()
    both = make_workers(model), make_workers(model)
    interview_id = begin(store, questions=4)
    for _ in range(4):
        say(store, interview_id)
        for _ in range(3):
            for workers in both:
                workers.wake(interview_id)
        assert all(workers.wait(interview_id) for workers in both)
    interview = store.get(interview_id)
    assert interview.status is InterviewStatus.ENDED
    assert len(interview.turns) == 9
    assert sorted(store.grades(interview_id)) == [1, 2, 3, 4]
    assert count(store, "grade") == 4


def test_a_look_that_was_too_old_grades_nothing_twice(store: Store, make_workers: MakeWorkers) -> None:
    """Somebody sees an ungraded exchange; before they claim it, another process grades it."""
    late, prompt = make_workers(), make_workers()
    interview_id = begin(store)
    close_exchange(store, interview_id, "useful every day")
    seen = store.ungraded_exchanges(interview_id)
    late_store = late._store
    late_store.ungraded_exchanges = lambda interview_id=None: seen  # type: ignore[method-assign]
    prompt.wake(interview_id)
    assert prompt.wait(interview_id)
    late.wake(interview_id)
    assert late.wait(interview_id)
    assert count(store, "grade") == 1
    assert count(store, "lease") == 0


def test_a_slow_reply_keeps_its_lease_however_long_it_takes(
    store: Store, make_workers: MakeWorkers, gate: Gate
) -> None:
    model = playing_along(speak=speaks_through(gate))
    slow, other = make_workers(model), make_workers(playing_along(speak=["the other's words"]))
    interview_id = begin(store)
    say(store, interview_id)
    slow.wake(interview_id)
    assert gate.reached.wait(10)
    deadline = time.monotonic() + 1.5 * LEASE_SECONDS
    while time.monotonic() < deadline:
        other.wake(interview_id)
        time.sleep(0.05)
    gate.opened.set()
    assert slow.wait(interview_id)
    assert other.wait(interview_id)
    assert store.get(interview_id).turns[2].text == "Half of it, and the rest."


# --- live -------------------------------------------------------------------------------------------------------


def test_followers_see_the_whole_text_from_the_beginning_whenever_they_join(
    store: Store, make_workers: MakeWorkers, gate: Gate
) -> None:
    workers = make_workers(playing_along(speak=speaks_through(gate)))
    interview_id = begin(store)
    seq = say(store, interview_id)
    workers.wake(interview_id)
    live = workers.live(interview_id, seq)
    assert live is not None
    with ThreadPoolExecutor(3) as pool:
        early = pool.submit(lambda: "".join(live.follow()))
        assert gate.reached.wait(10)
        late = pool.submit(lambda: "".join(live.follow()))
        gate.opened.set()
        assert early.result(10) == late.result(10) == "Half of it, and the rest."
    assert "".join(live.follow()) == "Half of it, and the rest."
    assert live.error is None
    # Who has seen the end finds it in the store.
    assert store.get(interview_id).turns[seq].text == "Half of it, and the rest."
    assert workers.live(interview_id, seq) is None


def test_a_page_that_closes_in_mid_stream_stops_nothing(store: Store, make_workers: MakeWorkers, gate: Gate) -> None:
    workers = make_workers(playing_along(speak=speaks_through(gate)))
    interview_id = begin(store)
    seq = say(store, interview_id)
    workers.wake(interview_id)
    live = workers.live(interview_id, seq)
    assert live is not None
    page = live.follow()
    assert isinstance(page, Iterator)
    assert next(page) == "Half of "
    page.close()  # type: ignore[attr-defined]
    del page, live
    gate.opened.set()
    assert workers.wait(interview_id)
    assert store.get(interview_id).turns[seq].text == "Half of it, and the rest."


def test_a_follower_is_let_go_when_nothing_comes() -> None:
    live = LiveReply()
    live.add("one")
    assert list(live.follow(timeout=0.05)) == ["one"]


def test_closing_lets_followers_go_and_leaves_the_rest_in_the_store(
    store: Store, make_workers: MakeWorkers, gate: Gate
) -> None:
    model = playing_along(speak=speaks_through(gate))
    workers = make_workers(model)
    waiting = [begin(store) for _ in range(6)]  # more than there are threads
    for interview_id in waiting:
        say(store, interview_id)
        workers.wake(interview_id)
    lives = [workers.live(interview_id, 2) for interview_id in waiting]
    assert gate.reached.wait(10)
    closing = threading.Thread(target=workers.close)
    closing.start()
    until(workers._closed.is_set)
    gate.opened.set()
    closing.join(10)
    assert not closing.is_alive()
    for live in lives:
        assert live is not None
        list(live.follow(timeout=0.5))
    workers.wake(waiting[0])  # too late, and harmless
    workers.prepare(waiting[0])
    assert not workers.busy(waiting[5])
    after = make_workers()
    after.sweep()
    assert all(after.wait(interview_id) for interview_id in waiting)
    assert [len(store.get(interview_id).turns) for interview_id in waiting] == [3] * 6


# --- a model that fails -----------------------------------------------------------------------------------------

BROKEN = [ModelUnavailable("no connection"), ModelMisbehaved("unreadable")]


@pytest.mark.parametrize("error", BROKEN, ids=["unavailable", "misbehaved"])
@pytest.mark.parametrize("method", ["assess", "speak"])
def test_a_model_that_fails_costs_no_turn(
    store: Store, make_workers: MakeWorkers, method: str, error: Exception
) -> None:
    workers = make_workers(playing_along(**{method: lambda _: error}))
    interview_id = begin(store)
    say(store, interview_id)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    interview = store.get(interview_id)
    assert interview.current.number == 2
    assert "Why do people keep kettles?" in interview.turns[-1].text


def test_a_model_that_fails_in_mid_sentence_is_finished_by_the_script(store: Store, make_workers: MakeWorkers) -> None:
    def breaks_off(request: SpeakRequest) -> Iterator[str]:
        yield "That is "
        raise ModelUnavailable("the stream was cut")

    workers = make_workers(playing_along(speak=breaks_off))
    interview_id = begin(store)
    seq = say(store, interview_id)
    workers.wake(interview_id)
    live = workers.live(interview_id, seq)
    shown = "".join(live.follow()) if live is not None else None
    assert workers.wait(interview_id)
    said = store.get(interview_id).turns[-1].text
    assert said.startswith("That is \n\n")
    assert said.endswith("Why do people keep kettles?")
    assert shown in (None, said)


@pytest.mark.parametrize(
    "intent",
    [Intent.STOP, Intent.PAUSE, Intent.META, Intent.CLARIFICATION, Intent.HINT, Intent.SKIP, Intent.REPHRASE],
)
@pytest.mark.parametrize("silent", [False, True], ids=["fails", "says nothing"])
def test_whatever_the_move_something_is_said_when_the_model_is_not_there(
    store: Store, make_workers: MakeWorkers, intent: Intent, silent: bool
) -> None:
    workers = make_workers(playing_along(speak=(lambda _: ["", " "]) if silent else lambda _: BROKEN[0]))
    interview_id = begin(store)
    say(store, interview_id, "please", intent)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    interview = store.get(interview_id)
    assert len(interview.turns) == 3
    assert len(interview.turns[-1].text.split()) >= 2


def test_the_end_is_said_when_the_model_is_not_there(store: Store, make_workers: MakeWorkers) -> None:
    workers = make_workers(playing_along(speak=lambda _: BROKEN[0]))
    interview_id = begin(store, questions=1)
    say(store, interview_id)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    interview = store.get(interview_id)
    assert interview.status is InterviewStatus.ENDED
    assert interview.turns[-1].move is not None
    assert interview.turns[-1].move.kind is MoveKind.CLOSE
    assert interview.turns[-1].text


def test_a_misconception_that_the_rubric_does_not_have_is_not_believed(store: Store, make_workers: MakeWorkers) -> None:
    def invents(request: AssessRequest) -> Assessment:
        made_up = MisconceptionMark(misconception="invented", quote="useful every day")
        return Assessment(turn=request.turns[-1].seq, intent=Intent.ANSWER, misconceptions=(made_up,))

    workers = make_workers(playing_along(assess=invents))
    interview_id = Interviewer(store, bank(), playing_along()).start(setup(max_probes=2))
    seq = say(store, interview_id)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    interview = store.get(interview_id)
    assert len(interview.turns) == seq + 1
    assert interview.assessments[0].misconceptions == ()


@pytest.mark.parametrize("method", ["assess", "speak"])
def test_a_defect_leaves_the_turn_safe_and_the_next_wake_works(
    store: Store, make_workers: MakeWorkers, method: str
) -> None:
    held = Event()
    broken = [True]

    def breaks(request: AssessRequest | SpeakRequest) -> object:
        if broken[0]:
            held.wait(10)
            raise ZeroDivisionError("a defect of ours")
        return hears_an_answer(request) if isinstance(request, AssessRequest) else "Fine."

    workers = make_workers(playing_along(**{method: breaks}))
    interview_id = begin(store)
    seq = say(store, interview_id)
    workers.wake(interview_id)
    live = workers.live(interview_id, seq)
    held.set()
    assert live is not None
    list(live.follow())
    assert workers.wait(interview_id)
    assert isinstance(live.error, InterviewerError)
    assert "ZeroDivision" not in str(live.error) + live.error.remedy  # nobody sees a stack trace
    assert live.error.remedy
    assert store.get(interview_id).awaits_reply
    assert store.get(interview_id).turns[-1].text == "useful every day"
    assert count(store, "lease") == 0  # given back: no waiting for it

    broken[0] = False
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    assert len(store.get(interview_id).turns) == 3


def test_a_store_that_fails_in_mid_turn_is_told_and_nothing_is_half_stored(
    store: Store, make_workers: MakeWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = make_workers()
    interview_id = begin(store)
    seq = say(store, interview_id)
    before = store.get(interview_id)
    ready = Event()

    def is_full(*_: object) -> None:
        ready.wait(10)
        raise StoreError("The disk is full; nothing more can be stored.", "Free some space, then send again.")

    with monkeypatch.context() as patched:
        patched.setattr(workers._store, "commit_reply", is_full)
        workers.wake(interview_id)
        live = workers.live(interview_id, seq)
        ready.set()
        assert live is not None
        list(live.follow())
        assert workers.wait(interview_id)
    assert isinstance(live.error, StoreError)
    assert store.get(interview_id) == before
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    assert len(store.get(interview_id).turns) == 3


# --- grades -----------------------------------------------------------------------------------------------------


def test_an_exchange_is_graded_in_the_background_while_the_next_goes_on(
    store: Store, make_workers: MakeWorkers, gate: Gate
) -> None:
    def grades(request: GradeRequest) -> GradeDraft:
        gate()
        return gives_full_marks(request)

    workers = make_workers(playing_along(grade=grades))
    interview_id = begin(store, questions=3)
    say(store, interview_id)
    workers.wake(interview_id)
    assert gate.reached.wait(10)
    say(store, interview_id)
    workers.wake(interview_id)
    until(lambda: store.get(interview_id).current.number == 3)
    assert store.grades(interview_id) == {}
    gate.opened.set()
    assert workers.wait(interview_id)
    assert sorted(store.grades(interview_id)) == [1, 2]


def test_the_exchange_that_ends_the_interview_is_graded_too(store: Store, make_workers: MakeWorkers) -> None:
    workers = make_workers()
    interview_id = begin(store)
    say(store, interview_id)
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    for text, intent in (("let's stop", Intent.STOP), ("yes", Intent.CONFIRM)):
        say(store, interview_id, text, intent)
        workers.wake(interview_id)
        assert workers.wait(interview_id)
    interview = store.get(interview_id)
    assert interview.status is InterviewStatus.ENDED
    assert interview.exchanges[-1].status is ExchangeStatus.UNFINISHED
    assert sorted(store.grades(interview_id)) == [1, 2]


@pytest.mark.parametrize("error", [ModelUnavailable("too many requests"), ZeroDivisionError("a defect of ours")])
def test_a_grade_that_could_not_be_made_is_said_once_and_can_be_made_later(
    store: Store, make_workers: MakeWorkers, error: Exception
) -> None:
    model = playing_along(grade=lambda _: error)
    workers = make_workers(model)
    interview_id = begin(store)
    say(store, interview_id)
    for _ in range(5):
        workers.wake(interview_id)
        assert workers.wait(interview_id)
    missing = store.grades(interview_id)[1]
    assert isinstance(missing, Ungraded)
    assert missing.retryable
    assert "ZeroDivision" not in missing.reason
    assert len(model.requests("grade")) == 1  # not again at every look

    better = make_workers()
    better.regrade(interview_id, 1)
    assert better.wait(interview_id)
    assert isinstance(store.grades(interview_id)[1], Grade)
    assert count(store, "grade") == 2


def test_a_grade_may_be_made_again_although_there_is_one(store: Store, make_workers: MakeWorkers) -> None:
    workers = make_workers()
    interview_id = begin(store)
    close_exchange(store, interview_id, "useful every day")
    for expected in (1, 2, 3):
        workers.regrade(interview_id, 1)
        assert workers.wait(interview_id)
        assert count(store, "grade") == expected
    workers.wake(interview_id)
    assert workers.wait(interview_id)
    assert count(store, "grade") == 3


# --- after a restart --------------------------------------------------------------------------------------------


def test_a_sweep_takes_up_pending_replies_and_missing_grades(store: Store, make_workers: MakeWorkers) -> None:
    pending, ungraded, whole = begin(store), begin(store), begin(store)
    say(store, pending)
    close_exchange(store, ungraded, "useful every day")
    before = store.get(whole)
    workers = make_workers()
    workers.sweep()
    assert all(workers.wait(interview_id) for interview_id in (pending, ungraded))
    assert not store.get(pending).awaits_reply
    assert sorted(store.grades(pending)) == sorted(store.grades(ungraded)) == [1]
    assert store.get(whole) == before


def test_a_sweep_waits_for_the_leases_of_the_dead_without_being_asked_again(
    store: Store, make_workers: MakeWorkers
) -> None:
    """Started again at once after a kill, the leases of the killed process are still running."""
    pending, ungraded = begin(store), begin(store)
    seq = say(store, pending)
    close_exchange(store, ungraded, "useful every day")
    assert store.claim(pending, Work.REPLY, seq, LEASE_SECONDS)
    assert store.claim(ungraded, Work.GRADE, 1, LEASE_SECONDS)
    workers = make_workers()
    workers.sweep()
    began = time.monotonic()
    assert all(workers.wait(interview_id) for interview_id in (pending, ungraded))
    assert time.monotonic() - began < LEASE_SECONDS + 5
    assert len(store.get(pending).turns) == 3
    assert sorted(store.grades(ungraded)) == [1]


def test_a_sweep_does_the_rest_when_one_interview_cannot_be_read(
    store: Store, make_workers: MakeWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = begin(store), begin(store)
    for interview_id in (first, second):
        say(store, interview_id)
    workers = make_workers()
    whole = workers._store.get

    def one_is_gone(interview_id: str) -> object:
        if interview_id == first:
            raise UnknownInterview(first)
        return whole(interview_id)

    monkeypatch.setattr(workers._store, "get", one_is_gone)
    workers.sweep()
    assert workers.wait(second)
    assert len(store.get(second).turns) == 3


def test_a_sweep_takes_out_the_traces_that_a_deletion_left(
    store: Store, make_workers: MakeWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = begin(store)
    say(store, interview_id, "zanzibar-4711")
    with monkeypatch.context() as died_here:
        died_here.setattr(store.database, "scrub", lambda: False)
        store.delete(interview_id)
    folder = store.database.path.parent
    assert any(b"zanzibar" in file.read_bytes() for file in folder.iterdir())
    make_workers().sweep()
    assert not any(b"zanzibar" in file.read_bytes() for file in folder.iterdir())


def test_waking_an_unknown_interview_is_told(make_workers: MakeWorkers) -> None:
    with pytest.raises(UnknownInterview):
        make_workers().wake("nope")


def test_an_interview_that_is_deleted_in_mid_turn_ends_quietly(
    store: Store, make_workers: MakeWorkers, gate: Gate
) -> None:
    workers: Workers = make_workers(playing_along(speak=speaks_through(gate)))
    interview_id = begin(store)
    say(store, interview_id)
    workers.wake(interview_id)
    assert gate.reached.wait(10)
    store.delete(interview_id)
    gate.opened.set()
    assert workers.wait(interview_id)
    assert count(store, "turn") == count(store, "lease") == 0


def test_an_answer_in_one_tab_is_not_mixed_up_with_the_reply_to_another(
    store: Store, make_workers: MakeWorkers
) -> None:
    workers = make_workers()
    ids = [begin(store) for _ in range(8)]
    for number, interview_id in enumerate(ids):
        say(store, interview_id, f"answer {number}")
        workers.wake(interview_id)
    assert all(workers.wait(interview_id) for interview_id in ids)
    for number, interview_id in enumerate(ids):
        interview = store.get(interview_id)
        assert interview.turns[1].text == f"answer {number}"
        assert len(interview.turns) == 3
