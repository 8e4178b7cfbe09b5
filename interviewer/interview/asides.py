"""The calls to a real model that one reply makes, each in a thread of its own.

So two can be under way at once, and none need be waited for to its end: the candidate may stop a reply, and an
acknowledgement that is late is left out. What a call took is counted all the same, also when it ends after the reply.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from interviewer.domain.usage import Call
from interviewer.models.ledger import recording

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""How often it is looked whether the candidate has had enough."""

LEAVING_SECONDS = 0.1
"""How long the accounts wait for calls that were just left."""

T = TypeVar("T")


class Stopped(Exception):
    """The candidate does not want to wait any longer."""


class Late(Exception):
    """It has not come in time."""


class Aside(Generic[T]):
    """Work in a thread; what it yields can be had as it comes, until one leaves it."""

    def __init__(self, asides: Asides, work: Callable[[], Iterable[T]]) -> None:
        self._asides = asides
        self._come: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()
        self._left = threading.Event()
        self._source: Iterable[T] = ()
        self._thread = threading.Thread(target=copy_context().run, args=(self._run, work), name="aside", daemon=True)
        self._thread.start()

    def come(self, seconds: float | None = None) -> Iterator[T]:
        """What the work yields, as it comes. Raises what it raises, Stopped, and Late after ``seconds``."""
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            while True:
                found = self._next(deadline)
                if found is None:
                    return
                if isinstance(found, BaseException):
                    raise found
                yield found[0]
        finally:
            self._left.set()
            _close(self._source)

    def one(self, seconds: float | None = None) -> T:
        """The first thing that comes; raises as ``come`` does."""
        return next(iter(self.come(seconds)))

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _next(self, deadline: float | None) -> tuple[T] | BaseException | None:
        while True:
            if self._asides.stopped():
                raise Stopped
            wait = LOOK_SECONDS if deadline is None else min(LOOK_SECONDS, deadline - time.monotonic())
            try:
                return self._come.get(timeout=max(0.0, wait))
            except Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    raise Late from None

    def _run(self, work: Callable[[], Iterable[T]]) -> None:
        end: BaseException | None = None
        with recording() as calls:
            try:
                self._source = source = work()
                try:
                    for piece in () if self._left.is_set() else source:
                        self._come.put((piece,))
                        if self._left.is_set():
                            break
                finally:
                    _close(source)
            except BaseException as error:
                end = error
                if self._left.is_set():
                    log.info("a call that nobody waited for failed: %s", error)
        self._asides.settle(calls)
        self._come.put(end)


class Asides:
    """The asides of one reply. ``late`` keeps the calls of those that end after ``close``."""

    def __init__(self, stopped: Callable[[], bool], late: Callable[[tuple[Call, ...]], None]) -> None:
        self.stopped = stopped
        self._late = late
        self._lock = threading.Lock()
        self._joins: list[Callable[[float], None]] = []
        self._calls: list[Call] = []
        self._closed = False

    def ask(self, work: Callable[[], T]) -> Aside[T]:
        """Begins something that gives one thing."""
        aside = Aside(self, lambda: [work()])
        self._joins.append(aside.join)
        return aside

    def listen(self, work: Callable[[], Iterator[str]]) -> Aside[str]:
        """Begins something that gives pieces as they come."""
        aside = Aside(self, work)
        self._joins.append(aside.join)
        return aside

    def give_up(self) -> None:
        """There will be no reply to count the calls with: all of them go to ``late``."""
        self._keep(self.close())

    def settle(self, calls: Iterable[Call]) -> None:
        """Takes in what an aside that has ended was counted with."""
        calls = tuple(calls)
        with self._lock:
            if not self._closed:
                self._calls.extend(calls)
                return
        self._keep(calls)

    def close(self) -> tuple[Call, ...]:
        """The calls so far; what ends later is handed to ``late``."""
        deadline = time.monotonic() + LEAVING_SECONDS
        for join in self._joins:
            join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            self._closed = True
            return tuple(self._calls)

    def _keep(self, calls: tuple[Call, ...]) -> None:
        if not calls:
            return
        try:
            self._late(calls)
        except Exception as problem:  # the interview was deleted meanwhile, say
            log.warning("%d calls could not be counted: %s", len(calls), problem)


def _close(source: object) -> None:
    """Tells a stream that it was left, so that it ends its call. A generator that its own thread is in cannot be told:
    it is closed when that comes out."""
    if isinstance(source, Iterator) and hasattr(source, "close"):
        with suppress(ValueError):
            source.close()
