"""A page that holds nothing but the voice, and shows what reached Python. Run by Streamlit, driven by the tests.

Its address says how the voice is mounted; what it took is kept by interview in the process, as the store would.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from interviewer.models.speech import Sound
from interviewer.ui import frame
from interviewer.ui.voice import Heard, Line, say, sentences, voice

REPLIES = (
    "Good. Now tell me about F1, e.g. for rare classes. Why not accuracy?",
    "I see. What would change with a hundred classes?",
    "Thank you. That was the last question.",
)


@dataclass
class Kept:
    seq: int = 2
    reply: int = 0
    heard: list[Heard] = field(default_factory=list)
    calls: int = 0
    refuses: bool = False
    checked: int = 0


@st.cache_resource
def kept(interview: str) -> Kept:
    return Kept()


query = st.query_params
now = kept(query["id"])
frame.dress()


def on_heard(heard: Heard) -> None:
    now.calls += 1
    if now.refuses:
        raise RuntimeError("the store is away")
    if heard.id not in {one.id for one in now.heard}:
        now.heard.append(heard)


def on_checked() -> None:
    now.checked += 1


def line(seq: int, number: int, text: str) -> Line:
    sound = Sound(audio=base64.b64decode(query["sound"]), media_type="audio/wav") if "sound" in query else None
    return Line(id=f"{seq}-{number}", text=text, sound=sound)


st.title("The voice")
with st.container(horizontal=True):
    following = st.button("Next reply")
    streaming = st.button("Streamed reply")
    st.button("Run again")
now.refuses = st.toggle("Refuse", value=now.refuses)
if following:
    now.seq, now.reply = now.seq + 2, now.reply + 1

if st.toggle("Away"):
    st.stop()

place = st.container()
with st.bottom:
    if query.get("recorder"):
        with st.container(key="recorder"):
            st.audio_input("Your answer, spoken", key="spoken", label_visibility="collapsed")
    state = voice(
        interview_id=query["id"],
        seq=now.seq,
        hears=query.get("hears", "browser"),  # type: ignore[arg-type]
        lines=[line(now.seq - 1, n, text) for n, text in enumerate(sentences(REPLIES[now.reply]), 1)],
        silence=float(query.get("silence", "0")),
        on_heard=on_heard,
        on_checked=on_checked,
        checking="check" in query,
        settings="candidate" not in query,
    )
    st.chat_input("Your answer")

if streaming:
    with place:
        for number, sentence in enumerate(sentences(REPLIES[now.reply + 1]), 1):
            say(line(now.seq + 1, number, sentence))
            st.write(sentence)
            time.sleep(0.2)
    now.seq, now.reply = now.seq + 2, now.reply + 1
    st.rerun()

shown = {
    "heard": [one.model_dump(mode="json") for one in now.heard],
    "calls": now.calls,
    "checked": now.checked,
    "state": state.model_dump(mode="json") if state else None,
    "seq": now.seq,
}
st.html(f'<pre id="shown" hidden>{escape(json.dumps(shown))}</pre>')
