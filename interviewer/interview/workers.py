"""Replies and grades are made here, by threads that outlive any page.

A page only wakes the workers and follows: what counts is in the store, what is being said right now in a
LiveReply. Work is claimed with a lease, renewed while it lasts. Who finds work claimed by somebody else looks
again until it is done: when a process dies its leases run out, and the next one to look takes over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Interview
from interviewer.domain.question import Question
from interviewer.errors import InterviewerError
from interviewer.interview.engine import Interviewer
from interviewer.store import LeaseLost, Work

log = logging.getLogger(__name__)

LEASE_SECONDS = 6.0
"""How long an interview waits for a process that died in mid-turn."""

RENEW_SECONDS = 2.0

Key = tuple[str, Work, int]


class LiveReply:
    """A reply while it is being made. Any number of threads may follow it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._done = False
        self._changed = threading.Condition()
        self.error: InterviewerError | None = None

    def add(self, piece: str) -> None:
        with self._changed:
            self._pieces.append(piece)
            self._changed.notify_all()

    def finish(self, error: InterviewerError | None = None) -> None:
        with self._changed:
            self.error = error
            self._done = True
            self._changed.notify_all()

    def follow(self, timeout: float = 60.0) -> Iterator[str]:
        """The pieces from the beginning, as they come, until the reply is stored, fails, or nothing new
        comes for ``timeout`` seconds."""
        seen = 0
        more = True
        while more:
            fresh, more = self._after(seen, timeout)
            yield from fresh
            seen += len(fresh)

    def _after(self, seen: int, timeout: float) -> tuple[list[str], bool]:
        """The pieces beyond ``seen``, waiting for some, and whether more may come."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._pieces) > seen or self._done, timeout)
            fresh = self._pieces[seen:]
            return fresh, bool(fresh) and not self._done


class Workers:
    """Threads that make replies and grades. ``wake`` never blocks and may be called as often as one likes."""

    def __init__(self, interviewer: Interviewer, threads: int = 4) -> None:
        self._interviewer = interviewer
        self._store = interviewer.store
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="worker")
        # Getting ready has a thread of its own: many interviews that begin at once must not stand before a reply.
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._lock = threading.Lock()
        self._running: dict[Key, Future[None]] = {}
        self._live: dict[Key, LiveReply] = {}
        self._leases: dict[Key, str] = {}
        self._elsewhere: set[Key] = set()
        self._again: set[Key] = set()
        self._closed = threading.Event()
        self._heart = threading.Thread(target=self._renew, name="lease-renewal", daemon=True)
        self._heart.start()

    def prepare(self, interview_id: str) -> None:
        """Lets the model make itself ready for an interview's questions, in the background."""
        plan = self._store.get(interview_id).plan
        with self._lock:
            if not self._closed.is_set():
                self._ahead.submit(self._prepare, plan)

    def wake(self, interview_id: str) -> None:
        """Sees to it that a pending reply and missing grades of an interview are made. Raises UnknownInterview."""
        interview = self._store.get(interview_id)
        if interview.awaits_reply:
            self._begin((interview_id, Work.REPLY, interview.turns[-1].seq))
        self._grade_missing(interview_id)

    def sweep(self) -> None:
        """Takes up everything that an earlier process left in the middle, in the background."""
        for interview_id in self._store.awaiting_reply():
            try:
                self.wake(interview_id)
            except InterviewerError as problem:  # deleted in this very moment, say: no reason not to start
                log.warning("%s could not be taken up: %s", interview_id, problem)
        for interview_id, number in self._store.ungraded_exchanges():
            self._begin((interview_id, Work.GRADE, number))
        if self._store.database.scrub_is_owed() and not self._store.database.scrub():
            log.warning("traces of a deleted interview are still in the store; the next start tries again")

    def live(self, interview_id: str, answers: int) -> LiveReply | None:
        """The reply to turn ``answers`` that is being made in this process, if it is."""
        with self._lock:
            return self._live.get((interview_id, Work.REPLY, answers))

    def regrade(self, interview_id: str, number: int) -> None:
        """Grades an exchange again (one that was left ungraded, say); the old grade is kept beside the new."""
        key = (interview_id, Work.GRADE, number)
        with self._lock:
            self._again.add(key)
        self._begin(key)

    def busy(self, interview_id: str) -> bool:
        """Whether something is being made for an interview, here or (as far as we came across it) elsewhere."""
        with self._lock:
            return any(key[0] == interview_id for key in (*self._running, *self._elsewhere))

    def wait(self, interview_id: str, timeout: float = 30.0) -> bool:
        """Waits until nothing is being made for an interview any more; False when the time-out came first."""
        waited = threading.Event()
        pause, left = 0.005, timeout
        while self.busy(interview_id):
            if left <= 0:
                return False
            waited.wait(pause)
            left -= pause
        return True

    def close(self) -> None:
        """Finishes what is being made and begins nothing more; what is left waits in the store."""
        with self._lock:
            self._closed.set()
            self._elsewhere.clear()
        self._ahead.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            left = list(self._live.values())
            self._live.clear()
            self._running.clear()
        for live in left:
            live.finish()

    def _prepare(self, plan: Sequence[Question]) -> None:
        try:
            self._interviewer.model.prepare(plan)
        except Exception:
            log.exception("the model could not make itself ready")  # the first turn will be slower, that is all

    def _grade_missing(self, interview_id: str) -> None:
        for _, number in self._store.ungraded_exchanges(interview_id):
            self._begin((interview_id, Work.GRADE, number))

    def _begin(self, key: Key) -> None:
        with self._lock:
            if key in self._running or self._closed.is_set():
                return
            self._elsewhere.discard(key)
            if key[1] is Work.REPLY:
                self._live[key] = LiveReply()
            try:
                self._running[key] = self._pool.submit(self._work, key)
            except RuntimeError:  # the interpreter is going down: what is left waits in the store
                self._live.pop(key, None)

    def _work(self, key: Key) -> None:
        interview_id, work, number = key
        error: InterviewerError | None = None
        token: str | None = None
        made = elsewhere = False
        try:
            token = self._store.claim(interview_id, work, number, LEASE_SECONDS)
            if token is not None:
                with self._lock:
                    self._leases[key] = token
                made = self._make(key, token)
            else:
                elsewhere = self._needed(key, self._store.get(interview_id))
        except LeaseLost:
            elsewhere = True
            log.info("%s %d of %s was taken over elsewhere", work, number, interview_id)
        except InterviewerError as problem:
            error = problem
            log.warning("%s %d of %s failed: %s", work, number, interview_id, problem)
        except Exception:
            # A defect of ours: the turn is safe in the store, so the page can offer to try again.
            log.exception("%s %d of %s failed", work, number, interview_id)
            error = InterviewerError("Something went wrong on our side.", "Your answer is stored; please try again.")
        finally:
            if token is not None and not made:
                self._give_back(key, token)
            with self._lock:
                self._leases.pop(key, None)
                self._running.pop(key, None)
                live = self._live.pop(key, None)
                if elsewhere and not self._closed.is_set():
                    self._elsewhere.add(key)
                if made:
                    self._again.discard(key)
            if live is not None:
                live.finish(error)

    def _needed(self, key: Key, interview: Interview) -> bool:
        """Whether the work is still to be done: between the look that began it and the claim it may have been."""
        _, work, number = key
        if work is Work.REPLY:
            return interview.awaits_reply and interview.turns[-1].seq == number
        with self._lock:
            again = key in self._again
        return again or number not in self._store.grades(interview.id)

    def _make(self, key: Key, token: str) -> bool:
        """Makes and stores what is still needed; whether it was."""
        interview_id, work, number = key
        interview = self._store.get(interview_id)
        if not self._needed(key, interview):
            return False
        if work is Work.GRADE:
            result = self._grade(interview, number)
            self._store.commit_grade(interview_id, number, token, interview.plan[number - 1].rubric.hash, result)
            return True
        reply = self._interviewer.reply(interview, self._live[key].add)
        self._store.commit_reply(interview_id, number, token, reply)
        if reply.closes is not None:
            self._grade_missing(interview_id)
        return True

    def _grade(self, interview: Interview, number: int) -> Grade | Ungraded:
        try:
            return self._interviewer.grade(interview, number)
        except Exception:
            # A defect of ours. Said once and kept, or every look at the interview would run into it again.
            log.exception("grading %d of %s failed", number, interview.id)
            return Ungraded(reason="Something went wrong on our side while grading.", retryable=True)

    def _give_back(self, key: Key, token: str) -> None:
        try:
            self._store.release(*key, token)
        except Exception as problem:
            log.warning("the lease of %s %d runs out by itself, it could not be given back: %s", *key[1:], problem)

    def _renew(self) -> None:
        while not self._closed.wait(RENEW_SECONDS):
            with self._lock:
                held = list(self._leases.items())
                elsewhere = list(self._elsewhere)
            for key in elsewhere:
                self._begin(key)
            for key, token in held:
                try:
                    self._store.renew(*key, token, LEASE_SECONDS)
                except Exception as problem:  # the heart beats on, whatever happens
                    log.warning("a lease could not be renewed: %s", problem)
