"""Past interviews: to go on with, to read again, to delete for good."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.interview import InterviewStatus, InterviewSummary
from interviewer.errors import InterviewerError, UnknownInterview
from interviewer.report.wording import mean_in_words, points
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup, places
from interviewer.ui.when import count, moment, zone

AT_ONCE = 20
"""Interviews shown before one asks for more."""

_PROBLEM = "could-not-delete"

_STATUS = {InterviewStatus.RUNNING: " · not finished", InterviewStatus.PAUSED: " · paused", InterviewStatus.ENDED: ""}


def draw(runtime: Runtime) -> None:
    st.title("Past interviews", anchor=False)
    if _PROBLEM in st.session_state:
        frame.problem(st.session_state.pop(_PROBLEM))
    _scrub_again(runtime)
    past = runtime.store.summaries()
    if not past:
        st.html(
            '<p class="lead">Every interview you begin is kept here, on this machine: what was said, the grades, '
            "and how to go on with one that you have not finished.</p>"
        )
        if st.button("Begin your first one", type="primary", key="begin"):
            st.switch_page(places.practise())
        return
    shown: int = st.session_state.setdefault("past-shown", AT_ONCE)
    for summary in past[:shown]:
        _row(runtime, summary)
    if len(past) > shown and st.button(f"Show {len(past) - shown} more", key="more", type="tertiary"):
        st.session_state["past-shown"] = len(past)
        st.rerun()


def _row(runtime: Runtime, summary: InterviewSummary) -> None:
    began = moment(summary.created_at, datetime.now(UTC), zone())
    setup = summary.setup
    ended = summary.status is InterviewStatus.ENDED
    with st.container(key=f"row-{summary.id}", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="past"><b>{setup.role.label}, {setup.seniority.label.lower()}</b>'
            f"<span>{began[:1].upper()}{began[1:]} · {setup.mode.label} · "
            f"{summary.answered} of {count(summary.planned, 'question')} answered"
            f"{_STATUS[summary.status]}</span></div>"
        )
        if summary.score is not None:
            st.html(_result(summary.score))
        with st.container(horizontal=True, horizontal_alignment="right", gap="small", width="content"):
            if not ended and st.button("Go on", key=f"go-{summary.id}"):
                places.to_interview(summary.id)
            if ended and st.button("Report", key=f"report-{summary.id}"):
                places.to_report(summary.id)
            if st.button(
                "Delete",
                key=f"delete-{summary.id}",
                type="tertiary",
                icon=":material/delete:",
                help=f"Delete the interview of {began}",
            ):
                _confirm(runtime, summary.id, began)


def _result(score: float) -> str:
    return f'<p class="result"><b>{points(score)}</b> of 5<span>{mean_in_words(score).lower()}</span></p>'


@st.dialog("Delete this interview?")
@frame.part
def _confirm(runtime: Runtime, interview_id: str, began: str) -> None:
    st.html(
        f'<p class="plain">The interview of {markup.escaped(began)} is deleted for good: everything that was said in '
        "it, its grades, its report, and what you disputed. It cannot be brought back. Reports that you downloaded "
        "stay where you saved them.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Delete for good", key="delete-for-good", on_click=_delete, args=(runtime, interview_id)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _delete(runtime: Runtime, interview_id: str) -> None:
    try:
        runtime.store.delete(interview_id)
    except UnknownInterview:
        return  # another tab was quicker
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error


def _scrub_again(runtime: Runtime) -> None:
    """Takes the last traces of something deleted out of the file, where a reader was in the way at the time."""
    if not runtime.store.database.scrub_is_owed():
        return
    if runtime.store.database.scrub():
        st.html(markup.note("What you deleted is gone, and by now its last traces are out of the file."))
    else:
        st.html(
            markup.note(
                "What you deleted is gone from here. Another program is reading the store, so its last traces will be "
                "taken out of the file when this page is opened again, or at the next start."
            )
        )
