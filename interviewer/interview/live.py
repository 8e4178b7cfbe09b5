"""What is being said right now."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from interviewer.errors import InterviewerError


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
