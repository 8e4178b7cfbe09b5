"""The interview's clock: it ticks in the browser and asks the server nothing.

It counts from the seconds that the server gave it, so the two machines' clocks need not agree. It is a timer to a
screen reader, which reads it when asked to and is not told every second.
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from interviewer.domain.interview import Interview, InterviewStatus

_HTML = """
<div class="clock" role="timer" aria-live="off"><span class="value"></span> <span class="note"></span></div>
"""

_CSS = """
.clock { font: 400 0.9375rem/1.4 var(--st-font); color: var(--st-text-color); text-align: right; white-space: nowrap; }
.value { font-variant-numeric: tabular-nums; font-weight: 600; }
.note { opacity: 0.72; }
"""

_JS = """
const two = (n) => String(n).padStart(2, "0");
const digits = (seconds) => {
  const s = Math.max(0, Math.floor(seconds));
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};
export default function ({ data, parentElement }) {
  const value = parentElement.querySelector(".value");
  const note = parentElement.querySelector(".note");
  const began = Date.now();
  const show = () => {
    const elapsed = data.elapsed + (data.runs ? (Date.now() - began) / 1000 : 0);
    const left = data.limit === null || data.over ? null : data.limit - elapsed;
    value.textContent = left === null ? digits(elapsed) : left > 0 ? digits(left) : "0:00";
    note.textContent = !data.runs ? data.stopped : left === null ? "elapsed" : left > 0 ? "left" : "time is up";
  };
  // Streamlit calls this again with new data, and the function that it returned only when all is over.
  parentElement.stop?.();
  show();
  const ticking = data.runs ? setInterval(show, 250) : 0;
  parentElement.stop = () => clearInterval(ticking);
  return parentElement.stop;
}
"""

_clock = st.components.v2.component("interviewer_clock", html=_HTML, css=_CSS, js=_JS)


def clock(interview: Interview, now: datetime) -> None:
    """Time left while an interview limited in minutes runs, otherwise time elapsed; it stands still in a pause."""
    minutes = interview.setup.minutes
    _clock(
        key="clock",
        data={
            "elapsed": round(interview.elapsed_seconds(now), 1),
            "limit": None if minutes is None else minutes * 60,
            "runs": interview.status is InterviewStatus.RUNNING,
            "over": interview.status is InterviewStatus.ENDED,
            "stopped": "paused" if interview.status is InterviewStatus.PAUSED else "in all",
        },
    )
