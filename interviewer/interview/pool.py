"""Threads that do not keep a process from ending.

Those of ``concurrent.futures`` are waited for when the interpreter ends, however long they take. Here what is left in
the middle is dropped with the process: the store still has it, and the next process to look takes it over.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Pool:
    """At most ``threads`` daemon threads that work off what is submitted, in order. The work must not raise."""

    def __init__(self, threads: int, name: str) -> None:
        self._most = threads
        self._name = name
        self._changed = threading.Condition()
        self._waiting: deque[Callable[[], None]] = deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    def submit(self, work: Callable[[], None]) -> None:
        """Raises RuntimeError when the pool is closed, or the process is ending."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the pool is closed")
            if self._idle <= len(self._waiting) and len(self._threads) < self._most:
                thread = threading.Thread(target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True)
                thread.start()
                self._threads.append(thread)
            self._waiting.append(work)
            self._changed.notify()

    def close(self) -> None:
        """Begins nothing more; what waited is forgotten."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def join(self, seconds: float) -> bool:
        """Waits after ``close`` until what was begun is done; False when that takes longer."""
        deadline = time.monotonic() + seconds
        with self._changed:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                self._changed.wait_for(lambda: self._waiting or self._closed)
                self._idle -= 1
                if not self._waiting:
                    return
                work = self._waiting.popleft()
            work()
            del work  # nothing of it is kept while this thread waits
