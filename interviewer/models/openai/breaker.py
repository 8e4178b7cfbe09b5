"""Who has just found the endpoint away does not let the next one wait for it."""

from __future__ import annotations

import threading
import time

from interviewer.domain.usage import Purpose

FIRST_SECONDS = 15.0
LONGEST_SECONDS = 120.0
WAITED_FOR = frozenset({Purpose.ASSESS, Purpose.ACKNOWLEDGE, Purpose.SPEAK, Purpose.SYNTHESISE})
"""Purposes for which a candidate waits. The others may always try: that is how the way back is found."""


class Breaker:
    """Opens when the endpoint is not available, for 15 seconds, and twice as long each time that it still is not then.

    Calls that were under way when it opened say nothing new. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._next = FIRST_SECONDS

    def closed_for(self, purpose: Purpose) -> float:
        """Seconds for which a call should not even be tried; 0 when it may."""
        if purpose not in WAITED_FOR:
            return 0.0
        with self._lock:
            return max(0.0, self._until - time.monotonic())

    def failed(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._until = now + self._next
                self._next = min(2 * self._next, LONGEST_SECONDS)

    def worked(self) -> None:
        with self._lock:
            self._until = 0.0
            self._next = FIRST_SECONDS
