"""The turn protocol, as a page keeps it: store first, and nothing that a candidate typed is ever dropped.

Why it is written like this:

* A submit callback must reach the store before Streamlit can end the run. Every ``st.*`` call may end it, and so
  may every look into ``st.session_state``; ``to_dict()`` is the one way to read it that may not. So the callback
  reads the text that way, and what it changes afterwards are attributes of a Desk that it was handed.
* A turn's key is made of the tab, the turn's number and the text: the same submission heard twice is one turn,
  while a second text for the same place is refused as stale, and kept, instead of passing for the first.
* The number is the next one as this page last showed it. While a reply is on its way it stays the number of the
  candidate's own turn, so that a double click is still recognised and anything else waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import NAMESPACE_OID, uuid4, uuid5

import streamlit as st

from interviewer.domain.interview import Interview
from interviewer.domain.words import Intent
from interviewer.errors import InterviewerError, StaleState
from interviewer.interview.canned import CANNED
from interviewer.store import Store

log = logging.getLogger(__name__)

STILL_ANSWERING = InterviewerError(
    "The interviewer was still answering your last turn.", "Read the reply first; then send what still fits."
)
OURS = InterviewerError("Something went wrong on our side, and this was not stored.", "Please try it again.")


@dataclass
class Desk:
    """What one tab holds about one interview between its runs.

    ``shown`` is the number of the next turn as the page last showed it; ``unsent`` a text that the store did
    not take, with the ``problem`` that says why; ``version`` changes with it, so that its box is drawn afresh.
    ``revealed`` is how much of the reply to which turn is on the screen, so that a run in between begins there.
    ``wake`` has the reply begun to what was stored: at once, since whoever leaves for another page right after sending
    ends the run that would do it.
    """

    interview_id: str
    tab: str = field(default_factory=lambda: uuid4().hex)
    shown: int = 0
    sent: int = 0
    unsent: str = ""
    version: int = 0
    problem: InterviewerError | None = None
    failed: tuple[int, InterviewerError] | None = None
    revealed: tuple[int, int] = (0, 0)
    wake: Callable[[str], None] = lambda interview_id: None

    def look(self, interview: Interview) -> None:
        """Takes note of what the page is about to show."""
        self.shown = interview.turns[-1].seq if interview.awaits_reply else interview.next_seq

    def keep(self, text: str, problem: InterviewerError) -> None:
        """Keeps a text that could not be stored; what was kept before stays above it."""
        self.unsent = f"{self.unsent}\n\n{text}" if self.unsent and self.unsent != text else text
        self.problem = problem
        self.version += 1

    def clear(self) -> None:
        self.unsent, self.problem = "", None
        self.version += 1


def desk(interview_id: str) -> Desk:
    """This tab's desk for an interview."""
    found: Desk = st.session_state.setdefault(f"desk:{interview_id}", Desk(interview_id))
    return found


def send(store: Store, at: Desk, text: str, intent: Intent | None = None) -> bool:
    """Stores a turn; says whether it is stored. Never raises: what is not stored is kept on the desk."""
    key = uuid5(NAMESPACE_OID, f"{at.tab}:{at.shown}:{intent}:{text}").hex
    problem: InterviewerError
    try:
        store.submit(at.interview_id, at.shown, key, text, intent)
    except StaleState as error:
        problem = STILL_ANSWERING if at.sent == error.expected else error
    except InterviewerError as error:
        problem = error
    except Exception:
        log.exception("a turn of %s could not be stored", at.interview_id)
        problem = OURS
    else:
        stored(at)
        return True
    if intent is None and text.strip():
        at.keep(text, problem)
    else:
        at.problem = problem  # a button's sentence is not worth keeping
    return False


def stored(at: Desk) -> None:
    """Takes note that a turn is in the store, and has the reply to it begun. Never raises."""
    at.sent = at.shown
    at.problem = None
    try:
        at.wake(at.interview_id)
    except Exception:  # the turn is safe, and the page tries again
        log.exception("the workers could not be woken for %s", at.interview_id)


# --- callbacks: the store comes before everything else -------------------------------------------------------


def send_typed(store: Store, at: Desk, widget: str) -> None:
    text = st.session_state.to_dict().get(widget)
    if isinstance(text, str):
        send(store, at, text)


def send_canned(store: Store, at: Desk, intent: Intent, says: str = "") -> None:
    send(store, at, says or CANNED[intent], intent)


def send_again(store: Store, at: Desk, widget: str) -> None:
    """Sends the kept text as it now stands in its box."""
    text = st.session_state.to_dict().get(widget, at.unsent)
    kept, at.unsent = at.unsent, ""
    if send(store, at, text if isinstance(text, str) else kept):
        at.clear()


def discard(at: Desk) -> None:
    at.clear()


def pause(store: Store, at: Desk) -> None:
    _clock(at, store.pause)


def resume(store: Store, at: Desk) -> None:
    _clock(at, store.resume)


def _clock(at: Desk, act: Callable[[str], None]) -> None:
    try:
        act(at.interview_id)
    except InterviewerError as error:
        at.problem = error
    except Exception:
        log.exception("%s could not be paused or resumed", at.interview_id)
        at.problem = OURS
