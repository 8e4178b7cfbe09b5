"""How far the grading is: shown on the interview's and the report's page while it runs."""

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
