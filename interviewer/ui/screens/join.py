"""The way from a link to an interview: who asks and on what terms, the consent, and on to the questions.

Nothing is stored before a candidate has agreed and begun. What they are judged by is never shown here.
"""

from __future__ import annotations

import streamlit as st

from interviewer.domain.interview import InterviewStatus
from interviewer.domain.kit import Invitation, Kit, Refusal
from interviewer.errors import InterviewerError, UnknownInterview, UnknownKit
from interviewer.runtime import Runtime
from interviewer.store import utc_now
from interviewer.ui import candidate, frame, joining, places

UNKNOWN = (
    "This link leads to no interview",
    "Perhaps a part of it got lost on the way: it has to be opened whole, as you were sent it.",
    "If it still does not work, ask whoever sent it for a new one. Nothing of yours is stored here by opening it.",
)


def draw(runtime: Runtime) -> None:
    frame.style("join")
    runtime.tidy()
    invitation = runtime.store.kits.by_token(st.query_params.get("t", ""))
    try:
        kit = runtime.store.kits.get(invitation.kit_id) if invitation is not None else None
        if invitation is None or kit is None:
            st.html(joining.calm(*UNKNOWN))
        elif refusal := invitation.refused(utc_now(), kit.status):
            _refused(runtime, kit, invitation, refusal)
        elif invitation.interview_id is not None:
            _begun(runtime, invitation.interview_id)
        else:
            _invited(runtime, kit, invitation)
    except (UnknownInterview, UnknownKit):  # deleted while it was being opened
        st.html(joining.calm(*UNKNOWN))


def by_link_only() -> None:
    """All that a process for candidates shows to who comes without a link."""
    frame.style("join")
    st.html(
        joining.calm(
            "This address opens interviews by link only",
            "If you were asked to an interview, open the link that you were sent, whole as it is.",
            "If you have none, or it does not work, ask whoever wanted to send you one.",
        )
    )


def _invited(runtime: Runtime, kit: Kit, invitation: Invitation) -> None:
    version = runtime.newest_version(kit.id)
    content = version.content
    st.html(joining.asked_by(content))
    st.title(content.title, anchor=False)
    at_work = joining.software(runtime.endpoint, runtime.audio_endpoint)
    st.html(joining.announcement(content, invitation.extra_percent, at_work))
    st.html(joining.consent(content))
    # A new version has a box of its own: whoever ticked for one text has not agreed to another.
    agreed = st.checkbox("I have read this and agree", key=f"agreed-{invitation.id}-{content.hash}")
    if st.button("Begin the interview", key="begin-kit", type="primary", disabled=not agreed) and agreed:
        try:
            interview_id = runtime.begin_kit(invitation, version)
        except UnknownKit:  # its remedy is for whoever made the kit
            raise
        except InterviewerError as error:
            frame.problem(error)
            return
        places.to_interview(interview_id)


def _begun(runtime: Runtime, interview_id: str) -> None:
    interview = runtime.store.get(interview_id)
    if interview.status is not InterviewStatus.ENDED:
        places.to_interview(interview_id)
    if interview.setup.kit is not None:
        st.html(candidate.thanks(runtime, interview, interview.setup.kit))


def _deleted(kit: Kit) -> None:
    st.html(
        joining.calm(
            "The interview of this link was deleted",
            "It was begun with this link, and is not kept any more: neither what was said nor what was made of it.",
            "A link opens one interview. If there is to be another, ask whoever sent you this one.",
            own=kit.content.another_way,
        )
    )


def _refused(runtime: Runtime, kit: Kit, invitation: Invitation, why: Refusal) -> None:
    asks = kit.content.asks
    match why:
        case Refusal.REVOKED:
            if invitation.interview_id is None and invitation.consented_at is not None:
                _deleted(kit)
                return
            if invitation.interview_id is not None:
                interview = runtime.store.get(invitation.interview_id)
                if interview.setup.kit is not None:
                    st.html(candidate.withdrawn(runtime, interview, interview.setup.kit))
                    return
            said: tuple[str, ...] = (
                "This link was withdrawn",
                f"{asks} has withdrawn it, so no interview begins with it. Nothing of yours is stored here.",
                "If you think that it was a mistake, or were sent a newer link, ask whoever sent it.",
            )
        case Refusal.EXPIRED:
            said = (
                "This link has expired",
                "The time in which an interview could be begun with it is over. Nothing of yours is stored here.",
                f"If you would still like to take part, ask {asks} for a new one.",
            )
        case Refusal.CLOSED:
            said = (
                "This interview is closed",
                f"{asks} takes no more interviews of this kind for now. Nothing of yours is stored here.",
                "If you did not expect that, ask whoever sent you the link.",
            )
        case _:
            said = UNKNOWN
    known = why is not Refusal.UNKNOWN
    st.html(joining.calm(*said, own=kit.content.another_way if known else ""))
