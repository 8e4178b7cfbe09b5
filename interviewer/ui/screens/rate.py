"""The rating room: who rates, the practice round, then one answer after the other.

A rater sees what was asked and said, and the rubric; never a name, a time, the machine's grade or another's rating.
What they enter is stored as a draft at once, so that a reload or a closed tab loses nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass, field

import streamlit as st

from interviewer.calibration import training
from interviewer.calibration.training import Offered
from interviewer.domain.interview import Interview, InterviewStatus
from interviewer.domain.kit import Kit, KitStatus
from interviewer.domain.rating import KeptAnswer, Rater
from interviewer.errors import InterviewerError, UnknownInterview
from interviewer.kits.room import Item, Key, items, next_item, shares
from interviewer.runtime import Runtime
from interviewer.ui import frame, kit_head, markup, places, rate_form, rate_markup, rate_practice

FRESH = 30.0
"""Seconds for which the list of answers is used again, so that a click need not read every interview."""

_ROOM = "rating-room"
_WHO = "rater"
_KEPT = "rating-kept"


@dataclass
class Room:
    """What a rater's visit works on. ``made_for`` names what it was read for, ``at`` when (a monotonic clock).

    ``ended`` are the interviews in which nothing changes any more, so that they are read once.
    """

    made_for: tuple[str, ...]
    at: float
    ended: dict[str, Interview]
    items: list[Item]
    offered: list[Offered]
    rated: set[Key]
    begun: set[Key]
    skipped: set[Key] = field(default_factory=set)
    current: Key | None = None
    looked: dict[Key, float] = field(default_factory=dict)


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "rate")
    frame.style("rate")
    st.title("Rating room", anchor=False)
    if kit.status is KitStatus.DRAFT:
        st.html(
            '<p class="lead">Here people rate the answers to this kit, blind and each by themselves. The kit is still '
            "a draft: when it is open and somebody has answered, the answers are here.</p>"
        )
        return
    rater = _rater(runtime, kit)
    if rater is None:
        _who(runtime, kit)
        return
    with st.container(horizontal=True, key="rating-as", vertical_alignment="center"):
        st.html(f'<p class="about">You rate as <b>{markup.escaped(rater.name)}</b>.</p>')
        if st.button("Somebody else", type="tertiary", key="somebody-else"):
            _forget(kit)
            st.rerun()
    room = _room(runtime, kit, rater)
    if rater.ready_at is None:
        rate_practice.practise(runtime, rater, room.offered)
    else:
        _rate(runtime, rater, room)


# --- who rates


def _rater(runtime: Runtime, kit: Kit) -> Rater | None:
    """Who this tab rates as: its session remembers, and the address does, for a reload."""
    named = st.session_state.get(f"{_WHO}-{kit.id}") or st.query_params.get(_WHO, "")
    found = next((one for one in runtime.store.ratings.raters(kit.id) if one.id == named and not one.imported), None)
    if found is not None:
        _remember(kit, found)
    return found


def _remember(kit: Kit, rater: Rater) -> None:
    st.session_state[f"{_WHO}-{kit.id}"] = rater.id
    if st.query_params.get(_WHO) != rater.id:
        st.query_params[_WHO] = rater.id


def _forget(kit: Kit) -> None:
    st.session_state.pop(f"{_WHO}-{kit.id}", None)
    st.query_params.pop(_WHO, None)
    st.session_state.pop(_ROOM, None)


def _who(runtime: Runtime, kit: Kit) -> None:
    st.header("Who rates?", anchor=False)
    st.html(
        '<p class="lead">You will see answers one at a time: what was asked, what was said, and the rubric. Names, '
        "the machine's grades and other people's ratings are not shown here.</p>"
    )
    known = [one for one in runtime.store.ratings.raters(kit.id) if not one.imported]
    if known:
        st.html('<p class="plain">Go on as</p>')
        with st.container(horizontal=True, key="known-raters"):
            for one in known:
                if st.button(markup.label(one.name), key=f"as-{one.id}"):
                    _remember(kit, one)
                    st.rerun()
    with st.form("new-rater", border=False):
        name = st.text_input("Your name" if not known else "Or begin under your name", max_chars=80, key="rater-name")
        begun = st.form_submit_button("Begin", type="primary")
    if begun:
        _begin(runtime, kit, name)
    st.html(
        markup.note(
            "There is no sign-in yet: whoever can open this page can choose any name, so use your own. Leave Results, "
            "Agreement and Disagreements closed until you are through: they show what others gave."
        )
    )


def _begin(runtime: Runtime, kit: Kit, name: str) -> None:
    if not name.strip():
        st.html(markup.problem("A name is needed.", "It tells your ratings from those of others; initials will do."))
        return
    rater = runtime.store.ratings.rater(kit.id, name)
    if rater.imported:
        st.html(markup.problem("Ratings under this name came from a file.", "Choose a name that differs from it."))
        return
    _remember(kit, rater)
    st.rerun()


# --- what there is to rate


def _room(runtime: Runtime, kit: Kit, rater: Rater) -> Room:
    """The session's list of answers, read anew when it is old or was made for something else."""
    made_for = (kit.id, kit.content.hash, rater.id, str(rater.ready_at))
    room = st.session_state.get(_ROOM)
    if isinstance(room, Room) and room.made_for == made_for and time.monotonic() - room.at < FRESH:
        return room
    before = room if isinstance(room, Room) and room.made_for[0] == kit.id else None
    with st.spinner("Reading the answers…", show_time=False) if before is None else nullcontext():
        fresh = _read(runtime, kit, rater, made_for, before)
    st.session_state[_ROOM] = fresh
    return fresh


def _read(runtime: Runtime, kit: Kit, rater: Rater, made_for: tuple[str, ...], before: Room | None) -> Room:
    store = runtime.store
    kept = store.ratings.kept_answers(kit.id)
    rated = {(one.interview_id, one.exchange) for one in store.ratings.by(rater.id)}
    interviews = []
    for interview_id in store.kits.interviews(kit.id):
        known = before.ended.get(interview_id) if before else None
        try:
            interviews.append(known or store.get(interview_id))
        except UnknownInterview:
            continue  # deleted meanwhile
    found = items(kit.id, kit.content, interviews, rater.id, _practised(rater, kept) - rated)
    same = before if before is not None and before.made_for == made_for else None
    if same is None:
        begun = {item.key for item in found if item.key not in rated and store.ratings.draft(rater.id, *item.key)}
    else:
        begun = same.begun - rated
    untouched = [one for one in kept if (one.interview_id, one.exchange) not in rated | begun]
    offered = rate_practice.offers(runtime, kit, found, untouched) if rater.ready_at is None else []
    ended = {one.id: one for one in interviews if one.status is InterviewStatus.ENDED}
    fresh = Room(made_for, time.monotonic(), ended, found, offered, rated, begun)
    if same is not None:
        fresh.skipped, fresh.current, fresh.looked = same.skipped, same.current, same.looked
    return fresh


def _practised(rater: Rater, kept: Collection[KeptAnswer]) -> set[Key]:
    had = {(one.question, one.answer) for one in rater.practice}
    return {(one.interview_id, one.exchange) for one in kept if (one.question, one.answer.id) in had}


# --- rating


def _rate(runtime: Runtime, rater: Rater, room: Room) -> None:
    if not room.items:
        st.html(
            '<p class="lead">You are through with practising, and nobody has answered yet. As soon as a candidate is '
            "done with a question, the answer is here.</p>"
        )
        if st.button("Look again", key="look-again"):
            st.session_state.pop(_ROOM, None)
            st.rerun()
        return
    rated = sum(item.key in room.rated for item in room.items)
    item = _current(room)
    if item is None:
        _through(rater, room)
        return
    with st.container(key="room-top", horizontal=True, vertical_alignment="center"):
        st.html(rate_markup.progress(rated, len(room.items)))
        _go_to(room, item)
    _sheet(runtime, rater, room, item)
    with st.expander("How far you are with each question"):
        st.html(rate_markup.shares(shares(room.items, room.rated)))
    if note := training.note_of(rater):
        st.html(markup.note(f"{note} That is kept with your ratings."))


def _current(room: Room) -> Item | None:
    """The answer in view: the one that was chosen, one that was begun, or the next."""
    left = {item.key: item for item in room.items if item.key not in room.rated}
    if room.current not in left:
        begun = next((key for key in left if key in room.begun and key not in room.skipped), None)
        following = next_item(room.items, room.rated, room.skipped, room.current)
        room.current = begun or (following.key if following else None)
    return left.get(room.current) if room.current else None


def _go_to(room: Room, item: Item) -> None:
    """All answers that are not rated yet, to go back to one."""
    left = {one.token: one for one in room.items if one.key not in room.rated}

    def named(token: str) -> str:
        one = left.get(token, item)
        state = "begun" if one.key in room.begun else "skipped" if one.key in room.skipped else ""
        return " · ".join(part for part in (f"Answer {one.number}", f"question {one.place}", state) if part)

    def chosen() -> None:
        token = st.session_state.to_dict().get("go-to")
        if token in left:
            room.current = left[token].key

    st.session_state["go-to"] = item.token
    st.selectbox("Go to", list(left), key="go-to", format_func=named, on_change=chosen, label_visibility="collapsed")


@st.fragment
@frame.part
def _sheet(runtime: Runtime, rater: Rater, room: Room, item: Item) -> None:
    token = f"{item.token}-{item.question.rubric.hash}"
    room.looked.setdefault(item.key, time.monotonic())
    changed = _fill(runtime, rater, item, token)
    with st.container(key="rating-sheet"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.html(rate_markup.question(item.question))
            st.html(rate_markup.answer(f"Answer {item.number}", item.said))
        with right:
            if changed:
                st.html(markup.note("The rubric was changed since you began this one: please look at it once more."))
            rubric = item.question.rubric
            entry = rate_form.form(
                token, rubric, remark=True, on_change=lambda: _keep(runtime, rater, room, item, token)
            )
            missing = entry.missing(rubric)
            with st.container(horizontal=True, key="rate-ways"):
                with st.container(key="send", width="content"):
                    sent = st.button("Submit", type="primary", key=f"send-{token}", disabled=bool(missing))
                with st.container(key="skip", width="content"):
                    skipped = st.button("Skip for now", key=f"skip-{token}", type="tertiary")
            _kept(item, missing)
    rate_form.by_keyboard(token, f"Answer {item.number}, question {item.place}", skip=True)
    if sent and not missing:
        _submit(runtime, rater, room, item, entry)
    if skipped:
        room.skipped.add(item.key)
        _advance(room, item)


def _fill(runtime: Runtime, rater: Rater, item: Item, token: str) -> bool:
    """Puts the stored draft into the form; whether it was begun with another rubric."""
    marker = f"rate-changed-{token}"
    if marker not in st.session_state or f"band-{token}" not in st.session_state:
        draft = runtime.store.ratings.draft(rater.id, *item.key)
        entry = rate_form.Entry(draft.verdicts, draft.band, draft.comment) if draft else rate_form.Entry()
        rate_form.fill(token, item.question.rubric, entry)
        st.session_state[marker] = draft is not None and draft.rubric_hash != item.question.rubric.hash
    return bool(st.session_state[marker])


def _keep(runtime: Runtime, rater: Rater, room: Room, item: Item, token: str) -> None:
    """Stores what stands in the form as a draft."""
    entry = rate_form.entered(token, item.question.rubric)
    try:
        runtime.store.ratings.save(
            rater.id, *item.key, item.question.rubric.hash, entry.verdicts, entry.band, entry.comment
        )
    except InterviewerError as error:
        st.session_state[_KEPT] = (item.key, error)
    else:
        room.begun.add(item.key)
        st.session_state[_KEPT] = (item.key, None)


def _kept(item: Item, missing: str) -> None:
    """That what was entered is kept, and what is still open; or why it could not be kept."""
    key, error = st.session_state.get(_KEPT, (None, None))
    if key == item.key and error is not None:
        frame.problem(error)
        return
    kept = "Kept as a draft. " if key == item.key else ""
    rest = f"Still open: {missing}." if missing else "What is submitted cannot be changed any more."
    st.html(f'<p class="saved" role="status">{kept}{rest}</p>')


def _submit(runtime: Runtime, rater: Rater, room: Room, item: Item, entry: rate_form.Entry) -> None:
    seconds = time.monotonic() - room.looked[item.key]
    try:
        runtime.store.ratings.submit(
            rater.id,
            *item.key,
            item.question.rubric.hash,
            entry.verdicts,
            entry.band,
            entry.comment,
            seconds,
        )
    except InterviewerError:
        room.at = -math.inf  # rated or deleted elsewhere: the list is read anew with the next step
        raise
    room.rated.add(item.key)
    room.begun.discard(item.key)
    _advance(room, item)


def _advance(room: Room, item: Item) -> None:
    following = next_item(room.items, room.rated, room.skipped, item.key)
    room.current = following.key if following else None
    st.session_state.pop(_KEPT, None)
    st.rerun()


def _through(rater: Rater, room: Room) -> None:
    st.header("All rated. Thank you.", anchor=False)
    st.html(
        f'<p class="lead">You have rated all {len(room.items)} answers. How far you agree with the others and with '
        "the machine is on the page “Agreement”; where you differ most, on “Disagreements”.</p>"
    )
    st.page_link(places.agreement(), label="To the agreement", query_params={"id": rater.kit_id})
    st.html(rate_markup.shares(shares(room.items, room.rated)))
    if st.button("Look for new answers", key="look-again"):
        st.session_state.pop(_ROOM, None)
        st.rerun()
