"""What is different on the interview page where a kit's link led to it: a candidate sees the interview and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from interviewer.domain.interview import Interview
from interviewer.domain.kit import KitContent, KitTerms
from interviewer.errors import UnknownKit
from interviewer.runtime import Runtime
from interviewer.ui import frame, joining, markup
from interviewer.ui.when import moment, zone


def may_go_on(runtime: Runtime, interview: Interview) -> bool:
    """Whether the link still leads here; where it was withdrawn, that is what the page says, and nothing else."""
    frame.style("join")
    link = runtime.store.kits.invitation_of(interview.id)
    if link is None or link.revoked_at is None:
        return True
    terms = interview.setup.kit
    st.html(withdrawn(runtime, interview, terms) if terms is not None else "")
    return False


def head(terms: KitTerms) -> None:
    """Who asks, above the progress: the heading of the page."""
    st.html(
        f'<h1 class="join-head"><b>{markup.escaped(terms.asks)}</b> <span>{markup.escaped(terms.title)}</span></h1>'
    )


def withdrawn(runtime: Runtime, interview: Interview, terms: KitTerms) -> str:
    """The page of somebody whose link was taken back after they had begun."""
    content = _content(runtime, terms)
    return joining.calm(
        "This link was withdrawn",
        f"{terms.asks} has withdrawn it, so the interview does not go on and nothing more can be sent.",
        _kept(interview, content),
        "If you think that it was a mistake, ask whoever sent you the link.",
        own=content.another_way if content is not None else "",
    )


def thanks(runtime: Runtime, interview: Interview, terms: KitTerms, level: int = 1) -> str:
    """What happens after the end, and whom to ask. ``level`` is that of its heading."""
    content = _content(runtime, terms)
    return joining.calm(
        "Thank you",
        f"The interview is over, and your answers are stored for {terms.asks}. You may close this page.",
        "What happens next: software grades the answers, and people may read and rate them. How it goes on, you hear "
        f"from {terms.asks}; no score is shown here.",
        _kept(interview, content),
        "If you want it deleted earlier, or have a question:",
        own=content.another_way if content is not None and content.another_way else "Ask whoever sent you the link.",
        level=level,
    )


def _kept(interview: Interview, content: KitContent | None) -> str:
    if content is None:
        return "What you said is kept as long as you were told before you began."
    until = (interview.ended_at or interview.turns[-1].at) + timedelta(days=content.keep_days)
    return f"What you said is kept until {moment(until, datetime.now(UTC), zone())}, and deleted then."


def _content(runtime: Runtime, terms: KitTerms) -> KitContent | None:
    """The version that the candidate agreed to; None where it is gone."""
    try:
        versions = runtime.store.kits.versions(terms.kit)
    except UnknownKit:
        return None
    return next((version.content for version in versions if version.number == terms.version), None)
