"""Results of a kit: candidates side by side, one candidate in full, decisions, files in and out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from interviewer.contracts import AnswerResult, CandidateResult, Results
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.kit import Kit, KitStatus
from interviewer.errors import UnknownInterview
from interviewer.kits import export
from interviewer.kits.collecting import results_of
from interviewer.kits.formats import FORMS, Form
from interviewer.kits.results import coded
from interviewer.runtime import Runtime
from interviewer.store import utc_now
from interviewer.ui import deciding, frame, kit_head, kit_import, markup, places, results_view
from interviewer.ui.grading import grade_again, regrading
from interviewer.ui.when import count, zone

ORDERS: dict[str, Callable[[CandidateResult], tuple[str, str]]] = {
    "Order of the links": lambda one: ("", ""),
    "Name": lambda one: (one.candidate.casefold(), one.code),
    "Date": lambda one: ("" if one.begun_at is None else one.begun_at.isoformat(), one.code),
}
"""Orders of the table. None of them is by how anybody did."""

ALL = "All questions"


def draw(runtime: Runtime) -> None:
    runtime.tidy()
    kit = kit_head.head(runtime, "results")
    frame.style("results")
    st.session_state[deciding.OPEN] = False
    st.title("Results", anchor=False)
    deciding.outcome()
    with st.spinner("Putting the results together …", show_time=False):
        named = results_of(runtime.store, kit.id, utc_now())
    st.html(f'<p class="lead">{markup.escaped(results_view.ABOVE)}</p>')
    begun = [one for one in named.candidates if one.interview is not None]
    found = named
    if begun:
        found = coded(named) if _controls(runtime, kit) else named
        _pending(runtime, found)
        _table(found)
        _one(runtime, kit, found)
    else:
        _empty(kit, named)
    if kit.status is not KitStatus.DRAFT:
        st.header("Bring in from a file", anchor=False)
        kit_import.draw(runtime, kit, named, found)


def _empty(kit: Kit, found: Results) -> None:
    links = len(found.candidates)
    if kit.status is KitStatus.DRAFT:
        how = "This kit is still a draft. Open it, give each candidate a link, and their answers appear here."
    elif links:
        how = f"{count(links, 'link')} given out, and nobody has begun yet. Answers appear here as they come."
    else:
        how = "Nobody has a link yet. Make one for each candidate on the kit’s page, or bring in answers from a file."
    st.html(
        '<p class="plain">Here candidates will stand side by side: question by question and criterion by criterion, '
        f"with their own words, the machine’s grades and people’s ratings.</p><p class='plain'>{how}</p>"
    )
    st.page_link(places.kit(), label="To the kit", query_params={"id": kit.id}, icon=":material/arrow_forward:")


def _controls(runtime: Runtime, kit: Kit) -> bool:
    """Names or codes, and the files; gives whether codes are shown."""
    with st.container(horizontal=True, key="results-controls", vertical_alignment="center"):
        codes = st.toggle(
            "Show codes instead of names",
            key=f"codes-{kit.id}",
            help="For looking at answers without knowing whose they are. What candidates said about themselves stays.",
        )
        with st.popover("Download", icon=":material/download:"):
            st.html(
                '<p class="plain">Everything on this page: what stands, and beside it what the machine and people '
                f"said. {'With codes instead of names.' if codes else 'With names.'}</p>"
            )
            name = re.sub(r"[^a-z0-9]+", "-", kit.content.title.lower())[:60].strip("-") or "kit"
            for form in FORMS.values():
                st.download_button(
                    form.label,
                    data=partial(_made, runtime, kit.id, codes, form),
                    file_name=f"{name}-{form.ending}",
                    mime=form.mime,
                    key=f"download-{form.name}",
                    icon=":material/download:",
                    on_click="ignore",
                    width="stretch",
                )
    return codes


def _made(runtime: Runtime, kit_id: str, codes: bool, form: Form) -> bytes:
    found = results_of(runtime.store, kit_id, utc_now())
    return form.made(coded(found) if codes else found)


# --- what is still being made -------------------------------------------------------------------------------


def _pending(runtime: Runtime, found: Results) -> None:
    waiting = tuple(one.interview for one in found.candidates if one.pending and one.interview is not None)
    if waiting:
        over = sum(a.status is not ExchangeStatus.OPEN for one in found.candidates for a in one.answers)
        _watch(runtime, waiting, over)


@st.fragment(run_every=2.0)
@frame.part
def _watch(runtime: Runtime, waiting: Sequence[str], over: int) -> None:
    """Says how far the grading is, and draws the page afresh at the end, unless somebody is just deciding."""
    left = 0
    for interview_id in waiting:
        try:
            missing = len(runtime.store.ungraded_exchanges(interview_id))
            if missing:
                runtime.workers.wake(interview_id)  # whoever was at it may be gone
        except UnknownInterview:
            missing = 0
        left += missing
    if left:
        st.html(markup.grading(max(1, over - left + 1), max(1, over)))
    elif not st.session_state.get(deciding.OPEN) or st.button(
        "All grades are made: show them", key="show-grades", icon=":material/refresh:"
    ):
        st.rerun()


# --- side by side -------------------------------------------------------------------------------------------


def _table(found: Results) -> None:
    with st.container(horizontal=True, key="results-order", vertical_alignment="bottom"):
        questions = {ALL: None} | {
            f"{one.number or '–'}. {one.prompt if len(one.prompt) <= 90 else one.prompt[:88] + '…'}": one
            for one in found.questions
        }
        shown = st.selectbox("Side by side", list(questions), key=f"side-{found.kit.id}")
        order = st.selectbox("Order", list(ORDERS), key=f"order-{found.kit.id}", help="Never by how anybody did.")
    rows = sorted((one for one in found.candidates if one.interview is not None), key=ORDERS[order])
    question = questions[shown]
    st.html(results_view.side_by_side(found, rows) if question is None else results_view.by_criterion(question, rows))
    st.html(results_view.key())
    unused = sum(one.status == "not begun" for one in found.candidates)
    gone = sum(one.status == "deleted" for one in found.candidates)
    told = [f"{count(unused, 'link')} not used yet"] if unused else []
    told += [f"{count(gone, 'interview')} deleted"] if gone else []
    if told:
        st.html(markup.note(f"Not in the table: {' and '.join(told)}."))


# --- one candidate ------------------------------------------------------------------------------------------


def _one(runtime: Runtime, kit: Kit, found: Results) -> None:
    st.header("One candidate in full", anchor=False)
    begun = {one.interview: one for one in found.candidates if one.interview is not None}
    names = export.names(found)
    chosen = st.selectbox(
        "Candidate",
        list(begun),
        format_func=lambda interview_id: names[interview_id or ""],
        key=f"candidate-{kit.id}",
    )
    candidate = begun.get(chosen)
    if candidate is None:
        return
    st.html(results_view.candidate_head(candidate, results_view.Clock(datetime.now(UTC), zone())))
    regrading(runtime, candidate.interview or "")
    prompts = {question.id: question for question in found.questions}
    for answer in candidate.answers:
        _answer(runtime, candidate, answer, found)
    reached = {answer.question for answer in candidate.answers}
    planned = candidate.overall.questions - len(reached)
    if planned > 0:
        st.html(markup.note(f"{count(planned, 'further question')} of {len(prompts)} not reached."))
    if st.button("Delete this interview", key="delete-interview", type="tertiary", icon=":material/delete:", wrap=True):
        deciding.delete(runtime, candidate)


def _answer(runtime: Runtime, candidate: CandidateResult, answer: AnswerResult, found: Results) -> None:
    question = next((one for one in found.questions if one.id == answer.question), None)
    if question is None or candidate.interview is None:
        return
    st.subheader(f"Question {answer.exchange}", anchor=False)
    st.html(results_view.answer_head(answer, question.prompt))
    st.html(results_view.criteria(answer))
    st.html(results_view.talk(answer))
    if answer.status is ExchangeStatus.OPEN:
        return
    ungraded = answer.machine if answer.machine is not None and answer.machine.status == "ungraded" else None
    if ungraded is not None:
        by_offline = ungraded.grader is not None and ungraded.grader.model.startswith("offline")
        grade_again(runtime, candidate.interview, answer.exchange, offline_too=not by_offline)
    with st.container(horizontal=True, key=f"decide-row-{answer.exchange}"):
        if st.button("Put your band above", key=f"decide-{answer.exchange}", icon=":material/gavel:"):
            deciding.decide(runtime, candidate.interview, answer, question)
        if answer.stands.by == "decision" and st.button(
            "Take the decision back", key=f"withdraw-{answer.exchange}", type="tertiary", icon=":material/undo:"
        ):
            deciding.withdraw(runtime, candidate.interview, answer)
