"""The questions that one has put aside for an interview, for as long as the tab is open."""

from __future__ import annotations

import streamlit as st

from interviewer.bank import Bank
from interviewer.domain.question import Question
from interviewer.ui import markup

_KEY = "selected-questions"


def chosen(bank: Bank) -> list[Question]:
    """In the order in which an interview asks: stage by stage, the easier before the harder."""
    ids: set[str] = st.session_state.get(_KEY, set())
    questions = (bank.questions[one] for one in ids if one in bank.questions)
    return sorted(questions, key=lambda q: (q.stage.rank, q.seniority.rank, q.minutes, q.id))


def box(question: Question) -> None:
    """The box that puts a question into the selection or takes it out again.

    Its label says which question it is about; the style sheet shows “Add” of it.
    """
    key = f"add-{question.id}"
    st.session_state[key] = question.id in st.session_state.get(_KEY, set())
    st.checkbox(markup.heard(f"Add: {question.prompt}"), key=key, on_change=_turn, args=(question.id, key))


def take_out(question_id: str) -> None:
    st.session_state[_KEY] = st.session_state.get(_KEY, set()) - {question_id}


def clear() -> None:
    st.session_state[_KEY] = set()


def _turn(question_id: str, key: str) -> None:
    rest = st.session_state.get(_KEY, set()) - {question_id}
    st.session_state[_KEY] = rest | {question_id} if st.session_state.get(key) else rest
