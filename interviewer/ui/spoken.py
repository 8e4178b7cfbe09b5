"""Talking instead of typing: the switch, the recorder, what was understood with its correction, and the reply aloud.

The turn protocol is that of ``desk.py``: what was recorded or understood is in the store before anything else happens,
and it stays there until its text, corrected, is a turn, or is discarded. Typing is possible at every moment.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.interview import Interview
from interviewer.domain.speech import BROWSER, Recording, Transcript, Unheard
from interviewer.domain.words import Speaker
from interviewer.errors import InterviewerError, ModelError, StaleState
from interviewer.models.speech import TranscribeRequest
from interviewer.runtime import Runtime
from interviewer.store import Store, Work
from interviewer.ui import frame, markup
from interviewer.ui.desk import OURS, STILL_ANSWERING, Desk, stored
from interviewer.ui.voice import Heard, Line, say, sentences, spoken_text, voice

log = logging.getLogger(__name__)

ON, CHECKED, KEEPS = "speaking-aloud", "microphone-checked", "keeps-recordings"
"""What this session remembers beyond a page: whether the voice is on, was tried, and whether recordings are kept."""

SILENCE = 0.0
"""Seconds without a word after which a candidate is done; 0 for never, unless they choose it: thinking takes time."""

LONG_WAIT = 10.0
"""Seconds after which the page says that understanding takes longer than usual."""


def is_on() -> bool:
    return bool(st.session_state.get(ON, False))


def switch() -> None:
    """Turns the voice on and off, for this session."""

    def turned() -> None:
        st.session_state[ON] = bool(st.session_state.to_dict().get("voice-switch"))

    st.toggle(
        "Talk aloud",
        value=is_on(),
        key="voice-switch",
        on_change=turned,
    )


# --- hearing --------------------------------------------------------------------------------------------------


def row(runtime: Runtime, interview: Interview, desk: Desk) -> None:
    """The microphone and the interviewer's sound, one quiet row above the place to answer."""
    seq = _coming(interview)
    checking = not st.session_state.get(CHECKED, False)
    with st.container(key="voice-row"):
        lines, pending = _lines(runtime, interview)
        voice(
            interview_id=interview.id,
            seq=seq,
            hears="recorder" if runtime.transcriber is not None else "browser",
            lines=[] if checking else lines,
            silence=SILENCE,
            on_heard=lambda heard: _keep(runtime.store, interview.id, heard),
            on_checked=_checked,
            checking=checking,
            settings=interview.setup.kit is None,
        )
        if checking and runtime.transcriber is not None:
            _check(runtime)
        elif runtime.transcriber is not None and not _open_now(runtime, interview, seq):
            _recorder(runtime, interview, desk, seq)
        if pending and not checking:
            _rest(runtime, interview.id, interview.turns[-1].seq)


def _coming(interview: Interview) -> int:
    """The number of the candidate's next turn, also while the reply before it is still on its way."""
    return interview.next_seq + 1 if interview.awaits_reply else interview.next_seq


def _open_now(runtime: Runtime, interview: Interview, seq: int) -> bool:
    """Whether an answer to what was just asked waits to be corrected: first that one, then the next."""
    made = [recording for recording in runtime.store.open_recordings(interview.id) if recording.seq == seq]
    return any(not isinstance(recording.heard, Unheard) for recording in made)


def _checked() -> None:
    st.session_state[CHECKED] = True


def _check(runtime: Runtime) -> None:
    """What the endpoint makes of a sentence; nothing of it is stored."""
    with st.container(key="recorder"):
        tried = st.audio_input("Say a sentence, to see what is understood", key="microphone-check")
    if tried is None or runtime.transcriber is None:
        return
    try:
        with st.spinner("Listening to it …"):
            request = TranscribeRequest(audio=tried.getvalue(), media_type=tried.type)
            heard = runtime.transcriber.transcribe(request).text.strip()
    except ModelError as problem:
        frame.problem(problem)
        return
    said = f"Understood: “{heard}”" if heard else "Nothing was understood. Check the microphone, and say it once more."
    st.html(markup.note(said))


def _recorder(runtime: Runtime, interview: Interview, desk: Desk, seq: int) -> None:
    """Streamlit's own recorder. A new one, with a key of its own, after each recording that is stored."""
    made = sum(recording.seq == seq for recording in runtime.store.recordings(interview.id))
    widget = f"record-{interview.id}-{seq}-{made}"

    def recorded() -> None:
        sound = st.session_state.to_dict().get(widget)
        if sound is not None:
            _record(runtime, desk, seq, sound.getvalue(), sound.type)

    with st.container(key="recorder"):
        sound = st.audio_input("Record your answer", key=widget, on_change=recorded, label_visibility="collapsed")
    if sound is not None and not interview.awaits_reply and _record(runtime, desk, seq, sound.getvalue(), sound.type):
        st.rerun()  # it was made while the reply was still on its way


def _record(runtime: Runtime, desk: Desk, seq: int, audio: bytes, media_type: str) -> bool:
    """Stores a recording, once however often it is handed over; says whether it is stored."""
    key = hashlib.blake2b(audio, digest_size=16, salt=str(seq).encode()[:16]).hexdigest()
    try:
        runtime.store.record(desk.interview_id, seq, key, audio, media_type)
    except StaleState:
        desk.problem = STILL_ANSWERING  # the recorder still has it: it is taken as soon as the reply is there
        return False
    except InterviewerError as problem:
        desk.problem = problem
        return False
    except Exception:
        log.exception("a recording of %s could not be stored", desk.interview_id)
        desk.problem = OURS
        return False
    desk.problem = None
    runtime.workers.wake(desk.interview_id)
    return True


def _keep(store: Store, interview_id: str, heard: Heard) -> None:
    transcript = Transcript(
        text=heard.text, words=heard.words, language=heard.language, by=BROWSER, seconds=heard.seconds
    )
    store.keep_heard(interview_id, heard.seq, heard.id, transcript, heard.first_word)


# --- correcting -----------------------------------------------------------------------------------------------


def drafts(runtime: Runtime, interview: Interview, desk: Desk) -> None:
    """What was recorded and is not an answer yet: to be corrected, sent or discarded."""
    for recording in runtime.store.open_recordings(interview.id):
        with st.container(key=f"draft-{recording.number}"):
            if recording.heard is None:
                _waiting(runtime, interview, recording)
            elif isinstance(recording.heard, Unheard):
                _unheard(runtime, interview.id, recording, recording.heard)
            else:
                _correct(runtime, interview, desk, recording, recording.heard)


def _waiting(runtime: Runtime, interview: Interview, recording: Recording) -> None:
    if runtime.transcriber is None:
        told = "Your recording is kept, but nothing here can understand it any more"
        if interview.setup.kit is None:
            told += ": no transcription model is set up. “Settings” has a place for one; or type your answer."
        else:  # the settings are not a candidate's
            told += ". Type your answer, please."
        st.html(markup.note(told))
        with st.container(horizontal=True):
            _play(runtime, interview.id, recording)
            _discard(runtime, interview.id, recording)
        return
    runtime.workers.wake(interview.id)
    _watch(runtime, interview.id, recording)


@st.fragment(run_every=0.5)
@frame.part
def _watch(runtime: Runtime, interview_id: str, recording: Recording) -> None:
    """Draws the page afresh once somebody has listened to it."""
    now = {one.number: one for one in runtime.store.open_recordings(interview_id)}.get(recording.number)
    if now is None or now.heard is not None:
        st.rerun()
    long = (datetime.now(UTC) - recording.at).total_seconds() > LONG_WAIT
    slow = " This takes longer than usual; the recording is kept, and you may type meanwhile." if long else ""
    st.html(f'<p class="note" role="status">Listening to what you said …{slow}</p>')


def left(runtime: Runtime, interview: Interview) -> None:
    """What was recorded and never sent, once the interview is over: it can still be heard, and discarded."""
    for recording in runtime.store.open_recordings(interview.id):
        with st.container(key=f"draft-{recording.number}"):
            heard = recording.heard.text if isinstance(recording.heard, Transcript) else ""
            said = f"A recording that you did not send: “{heard}”" if heard else "A recording that you did not send."
            st.html(markup.note(said))
            with st.container(horizontal=True):
                _play(runtime, interview.id, recording)
                _discard(runtime, interview.id, recording)


def _unheard(runtime: Runtime, interview_id: str, recording: Recording, why: Unheard) -> None:
    retried = runtime.workers.next_try(interview_id, recording.number, Work.HEAR) is not None
    again = " It is tried again by itself." if retried else ""
    st.html(markup.note(f"{why.reason}{again} The recording is kept until you discard it."))
    if retried:
        _watch_retry(runtime, interview_id, recording)
    with st.container(horizontal=True):
        if recording.size and runtime.transcriber is not None:
            st.button(
                "Listen again",
                key=f"hear-again-{recording.number}",
                on_click=runtime.workers.hear_again,
                args=(interview_id, recording.number),
            )
        _play(runtime, interview_id, recording)
        _discard(runtime, interview_id, recording)


@st.fragment(run_every=2.0)
@frame.part
def _watch_retry(runtime: Runtime, interview_id: str, recording: Recording) -> None:
    """Draws the page afresh once it has been tried again."""
    now = {one.number: one for one in runtime.store.open_recordings(interview_id)}.get(recording.number)
    if now is None or now.heard != recording.heard:
        st.rerun()


def _correct(runtime: Runtime, interview: Interview, desk: Desk, recording: Recording, heard: Transcript) -> None:
    widget = f"transcript-{interview.id}-{recording.number}"
    keeps = f"keep-{interview.id}-{recording.number}"

    def sent() -> None:
        given = st.session_state.to_dict()
        text = given.get(widget, heard.text)
        if recording.size:
            st.session_state[KEEPS] = bool(given.get(keeps))
        _accept(runtime, desk, recording, str(text), keep=bool(recording.size and given.get(keeps)))

    with st.form(f"draft-form-{recording.number}", border=False):
        earlier = "" if recording.seq == _coming(interview) else "From an earlier question. "
        st.text_area(
            f"{earlier}What was understood. Correct it: what you send is what counts.",
            value=heard.text,
            key=widget,
            height=96,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button("Send it", type="primary", key=f"send-draft-{recording.number}", on_click=sent)
            if recording.size:
                st.checkbox("Keep the recording", value=st.session_state.get(KEEPS, False), key=keeps)
    with st.container(horizontal=True, key=f"draft-more-{recording.number}"):
        _play(runtime, interview.id, recording)
        _discard(runtime, interview.id, recording)


def _accept(runtime: Runtime, desk: Desk, recording: Recording, text: str, *, keep: bool) -> None:
    """The corrected text becomes the turn; what cannot be sent stays where it is, corrections and all."""
    key = f"spoken-{recording.number}"
    try:
        runtime.store.accept(desk.interview_id, desk.shown, key, text, recording.number, keep_audio=keep)
    except StaleState as error:
        desk.problem = STILL_ANSWERING if desk.sent == error.expected else error
    except InterviewerError as problem:
        desk.problem = problem
    except Exception:
        log.exception("a spoken answer of %s could not be stored", desk.interview_id)
        desk.problem = OURS
    else:
        stored(desk)


def _play(runtime: Runtime, interview_id: str, recording: Recording) -> None:
    """Plays it back; its sound is read only when somebody wants to hear it."""
    if not recording.size:
        return
    place = st.popover(
        "Play it back",
        key=f"play-{interview_id}-{recording.number}",
        type="tertiary",
        icon=":material/play_arrow:",
        on_change="rerun",
    )
    with place:
        if place.open:
            st.audio(runtime.store.audio(interview_id, recording.number), format=recording.media_type)


def _discard(runtime: Runtime, interview_id: str, recording: Recording) -> None:
    """Asks before: what was said aloud cannot be brought back."""

    def gone() -> None:
        runtime.store.discard_recording(interview_id, recording.number)

    with st.popover("Discard it", key=f"discard-{recording.number}", type="tertiary", icon=":material/delete:"):
        st.html(markup.note("What you said here will be gone for good."))
        st.button("Discard it", key=f"discard-really-{recording.number}", on_click=gone)


# --- speaking -------------------------------------------------------------------------------------------------


def _lines(runtime: Runtime, interview: Interview) -> tuple[list[Line], bool]:
    """The sentences of the newest reply that can be heard now, and whether more of them are still being made."""
    turn = interview.turns[-1]
    if turn.speaker is not Speaker.INTERVIEWER:
        return [], False
    return _ready(runtime, interview.id, turn.seq, sentences(turn.text))


def _ready(runtime: Runtime, interview_id: str, seq: int, said: list[str]) -> tuple[list[Line], bool]:
    aloud = [spoken_text(sentence) for sentence in said]
    runtime.sounding.ask(interview_id, [text for text in aloud if text])
    lines: list[Line] = []
    for number, (sentence, text) in enumerate(zip(said, aloud, strict=True), 1):
        made = runtime.sounding.made(text)
        if not made.done:
            return lines, True
        lines.append(Line(id=f"{seq}-{number}", text=sentence, sound=made.sound))
    return lines, False


@st.fragment(run_every=0.3)
@frame.part
def _rest(runtime: Runtime, interview_id: str, seq: int) -> None:
    """Hands over the sentences whose sound was not there yet when the page was drawn."""
    interview = runtime.store.get(interview_id)
    if interview.turns[-1].seq != seq:
        return
    lines, pending = _lines(runtime, interview)
    for line in lines:
        say(line)
    if not pending:
        st.rerun()


class Aloud:
    """Hands over the sentences of a reply while it is being streamed, each as soon as it is whole and can be heard."""

    def __init__(self, runtime: Runtime, interview_id: str, seq: int) -> None:
        self._runtime = runtime
        self._interview_id = interview_id
        self._seq = seq
        self._place = st.container()
        self._said: list[str] = []
        self._handed = 0

    def follow(self, text: str) -> None:
        """``text`` is all of the reply so far; its last sentence may still grow."""
        self._said = sentences(text)[:-1]
        self.breathe()

    def breathe(self) -> None:
        """Looks whether more can be heard by now."""
        if self._handed == len(self._said):
            return
        lines, _ = _ready(self._runtime, self._interview_id, self._seq, self._said)
        with self._place:
            for line in lines[self._handed :]:
                say(line)
        self._handed = max(self._handed, len(lines))


def aloud(runtime: Runtime, interview_id: str, seq: int) -> Aloud | None:
    """None while the voice is off, or the microphone is still being tried."""
    return Aloud(runtime, interview_id, seq) if is_on() and st.session_state.get(CHECKED, False) else None
