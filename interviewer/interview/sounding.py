"""The interviewer's sentences as sound, made by a speech endpoint ahead of being heard.

Threads of their own make them, so that nobody waits for a sentence: the text is on the page in any case, and where no
sound comes the browser speaks. What was made is kept for the process, and never in the store: it can be made again.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from interviewer.domain.interview import Interview
from interviewer.domain.question import Value
from interviewer.errors import InterviewerError, ModelError
from interviewer.interview.pool import Pool
from interviewer.models.ledger import recording
from interviewer.models.speech import Sound, Synthesiser
from interviewer.store import Store

log = logging.getLogger(__name__)

KEPT = 200
"""Sentences whose sound is kept, some ten kilobytes each."""


class Made(Value):
    """How far a sentence's sound is: ``done`` with a ``sound``, or done without one because none could be made."""

    done: bool = False
    sound: Sound | None = None


NOT_YET = Made()
WITHOUT = Made(done=True)


class Sounding:
    """Safe to use from many threads. ``ask`` never blocks and may be called as often as one likes.

    ``spent`` says which limit of its budget an interview has reached; then the browser speaks.
    """

    def __init__(self, store: Store, spent: Callable[[Interview], str], threads: int = 2) -> None:
        self._store = store
        self._spent = spent
        self._pool = Pool(threads, "sound")
        self._lock = threading.Lock()
        self._synthesiser: Synthesiser | None = None
        self._made: OrderedDict[str, Made] = OrderedDict()

    def connect(self, synthesiser: Synthesiser | None) -> None:
        """Exchanges who speaks, from the next sentence on; with None every sentence is done without a sound."""
        with self._lock:
            self._synthesiser = synthesiser
            self._made.clear()

    def ask(self, interview_id: str, sentences: Sequence[str]) -> None:
        """Lets the sounds be made that are not there yet, in this order; their cost is the interview's."""
        with self._lock:
            if self._synthesiser is None:
                return
            for text in sentences:
                if text in self._made:
                    self._made.move_to_end(text)
                    continue
                self._made[text] = NOT_YET
                try:
                    self._pool.submit(partial(self._make, self._synthesiser, interview_id, text))
                except RuntimeError:  # the process is going down
                    self._made[text] = WITHOUT
            while len(self._made) > KEPT:
                self._made.popitem(last=False)

    def made(self, text: str) -> Made:
        """How far a sentence is that was asked for. One that was not, or is forgotten, is done without a sound."""
        with self._lock:
            return self._made.get(text, WITHOUT)

    def close(self) -> None:
        self._pool.close()

    def _make(self, synthesiser: Synthesiser, interview_id: str, text: str) -> None:
        made = WITHOUT
        try:
            interview = self._store.get(interview_id)
            if not self._spent(interview):
                with recording() as calls:
                    try:
                        made = Made(done=True, sound=synthesiser.synthesise(text))
                    except ModelError as problem:
                        log.warning("a sentence is left to the browser to speak: %s", problem)
                self._store.add_calls(interview_id, interview.current.number, calls)
        except InterviewerError as problem:  # deleted meanwhile, say
            log.warning("a sentence's sound could not be counted: %s", problem)
        except Exception:
            log.exception("a sentence could not be made into sound")
        with self._lock:
            if self._synthesiser is synthesiser and text in self._made:
                self._made[text] = made
