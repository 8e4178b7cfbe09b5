"""One kit: built as a draft, opened, and given to candidates by links."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.kit import Kit, KitStatus, KitVersion, Pausing, Probing
from interviewer.errors import InterviewerError
from interviewer.kits.building import probes_of
from interviewer.runtime import Runtime
from interviewer.ui import frame, kit_draft, kit_head, kit_links, kit_questions, markup, places
from interviewer.ui.kit_desk import Desk
from interviewer.ui.when import count, moment, zone


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "kit")
    frame.style("kit_page")
    frame.style("rubric")
    if kit.status is KitStatus.DRAFT:
        _draft(runtime, kit)
    else:
        _opened(runtime, kit)


def _problem() -> None:
    if kit_draft.PROBLEM in st.session_state:
        frame.problem(st.session_state.pop(kit_draft.PROBLEM))


# --- a draft --------------------------------------------------------------------------------------------------


def _draft(runtime: Runtime, kit: Kit) -> None:
    desk = Desk(runtime, kit)
    st.title("Build the kit", anchor=False)
    _problem()
    with st.container(key="kit-standing"):
        desk.standing()
    st.header("About it", anchor=False)
    kit_draft.about(desk)
    st.header("Questions", anchor=False)
    kit_questions.draw(runtime, desk)
    st.header("Terms", anchor=False)
    kit_draft.terms(desk)
    st.header("What the candidate sees", anchor=False)
    kit_draft.preview(runtime, desk.content)
    st.header("Open it", anchor=False)
    kit_draft.opening(runtime, desk)


# --- an open or closed one ------------------------------------------------------------------------------------


def _opened(runtime: Runtime, kit: Kit) -> None:
    st.title("Links", anchor=False)
    _problem()
    kit_links.draw(runtime, kit)
    st.header("What is frozen", anchor=False)
    versions = runtime.store.kits.versions(kit.id)
    _frozen(runtime, kit, versions)
    st.header("The kit itself", anchor=False)
    _itself(runtime, kit)


def _frozen(runtime: Runtime, kit: Kit, versions: list[KitVersion]) -> None:
    content = kit.content
    st.html(
        markup.lines(
            (
                ("Title", content.title),
                ("Who asks", content.asks),
                ("For", f"{content.role.label}, {content.seniority.label.lower()}"),
                ("Time", f"{count(content.minutes, 'minute')} in all, and extra time where a link gives it"),
                ("Follow-ups", "fixed, the same for everyone" if content.probing is Probing.FIXED else "none"),
                ("Pausing", "allowed and counted" if content.pausing is Pausing.COUNTED else "not allowed"),
                ("Kept", f"{count(content.keep_days, 'day')} after an interview ends"),
                ("Version", str(kit.version)),
                ("Content hash", content.hash),
            )
        )
    )
    for number, one in enumerate(content.questions, start=1):
        asked = [
            c.probe for c in one.question.rubric.criteria if c.id in one.probes and c.id in probes_of(one.question)
        ]
        follow = "".join(f"<p>Follow-up: {markup.escaped(probe)}</p>" for probe in asked if probe)
        if content.probing is Probing.NONE:
            follow = ""
        facts = f"Question {number} · {count(one.question.minutes, 'minute')}"
        st.html(
            f'<div class="kit-frozen"><div class="kit-prompt"><span>{facts}</span>'
            f"<b>{markup.escaped(one.question.prompt)}</b></div>{follow}"
            f"<p>Why it is asked: {markup.escaped(one.why)}</p>"
            f"{kit_questions.rubric_in_view(one.question, 'The rubric')}</div>"
        )
    with st.expander("What the candidate sees", key="kit-seen"):
        kit_draft.preview(runtime, content)
    if len(versions) > 1:
        _versions(versions)


def _versions(versions: list[KitVersion]) -> None:
    now = datetime.now(UTC)
    items = "".join(
        f"<li><b>Version {one.number}</b> <span>{moment(one.at, now, zone())}</span>"
        f"<p>{markup.escaped(one.note)}</p><code>{one.content.hash}</code></li>"
        for one in reversed(versions)
    )
    st.html(f'<h4 class="rubric-part">Versions</h4><ul class="kit-versions">{items}</ul>')


def _itself(runtime: Runtime, kit: Kit) -> None:
    if kit.status is KitStatus.OPEN:
        told = "Closing it lets no interview begin any more; one that was begun can be finished."
    else:
        told = "It is closed. Reopened, links that have not expired lead to it again."
    st.html(markup.note(f"{told} To change anything but a rubric, copy it to a new draft."))
    with st.container(horizontal=True, vertical_alignment="center", key="kit-actions"):
        if kit.status is KitStatus.OPEN:
            st.button("Close the kit", key="close-kit", on_click=_turn, args=(runtime, kit.id, False))
        else:
            st.button("Reopen the kit", key="reopen-kit", on_click=_turn, args=(runtime, kit.id, True))
        if st.button("Copy to a new draft", key="copy-kit"):
            places.to_kit(runtime.store.kits.copy(kit.id, copied(kit.content.title)))
        st.page_link(places.workshop(), label="Change a rubric", query_params={"id": kit.id})


def copied(title: str) -> str:
    """The title of a copy.

    >>> copied("Search team"), copied("x" * 120)[-8:]
    ('Search team (copy)', 'x (copy)')
    """
    return f"{title[:112].rstrip()} (copy)".strip()


def _turn(runtime: Runtime, kit_id: str, on: bool) -> None:
    try:
        if on:
            runtime.store.kits.reopen(kit_id)
        else:
            runtime.store.kits.close(kit_id)
    except InterviewerError as error:
        st.session_state[kit_draft.PROBLEM] = error
