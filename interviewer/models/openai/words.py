"""A reply as it streams in, that can be hung up on while somebody waits for its next word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import cast


class Words(Iterator[str]):
    """The words of a stream that ``begin`` begins; it is given what to ask whether they are still wanted.

    ``close`` may be called from any thread. A generator cannot be closed while another thread is in it, waiting for an
    endpoint, say; there the wait ends within a moment, and the generator with it.
    """

    def __init__(self, begin: Callable[[Callable[[], bool]], Iterator[str]]) -> None:
        self._left = threading.Event()
        self._words = begin(self._left.is_set)

    def __next__(self) -> str:
        return next(self._words)

    def close(self) -> None:
        self._left.set()
        close = cast(Callable[[], None], getattr(self._words, "close", lambda: None))
        with suppress(ValueError):  # a thread is in it, and hears of it
            close()
