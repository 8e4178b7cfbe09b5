"""What all calls of one client share: the connections, what is known of the endpoint, and whether it is away."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer.models.openai.breaker import Breaker
from interviewer.models.openai.capabilities import Memory
from interviewer.models.openai.deadline import WireError
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.prompts import Prompt

if TYPE_CHECKING:
    from interviewer.models.openai.sdk import Sdk


class Line:
    """Thread-safe. ``closed`` is set when nothing more may be asked."""

    def __init__(self, endpoint: Endpoint, memory: Path | None, repair: Prompt) -> None:
        self.endpoint = endpoint
        self.memory = Memory(memory)
        self.repair = repair
        self.breaker = Breaker()
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self._sdk: Sdk | None = None
        self._busy = 0
        self._ignored: dict[str, int] = {}

    @contextmanager
    def sdk(self) -> Iterator[Sdk]:
        """The connections, open at least to the end of the block. Raises WireError once the line is closed."""
        with self._lock:
            if self.closed.is_set():
                raise WireError("closed")
            if self._sdk is None:
                from interviewer.models.openai.sdk import Sdk  # loading it takes a second

                self._sdk = Sdk(self.endpoint)
                # A client that is exchanged for another one, not closed, ends what it is doing and then hangs up.
                weakref.finalize(self, self._sdk.close)
            sdk = self._sdk
            self._busy += 1
        try:
            yield sdk
        finally:
            with self._lock:
                self._busy -= 1
                if self.closed.is_set() and not self._busy:
                    self._hang_up()

    def close(self) -> None:
        """Calls under way see ``closed`` and end; the last of them hangs up: no socket is shut under a reader."""
        self.closed.set()
        with self._lock:
            if not self._busy:
                self._hang_up()

    def _hang_up(self) -> None:
        sdk, self._sdk = self._sdk, None
        if sdk is not None:
            sdk.close()

    def ignored(self, model: str, again: bool) -> int:
        """Counts replies in a row that look as if the endpoint took a schema and passed it over."""
        with self._lock:
            self._ignored[model] = self._ignored.get(model, 0) + 1 if again else 0
            return self._ignored[model]
