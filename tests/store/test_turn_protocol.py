"""Any interleaving of submissions, claims, crashes and commits keeps an interview in order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from interviewer.domain.interview import ExchangeStatus, InterviewStatus
from interviewer.domain.speech import Transcript, Unheard
from interviewer.domain.words import Speaker
from interviewer.errors import StaleState, UsageError
from interviewer.store import Database, LeaseLost, Store, Work
from tests.interview.made_up import HandClock, begin, grade_of, reply

LEASE = 6.0
QUESTIONS = 3


class TurnProtocol(RuleBasedStateMachine):
    """Several pages submit, record, accept and discard; several workers claim, make and commit, some of them late,
    some never."""

    database: Database

    tokens: Bundle[tuple[Work, int, str]] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.store = Store(self.database, self.clock)
        self.keys: dict[str, int] = {}
        self.recorded: dict[str, int] = {}
        self.accepted: dict[int, int] = {}
        self.discarded: set[int] = set()

    @initialize()
    def begins(self) -> None:
        self.interview_id = begin(self.store, QUESTIONS)

    @rule(key=st.integers(0, 12), behind=st.sampled_from([0, 0, 0, 0, 1, -1, 2]))
    def submits(self, key: int, behind: int) -> None:
        before = self.store.get(self.interview_id)
        expected, name = before.next_seq - behind, f"key-{key}"
        self.told = before.next_seq
        try:
            turn = self.store.submit(self.interview_id, expected, name, f"text of {name}")
        except StaleState as refused:
            assert name not in self.keys
            assert behind or before.awaits_reply
            self.told = refused.actual
        except UsageError:
            assert before.status is InterviewStatus.ENDED
        else:
            if name in self.keys:
                assert turn.seq == self.keys[name]
            else:
                assert turn.seq == before.next_seq
                assert not before.awaits_reply
                self.keys[name] = turn.seq
        assert self.told == before.next_seq  # a refusal says which number is the next

    @precondition(lambda self: len(self.recorded) < 3)
    @rule(key=st.integers(0, 6), behind=st.sampled_from([0, 0, 0, 0, 1]))
    def records(self, key: int, behind: int) -> None:
        before = self.store.get(self.interview_id)
        name = f"mic-{key}"
        try:
            made = self.store.record(self.interview_id, before.next_seq - behind, name, name.encode(), "audio/wav")
        except StaleState:
            assert behind or before.awaits_reply
        except UsageError:
            assert before.status is InterviewStatus.ENDED
        else:
            assert made.number == self.recorded.setdefault(name, len(self.recorded) + 1)

    @precondition(lambda self: self.recorded)
    @rule(number=st.integers(1, 3), key=st.integers(0, 12))
    def accepts(self, number: int, key: int) -> None:
        before = self.store.get(self.interview_id)
        name = f"key-{key}"
        heard = {r.number: r.heard for r in self.store.open_recordings(self.interview_id)}
        try:
            turn = self.store.accept(self.interview_id, before.next_seq, name, f"text of {name}", number)
        except StaleState:
            assert name not in self.keys
            assert before.awaits_reply
        except UsageError:
            assert before.status is InterviewStatus.ENDED or not isinstance(heard.get(number), Transcript)
        else:
            if name in self.keys:
                assert turn.seq == self.keys[name]
            else:
                assert isinstance(heard[number], Transcript)
                self.keys[name] = self.accepted[number] = turn.seq

    @precondition(lambda self: len(self.recorded) < 3)
    @rule(key=st.integers(0, 12))
    def speaks(self, key: int) -> None:
        """The way of an answer where nothing goes wrong."""
        self.records(key, 0)
        self.works("stays")
        self.accepts(max(1, len(self.recorded)), key)

    @precondition(lambda self: len(self.recorded) > 1)
    @rule(number=st.integers(1, 3))
    def discards(self, number: int) -> None:
        there = {r.number for r in self.store.open_recordings(self.interview_id)}
        try:
            self.store.discard_recording(self.interview_id, number)
        except UsageError:
            assert number not in there | self.discarded
        else:
            self.discarded.add(number)

    @rule(target=tokens, work=st.sampled_from(Work), back=st.integers(0, 2))
    def claims(self, work: Work, back: int) -> tuple[Work, int, str]:
        interview = self.store.get(self.interview_id)
        counted = {
            Work.REPLY: len(interview.turns),
            Work.GRADE: len(interview.exchanges),
            Work.HEAR: len(self.recorded),
        }
        number = max(1, counted[work] - back)
        return work, number, self.store.claim(self.interview_id, work, number, LEASE) or "nothing"

    @rule(
        held=consumes(tokens),
        does=st.sampled_from(["stays", "stays", "moves on", "skips", "pauses", "ends"]),
    )
    def commits(self, held: tuple[Work, int, str], does: str) -> None:
        work, number, token = held
        before = self.store.get(self.interview_id)
        if work is Work.GRADE:
            self._grades(number, token)
            return
        if work is Work.HEAR:
            self._hears(number, token, does)
            return
        here = before.current.number
        changes: dict[str, Any] = {}
        if does in ("moves on", "skips") and here < QUESTIONS:
            status = ExchangeStatus.CLOSED if does == "moves on" else ExchangeStatus.SKIPPED
            changes = {"closes": status, "opens": here + 1}
        elif does == "ends":
            changes = {"closes": ExchangeStatus.UNFINISHED, "ends": True}
        elif does == "pauses":
            changes = {"pauses": True}
        try:
            self.store.commit_reply(self.interview_id, number, token, reply(number, f"to {number}", **changes))
        except LeaseLost:
            assert self.store.get(self.interview_id) == before
        else:
            assert token != "nothing"
            assert before.awaits_reply
            assert number == len(before.turns)

    def _grades(self, number: int, token: str) -> None:
        interview = self.store.get(self.interview_id)
        try:
            self.store.commit_grade(self.interview_id, number, token, "0" * 16, grade_of(interview, number))
        except LeaseLost:
            pass
        else:
            assert token != "nothing"
            assert number in self.store.grades(self.interview_id)

    def _hears(self, number: int, token: str, does: str) -> None:
        there = {r.number for r in self.store.open_recordings(self.interview_id)}
        understood = Transcript(text=f"words of {number}", by="x")
        heard = Unheard(reason="down", retryable=True) if does == "skips" else understood
        try:
            self.store.commit_heard(self.interview_id, number, token, heard)
        except LeaseLost:
            pass
        else:
            assert token != "nothing"
            assert number in there

    @rule(does=st.sampled_from(["stays", "moves on", "skips"]))
    def works(self, does: str) -> None:
        """Workers that are neither late nor dead."""
        for work in Work:
            self.commits(self.claims(work, 0), does)

    @rule(held=consumes(tokens))
    def gives_back(self, held: tuple[Work, int, str]) -> None:
        self.store.release(self.interview_id, *held)

    @rule(held=consumes(tokens))
    def dies(self, held: tuple[Work, int, str]) -> None:
        """Nothing is given back: the lease runs out by itself."""

    @rule(seconds=st.sampled_from([1.0, 3.0, LEASE, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds)

    @precondition(lambda self: self.keys)
    @rule(stops=st.booleans())
    def pauses(self, stops: bool) -> None:
        (self.store.pause if stops else self.store.resume)(self.interview_id)

    @invariant()
    def everything_is_in_order(self) -> None:
        interview = self.store.get(self.interview_id)
        assert [turn.seq for turn in interview.turns] == list(range(1, len(interview.turns) + 1))
        speakers = [turn.speaker for turn in interview.turns]
        assert all(a is not b for a, b in pairwise(speakers))
        assert [turn.exchange for turn in interview.turns] == sorted(turn.exchange for turn in interview.turns)
        assert [exchange.number for exchange in interview.exchanges] == list(range(1, len(interview.exchanges) + 1))
        assert all(exchange.status is not ExchangeStatus.OPEN for exchange in interview.exchanges[:-1])
        answered = [turn.seq for turn in interview.turns[:-1] if turn.speaker is Speaker.CANDIDATE]
        assert [assessment.turn for assessment in interview.assessments] == answered
        texts = {turn.seq: turn.text for turn in interview.turns if turn.speaker is Speaker.CANDIDATE}
        assert texts == {seq: f"text of {key}" for key, seq in self.keys.items()}  # none lost, none doubled
        assert {spoken.turn for spoken in interview.spoken} == set(self.accepted.values())
        assert all(spoken.transcript.text.startswith("words of") for spoken in interview.spoken)
        there = {recording.number for recording in self.store.recordings(self.interview_id)}
        assert there == set(self.recorded.values()) - self.discarded
        for name, number in self.recorded.items():
            if number in there - set(self.accepted):  # whatever happens, what was said is not lost
                assert self.store.audio(self.interview_id, number) == name.encode()
        assert 0 <= interview.elapsed_seconds(self.clock.now) <= (self.clock.now - interview.created_at).total_seconds()


@pytest.fixture
def machine(path: Path, store: Store) -> type[TurnProtocol]:
    return type("OnThisStore", (TurnProtocol,), {"database": store.database})


def test_any_interleaving_keeps_the_interview_in_order(machine: type[TurnProtocol]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
