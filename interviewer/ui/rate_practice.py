"""The practice round of the rating room: an answer with a known band, what one makes of it, and what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from interviewer.bank.bank import load_calibration
from interviewer.calibration import training
from interviewer.calibration.training import Offered, Origin
from interviewer.domain.kit import Kit
from interviewer.domain.knowledge import CalibrationSet
from interviewer.domain.rating import KeptAnswer, Practice, Rater
from interviewer.kits.room import Item
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup, rate_form, rate_markup

_SEEN = "practice-seen"
"""The practice answer whose feedback the rater has put behind them."""

_ORIGINS = {
    Origin.KEPT: "Given by a candidate once; what it is worth was settled by people who rate for this kit.",
    Origin.BANK: "Written for this question of the kit, with a known band.",
    Origin.ALIKE: "The kit asks something else: this is one of the bank's questions that are most like it, because "
    "there is no (further) answer with a known band to the kit's own.",
}


@st.cache_resource(show_spinner="Reading the answers to practise on…", max_entries=2)
def _sets(_runtime: Runtime, bank: str) -> dict[str, CalibrationSet]:
    return load_calibration(_runtime.bank)


def offers(runtime: Runtime, kit: Kit, room: Sequence[Item], kept: Sequence[KeptAnswer]) -> list[Offered]:
    """What there is to practise on for a rater who has these answers to rate. Kept ones among those may be practised
    on instead of being rated."""
    questions = [one.question for one in kit.content.questions]
    instead = {(one.interview_id, one.exchange) for one in kept}
    to_rate = [item.answer for item in room if item.key not in instead]
    return training.offers(questions, runtime.bank.questions, _sets(runtime, runtime.bank.hash), kept, to_rate)


def practise(runtime: Runtime, rater: Rater, offered: Sequence[Offered]) -> None:
    """Draws the practice round as far as the rater has come."""
    done = rater.practice
    st.header("Practice round", anchor=False)
    if not done:
        st.html(rate_markup.about())
    upcoming = training.next_offered(offered, done, rater.id)
    now = training.standing(done)
    last = done[-1] if done else None
    if last is not None:
        st.html(rate_markup.strip(done))
    seen = st.session_state.get(_SEEN) == (rater.id, len(done))
    if last is not None and not seen:
        known = next((one for one in offered if one.key == (last.question, last.answer)), None)
        if known is not None:
            _feedback(known, last, len(done))
        if known is not None or now.may_begin:
            _on(runtime, rater, now, more=upcoming is not None)
            return
    if upcoming is None:
        _on(runtime, rater, now, more=False)
        return
    _sheet(runtime, rater, upcoming, len(done) + 1)


def _on(runtime: Runtime, rater: Rater, now: training.Standing, *, more: bool) -> None:
    """Where the rater stands, and the ways on."""
    st.html(rate_markup.standing(now))
    if not more and not now.may_begin:
        st.html(
            markup.note("There is nothing more to practise on. You may begin; that it was so is kept with your name.")
        )
    with st.container(horizontal=True, key="ways-on"):
        if (now.may_begin or not more) and st.button(
            "Begin rating" if now.met else "Begin all the same", type="primary" if now.met or not more else "secondary"
        ):
            runtime.store.ratings.practised(rater.id, rater.practice, ready=True)
            st.rerun()
        if more and st.button("Practise one more" if now.may_begin else "Next answer", key="next-practice"):
            st.session_state[_SEEN] = (rater.id, now.done)
            st.rerun()
    rate_form.by_keyboard(f"standing-{now.done}", f"What practice answer {now.done} is known to be", skip=False)


def _feedback(known: Offered, last: Practice, number: int) -> None:
    found = training.feedback(known.question.rubric, known.answer, last.given, last.given_verdicts)
    with st.container(key="rating-sheet"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.html(rate_markup.question(known.question))
            st.html(rate_markup.marked(f"Practice answer {number}", known.answer))
        with right:
            st.html(rate_markup.feedback(found, known.answer.quotes))


@st.fragment
@frame.part
def _sheet(runtime: Runtime, rater: Rater, one: Offered, number: int) -> None:
    token = hashlib.sha256("\0".join([rater.id, *one.key]).encode()).hexdigest()[:12]
    rubric = one.question.rubric
    rate_form.fill(token, rubric, rate_form.Entry())
    with st.container(key="rating-sheet"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.html(rate_markup.question(one.question))
            st.html(markup.note(_ORIGINS[one.origin]))
            st.html(rate_markup.practice_answer(f"Practice answer {number}", one.answer.text))
        with right:
            entry = rate_form.form(token, rubric, remark=False)
            missing = entry.missing(rubric)
            with st.container(key="send"):
                sent = st.button("See what it is", type="primary", key=f"send-{token}", disabled=bool(missing))
            st.html(f'<p class="saved" role="status">{"Still open: " + missing if missing else ""}</p>')
    rate_form.by_keyboard(token, f"Practice answer {number}", skip=False)
    if sent and entry.band is not None and not missing:
        practice = Practice(
            question=one.question.id,
            answer=one.answer.id,
            band=one.answer.band,
            given=entry.band,
            verdicts=one.answer.verdicts,
            given_verdicts=entry.verdicts,
        )
        runtime.store.ratings.practised(rater.id, (*rater.practice, practice), ready=False)
        st.rerun()
