"""Looking back at an interview: the bank's questions to oneself, and a place for a note on each that saves by itself.

As everywhere the store comes first: what is typed is stored by the callback, before anything is drawn. What the store
does not take stays in its place, with a sentence that says why. Streamlit's own place for a text sends it when one
leaves it; the script sends it whenever one pauses, so that a closed tab takes no thought along. Without it everything
still works.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from interviewer.domain.report import LookingBack
from interviewer.errors import InterviewerError
from interviewer.report import wording
from interviewer.store import Store
from interviewer.ui import frame, letter, markup
from interviewer.ui.desk import OURS

log = logging.getLogger(__name__)

_JS = """
const PAUSE = 800;  // milliseconds without a key until a note is sent

export default function ({ parentElement }) {
  // Streamlit calls this again with new data, and the function that it returned only when all is over.
  parentElement.stop?.();
  const waiting = new Map();
  const send = (area) => {
    clearTimeout(waiting.get(area));
    waiting.delete(area);
    const key = { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
    area.dispatchEvent(new KeyboardEvent("keydown", key));  // what Streamlit takes for “apply”; the caret stays
  };
  const typed = (event) => {
    const area = event.target;
    if (!area.matches?.('[class*="st-key-reflection-"] textarea')) return;
    clearTimeout(waiting.get(area));
    if (event.type === "compositionend" || !event.isComposing) waiting.set(area, setTimeout(send, PAUSE, area));
  };
  const leaving = () => { if (document.visibilityState === "hidden") [...waiting.keys()].forEach(send); };
  const watched = [["input", typed], ["compositionend", typed], ["visibilitychange", leaving]];
  for (const [name, heard] of watched) document.addEventListener(name, heard, true);
  parentElement.stop = () => {
    [...waiting.values()].forEach(clearTimeout);
    for (const [name, heard] of watched) document.removeEventListener(name, heard, true);
  };
  return parentElement.stop;
}
"""

_sends = st.components.v2.component("interviewer_notes", js=_JS)

KEPT = "It is saved by itself, kept with this interview, and stands in the report that you download."


@dataclass
class Note:
    """What became of the last change to a note."""

    saved: bool = False
    problem: InterviewerError | None = None


@st.fragment
@frame.part
def looking_back(store: Store, interview_id: str, reflections: Sequence[LookingBack]) -> None:
    st.header("Looking back", anchor=False)
    st.html(markup.note(f"{wording.OFFERED} {KEPT}"))
    for one in reflections:
        _reflection(store, interview_id, one)
    with st.container(key="notes-sent"):
        _sends(key="notes-sent-while-typing")


def _reflection(store: Store, interview_id: str, one: LookingBack) -> None:
    widget = f"note-{one.id}-{interview_id}"
    note: Note = st.session_state.setdefault(f"noted:{widget}", Note())
    if widget not in st.session_state:
        st.session_state[widget] = one.note
    with st.container(key=f"reflection-{one.id}", gap=None):
        st.html(letter.reflection(one))
        st.text_area(
            one.prompt,
            key=widget,
            height=100,
            label_visibility="collapsed",
            placeholder="Your note",
            on_change=save,
            args=(store, interview_id, one.id, widget, note),
        )
        st.html(letter.saved(note.saved))
        if note.problem is not None:
            frame.problem(note.problem)


def save(store: Store, interview_id: str, reflection_id: str, widget: str, note: Note) -> None:
    """Stores a note as it now stands in its place."""
    text = st.session_state.to_dict().get(widget)  # no look into the state itself: it may end the run
    if not isinstance(text, str):
        return
    try:
        store.note(interview_id, reflection_id, text)
    except InterviewerError as error:
        note.saved, note.problem = False, error
    except Exception:
        log.exception("a note on %s could not be stored", interview_id)
        note.saved, note.problem = False, OURS
    else:
        note.saved, note.problem = True, None
