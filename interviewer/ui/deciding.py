"""Putting a person's band above what stands for an answer, taking that back, and deleting an interview."""

from __future__ import annotations

from typing import Any

import streamlit as st

from interviewer.contracts import AnswerResult, CandidateResult, ResultsQuestion
from interviewer.domain.rating import RATED, DecisionKind
from interviewer.domain.words import BAND_ANCHORS, BAND_WORDS, Verdict
from interviewer.errors import InterviewerError, UnknownInterview, UsageError
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup

OPEN = "results-dialog"
"""Whether one of these dialogs is open: what refreshes the page by itself waits for it."""

SAID = "results-said"
"""What came of the last dialog, for the page to say."""

_NAME = "decider"
_PROBLEM = "results-problem"

AS_IT_IS = "as it stands"


def outcome() -> None:
    """What came of the last dialog, said once."""
    if said := st.session_state.pop(SAID, ""):
        st.html(f'<p class="note" role="status">{markup.escaped(said)}</p>')
        st.toast(said, icon=":material/check:")  # one may be far down the page
    _trouble()


def _trouble() -> bool:
    problem: InterviewerError | None = st.session_state.pop(_PROBLEM, None)
    if problem is not None:
        frame.problem(problem)
    return problem is not None


@st.dialog("Put your band above")
@frame.part
def decide(runtime: Runtime, interview_id: str, answer: AnswerResult, question: ResultsQuestion) -> None:
    """Asks for band, reason and name, and perhaps verdicts."""
    st.session_state[OPEN] = True
    item = f"{interview_id}-{answer.exchange}"  # what was begun for one answer is not to turn up at another
    st.html(
        '<p class="plain">Your band stands above the machine’s grade and above ratings, which stay beside it. The '
        "reason is kept with it, and so is whoever decided.</p>"
    )
    st.radio(
        "Band",
        options=list(BAND_WORDS),
        index=None,
        format_func=lambda number: f"{number} {BAND_WORDS[number].lower()}",
        captions=[markup.label(BAND_ANCHORS[number]) for number in BAND_WORDS],
        key=f"band-{item}",
    )
    with st.expander("Verdicts, too (you need not give any)"):
        for criterion in question.criteria:
            st.selectbox(
                markup.label(criterion.text),
                options=[None, *RATED],
                format_func=lambda verdict: AS_IT_IS if verdict is None else verdict.label,
                key=f"verdict-{item}-{criterion.id}",
            )
    st.text_area("Reason", key=f"reason-{item}", placeholder="What in the answer makes it so")
    _who(item)
    refused = _trouble()  # above the button: below it, it is out of sight where the dialog is taller than the window
    done = st.button(
        "Let this band stand",
        type="primary",
        key="decide-now",
        on_click=_decide,
        args=(runtime, interview_id, answer.exchange, question),
    )
    if done and not refused:
        st.rerun()


def _decide(runtime: Runtime, interview_id: str, exchange: int, question: ResultsQuestion) -> None:
    item = f"{interview_id}-{exchange}"
    band, reason, name = _given(f"band-{item}"), _given(f"reason-{item}"), _given(f"name-{item}")
    if band is None or not reason.strip() or not name.strip():
        st.session_state[_PROBLEM] = UsageError(
            "Something is missing.", "A decision needs a band, a reason and your name."
        )
        return
    st.session_state[_NAME] = name
    chosen = {one.id: _given(f"verdict-{item}-{one.id}") for one in question.criteria}
    verdicts: dict[str, Verdict] = {name: verdict for name, verdict in chosen.items() if verdict is not None}
    try:
        runtime.store.ratings.decide(
            interview_id, exchange, DecisionKind.OVERRIDE, name, band, verdicts, reason, question.rubric
        )
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[SAID] = "Your band stands now; what stood before is kept beside it."


@st.dialog("Take the decision back?")
@frame.part
def withdraw(runtime: Runtime, interview_id: str, answer: AnswerResult) -> None:
    """Asks for the reason and the name; the decision stays in the list of what was decided."""
    st.session_state[OPEN] = True
    item = f"{interview_id}-{answer.exchange}"
    below = "people’s ratings stand" if any(one.band for one in answer.ratings) else "the machine’s grade stands"
    st.html(f'<p class="plain">The decision stays on record, with your reason beside it. After that {below}.</p>')
    st.text_area("Reason", key=f"back-{item}")
    _who(item)
    refused = _trouble()
    done = st.button(
        "Take it back",
        type="primary",
        key="withdraw-now",
        on_click=_withdraw,
        args=(runtime, interview_id, answer.exchange),
    )
    if done and not refused:
        st.rerun()


def _withdraw(runtime: Runtime, interview_id: str, exchange: int) -> None:
    item = f"{interview_id}-{exchange}"
    reason, name = _given(f"back-{item}"), _given(f"name-{item}")
    if not reason.strip() or not name.strip():
        st.session_state[_PROBLEM] = UsageError("Something is missing.", "Taking it back needs a reason and your name.")
        return
    st.session_state[_NAME] = name
    try:
        runtime.store.ratings.withdraw(interview_id, exchange, name, reason)
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[SAID] = "The decision is taken back."


def _who(item: str) -> None:
    st.text_input("Your name", value=st.session_state.get(_NAME, ""), key=f"name-{item}", max_chars=120)


def _given(key: str) -> Any:
    """What a field of a dialog holds; nothing once the dialog is gone."""
    return st.session_state.get(key, None if key.startswith(("band", "verdict")) else "")


@st.dialog("Delete this interview?")
@frame.part
def delete(runtime: Runtime, candidate: CandidateResult) -> None:
    st.session_state[OPEN] = True
    st.html(
        f'<p class="plain">The interview of {markup.escaped(candidate.candidate)} is deleted for good: everything that '
        "was said in it, its grades, people’s ratings of it, decisions and comments, and what was kept of it as an "
        "example. It cannot be brought back, and its link leads nowhere any more. Files that you downloaded stay where "
        "you saved them.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Delete for good", key="delete-for-good", on_click=_delete, args=(runtime, candidate.interview)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _delete(runtime: Runtime, interview_id: str) -> None:
    try:
        gone = runtime.store.delete(interview_id)
    except UnknownInterview:
        return  # another tab was quicker
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[SAID] = (
        "The interview is deleted."
        if gone
        else "The interview is gone from here. Another program is reading the store, so its last traces will be taken "
        "out of the file at the next start."
    )
