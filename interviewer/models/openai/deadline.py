"""How long a call may take in all, and who may end it sooner."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

TICK = 0.2
"""The longest wait, in seconds, before a deadline is looked at again: how fast a stop is heard."""

Kind = Literal[
    "address",  # its name is not found
    "closed",  # the client was closed
    "connect",  # no connection in time
    "cut",  # the connection broke off
    "encoded",  # a compressed reply, though none was asked for
    "large",  # more bytes than we take
    "late",  # the deadline is over
    "proxy",  # the proxy on the way refused, or is of a kind that we cannot use
    "refused",  # nobody listens there
    "secure",  # no TLS could be agreed upon
    "stopped",  # whoever asked wants no more
    "untrusted",  # a certificate that this machine does not trust
]


class WireError(Exception):
    """The way to the endpoint and back did not hold. Carries a kind and nothing that was sent or received."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind


class Deadline:
    """The moment at which a call is over, whatever state it is in.

    ``closed`` and ``stopped`` end it sooner: the one for every call of a client, the other for this call.
    """

    def __init__(
        self, seconds: float, closed: threading.Event | None = None, stopped: Callable[[], bool] | None = None
    ) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds
        self._closed = closed or threading.Event()
        self._stopped = stopped

    def left(self) -> float:
        """Seconds; zero when it is over."""
        return max(0.0, self._at - time.monotonic())

    def part(self) -> Deadline:
        """One for a part of the call: the same, but it can be shortened by itself."""
        return Deadline(self.left(), self._closed, self._stopped)

    def shorten(self, seconds: float) -> None:
        """Not later than in so many seconds from now."""
        self._at = min(self._at, time.monotonic() + seconds)

    def tick(self) -> float:
        """How long to wait at most before asking again. Raises WireError when the call is over."""
        if self._closed.is_set():
            raise WireError("closed")
        if self._stopped is not None and self._stopped():
            raise WireError("stopped")
        left = self.left()
        if left <= 0:
            raise WireError("late")
        return min(left, TICK)

    def wait(self, seconds: float) -> None:
        """Sleeps so long. Raises WireError when the call is over before."""
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            self._closed.wait(min(self.tick(), rest))

    @contextmanager
    def running(self) -> Iterator[None]:
        """What this thread does on the wire inside of it, it does under this deadline."""
        before: Deadline | None = getattr(_this_thread, "deadline", None)
        _this_thread.deadline = self
        try:
            yield
        finally:
            _this_thread.deadline = before


def running() -> Deadline:
    """The deadline that this thread is under."""
    deadline: Deadline | None = getattr(_this_thread, "deadline", None)
    if deadline is None:
        raise RuntimeError("nothing may go over the wire without a deadline")
    return deadline


_this_thread = threading.local()
