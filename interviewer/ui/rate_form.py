"""The form in which a rater judges an answer: a verdict for each criterion, the band, a remark.

What is entered lives in Streamlit's own state while its answer is in view: ``fill`` puts it there, ``entered`` reads
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from interviewer.domain.question import Rubric
from interviewer.domain.words import BAND_ANCHORS, BAND_WORDS, Verdict
from interviewer.ui import markup, rate_markup
from interviewer.ui.rate_keys import LETTERS, keys

VERDICTS = list(rate_markup.VERDICTS)
BANDS = sorted(BAND_WORDS, reverse=True)
"""The strongest on top, as on a scale."""

MAX_REMARK = 4_000

SINGLE_KEYS = "rate-single-keys"


@dataclass(frozen=True)
class Entry:
    """What a rater has entered so far for one answer."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    band: int | None = None
    comment: str = ""

    def missing(self, rubric: Rubric) -> str:
        """What is still to be given before it can be submitted, in words; empty when nothing is."""
        open_criteria = sum(criterion.id not in self.verdicts for criterion in rubric.criteria)
        parts = [f"{open_criteria} of the verdicts" if open_criteria > 1 else "one verdict" if open_criteria else ""]
        parts.append("" if self.band else "the band")
        return " and ".join(part for part in parts if part)


def fill(token: str, rubric: Rubric, entry: Entry) -> None:
    """Puts a stored entry into the form, unless the form is in view already. Verdicts of criteria that the rubric no
    longer has are left out."""
    for number, criterion in enumerate(rubric.criteria):
        st.session_state.setdefault(_verdict(token, number), entry.verdicts.get(criterion.id))
    st.session_state.setdefault(_band(token), entry.band)
    st.session_state.setdefault(_remark(token), entry.comment)


def entered(token: str, rubric: Rubric) -> Entry:
    """What stands in the form now."""
    state = st.session_state.to_dict()  # no look into the state itself: it may end the run
    given = {c.id: state.get(_verdict(token, number)) for number, c in enumerate(rubric.criteria)}
    return Entry(
        {name: verdict for name, verdict in given.items() if verdict is not None},
        state.get(_band(token)),
        str(state.get(_remark(token)) or ""),
    )


def form(token: str, rubric: Rubric, *, remark: bool, on_change: Callable[[], None] | None = None) -> Entry:
    """Draws it and gives what stands in it. ``on_change`` is called, before the run, after each change."""
    st.html(rate_markup.meanings())
    for number, criterion in enumerate(rubric.criteria):
        with st.container(key=f"criterion-{number}", gap=None):
            st.html(rate_markup.criterion(criterion, number + 1))
            st.radio(
                markup.heard(criterion.text),
                VERDICTS,
                index=None,
                key=_verdict(token, number),
                format_func=_capital,
                horizontal=True,
                label_visibility="collapsed",
                on_change=on_change,
            )
    st.html(rate_markup.examples(rubric))
    with st.container(key="band", gap=None):
        st.html('<h3 class="part">The answer as a whole</h3>')
        st.radio(
            "The band of the answer as a whole",
            BANDS,
            index=None,
            key=_band(token),
            format_func=_band_words,
            captions=[BAND_ANCHORS[band] for band in BANDS],
            label_visibility="collapsed",
            on_change=on_change,
        )
    if remark:
        with st.container(key="remark"):
            st.text_area(
                "Remark (optional)",
                key=_remark(token),
                height=80,
                max_chars=MAX_REMARK,
                on_change=on_change,
                placeholder="What decided it, or what you were in doubt about",
            )
    return entered(token, rubric)


def by_keyboard(token: str, told: str, *, skip: bool) -> None:
    """The line about the keys, the switch for them, and what makes them work."""
    letters = " ".join(f"<kbd>{LETTERS[verdict]}</kbd> {verdict.label}" for verdict in VERDICTS)
    skipping = " · <kbd>S</kbd> skip for now" if skip else ""
    with st.container(key="keys-line", gap=None):
        on = st.toggle(
            "Single keys", value=True, key=SINGLE_KEYS, help="Switch them off if you speak to your computer."
        )
        st.html(
            f'<p class="keys"><b>Keys</b> {letters} for the marked criterion · <kbd>J</kbd> <kbd>K</kbd> down, up · '
            f"<kbd>1</kbd> to <kbd>5</kbd> band · <kbd>Enter</kbd> or <kbd>Ctrl</kbd> <kbd>Enter</kbd> submit{skipping}"
            "</p>"
        )
    keys(token, told, on=on, verdicts=VERDICTS, bands=BANDS)


def _verdict(token: str, number: int) -> str:
    return f"verdict-{token}-{number}"


def _band(token: str) -> str:
    return f"band-{token}"


def _remark(token: str) -> str:
    return f"remark-{token}"


def _capital(verdict: Verdict) -> str:
    return verdict.label.capitalize()


def _band_words(band: int) -> str:
    return f"{band} · {BAND_WORDS[band]}"
