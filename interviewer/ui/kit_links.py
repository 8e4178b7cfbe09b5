"""The links of an open kit: made one for each candidate, shown once, renewed and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import streamlit as st

from interviewer.domain.interview import InterviewStatus
from interviewer.domain.kit import MOST_EXTRA, Invitation, Kit, KitStatus
from interviewer.errors import InterviewerError, UnknownInterview
from interviewer.runtime import Runtime
from interviewer.settings import is_loopback
from interviewer.store.kit_rows import MAX_NAME_CHARACTERS
from interviewer.ui import frame, markup
from interviewer.ui.kit_draft import PROBLEM
from interviewer.ui.when import count, moment, zone

DEFAULT_DAYS = 14
"""Days after which a link expires unless another day is chosen."""

AT_ONCE = 100
"""Links that are made in one go."""

SHOWN = 25
"""Links listed before one asks for more."""

_EXTRA = (0, 25, 50, 100)


def draw(runtime: Runtime, kit: Kit) -> None:
    """The section of the links: making them where the kit is open, and all that were made."""
    fresh: list[tuple[str, str]] = st.session_state.get(_fresh(kit.id), [])
    if kit.status is KitStatus.OPEN:
        _make(runtime, kit)
    else:
        st.html(markup.note("The kit is closed, so no links are made. Reopen it to invite somebody."))
    if fresh:
        _once(kit, fresh)
    links = [one for one in runtime.store.kits.invitations(kit.id) if not one.imported]
    if not links:
        st.html(markup.note("No links yet. Each candidate gets one of their own, so that it can be withdrawn alone."))
        return
    shown: int = st.session_state.setdefault(f"kit-links-shown:{kit.id}", SHOWN)
    newest = links[::-1]
    with st.container(key="kit-links", gap=None):
        for link in newest[:shown]:
            _row(runtime, kit, link)
    if len(newest) > shown and st.button(f"Show {len(newest) - shown} more", key="more-links", type="tertiary"):
        st.session_state[f"kit-links-shown:{kit.id}"] = len(newest)
        st.rerun()


def _fresh(kit_id: str) -> str:
    return f"kit-fresh:{kit_id}"


# --- making them ----------------------------------------------------------------------------------------------


def own_address(url: str | None) -> str:
    """The address under which the pages are reached, without the page.

    >>> own_address("https://hire.example/tools/kit"), own_address(None)
    ('https://hire.example/tools', 'http://127.0.0.1:8501')
    """
    if not url:
        return "http://127.0.0.1:8501"
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/kit")
    return f"{parts.scheme}://{parts.netloc}{path}"


def last_moment(day: date) -> datetime:
    """The end of a day where the browser is, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone()).astimezone(UTC)


def _make(runtime: Runtime, kit: Kit) -> None:
    names, base = f"kit-names:{kit.id}", f"kit-base-address:{kit.id}"
    st.text_area(
        "Names or codes, one a line",
        key=names,
        height=100,
        max_chars=AT_ONCE * 130,
        placeholder="Candidate 17\nA. Example",
        help="Only you see them, here and in the results; raters don't.",
    )
    with st.container(horizontal=True, key="kit-link-terms"):
        today = datetime.now(zone()).date()
        st.date_input(
            "Can be begun until",
            today + timedelta(days=DEFAULT_DAYS),
            min_value=today,
            max_value=today + timedelta(days=365),
            key="kit-expires",
            format="YYYY-MM-DD",
        )
        extra = st.selectbox(
            "Extra time",
            [*_EXTRA, None],
            format_func=lambda extra: "Another …" if extra is None else f"{extra} %" if extra else "None",
            key="kit-extra",
            help="For candidates who need more time; it applies to all the links that you make now.",
        )
        if extra is None:
            st.number_input("Per cent", 0, MOST_EXTRA, 33, key="kit-extra-own", step=5)
    st.session_state.setdefault(base, own_address(st.context.url))
    st.text_input("Address at which candidates reach this app", key=base, max_chars=300)
    host = urlsplit(str(st.session_state[base])).hostname or ""
    if is_loopback(host):
        st.html(
            markup.note(
                f"{host} is this machine alone, so these links work here and nowhere else. For candidates elsewhere, "
                "put the address there under which they reach it."
            )
        )
    st.button("Make links", key="make-links", type="primary", on_click=_invite, args=(runtime, kit.id, names, base))


def _invite(runtime: Runtime, kit_id: str, names: str, base: str) -> None:
    state = st.session_state
    labels = [line for line in (" ".join(one.split()) for one in str(state.get(names) or "").splitlines()) if line]
    address = str(state.get(base) or "").strip().rstrip("/")
    if not labels or len(labels) > AT_ONCE:
        state[PROBLEM] = InterviewerError(
            "No link is made yet." if not labels else f"{len(labels)} links at once are too many.",
            "Type a name or a code for each candidate." if not labels else f"Make {AT_ONCE} at most in one go.",
        )
        return
    if too_long := next((label for label in labels if len(label) > MAX_NAME_CHARACTERS), None):
        state[PROBLEM] = InterviewerError(
            f"No link is made yet: “{too_long[:40]} …” has {len(too_long)} characters.",
            f"A name or a code has {MAX_NAME_CHARACTERS} at most.",
        )
        return
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        state[PROBLEM] = InterviewerError("This is no address that a link can begin with.", "Begin it with https://")
        return
    extra = state.get("kit-extra")
    percent = int(state.get("kit-extra-own") or 0) if extra is None else int(extra)
    expires = last_moment(state["kit-expires"])
    made: list[tuple[str, str]] = list(state.get(_fresh(kit_id), []))
    try:
        while labels:
            _, token = runtime.store.kits.invite(kit_id, labels[0], expires, percent)
            made.append((labels.pop(0), f"{address}/join?t={token}"))
    except InterviewerError as error:
        state[PROBLEM] = error
    state[_fresh(kit_id)] = made
    state[names] = "\n".join(labels)


def _once(kit: Kit, fresh: Sequence[tuple[str, str]]) -> None:
    with st.container(key="kit-fresh", border=True):
        st.html(
            f'<p class="plain" role="status"><b>{count(len(fresh), "new link")}.</b> Copy and send each now: they are '
            "kept nowhere and not shown again. Whoever has a link can take the interview: send it to nobody else.</p>"
        )
        for label, link in fresh:
            st.html(f'<p class="kit-link-for">{markup.escaped(label)}</p>')
            st.code(link, language=None, wrap_lines=True)
        st.button("I have copied them", key="links-copied", on_click=_copied, args=(kit.id,))


def _copied(kit_id: str) -> None:
    st.session_state.pop(_fresh(kit_id), None)


# --- those that there are -------------------------------------------------------------------------------------


def state_of(link: Invitation, status: InterviewStatus | None, now: datetime) -> str:
    """Where a link has got to, in a word or two. ``status`` is its interview's, None where there is none."""
    if link.interview_id is None and link.consented_at is not None:
        return "Deleted"
    if link.revoked_at is not None:
        return "Revoked"
    if status is InterviewStatus.ENDED:
        return "Finished"
    if status is not None:
        return "Begun"
    return "Expired" if now >= link.expires_at else "Not begun"


SIGNS = {
    "Not begun": "radio_button_unchecked",
    "Begun": "timelapse",
    "Finished": "check_circle",
    "Expired": "event_busy",
    "Revoked": "block",
    "Deleted": "delete",
}


def _status(runtime: Runtime, link: Invitation) -> InterviewStatus | None:
    try:
        return runtime.store.get(link.interview_id).status if link.interview_id else None
    except UnknownInterview:  # deleted while this page is drawn
        return None


def _row(runtime: Runtime, kit: Kit, link: Invitation) -> None:
    now = datetime.now(UTC)
    status = _status(runtime, link)
    state = state_of(link, status, now)
    facts = [f"until {moment(link.expires_at, now, zone())}"] if state in ("Not begun", "Expired") else []
    facts += [f"{link.extra_percent} % extra time"] if link.extra_percent else []
    facts += [f"version {link.version}"] if link.version else []
    with st.container(key=f"kit-link-{link.id}", horizontal=True, vertical_alignment="center", gap="small"):
        word = state.lower().replace(" ", "-")
        st.html(
            f'<div class="kit-link"><b>{markup.escaped(link.label)}</b><p class="{word}">'
            f'<span class="sign" aria-hidden="true">{SIGNS[state]}</span>{state}'
            f"<small>{markup.escaped(' · '.join(facts))}</small></p></div>"
        )
        with st.container(horizontal=True, gap="small", width="content"):
            renewable = state != "Deleted" and (kit.status is KitStatus.OPEN or link.interview_id is not None)
            if (
                status is not InterviewStatus.ENDED
                and renewable
                and st.button(
                    "New link",
                    key=f"renew-{link.id}",
                    type="tertiary",
                    help=markup.heard(f"A new link for {link.label}"),
                )
            ):
                _renew_asks(runtime, kit.id, link)
            if link.revoked_at is None and st.button(
                "Revoke",
                key=f"revoke-{link.id}",
                type="tertiary",
                icon=":material/block:",
                help=markup.heard(f"Revoke the link of {link.label}"),
            ):
                _revoke_asks(runtime, link)


@st.dialog("Make a new link?")
@frame.part
def _renew_asks(runtime: Runtime, kit_id: str, link: Invitation) -> None:
    begun = " It leads back into the interview that was begun." if link.interview_id else ""
    st.html(
        f'<p class="plain">{markup.escaped(link.label)} gets a new link, valid for {DEFAULT_DAYS} days, and the one '
        f"before leads nowhere from then on.{begun}</p>"
    )
    with st.container(horizontal=True):
        if st.button("Make a new link", key="renew-it", type="primary", on_click=_renew, args=(runtime, kit_id, link)):
            st.rerun()
        if st.button("Keep the old one", key="keep"):
            st.rerun()


def _renew(runtime: Runtime, kit_id: str, link: Invitation) -> None:
    state = st.session_state
    base = str(state.get(f"kit-base-address:{kit_id}") or own_address(st.context.url)).strip().rstrip("/")
    try:
        expires = last_moment(datetime.now(zone()).date() + timedelta(days=DEFAULT_DAYS))
        token = runtime.store.kits.renew(link.id, expires)
    except InterviewerError as error:
        state[PROBLEM] = error
        return
    state[_fresh(kit_id)] = [*state.get(_fresh(kit_id), []), (link.label, f"{base}/join?t={token}")]


@st.dialog("Revoke this link?")
@frame.part
def _revoke_asks(runtime: Runtime, link: Invitation) -> None:
    begun = (
        " What was said so far stays in the results until you delete it or its time is over; going on is not possible."
        if link.interview_id
        else " Nobody can begin with it any more."
    )
    st.html(
        f'<p class="plain">The link of {markup.escaped(link.label)} leads nowhere from now on.{begun} A new one can be '
        "made at any time.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Revoke it", key="delete-for-good", on_click=_revoke, args=(runtime, link)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _revoke(runtime: Runtime, link: Invitation) -> None:
    try:
        runtime.store.kits.revoke(link.id)
    except InterviewerError as error:
        st.session_state[PROBLEM] = error
