"""Replies and grades are made here, by threads that outlive any page.

A page only wakes the workers and follows: what counts is in the store, what is being said right now in a
LiveReply. Work is claimed with a lease, renewed while it lasts; when a process dies its leases run out and
the next one to look takes over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

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
        self._lock = threading.Lock()
        self._running: dict[Key, Future[None]] = {}
        self._live: dict[Key, LiveReply] = {}
        self._leases: dict[Key, str] = {}
        self._closed = threading.Event()
        self._heart = threading.Thread(target=self._renew, name="lease-renewal", daemon=True)
        self._heart.start()

    def prepare(self, interview_id: str) -> None:
        """Lets the model make itself ready for an interview's questions, in the background."""
        plan = self._store.get(interview_id).plan
        self._pool.submit(self._interviewer.model.prepare, plan)

    def wake(self, interview_id: str) -> None:
        """Sees to it that a pending reply and missing grades of an interview are made. Raises UnknownInterview."""
        interview = self._store.get(interview_id)
        if interview.awaits_reply:
            self._begin((interview_id, Work.REPLY, interview.turns[-1].seq))
        self._grade_missing(interview_id)

    def sweep(self) -> None:
        """Wakes every interview that an earlier process left in the middle."""
        for interview_id in self._store.awaiting_reply():
            self.wake(interview_id)
        for interview_id, number in self._store.ungraded_exchanges():
            self._begin((interview_id, Work.GRADE, number))

    def live(self, interview_id: str, answers: int) -> LiveReply | None:
        """The reply to turn ``answers`` that is being made in this process, if it is."""
        with self._lock:
            return self._live.get((interview_id, Work.REPLY, answers))

    def regrade(self, interview_id: str, number: int) -> None:
        """Grades an exchange again (one that was left ungraded, say); the old grade is kept beside the new."""
        self._begin((interview_id, Work.GRADE, number))

    def busy(self, interview_id: str) -> bool:
        with self._lock:
            return any(key[0] == interview_id for key in self._running)

    def wait(self, interview_id: str, timeout: float = 30.0) -> bool:
        """Waits until this process has nothing to do for an interview; False when the time-out came first."""
        waited = threading.Event()
        pause, left = 0.005, timeout
        while self.busy(interview_id):
            if left <= 0:
                return False
            waited.wait(pause)
            left -= pause
        return True

    def close(self) -> None:
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _grade_missing(self, interview_id: str) -> None:
        for _, number in self._store.ungraded_exchanges(interview_id):
            self._begin((interview_id, Work.GRADE, number))

    def _begin(self, key: Key) -> None:
        with self._lock:
            if key in self._running or self._closed.is_set():
                return
            if key[1] is Work.REPLY:
                self._live[key] = LiveReply()
            self._running[key] = self._pool.submit(self._work, key)

    def _work(self, key: Key) -> None:
        interview_id, work, number = key
        error: InterviewerError | None = None
        token: str | None = None
        try:
            token = self._store.claim(interview_id, work, number, LEASE_SECONDS)
            if token is not None:
                with self._lock:
                    self._leases[key] = token
                self._make(key, token)
        except LeaseLost:
            log.info("%s %d of %s was taken over elsewhere", work, number, interview_id)
        except InterviewerError as problem:
            error = problem
            log.warning("%s %d of %s failed: %s", work, number, interview_id, problem)
        except Exception:
            # A defect of ours: the turn is safe in the store, so the page can offer to try again.
            log.exception("%s %d of %s failed", work, number, interview_id)
            error = InterviewerError("Something went wrong on our side.", "Your answer is stored; please try again.")
        finally:
            with self._lock:
                self._leases.pop(key, None)
                self._running.pop(key, None)
                live = self._live.pop(key, None)
            if error is not None and token is not None:
                self._give_back(key, token)
            if live is not None:
                live.finish(error)

    def _make(self, key: Key, token: str) -> None:
        interview_id, work, number = key
        interview = self._store.get(interview_id)
        if work is Work.GRADE:
            result = self._interviewer.grade(interview, number)
            self._store.commit_grade(interview_id, number, token, interview.plan[number - 1].rubric.hash, result)
            return
        if not interview.awaits_reply or interview.turns[-1].seq != number:
            raise LeaseLost
        reply = self._interviewer.reply(interview, self._live[key].add)
        self._store.commit_reply(interview_id, number, token, reply)
        if reply.closes is not None:
            self._grade_missing(interview_id)

    def _give_back(self, key: Key, token: str) -> None:
        try:
            self._store.release(*key, token)
        except InterviewerError:
            log.warning("the lease of %s %d could not be given back; it runs out by itself", key[1], key[2])

    def _renew(self) -> None:
        while not self._closed.wait(RENEW_SECONDS):
            with self._lock:
                held = list(self._leases.items())
            for key, token in held:
                try:
                    self._store.renew(*key, token, LEASE_SECONDS)
                except InterviewerError as problem:
                    log.warning("a lease could not be renewed: %s", problem)
