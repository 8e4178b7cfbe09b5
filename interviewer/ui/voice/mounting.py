"""Mounts the voice. What it sends reaches the page by callbacks; whatever goes wrong in them, it is sent again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from interviewer.ui.voice.messages import Heard, Line, VoiceState, read
from interviewer.ui.voice.scripts import joined, text_of

log = logging.getLogger(__name__)

Hears = Literal["recorder", "browser", "none"]

REMEMBERED = 50
"""So many utterances of a session are remembered as taken; the browser forgets one as soon as it has seen it here."""

_TAKEN = "interviewer-voice-taken"
_INTERVIEW = "interviewer-voice-interview"

_voice = st.components.v2.component(
    "interviewer_voice", html=text_of("voice.html"), css=text_of("voice.css"), js=joined("voice.js")
)
_say = st.components.v2.component("interviewer_say", html="", js=joined("say.js"))


def voice(
    *,
    interview_id: str,
    seq: int,
    hears: Hears,
    lines: Sequence[Line],
    silence: float,
    on_heard: Callable[[Heard], None],
    on_checked: Callable[[], None] | None = None,
    checking: bool = False,
    settings: bool = True,
    key: str = "voice",
) -> VoiceState | None:
    """Mounts it, once per run; gives what the browser can do, None until it has said so.

    ``seq`` is the turn that the candidate's next words will be. ``lines`` are the sentences of the interviewer's newest
    reply: those that this tab has not spoken yet are spoken, if the candidate wants that. ``silence``: seconds without
    sound or words after which the candidate is done, 0 for never; the candidate's own choice goes before it.

    ``on_heard`` is called before the run, once per utterance and session. It must be idempotent by ``Heard.id``, since
    a new session may be sent one again. If it raises, the utterance stays in the tab and is sent again.
    ``checking`` shows the microphone check instead; ``on_checked`` is called when the candidate is content.
    ``settings`` says whether whoever speaks may change the settings, and is told of them.
    """
    taken: list[str] = st.session_state.setdefault(_TAKEN, [])
    st.session_state[_INTERVIEW] = interview_id

    def heard() -> None:
        found = read(Heard, st.session_state[key].get("heard"))
        if found is None or found.id in taken:
            return
        try:
            on_heard(found)
        except Exception:
            log.exception("what was said could not be taken; the browser keeps it and sends it again")
            return
        taken.append(found.id)
        del taken[:-REMEMBERED]

    def checked() -> None:
        if on_checked is not None:
            on_checked()

    before = st.session_state.get(key) or {}
    result = _voice(
        key=key,
        data={
            "interview": interview_id,
            "seq": seq,
            "hears": hears,
            "lines": [data for line in lines if (data := line.for_browser())["said"]],
            "silence": silence,
            "checking": checking,
            "settings": settings,
            "taken": list(taken),
            "state": before.get("state"),
        },
        on_heard_change=heard,
        on_checked_change=checked,
        on_state_change=lambda: None,
    )
    state = result.get("state")
    return None if state is None else read(VoiceState, state)


def say(line: Line) -> None:
    """Hands one sentence of a reply that is being streamed to the voice, which ``voice`` mounted in this run before.

    The same sentence is never spoken twice in a tab, here or by ``voice(lines=…)``.
    """
    data = line.for_browser()
    if data["said"]:
        _say(key=f"say-{line.id}", data={**data, "interview": st.session_state.get(_INTERVIEW, "")})
