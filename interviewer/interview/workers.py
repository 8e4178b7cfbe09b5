"""Replies and grades are made and recordings heard here, by threads that outlive any page.

A page only wakes the workers and follows: what counts is in the store, what is being said right now in a
LiveReply. Work is claimed with a lease, renewed while it lasts. Who finds work claimed by somebody else looks
again until it is done: when a process dies its leases run out, and the next one to look takes over. Each kind of work
has threads of its own, so that nobody waits for a reply because somebody else is being graded.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Interview, InterviewStatus
from interviewer.domain.question import Question
from interviewer.domain.speech import Recording, Unheard
from interviewer.domain.usage import Call
from interviewer.errors import InterviewerError
from interviewer.interview.engine import Interviewer
from interviewer.interview.hearing import DEFECT, Heard
from interviewer.interview.live import LiveReply
from interviewer.interview.pool import Pool
from interviewer.models.ledger import recording
from interviewer.store import LeaseLost, Retry, Work

log = logging.getLogger(__name__)

LEASE_SECONDS = 6.0
"""How long an interview waits for a process that died in mid-turn."""

RENEW_SECONDS = 2.0

RETRY_SECONDS = (15.0, 60.0, 300.0)
"""How long after each failure in a row something is tried again by itself; after the last only when asked for."""

UPKEEP_SECONDS = 3600.0
"""How often a running process sees to what has to be done by a certain time, whoever opens a page or doesn't."""

CLOSING_SECONDS = 3.0
"""How long an ending process waits for what is being made; what takes longer is left to the next one."""

Key = tuple[str, Work, int]
Made = TypeVar("Made")


def due(retry: Retry) -> datetime | None:
    """When what failed will be tried again by itself; None when it will not."""
    if retry.tries > len(RETRY_SECONDS):
        return None
    return retry.at + timedelta(seconds=RETRY_SECONDS[retry.tries - 1])


class Workers:
    """Threads that make replies and grades and hear recordings. ``wake`` never blocks and may be called as often as one
    likes."""

    def __init__(
        self,
        interviewer: Interviewer,
        threads: int = 4,
        graders: int = 4,
        listeners: int = 2,
        upkeep: Callable[[], None] = lambda: None,
    ) -> None:
        self._interviewer = interviewer
        self._upkeep = upkeep
        self._store = interviewer.store
        self._pools = {
            Work.REPLY: Pool(threads, "reply"),
            Work.GRADE: Pool(graders, "grade"),
            Work.HEAR: Pool(listeners, "hear"),
        }
        # Getting ready has a thread of its own: many interviews that begin at once must not stand before a reply.
        self._ahead = Pool(1, "ahead")
        self._lock = threading.Lock()
        self._running: set[Key] = set()
        self._live: dict[Key, LiveReply] = {}
        self._leases: dict[Key, str] = {}
        self._elsewhere: set[Key] = set()
        self._stopped: set[Key] = set()
        self._again: dict[Key, bool] = {}
        """What was asked for although it may have been made, and whether the offline model is to make it."""
        self._retries: dict[Key, datetime] = {}
        self._closed = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="lease-renewal", daemon=True)
        self._heart.start()
        atexit.register(self.close)

    def prepare(self, interview_id: str) -> None:
        """Lets the model make itself ready for an interview's questions, in the background."""
        self._in_advance(partial(self._prepare, self._store.get(interview_id).plan))

    def wake(self, interview_id: str) -> None:
        """Sees to it that a pending reply and missing grades of an interview are made, its recordings heard, and the
        traces of sound that was not to be kept taken away. Raises UnknownInterview."""
        interview = self._store.get(interview_id)
        if interview.awaits_reply:
            self._begin((interview_id, Work.REPLY, interview.turns[-1].seq))
        self._begin_missing(interview_id)
        self._plan_retries(interview_id)
        if self._store.database.rinse_is_owed():
            self._in_advance(self._rinse)

    def sweep(self) -> None:
        """Takes up everything that an earlier process left in the middle, in the background."""
        for interview_id in self._store.awaiting_reply():
            try:
                self.wake(interview_id)
            except InterviewerError as problem:  # deleted in this very moment, say: no reason not to start
                log.warning("%s could not be taken up: %s", interview_id, problem)
        self._begin_missing()
        self._plan_retries()
        if not self._store.database.clean():
            log.warning("traces of a deleted interview are still in the store; the next start tries again")

    def live(self, interview_id: str, answers: int) -> LiveReply | None:
        """The reply to turn ``answers`` that is being made in this process, if it is."""
        with self._lock:
            return self._live.get((interview_id, Work.REPLY, answers))

    def stop(self, interview_id: str) -> None:
        """Lets a model say no more in the reply that is being made in this process, if one is.

        What was said stays, and what was to be said is added in the bank's words.
        """
        with self._lock:
            self._stopped.update(key for key in self._running if key[:2] == (interview_id, Work.REPLY))

    def regrade(self, interview_id: str, number: int, offline: bool = False) -> None:
        """Grades an exchange again (one that was left ungraded, say); the old grade is kept beside the new.

        ``offline`` lets the offline model do it, whatever model the interview has.
        """
        key = (interview_id, Work.GRADE, number)
        with self._lock:
            self._again[key] = offline
        self._begin(key)

    def hear_again(self, interview_id: str, number: int) -> None:
        """Listens to an open recording again, whatever came of it before."""
        key = (interview_id, Work.HEAR, number)
        with self._lock:
            self._again[key] = False
        self._begin(key)

    def next_try(self, interview_id: str, number: int, work: Work = Work.GRADE) -> datetime | None:
        """When an exchange that was left ungraded, or a recording that was not heard, is tried again by itself; None
        when it is not."""
        found = [retry for retry in self._retryable(work, interview_id) if retry.number == number]
        return due(found[0]) if found else None

    def busy(self, interview_id: str, work: Work | None = None) -> bool:
        """Whether something (or only such ``work``) is being made for an interview, here or (as far as we came across
        it) elsewhere. A grade that will be tried again later is not."""
        with self._lock:
            keys = (*self._running, *self._elsewhere)
            return any(key[0] == interview_id and work in (None, key[1]) for key in keys)

    def wait(self, interview_id: str, timeout: float = 30.0, work: Work | None = None) -> bool:
        """Waits until nothing (or no such ``work``) is being made for an interview any more; False when the time-out
        came first."""
        deadline = time.monotonic() + timeout
        waited = threading.Event()
        while self.busy(interview_id, work):
            if time.monotonic() >= deadline:
                return False
            waited.wait(0.005)
        return True

    def close(self, seconds: float | None = None) -> None:
        """Begins nothing more and finishes what is being made, if that takes no longer than ``seconds`` (as a rule
        CLOSING_SECONDS). What is left waits in the store for the next to look."""
        atexit.unregister(self.close)
        pools = (self._ahead, *self._pools.values())
        with self._lock:
            self._closed.set()
            self._elsewhere.clear()
            self._retries.clear()
        for pool in pools:
            pool.close()
        deadline = time.monotonic() + (CLOSING_SECONDS if seconds is None else seconds)
        done = [pool.join(max(0.0, deadline - time.monotonic())) for pool in pools]
        self._heart.join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            held = [] if all(done) else list(self._leases.items())
            left = list(self._live.values())
            self._live.clear()
            self._running.clear()
        for key, token in held:
            log.info("%s %d of %s is left to whoever looks next", key[1], key[2], key[0])
            self._give_back(key, token)
        for live in left:
            live.finish()

    def _prepare(self, plan: Sequence[Question]) -> None:
        try:
            self._interviewer.prepare(plan)
        except Exception:
            log.exception("the model could not make itself ready")  # the first turn will be slower, that is all

    def _rinse(self) -> None:
        try:
            if self._store.database.rinse_is_owed() and not self._store.database.rinse():
                log.info("traces of sound are still in the store; the next look tries again")
        except InterviewerError as problem:
            log.warning("traces of sound are still in the store: %s", problem)

    def _in_advance(self, work: Callable[[], None]) -> None:
        with self._lock:
            if not self._closed.is_set():
                self._ahead.submit(work)

    def _begin_missing(self, interview_id: str | None = None) -> None:
        """Begins what was never tried, in one interview or in all."""
        for found, number in self._store.ungraded_exchanges(interview_id):
            self._begin((found, Work.GRADE, number))
        if self._interviewer.hears:
            for found, number in self._store.unheard_recordings(interview_id):
                self._begin((found, Work.HEAR, number))

    def _retryable(self, work: Work, interview_id: str | None) -> list[Retry]:
        if work is Work.GRADE:
            return self._store.retryable(interview_id)
        return self._store.retryable_recordings(interview_id) if work is Work.HEAR and self._interviewer.hears else []

    def _plan_retries(self, interview_id: str | None = None) -> None:
        """Remembers when what failed is to be tried again, as the store has it now."""
        planned = {
            (r.interview_id, work, r.number): due(r) for work in Work for r in self._retryable(work, interview_id)
        }
        with self._lock:
            if not self._closed.is_set():
                self._retries.update({key: at for key, at in planned.items() if at is not None})

    def _begin(self, key: Key) -> None:
        with self._lock:
            if key in self._running or self._closed.is_set():
                return
            self._elsewhere.discard(key)
            live = LiveReply() if key[1] is Work.REPLY else None
            try:
                self._pools[key[1]].submit(partial(self._work, key, live))
            except RuntimeError:  # the process is going down: what is left waits in the store
                return
            self._running.add(key)
            if live is not None:
                self._live[key] = live

    def _work(self, key: Key, live: LiveReply | None) -> None:
        interview_id, work, number = key
        error: InterviewerError | None = None
        token: str | None = None
        made = elsewhere = once_more = False
        try:
            token = self._store.claim(interview_id, work, number, LEASE_SECONDS)
            if token is not None:
                with self._lock:
                    self._leases[key] = token
                made, once_more = self._make(key, token, live)
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
                self._running.discard(key)
                self._stopped.discard(key)
                if self._live.get(key) is live:
                    self._live.pop(key, None)
                # Asked for again just after this look had found nothing to do: then it is begun once more.
                once_more = once_more or (key in self._again and not (made or elsewhere or error))
                if (elsewhere or once_more) and not self._closed.is_set():
                    self._elsewhere.add(key)  # so that it counts as busy until it is begun again
            if live is not None:
                live.finish(error)
            if once_more:
                self._begin(key)

    def _needed(self, key: Key, interview: Interview) -> bool:
        """Whether the work is still to be done: between the look that began it and the claim it may have been."""
        interview_id, work, number = key
        if work is Work.REPLY:
            return interview.awaits_reply and interview.turns[-1].seq == number
        with self._lock:
            again = key in self._again
        if work is Work.HEAR:
            recording = self._open_recording(interview, number)
            if recording is None or not self._interviewer.hears:
                with self._lock:
                    self._again.pop(key, None)
                return False
            untried = recording.heard is None
        else:
            untried = number not in self._store.grades(interview_id)
        if again or untried:
            return True
        at = self.next_try(interview_id, number, work)
        return at is not None and at <= self._interviewer.now()

    def _open_recording(self, interview: Interview, number: int) -> Recording | None:
        """The recording with its sound while it can still become a turn."""
        if interview.status is InterviewStatus.ENDED:
            return None
        found = self._store.open_recordings(interview.id)
        return next((r for r in found if r.number == number and r.size), None)

    def _make(self, key: Key, token: str, live: LiveReply | None) -> tuple[bool, bool]:
        """Makes and stores what is still needed; whether it was, and whether it is to be made once more."""
        interview_id, work, number = key
        interview = self._store.get(interview_id)
        if not self._needed(key, interview):
            if work is not Work.REPLY:  # somebody else was quicker; how that went says when it is to be tried again
                self._plan_retries(interview_id)
            return False, False
        if work is Work.GRADE:
            return True, self._grade(key, token, interview)
        if work is Work.HEAR:
            return self._hear(key, token, interview), False
        sink = live.add if live is not None else lambda _: None
        reply = self._interviewer.reply(interview, sink, lambda: key in self._stopped)
        with self._counted(interview_id, interview.current.number, reply.calls):
            self._store.commit_reply(interview_id, number, token, reply)
        if reply.closes is not None:
            self._begin_missing(interview_id)
        return True, False

    def _grade(self, key: Key, token: str, interview: Interview) -> bool:
        """Grades and stores it; whether to grade it once more: the offline model was asked for meanwhile and still has
        something to do, or the rubric was changed."""
        interview_id, _, number = key
        with self._lock:
            asked = self._again.get(key)
        failed: Grade | Ungraded = Ungraded(reason="Something went wrong on our side while grading.", retryable=True)
        question = self._interviewer.question_now(interview, number)
        result, calls = _try(
            key, lambda: self._interviewer.grade(interview, number, offline=bool(asked), question=question), failed
        )
        with self._counted(interview_id, number, calls):
            self._store.commit_grade(interview_id, number, token, question.rubric.hash, result, calls)
        changed = self._interviewer.question_now(interview, number).rubric.hash != question.rubric.hash
        with self._lock:
            offline = self._again.get(key)
            if offline and not asked and isinstance(result, Ungraded):
                return True
            if changed:
                self._again.setdefault(key, bool(asked))
                return True
            self._again.pop(key, None)
        if isinstance(result, Ungraded) and result.retryable:
            self._plan_retries(interview_id)
        return False

    def _hear(self, key: Key, token: str, interview: Interview) -> bool:
        """Listens to a recording and stores what was understood; whether there was one."""
        interview_id, _, number = key
        recording = self._open_recording(interview, number)
        if recording is None:
            return False
        audio = self._store.audio(interview_id, number)
        failed = Heard(Unheard(reason=DEFECT, retryable=True))
        heard, calls = _try(key, lambda: self._interviewer.hear(interview, recording, audio), failed)
        with self._counted(interview_id, interview.turns[recording.seq - 2].exchange, calls):
            self._store.commit_heard(
                interview_id, number, token, heard.understood, heard.pauses, heard.first_word, calls
            )
        with self._lock:
            self._again.pop(key, None)
        if isinstance(heard.understood, Unheard) and heard.understood.retryable:
            self._plan_retries(interview_id)
        return True

    @contextmanager
    def _counted(self, interview_id: str, exchange: int, calls: Iterable[Call]) -> Iterator[None]:
        """Where the result of calls cannot be stored inside of it, their account is kept all the same."""
        try:
            yield
        except Exception:
            self._count(interview_id, exchange, calls)
            raise

    def _count(self, interview_id: str, exchange: int, calls: Iterable[Call]) -> None:
        """Keeps the account of calls whose result could not be stored."""
        try:
            self._store.add_calls(interview_id, exchange, calls)
        except Exception as problem:  # deleted meanwhile, say
            log.warning("calls for %s could not be counted: %s", interview_id, problem)

    def _give_back(self, key: Key, token: str) -> None:
        try:
            self._store.release(*key, token)
        except Exception as problem:
            log.warning("the lease of %s %d runs out by itself, it could not be given back: %s", *key[1:], problem)

    def _beat(self) -> None:
        """Renews leases, looks again at what others have claimed, begins what is to be tried again, and every hour what
        has to be done in time."""
        kept_up = time.monotonic()
        while not self._closed.wait(RENEW_SECONDS):
            if time.monotonic() - kept_up >= UPKEEP_SECONDS:
                kept_up = time.monotonic()
                self._in_advance(self._upkeep)
            now = self._interviewer.now()
            with self._lock:
                held = list(self._leases.items())
                retries = [key for key, at in self._retries.items() if at <= now]
                for key in retries:
                    del self._retries[key]
                again = [*self._elsewhere, *retries]
            for key in again:
                self._begin(key)
            for key, token in held:
                try:
                    self._store.renew(*key, token, LEASE_SECONDS)
                except Exception as problem:  # the heart beats on, whatever happens
                    log.warning("a lease could not be renewed: %s", problem)


def _try(key: Key, make: Callable[[], Made], failed: Made) -> tuple[Made, list[Call]]:
    """What is made, and the calls that it took; ``failed`` for a defect of ours.

    That is said once and kept, or every look at the interview would run into it again.
    """
    with recording() as calls:
        try:
            return make(), calls
        except Exception:
            log.exception("%s %d of %s failed", key[1], key[2], key[0])
            return failed, calls
