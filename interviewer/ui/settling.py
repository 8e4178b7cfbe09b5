"""Talking a disagreement over, settling it, and keeping the answer to practise with.

As everywhere the store comes first: a callback stores what was entered before anything is drawn. What the store does
not take stays in its place, with a sentence that says why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

import streamlit as st

from interviewer.calibration.disagreements import (
    KINDS,
    Disagreement,
    agreed,
    answered,
    calibration_answer,
    missing,
)
from interviewer.domain.interview import Turn
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.question import Question
from interviewer.domain.rating import RATED, Comment, DecisionKind, KeptAnswer
from interviewer.domain.words import BAND_ANCHORS, BAND_WORDS, Verdict
from interviewer.errors import InterviewerError, UsageError
from interviewer.report.wording import joined
from interviewer.store import Store
from interviewer.ui import both_sides, frame, markup

log = logging.getLogger(__name__)

ME = "who-settles"
"""Who works on these pages in this tab: entered once, offered again."""

_TROUBLE = "settling-trouble"

_LEFT = "left open"

_NAMES = ("comment-by-", "settle-by-", "withdraw-by-")


def talk(store: Store, one: Disagreement, comments: Sequence[Comment], now: datetime, zone: tzinfo | None) -> None:
    """What was said about it so far, and a place to say more."""
    key = _key(one)
    st.html('<h3 class="step">Comments</h3>' + both_sides.thread(comments, now, zone))
    with st.form(f"comment-{key}", clear_on_submit=False, border=False):
        with st.container(key="comment-fields"):
            _name(f"comment-by-{key}")
            st.text_area("Comment", key=f"comment-text-{key}", height=80)
        st.form_submit_button("Add the comment", key=f"comment-add-{key}", on_click=_add_comment, args=(store, one))
    _trouble(f"comment-{key}")


def settle(store: Store, one: Disagreement, question: Question, now: datetime, zone: tzinfo | None) -> None:
    """The decision that stands, with the way to take it back; or a form to make one."""
    key = _key(one)
    if one.decision is not None:
        st.html('<h3 class="step">Decided</h3>' + both_sides.decided(one.decision, now, zone))
        with st.expander("Take the decision back"), st.form(f"withdraw-{key}", border=False):
            st.html(
                markup.note("Ratings and grade stand again as they were. The decision is kept in the record, with why.")
            )
            _name(f"withdraw-by-{key}")
            st.text_area("Why it is taken back", key=f"withdraw-why-{key}", height=80)
            st.form_submit_button("Take it back", key=f"withdraw-go-{key}", on_click=_withdraw, args=(store, one))
        _trouble(f"withdraw-{key}")
        return
    st.html(
        '<h3 class="step">Settle it</h3>'
        + markup.note(
            "What is settled stands above ratings and machine in the results. Neither is changed by it, nor are the "
            "figures of agreement. Verdicts that all people gave alike are filled in."
        )
    )
    alike = agreed(one.ratings, [criterion.id for criterion in question.rubric.criteria])
    bands = {rating.band for rating in one.ratings if rating.band is not None}
    with st.form(f"settle-{key}", border=True, enter_to_submit=False):
        st.radio(
            "Band",
            list(BAND_WORDS),
            index=bands.pop() - 1 if len(bands) == 1 else None,
            format_func=lambda band: f"{band} {BAND_WORDS[band].lower()}",
            captions=None,
            horizontal=True,
            key=f"settle-band-{key}",
            help="  \n".join(f"**{band} {BAND_WORDS[band]}:** {BAND_ANCHORS[band]}" for band in BAND_WORDS),
        )
        for criterion in question.rubric.criteria:
            options: list[Verdict | None] = [*RATED, None]
            st.radio(
                markup.label(criterion.text),
                options,
                index=options.index(alike.get(criterion.id)),
                format_func=lambda verdict: _LEFT if verdict is None else verdict.label,
                horizontal=True,
                key=f"verdict-{criterion.id}-{key}",
            )
        st.text_area("Why", key=f"settle-why-{key}", height=80, placeholder="What tipped the balance")
        _name(f"settle-by-{key}")
        st.form_submit_button(
            "Settle it", type="primary", key=f"settle-go-{key}", on_click=_settle, args=(store, one, question)
        )
    _trouble(f"settle-{key}")


def keep(
    store: Store, kit_id: str, one: Disagreement, question: Question, turns: Sequence[Turn], kept: KeptAnswer | None
) -> None:
    """Turning the settled answer into one to practise with, or dropping the one that was kept."""
    if one.decision is None:
        return
    key = _key(one)
    st.html('<h3 class="step">A calibration answer</h3>')
    if kept is not None:
        _kept(store, kit_id, one, question, kept)
        _trouble(f"keep-{key}")
        return
    text = answered(turns)
    without = missing(one.decision, question.rubric)
    if not text:
        st.html(markup.note("Nothing was said that could be kept."))
        return
    if without:
        names = joined([f"“{question.rubric.criterion(name).text}”" for name in without])
        st.html(
            markup.note(
                "To turn this answer into a calibration answer, every criterion needs a settled verdict. Open: "
                f"{names}. Take the decision back and settle these as well."
            )
        )
        return
    st.html(
        markup.note(
            "New raters practise on calibration answers. Kept are the candidate’s words with the settled band and "
            "verdicts, without their name, and for as long as the interview is; whoever practises reads them."
        )
    )
    with st.form(f"keep-{key}", border=False):
        kinds = list(AnswerKind)
        st.selectbox(
            "What kind of answer it is",
            kinds,
            index=kinds.index(KINDS[one.decision.band]),
            format_func=lambda kind: kind.value.replace("_", " ").replace("non native", "non-native"),
            key=f"keep-kind-{key}",
        )
        if calibration_answer(one.decision, question.rubric, text, grade=one.grade).quotes:
            st.checkbox(
                "With the machine’s quotes where its verdict is the settled one", True, key=f"keep-quotes-{key}"
            )
        st.form_submit_button(
            "Keep it as a calibration answer",
            key=f"keep-go-{key}",
            on_click=_keep,
            args=(store, kit_id, one, question, text),
        )
    _trouble(f"keep-{key}")


def _kept(store: Store, kit_id: str, one: Disagreement, question: Question, kept: KeptAnswer) -> None:
    decision, answer = one.decision, kept.answer
    same = decision is not None and (answer.band, answer.verdicts) == (
        decision.band,
        {criterion.id: decision.verdicts.get(criterion.id) for criterion in question.rubric.criteria},
    )
    differs = (
        "" if same else " It has what was settled before; drop it and keep it again to take over what is settled now."
    )
    st.html(
        markup.note(
            f"It is kept as a calibration answer, band {both_sides.band_word(answer.band)}, for as long as the "
            f"interview is.{differs}"
        )
    )
    st.button(
        "Drop the calibration answer",
        key=f"drop-{_key(one)}",
        icon=":material/delete:",
        on_click=_drop,
        args=(store, kit_id, one, answer.id),
        help="The answer itself stays with its interview",
    )


# --- storing -----------------------------------------------------------------------------------------------------


def _add_comment(store: Store, one: Disagreement) -> None:
    text, by = _entered(f"comment-text-{_key(one)}"), _entered(f"comment-by-{_key(one)}")
    if _guarded(f"comment-{_key(one)}", lambda: store.ratings.comment(one.interview_id, one.exchange, by, text)):
        _remember(by)
        st.session_state[f"comment-text-{_key(one)}"] = ""


def _settle(store: Store, one: Disagreement, question: Question) -> None:
    key = _key(one)
    by, why, band = _entered(f"settle-by-{key}"), _entered(f"settle-why-{key}"), st.session_state[f"settle-band-{key}"]
    given = {name.id: st.session_state[f"verdict-{name.id}-{key}"] for name in question.rubric.criteria}
    verdicts = {name: verdict for name, verdict in given.items() if verdict is not None}

    def decide() -> None:
        if band is None:
            raise UsageError("There is no band yet.", "Choose one from 1 to 5.")
        store.ratings.decide(
            one.interview_id, one.exchange, DecisionKind.SETTLED, by, band, verdicts, why, question.rubric.hash
        )

    if _guarded(f"settle-{key}", decide):
        _remember(by)


def _withdraw(store: Store, one: Disagreement) -> None:
    key = _key(one)
    by, why = _entered(f"withdraw-by-{key}"), _entered(f"withdraw-why-{key}")
    if _guarded(f"withdraw-{key}", lambda: store.ratings.withdraw(one.interview_id, one.exchange, by, why)):
        _remember(by)


def _keep(store: Store, kit_id: str, one: Disagreement, question: Question, text: str) -> None:
    key = _key(one)
    kind, quotes = st.session_state[f"keep-kind-{key}"], st.session_state.get(f"keep-quotes-{key}", False)
    if one.decision is None:
        return
    made = calibration_answer(one.decision, question.rubric, text, kind=kind, grade=one.grade if quotes else None)
    _guarded(
        f"keep-{key}", lambda: store.ratings.keep_answer(kit_id, question.id, one.interview_id, one.exchange, made)
    )


def _drop(store: Store, kit_id: str, one: Disagreement, answer_id: str) -> None:
    _guarded(f"keep-{_key(one)}", lambda: store.ratings.drop_answer(kit_id, answer_id))


def _guarded(where: str, action: Callable[[], object]) -> bool:
    """Does it; what goes wrong is said at its place. Whether it went well."""
    trouble: dict[str, InterviewerError] = st.session_state.setdefault(_TROUBLE, {})
    trouble.pop(where, None)
    try:
        action()
    except InterviewerError as error:
        trouble[where] = error
    except Exception:
        log.exception("%s failed", where.split("-")[0])
        trouble[where] = frame.OURS
    else:
        return True
    return False


def _trouble(where: str) -> None:
    error = st.session_state.get(_TROUBLE, {}).get(where)
    if error is not None:
        frame.problem(error)


# --- names and keys ----------------------------------------------------------------------------------------------


def _name(widget: str) -> None:
    if widget not in st.session_state:
        st.session_state[widget] = st.session_state.get(ME, "")
    st.text_input("Your name", key=widget, max_chars=120)


def _entered(widget: str) -> str:
    return str(st.session_state.get(widget) or "")


def _remember(name: str) -> None:
    """Fills the name in wherever it is still empty."""
    st.session_state[ME] = name.strip()
    for widget, entered in st.session_state.to_dict().items():
        if widget.startswith(_NAMES) and not entered:
            st.session_state[widget] = name.strip()


def _key(one: Disagreement) -> str:
    return f"{one.interview_id}-{one.exchange}"
