"""All kits: an employer's fixed interviews."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.kit import KitStatus, KitSummary
from interviewer.errors import InterviewerError, UnknownKit
from interviewer.kits.wording import fresh
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup, places
from interviewer.ui.screens.kit import copied
from interviewer.ui.when import count, moment, zone

_PROBLEM = "could-not-delete-kit"

_STATUS = {
    KitStatus.DRAFT: ("Draft", "edit_note"),
    KitStatus.OPEN: ("Open", "lock_open"),
    KitStatus.CLOSED: ("Closed", "lock"),
}

_STEPS = (
    ("Build it", "Choose questions from the bank or write your own, and say why each belongs to the job."),
    ("Open it", "Questions, order, time and rubrics are frozen. Everybody who is invited gets the same."),
    ("Invite", "Each candidate gets a link of their own, and agrees before anything begins."),
    ("Rate", "People rate the answers without seeing names, the software's grades, or each other's ratings."),
    ("Look", "How far people agree with each other and with the software decides what a grade is worth."),
)


def draw(runtime: Runtime) -> None:
    frame.style("kits")
    st.title("Kits", anchor=False)
    if _PROBLEM in st.session_state:
        frame.problem(st.session_state.pop(_PROBLEM))
    kits = runtime.store.kits.all()
    if not kits:
        _empty()
    if st.button("New kit", key="new-kit", type="primary", icon=":material/add:"):
        places.to_kit(runtime.store.kits.create(fresh()))
    for kit in kits:
        _row(runtime, kit)


def _empty() -> None:
    steps = "".join(f"<li><b>{title}</b> {text}</li>" for title, text in _STEPS)
    st.html(
        '<p class="lead">A kit is an interview of your own: fixed questions with fixed rubrics, the same for everyone '
        "whom you invite.</p>"
        f'<ol class="kit-steps">{steps}</ol>'
        '<p class="note">The software recommends nobody and ranks nobody. What people say stands above its grades.</p>'
    )


def _row(runtime: Runtime, kit: KitSummary) -> None:
    title = kit.title or "A kit without a title"
    made = moment(kit.created_at, datetime.now(UTC), zone())
    word, sign = _STATUS[kit.status]
    facts = [count(kit.questions, "question")]
    if kit.status is not KitStatus.DRAFT or kit.begun:
        facts += [count(kit.links, "link"), f"{kit.begun} begun", f"{kit.ended} finished"]
    with st.container(key=f"kit-row-{kit.id}", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="kit-line"><b>{markup.escaped(title)}</b><span class="{kit.status.value}">'
            f'<i aria-hidden="true">{sign}</i>{word}</span> <span>{" · ".join(facts)} · made {made}</span></div>'
        )
        with st.container(horizontal=True, horizontal_alignment="right", gap="small", width="content"):
            if st.button(
                "Go on building" if kit.status is KitStatus.DRAFT else "Go to it",
                key=f"go-{kit.id}",
                help=markup.heard(f"{title}, made {made}"),
            ):
                places.to_kit(kit.id)
            if st.button("Copy", key=f"copy-{kit.id}", type="tertiary", help=markup.heard(f"Copy {title}")):
                places.to_kit(runtime.store.kits.copy(kit.id, copied(kit.title)))
            if st.button(
                "Delete",
                key=f"delete-{kit.id}",
                type="tertiary",
                icon=":material/delete:",
                help=markup.heard(f"Delete {title}"),
            ):
                _confirm(runtime, kit, title)


@st.dialog("Delete this kit?")
@frame.part
def _confirm(runtime: Runtime, kit: KitSummary, title: str) -> None:
    if kit.status is KitStatus.DRAFT:
        goes = "The draft is deleted for good, with the questions and rubrics that were written in it."
    else:
        goes = (
            f"Deleted for good are the kit and all its versions, {count(kit.links, 'link')}, "
            f"{count(kit.begun, 'interview')} with every answer and grade, all ratings, decisions and comments, and "
            "the rubrics in the making. Links lead nowhere from then on, also for somebody who is in the middle of it."
        )
    st.html(
        f'<p class="plain">“{markup.escaped(title)}”: {goes} It cannot be brought back. Files that you downloaded stay '
        "where you saved them.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Delete for good", key="delete-for-good", on_click=_delete, args=(runtime, kit.id)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _delete(runtime: Runtime, kit_id: str) -> None:
    try:
        runtime.store.kits.delete(kit_id)
    except UnknownKit:
        return  # another tab was quicker
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
