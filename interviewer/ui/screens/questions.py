"""The questions of the bank: to look through, to study one by one, and to put together an interview from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from interviewer.bank import Bank
from interviewer.domain.interview import Setup
from interviewer.domain.knowledge import Guide
from interviewer.domain.question import Question
from interviewer.domain.words import Mode, Role, Seniority, Stage
from interviewer.errors import UsageError
from interviewer.runtime import Runtime
from interviewer.ui import listing, markup, places, selection, study, topics
from interviewer.ui.bookmark import bookmark
from interviewer.ui.listing import Found, Wanted
from interviewer.ui.when import count

T = TypeVar("T")

AT_ONCE = 20
"""Questions found that are shown before one asks for more."""

LONGEST_QUERY = 300


def draw(runtime: Runtime) -> None:
    question_id = st.query_params.get("id", "")
    if question_id:
        if question_id not in runtime.bank.questions:
            raise UsageError("There is no question at this address.", "Look for it among all questions.")
        st.query_params["id"] = question_id  # a link within the page changes what is drawn, but not the address
        _one(runtime, runtime.bank.question(question_id))
    else:
        _all(runtime)
    _selected(runtime)


# --- all of them ----------------------------------------------------------------------------------------------


def _all(runtime: Runtime) -> None:
    bank = runtime.bank
    place = st.container()  # before the rest, so that it stays what it is while the rest changes
    st.title("Questions", anchor=False)
    query = st.text_input(
        "Search the questions",
        key="q",
        type="search",
        live="200ms",
        max_chars=LONGEST_QUERY,
        placeholder="Search by what it is about",
        label_visibility="collapsed",
        bind="query-params",
    )
    wanted = _wanted(bank)
    if query and query.strip():
        with st.spinner("Reading the questions for the first time; this takes a few seconds."):
            found = listing.search(runtime, query.strip(), wanted)
        told = _found(bank, found, (query, wanted))
    else:
        told = _browse(bank, [question for question in bank.questions.values() if wanted.takes(question, bank)])
    with place:
        bookmark("list", told)


def _wanted(bank: Bank) -> Wanted:
    there = topics.tree(bank, {question.topic for question in bank.questions.values()})
    with st.container(key="filters", horizontal=True, gap="small"):
        role = _filter("Role", list(Role), lambda r: r.label)
        seniority = _filter("Seniority", list(Seniority), lambda s: s.label)
        stage = _filter("Stage", list(Stage), lambda s: s.label)
        topic = _filter("Topic", there, lambda t: topics.titled(bank, t))
    return Wanted(role, seniority, stage, topic)


def _filter(label: str, options: Sequence[T], titled: Callable[[T], str]) -> T | None:
    """A choice that is kept in the address under its label; None for any."""
    return st.selectbox(
        label,
        options,
        index=None,
        format_func=titled,
        placeholder=f"Any {label.lower()}",
        key=label.lower(),
        label_visibility="collapsed",
        bind="query-params",
    )


def _browse(bank: Bank, questions: Sequence[Question]) -> str:
    told = _told(len(questions))
    st.html(f'<p class="found">{told}</p>')
    for stage, groups in listing.grouped(bank, questions):
        st.header(stage.label, anchor=False)
        for topic, members in groups:
            st.html(f'<h3 class="topic">{markup.escaped(topics.titled(bank, topic))}</h3>')
            for question in members:
                _row(bank, question)
    return told


def _found(bank: Bank, found: Found, search: tuple[str, Wanted]) -> str:
    told = _told(len(found.questions)) if found.fits else "Nothing fits well; these are the nearest."
    st.html(f'<p class="found">{told}</p>')
    more: tuple[str, Wanted] | None = st.session_state.get("found-more")
    shown = len(found.questions) if more == search else AT_ONCE
    for question in found.questions[:shown]:
        _row(bank, question)
    if len(found.questions) > shown and st.button(
        f"Show {len(found.questions) - shown} more", key="more-found", type="tertiary"
    ):
        st.session_state["found-more"] = search
        st.rerun()
    _advice(found.guides)
    return told


def _told(number: int) -> str:
    return count(number, "question") if number else "No question fits this; take one of the filters out."


def _row(bank: Bank, question: Question) -> None:
    with st.container(key=f"hit-{question.id}"):
        _link(question)
        st.html(study.line(question, bank))
        selection.box(question)


def _link(question: Question) -> None:
    st.page_link(places.questions(), label=markup.label(question.prompt), query_params={"id": question.id})


def _advice(guides: Sequence[Guide]) -> None:
    if not guides:
        return
    st.html('<h2 class="aside">Advice</h2>' + "".join(map(_guide, guides)))


def _guide(guide: Guide) -> str:
    whom = '<span class="quiet">for interviewers</span>' if guide.audience == "employer" else ""
    return (
        f'<details class="fold"><summary>{markup.escaped(guide.title)} {whom}</summary>'
        f"<p>{markup.escaped(guide.text)}</p></details>"
    )


# --- one of them ----------------------------------------------------------------------------------------------


def _one(runtime: Runtime, question: Question) -> None:
    bank = runtime.bank
    with st.container():
        bookmark(question.id, "")
    with st.container(key="back-to-all"):
        st.page_link(places.questions(), label="All questions", icon=":material/arrow_back:")
    st.html(study.opening(question, bank))
    with st.container(key="study-actions", horizontal=True, vertical_alignment="center"):
        if st.button("Practise this question", key="practise-this", type="primary"):
            places.to_interview(_begin(runtime, [question], Mode.PRACTICE))
        selection.box(question)
    _hints(question)
    st.html(study.looked_for(question, bank))
    st.html(study.sample(question) + study.further(question, bank))
    near = listing.near_to(bank, question)
    if near:
        st.html('<section class="study"><h2>Questions near it</h2></section>')
        with st.container(key="near", gap=None):
            for other in near:
                _link(other)


def _hints(question: Question) -> None:
    hints = study.hints(question)
    if not hints:
        return
    key = f"hints:{question.id}"
    given: int = st.session_state.get(key, 0)

    def another() -> None:
        st.session_state[key] = given + 1

    with st.container(key="hints"):
        st.html(study.hints_shown(hints[:given]))
        if given < len(hints):
            label = "Show a hint" if given == 0 else f"Show another ({given} of {len(hints)} shown)"
            st.button(label, key="another-hint", on_click=another)


# --- the selection --------------------------------------------------------------------------------------------


def _selected(runtime: Runtime) -> None:
    """What was put aside, quietly at the bottom; nothing while it is empty."""
    questions = selection.chosen(runtime.bank)
    if not questions:
        return
    minutes = sum(question.minutes for question in questions)
    with st.bottom, st.container(key="selected", horizontal=True, vertical_alignment="center"):
        with st.popover(f"{count(len(questions), 'question')}, about {count(minutes, 'minute')}", key="selected-list"):
            for question in questions:
                with st.container(key=f"selected-{question.id}", horizontal=True, vertical_alignment="center"):
                    st.html(f'<p class="plain">{markup.escaped(question.prompt)}</p>')
                    st.button(
                        markup.label(f"Take out: {question.prompt}"),
                        key=f"out-{question.id}",
                        type="tertiary",
                        icon=":material/close:",
                        on_click=selection.take_out,
                        args=(question.id,),
                    )
        mode = st.segmented_control(
            "Mode",
            list(Mode),
            default=_last(runtime).mode,
            required=True,
            format_func=lambda m: m.label,
            key="selected-mode",
            label_visibility="collapsed",
        )
        st.button("Clear", key="clear", type="tertiary", on_click=selection.clear)
        if st.button("Start an interview", key="start-selected", type="primary"):
            started = _begin(runtime, questions, mode)
            selection.clear()
            places.to_interview(started)


def _begin(runtime: Runtime, questions: Sequence[Question], mode: Mode) -> str:
    """Begins an interview of just these questions, in this order; gives its ID."""
    last = _last(runtime)
    setup = Setup(
        role=last.role,
        seniority=last.seniority,
        mode=mode,
        question_ids=tuple(question.id for question in questions),
        seed=random.SystemRandom().randrange(2**31),
    )
    return runtime.begin(setup)


def _last(runtime: Runtime) -> Setup:
    """What was chosen for the last interview."""
    return next((summary.setup for summary in runtime.store.summaries()), Setup(questions=1))
