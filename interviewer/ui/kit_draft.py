"""A kit's draft beside its questions: who asks, the terms, what the candidate reads, and opening it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from interviewer.domain.kit import MAX_KIT_TEXT, KitContent, Pausing, Probing
from interviewer.domain.words import Role, Seniority
from interviewer.errors import InterviewerError
from interviewer.kits.building import Problem, problems
from interviewer.runtime import Runtime
from interviewer.ui import frame, joining, kit_desk, markup
from interviewer.ui.kit_desk import Desk
from interviewer.ui.when import count

PROBLEM = "kit-problem"

_PROBING = {Probing.FIXED: "Fixed ones, the same for everyone", Probing.NONE: "None"}
_PAUSING = {Pausing.COUNTED: "Allowed, counted and shown", Pausing.NONE: "Not allowed"}


def about(desk: Desk) -> None:
    """The section that says what the interview is for and who asks."""
    _line(desk, "title", "Title", "Machine-learning engineer, search team", "Candidates see it above the interview.")
    _line(desk, "asks", "Who asks", "Northwind Research, hiring team", "As the candidate shall see it.")
    with st.container(horizontal=True, key="kit-for-whom"):
        _choice(desk, "role", "Role", list(Role), lambda role: role.label)
        _choice(desk, "seniority", "Seniority", list(Seniority), lambda seniority: seniority.label)


def terms(desk: Desk) -> None:
    """The section of what is the same for everyone beside the questions."""
    content = desk.content
    needed = sum(one.question.minutes for one in content.questions)
    with st.container(horizontal=True, key="kit-numbers"):
        help_minutes = f"The questions are meant to take {count(needed, 'minute')}. A link can give extra time."
        _number(desk, "minutes", "Minutes in all", 5, 240, help_minutes)
        help_days = "Counted from the end of each interview; then it is deleted with everything about it."
        _number(desk, "keep_days", "Days that interviews are kept", 1, 3650, help_days)
    _switch(desk, "probing", "Follow-ups", _PROBING)
    _switch(desk, "pausing", "Pausing", _PAUSING)
    _text(desk, "welcome", "Welcome", "Read before the start. It may be left empty.")
    _text(desk, "consent", "What candidates agree to", "They tick it before the start; that and when is recorded.")
    _text(desk, "another_way", "How to ask for another way", "Say whom to write to, and that asking is no drawback.")


def preview(runtime: Runtime, content: KitContent) -> None:
    """What the candidate reads before the start, word for word."""
    with st.container(key="kit-preview", border=True):
        st.html(
            joining.asked_by(content)
            + f"<h3>{markup.escaped(content.title or 'A kit without a title')}</h3>"
            + joining.announcement(content, at_work=joining.software(runtime.endpoint, runtime.audio_endpoint))
            + joining.consent(content)
        )


# --- opening it -----------------------------------------------------------------------------------------------


def opening(runtime: Runtime, desk: Desk) -> None:
    """What is still missing, and the way to open the kit."""
    content = desk.content
    found = problems(content)
    stops = [one for one in found if one.stops]
    if stops:
        st.html('<p class="plain">Before it can be opened:</p>' + _listed(stops, "open"))
    notes = [one for one in found if not one.stops]
    if notes:
        st.html('<p class="plain">Worth a second look:</p>' + _listed(notes, "look"))
    if not stops:
        st.html('<p class="plain">Nothing is missing.</p>')
    if st.button("Open the kit", key="open-kit", type="primary", disabled=bool(stops) or not desk.settled):
        _confirm(runtime, desk.id, content)


def _listed(found: Sequence[Problem], kind: str) -> str:
    sign = "radio_button_unchecked" if kind == "open" else "lightbulb"
    items = "".join(
        f'<li><span class="sign" aria-hidden="true">{sign}</span><p>{markup.escaped(one.text)}</p></li>'
        for one in found
    )
    return f'<ul class="kit-missing {kind}">{items}</ul>'


@st.dialog("Open this kit?")
@frame.part
def _confirm(runtime: Runtime, kit_id: str, content: KitContent) -> None:
    st.html(
        '<p class="plain">From then on everything in it is frozen: the questions and their order, the follow-ups, the '
        "minutes, the texts and the rubrics. You can make links for candidates, and every one of them gets the same. "
        "A rubric can be changed later as a new version, which is looked at first; for anything else, copy the kit.</p>"
        f'<p class="plain">Content hash: <code>{content.hash}</code></p>'
    )
    with st.container(horizontal=True):
        if st.button("Open it", key="open-for-good", type="primary", on_click=_open, args=(runtime, kit_id, content)):
            st.rerun()
        if st.button("Not yet", key="keep"):
            st.rerun()


def _open(runtime: Runtime, kit_id: str, content: KitContent) -> None:
    """Opens it as it was shown, and not as another tab has made it meanwhile."""
    try:
        runtime.store.kits.open(kit_id, seen=content.hash)
        kit_desk.settle(kit_id)
    except InterviewerError as error:
        st.session_state[PROBLEM] = error


# --- fields ---------------------------------------------------------------------------------------------------


def _line(desk: Desk, name: str, label: str, placeholder: str, told: str) -> None:
    key = desk.field(name, getattr(desk.content, name))
    st.text_input(
        label,
        key=key,
        max_chars=120,
        placeholder=placeholder,
        help=told,
        on_change=desk.took,
        args=(key, name),
    )


def _text(desk: Desk, name: str, label: str, told: str) -> None:
    key = desk.field(name, getattr(desk.content, name))
    st.text_area(
        label, key=key, height="content", max_chars=MAX_KIT_TEXT, help=told, on_change=desk.took, args=(key, name)
    )


def _number(desk: Desk, name: str, label: str, least: int, most: int, told: str) -> None:
    key = desk.field(name, getattr(desk.content, name))
    st.number_input(label, least, most, key=key, step=1, help=told, on_change=desk.took, args=(key, name))


def _choice(desk: Desk, name: str, label: str, options: Sequence[Any], shown: Callable[[Any], str]) -> None:
    key = desk.field(name, getattr(desk.content, name))
    st.selectbox(label, options, key=key, format_func=shown, on_change=desk.took, args=(key, name))


def _switch(desk: Desk, name: str, label: str, options: dict[Any, str]) -> None:
    key = desk.field(name, getattr(desk.content, name))
    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=options.__getitem__,
        key=key,
        on_change=desk.took,
        args=(key, name),
    )
