"""Set-up: what the interview is to be about. The defaults are good enough to start with one click."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from interviewer.bank import Bank
from interviewer.domain.company import MAX_COMPANY_CHARACTERS, Company
from interviewer.domain.interview import MAX_REQUEST_CHARACTERS, InterviewStatus, InterviewSummary, Setup
from interviewer.domain.question import Question
from interviewer.domain.words import Mode, Role, Seniority, Stage
from interviewer.errors import UsageError
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup, places, topics, who
from interviewer.ui.when import count, moment, zone

QUESTIONS, MINUTES = "Number of questions", "Time"

MODES = {
    Mode.PRACTICE: "Practice gives hints when you ask for them, and sample answers in the report.",
    Mode.REAL: "Real gives neither: the conditions of the day itself.",
}


def draw(runtime: Runtime) -> None:
    past = runtime.store.summaries()
    st.title("Practise an interview", anchor=False)
    endpoint = runtime.endpoint
    audio = runtime.audio_endpoint
    elsewhere = endpoint is not None or (audio is not None and bool(audio.transcribe_model))
    private = "" if elsewhere else " Nothing you say leaves this machine."
    st.html(
        '<p class="lead">An interviewer asks, listens, follows up on what you say, and shows you afterwards what was '
        f"in your answers and what was missing, with your own words as evidence.{private}</p>"
    )
    for notice in runtime.notices():
        st.html(markup.note(notice))
    if elsewhere:
        st.html(markup.note(who.at_work(endpoint, audio)))
    _unfinished(past)
    setup, problem = _choose(runtime.bank, _last(past))
    _start(runtime, setup, problem)


def _last(past: Sequence[InterviewSummary]) -> Setup:
    """What was chosen on this page last time; an interview of picked questions says little of that."""
    chosen = [one.setup for one in past if not one.setup.question_ids]
    return chosen[0] if chosen else Setup(questions=5)


def _unfinished(past: Sequence[InterviewSummary]) -> None:
    """The newest unfinished interview, so that one comes back to it with one click."""
    waiting = next((one for one in past if one.status is not InterviewStatus.ENDED), None)
    if waiting is None:
        return
    began = moment(waiting.created_at, datetime.now(UTC), zone())
    with st.container(key="unfinished", border=True, horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="offer"><b>Go on with your interview of {began}</b>'
            f"<span>{waiting.setup.role.label}, {waiting.setup.seniority.label.lower()} · "
            f"{waiting.answered} of {count(waiting.planned, 'question')} answered</span></div>"
        )
        if st.button("Go on", key="go-on"):
            places.to_interview(waiting.id)


def _choose(bank: Bank, start: Setup) -> tuple[Setup, UsageError | None]:
    """The choices, with what was chosen last time as the default, and what is wrong with them."""
    role = st.pills(
        "Role", list(Role), default=start.role, required=True, format_func=lambda r: r.label, key="for-role"
    )
    st.html(markup.note(bank.roles[role].summary) if role in bank.roles else "<span></span>")
    with st.container(horizontal=True, gap="large", key="who"):
        seniority = st.segmented_control(
            "Seniority",
            list(Seniority),
            default=start.seniority,
            required=True,
            format_func=lambda s: s.label,
            key="for-seniority",
        )
        mode = st.segmented_control(
            "Mode", list(Mode), default=start.mode, required=True, format_func=lambda m: m.label, key="mode"
        )
    st.html(markup.note(MODES[mode]))
    questions, minutes = _length(start)
    request = _request(start)
    stages = _stages(bank, role)
    chosen = _topics(bank, role)
    company, problem = _company(start.company)
    setup = Setup(
        role=role,
        seniority=seniority,
        mode=mode,
        questions=questions,
        minutes=minutes,
        stages=tuple(sorted(stages, key=lambda s: s.rank)),
        topics=tuple(chosen),
        request=request,
        company=company,
        seed=_seed(),
    )
    return setup, problem


def _length(start: Setup) -> tuple[int | None, int | None]:
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom", key="how-long"):
        by = st.segmented_control(
            "Length by",
            [QUESTIONS, MINUTES],
            default=QUESTIONS if start.minutes is None else MINUTES,
            required=True,
            key="length",
        )
        if by == QUESTIONS:
            asked = st.number_input(
                "Questions", min_value=1, max_value=30, value=start.questions or 5, key="questions", width=140
            )
            return int(asked), None
        time = st.number_input(
            "Minutes", min_value=5, max_value=240, value=start.minutes or 30, step=5, key="minutes", width=140
        )
        return None, int(time)


def _stages(bank: Bank, role: Role) -> list[Stage]:
    there = {question.stage for question in bank.questions.values() if role in question.roles}
    options = [stage for stage in Stage if stage in there]
    chosen = st.pills(
        "Stages (none chosen means all)",
        options,
        selection_mode="multi",
        format_func=lambda s: s.label,
        key="stages",
    )
    st.html(
        markup.lines((stage.label, bank.stages[stage].purpose) for stage in (chosen or options) if stage in bank.stages)
    )
    return list(chosen)


def _topics(bank: Bank, role: Role) -> list[str]:
    there = {question.topic for question in bank.questions.values() if role in question.roles}
    return st.multiselect(
        "Topics",
        topics.tree(bank, there),
        format_func=lambda topic: topics.titled(bank, topic),
        placeholder="All topics",
        key="topics",
    )


def _request(start: Setup) -> str:
    wish = st.text_input(
        "Anything particular?",
        value=start.request,
        max_chars=MAX_REQUEST_CHARACTERS,
        key="request",
        live="400ms",
        placeholder="more on transformers · something a senior would get",
    )
    return (wish or "").strip()


def _company(before: Company | None) -> tuple[Company | None, UsageError | None]:
    """The company that one prepares for, folded away; and what is wrong with what was typed."""
    named = f": {markup.label(before.name)}" if before else ""
    with st.expander(f"The company you prepare for{named}", key="company"):
        st.html(
            markup.note(
                "Questions about the company then name it, and what it says of itself counts as particular to it. Both "
                "are kept with the interview, on this machine only."
            )
        )
        name = st.text_input("Its name", value=before.name if before else "", max_chars=120, key="company-name").strip()
        text = st.text_area(
            "What it says of itself",
            value=before.text if before else "",
            height=140,
            placeholder="Its own pages, or the job description",
            key="company-text",
        ).strip()
    if text and not name:
        return None, UsageError("The text about a company has no name.", "Name the company, or empty the text.")
    if len(text) > MAX_COMPANY_CHARACTERS:
        return None, UsageError(
            f"The text about the company has {len(text):,} characters, and {MAX_COMPANY_CHARACTERS:,} is the most.",
            "Keep what the company says of its products, its people and the job.",
        )
    return (Company(name=name, text=text) if name else None), None


def _seed() -> int:
    """One draw of questions for as long as the page is open, so that what is announced is what is asked."""
    seed: int = st.session_state.setdefault("seed", random.SystemRandom().randrange(2**31))
    return seed


def _start(runtime: Runtime, setup: Setup, problem: UsageError | None) -> None:
    with st.bottom, st.container(key="start-bar", horizontal=True, vertical_alignment="center"):
        try:
            if problem is not None:
                raise problem
            with st.spinner("Looking for questions about it …"):
                planned = runtime.interviewer.questions(setup)
        except UsageError as error:
            frame.problem(error)
            st.button("Start the interview", key="start", type="primary", disabled=True)
            return
        minutes = sum(question.minutes for question in planned)
        fewer = setup.questions is not None and len(planned) < setup.questions
        st.html(
            f'<p class="ahead"><b>{count(len(planned), "question")}, about {count(minutes, "minute")}</b>'
            f"<span>{'No more questions fit this choice.' if fewer else _stages_ahead(planned)}</span></p>"
        )
        if st.button("Start the interview", key="start", type="primary"):
            interview_id = runtime.interviewer.start(setup)
            st.session_state.pop("seed", None)
            places.to_interview(interview_id)


def _stages_ahead(planned: Sequence[Question]) -> str:
    stages = dict.fromkeys(question.stage.label for question in planned)
    return " · ".join(stages)
