"""How far the grading is, shown while it runs, and having an answer graded again that was left ungraded."""

from __future__ import annotations

import streamlit as st

from interviewer.domain.interview import ExchangeStatus
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup


def pending(runtime: Runtime, interview_id: str) -> int:
    """How many questions are over and have no grade yet."""
    return len(runtime.store.ungraded_exchanges(interview_id))


def grading_status(runtime: Runtime, interview_id: str) -> None:
    """The progress of the grading, kept up to date by itself; nothing once all is graded."""
    if pending(runtime, interview_id):
        _watch(runtime, interview_id)


@st.fragment(run_every=1.0)
@frame.part
def _watch(runtime: Runtime, interview_id: str) -> None:
    left = pending(runtime, interview_id)
    if not left:
        st.rerun()
    runtime.workers.wake(interview_id)  # whoever was at it may be gone
    over = sum(e.status is not ExchangeStatus.OPEN for e in runtime.store.get(interview_id).exchanges)
    st.html(markup.grading(over - left + 1, over))


def grade_again(runtime: Runtime, interview_id: str, number: int, *, offline_too: bool) -> None:
    """Buttons that have an answer graded again, with ``offline_too`` also by the offline model.

    They act by callbacks, since a run that finds a grading over begins anew before it comes to a button.
    """
    mine = (runtime, interview_id, number)
    with st.container(horizontal=True, key=f"again-{number}"):
        st.button("Grade again", key=f"regrade-{number}", on_click=_regrade, args=(*mine, False))
        if offline_too:
            st.button(
                "Let the offline model grade it",
                key=f"regrade-offline-{number}",
                type="tertiary",
                on_click=_regrade,
                args=(*mine, True),
            )


def regrading(runtime: Runtime, interview_id: str) -> None:
    """Says that an answer is being graded again, and draws the page afresh when it is."""
    if st.session_state.get(_asked(interview_id)):
        _watch_regrading(runtime, interview_id)


def _regrade(runtime: Runtime, interview_id: str, number: int, offline: bool) -> None:
    runtime.workers.regrade(interview_id, number, offline=offline)
    st.session_state[_asked(interview_id)] = True


def _asked(interview_id: str) -> str:
    return f"regrading:{interview_id}"


@st.fragment(run_every=1.0)
@frame.part
def _watch_regrading(runtime: Runtime, interview_id: str) -> None:
    if not runtime.workers.busy(interview_id):
        st.session_state.pop(_asked(interview_id), None)
        st.rerun()
    st.html('<p class="note" role="status">Grading again …</p>')
