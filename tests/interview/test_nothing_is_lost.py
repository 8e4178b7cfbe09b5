"""Killed at any step of a turn, the program goes on where it was: nothing is lost, and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interviewer.domain.grade import Grade
from interviewer.domain.interview import InterviewStatus
from interviewer.domain.words import Speaker
from interviewer.errors import UnknownInterview
from interviewer.interview import Interviewer, Workers, workers
from interviewer.store import Database, Store
from tests.interview import made_up
from tests.interview.conftest import MakeWorkers
from tests.interview.dying import ANSWER, KEY, MIC, SPOKEN_STEPS, TURN_STEPS
from tests.interview.made_up import begin, count, until
from tests.interview.said_aloud import SPEECH, Listener

ROOT = Path(__file__).parents[2]

LEASE_SECONDS = 0.6
"""Shorter still than elsewhere: most of these tests wait until a lease runs out."""

SLACK_SECONDS = 5.0
"""For a machine that is busy with other things."""

Kill = Callable[[Path, str], str]


@pytest.fixture(autouse=True)
def _shorter_leases(_short_leases: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(workers, "RENEW_SECONDS", LEASE_SECONDS / 6)


@pytest.fixture
def kill() -> Iterator[Kill]:
    """Runs an interview in a process, kills it when it has come to a step, and gives the interview's ID."""
    running: list[subprocess.Popen[str]] = []

    def kill(path: Path, step: str) -> str:
        command = [sys.executable, "-m", "tests.interview.dying", str(path), step, str(LEASE_SECONDS)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        interview_id = ""
        for line in process.stdout:
            if line.strip() == "here":
                break
            interview_id = line.strip()
        else:
            pytest.fail(f"it ended before it came to the step {step!r}")
        process.kill()  # SIGKILL: no handler, no finally, no atexit
        process.wait(10)
        return interview_id

    yield kill
    for process in running:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize("step", TURN_STEPS)
def test_killed_at_any_step_of_a_turn_it_is_answered_and_graded_once(
    path: Path, store: Store, make_workers: MakeWorkers, kill: Kill, step: str
) -> None:
    interview_id = kill(path, step)
    began = time.monotonic()
    successor = make_workers()
    successor.sweep()
    if step in ("before submit", "within submit"):
        assert store.get(interview_id).next_seq == 2  # never stored, so the page that still has it sends it again
    # The page may send again whatever it does not know to be stored: the same key is the same turn.
    assert store.submit(interview_id, 2, KEY, ANSWER).seq == 2
    successor.wake(interview_id)
    assert successor.wait(interview_id)
    assert time.monotonic() - began < LEASE_SECONDS + SLACK_SECONDS

    interview = store.get(interview_id)
    assert [turn.speaker for turn in interview.turns] == [Speaker.INTERVIEWER, Speaker.CANDIDATE, Speaker.INTERVIEWER]
    assert interview.turns[1].text == ANSWER
    assert "Why do people keep kettles?" in interview.turns[2].text or "never stored" in interview.turns[2].text
    assert [assessment.turn for assessment in interview.assessments] == [2]
    assert [exchange.number for exchange in interview.exchanges] == [1, 2]
    assert isinstance(store.grades(interview_id)[1], Grade)
    assert count(store, "grade") == 1
    assert count(store, "lease") == 0

    store.submit(interview_id, interview.next_seq, "the next key", ANSWER)
    successor.wake(interview_id)
    assert successor.wait(interview_id)
    ended = store.get(interview_id)
    assert (ended.status, len(ended.turns)) == (InterviewStatus.ENDED, 5)
    assert sorted(store.grades(interview_id)) == [1, 2]


@pytest.mark.parametrize("step", SPOKEN_STEPS)
def test_killed_at_any_step_of_a_spoken_answer_it_is_heard_and_accepted_once(
    path: Path, store: Store, kill: Kill, step: str
) -> None:
    interview_id = kill(path, step)
    began = time.monotonic()
    listener = Listener(ANSWER)
    successor = Workers(Interviewer(store, made_up.bank(), made_up.playing_along(), transcriber=listener))
    try:
        successor.sweep()
        # The page may send again whatever it does not know to be stored.
        made = store.record(interview_id, 2, MIC, SPEECH, "audio/wav") if step != "after accept" else None
        assert made is None or made.number == 1
        successor.wake(interview_id)
        assert successor.wait(interview_id)
        assert time.monotonic() - began < LEASE_SECONDS + SLACK_SECONDS
        assert len(listener.requests) == (step not in ("after commit of hearing", "within accept", "after accept"))
        assert store.accept(interview_id, 2, KEY, ANSWER, 1).seq == 2
        successor.wake(interview_id)
        assert successor.wait(interview_id)
        until(lambda: not store.database.rinse_is_owed())
    finally:
        successor.close()
    interview = store.get(interview_id)
    assert [turn.text for turn in interview.turns[1:2]] == [ANSWER]
    assert [spoken.transcript.text for spoken in interview.spoken] == [ANSWER]
    assert len(interview.turns) == 3
    assert count(store, "recording") == count(store, "grade") == 1
    assert count(store, "sound") == count(store, "lease") == 0


def test_a_sweep_alone_finishes_what_was_submitted(
    path: Path, store: Store, make_workers: MakeWorkers, kill: Kill
) -> None:
    interview_id = kill(path, "speaking")
    successor = make_workers()
    successor.sweep()  # and nobody opens the page
    deadline = time.monotonic() + LEASE_SECONDS + SLACK_SECONDS
    while not store.grades(interview_id):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(store.get(interview_id).turns) == 3


def test_killed_while_the_database_is_made_it_is_made_at_the_next_start(tmp_path: Path, kill: Kill) -> None:
    path = tmp_path / "fresh" / "interviewer.db"
    kill(path, "migrating")
    database = Database(path)
    assert begin(Store(database))
    database.close()


def test_killed_in_the_middle_of_a_deletion_the_next_start_takes_out_the_traces(
    path: Path, store: Store, make_workers: MakeWorkers, kill: Kill
) -> None:
    interview_id = kill(path, "deleting")
    with pytest.raises(UnknownInterview):
        store.get(interview_id)
    make_workers().sweep()
    assert not [file for file in path.parent.iterdir() if ANSWER.encode() in file.read_bytes()]


def test_two_successors_share_what_one_left(path: Path, store: Store, make_workers: MakeWorkers, kill: Kill) -> None:
    interview_id = kill(path, "assessing")
    both = make_workers(), make_workers()
    for successor in both:
        successor.sweep()
    assert all(successor.wait(interview_id) for successor in both)
    for successor in both:
        successor.wake(interview_id)
    assert all(successor.wait(interview_id) for successor in both)
    assert len(store.get(interview_id).turns) == 3
    assert count(store, "grade") == 1
