"""The interview: the conversation, where we are in the plan, the clock, one place to answer."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.interview import ExchangeStatus, Interview, InterviewStatus
from interviewer.domain.kit import Pausing
from interviewer.domain.words import Intent, Mode, MoveKind
from interviewer.errors import InterviewerError, UnknownInterview, UsageError
from interviewer.runtime import Runtime
from interviewer.ui import candidate, frame, markup, places, reveal, spoken, task, who
from interviewer.ui import desk as turns
from interviewer.ui.clock import clock
from interviewer.ui.companion import companion
from interviewer.ui.desk import Desk
from interviewer.ui.grading import grading_status

LONG_WAIT = 15.0
"""Seconds after which a page says that the reply takes longer than usual."""


def draw(runtime: Runtime) -> None:
    interview_id = st.query_params.get("id", "")
    if not interview_id:
        raise UsageError("This address names no interview.", "Begin one, or open one of your past interviews.")
    interview = runtime.store.get(interview_id)
    if interview.setup.kit is None and frame.for_candidates():
        raise UnknownInterview(interview_id)
    desk = turns.desk(interview_id)
    if interview.setup.kit is not None and not candidate.may_go_on(runtime, interview):
        _kept(runtime, desk, st.empty(), again=False)  # so that one can still copy what one was writing
        return
    first = desk.shown == 0
    if first and interview.status is not InterviewStatus.ENDED:
        runtime.workers.prepare(interview_id)
    desk.wake = runtime.workers.wake
    desk.look(interview)

    with st.container(key="interview-top"):
        if interview.setup.kit is not None:
            candidate.head(interview.setup.kit)
        with st.container(key="interview-head", horizontal=True, vertical_alignment="bottom"):
            st.html(markup.progress(interview))
            with st.container(key="interview-side", horizontal=True, vertical_alignment="center"):
                if interview.status is not InterviewStatus.ENDED:
                    spoken.switch()
                clock(interview, datetime.now(UTC))
        _company(runtime, interview)
        ended = interview.status is InterviewStatus.ENDED
        st.html(task.panel(None if ended else interview.current.question.task))
    with st.container(key="conversation", gap=None):
        _conversation(interview)
        if back := markup.back(interview):
            st.html(back)
        speaking = st.empty()
        stopping = st.empty()
        if ended and interview.setup.kit is not None:
            st.html(candidate.thanks(runtime, interview, interview.setup.kit, level=2))
    companion(interview, desk.unsent)

    if interview.status is InterviewStatus.ENDED:
        _ended(runtime, interview, desk)
        return
    if interview.status is InterviewStatus.PAUSED and not interview.awaits_reply:
        _paused(runtime, interview, desk)
        return
    _answering(runtime, interview, desk, first=first)
    if interview.awaits_reply:
        if interview.setup.mode is Mode.PRACTICE and not runtime.interviewer.model_for(interview).info.offline:
            _stop(runtime, interview, stopping)
        _follow(runtime, interview, desk, speaking)
        stopping.empty()


# --- what was said --------------------------------------------------------------------------------------------


def _conversation(interview: Interview) -> None:
    number = 1
    for turn in interview.turns:
        line = ""
        if turn.exchange != number:
            number = turn.exchange
            line = markup.question_mark(number, len(interview.plan), interview.plan[number - 1].stage.label)
        st.html(line + markup.turn(turn, source=who.source(interview, turn)))


def _company(runtime: Runtime, interview: Interview) -> None:
    """Who interviews, and what it has used so far; nothing where it is the offline model, as ever."""
    usage = runtime.store.usage(interview.id)
    info = runtime.interviewer.model_for(interview).info
    if info.offline and not usage.calls:
        return
    with st.container(key="interview-who", horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="who">{markup.escaped(who.in_this_interview(info))}</p>')
        if interview.setup.kit is not None:  # what it takes is whoever asked's affair
            return
        with st.popover("Usage", key="usage", type="tertiary"):
            told = "" if info.offline else markup.note(who.sent(f"to {who.where(info)}"))
            st.html(f'<div class="usage">{markup.lines(who.usage_lines(usage))}{told}</div>')


def _stop(runtime: Runtime, interview: Interview, place: st.delta_generator.DeltaGenerator) -> None:
    """Cuts a reply short that is being phrased; what it asks is asked all the same."""
    place.button(
        "Stop",
        key="stop-reply",
        type="tertiary",
        icon=":material/stop_circle:",
        on_click=runtime.workers.stop,
        args=(interview.id,),
    )


def _follow(runtime: Runtime, interview: Interview, desk: Desk, place: st.delta_generator.DeltaGenerator) -> None:
    """Shows the pending reply as it is made: here, by watching; by another process, by asking the store."""
    pending = interview.turns[-1].seq
    if desk.failed is not None and desk.failed[0] == pending:
        _failed(desk, desk.failed[1], place)
        return
    shown = desk.revealed[1] if desk.revealed[0] == pending else 0
    if not shown:
        place.html(markup.speaking())
    runtime.workers.wake(interview.id)
    live = runtime.workers.live(interview.id, pending)
    aloud = spoken.aloud(runtime, interview.id, pending + 1)

    def show(text: str) -> None:
        place.html(markup.speaking(text))
        desk.revealed = (pending, len(text))
        if aloud is not None:
            aloud.follow(text)

    def breathe() -> None:
        _ = "breathe" in st.session_state  # Streamlit ends this run here when something else was clicked
        if aloud is not None:
            aloud.breathe()

    if live is not None:
        if shown:
            show("".join(live.follow(timeout=0))[:shown])
        shown = reveal.follow(
            live,
            making=lambda: runtime.workers.live(interview.id, pending) is live,
            show=show,
            breathe=breathe,
            shown=shown,
        )
        for _ in live.follow(timeout=1.0):  # until it says whether it failed
            pass
    after = runtime.store.get(interview.id)
    if not after.awaits_reply or after.turns[-1].seq != pending:
        _reply_stored(after, pending, shown, place)
        st.rerun()
    if live is not None and live.error is not None:
        desk.failed = (pending, live.error)
        st.rerun()
    with place.container():
        _wait(runtime, interview.id, pending, interview.turns[-1].at)


def _reply_stored(after: Interview, pending: int, shown: int, place: st.delta_generator.DeltaGenerator) -> None:
    reply = after.turns[pending]
    line = ""
    if reply.exchange != after.turns[pending - 1].exchange:
        stage = after.plan[reply.exchange - 1].stage.label
        line = markup.question_mark(reply.exchange, len(after.plan), stage)
    source = who.source(after, reply)
    reveal.tell(reply, shown, lambda text: place.html(line + markup.turn(reply, text=text, source=source)))


@st.fragment(run_every=1.0)
@frame.part
def _wait(runtime: Runtime, interview_id: str, pending: int, since: datetime) -> None:
    """Another process is at it, or died at it: its lease runs out within seconds, and then we take over."""
    now = runtime.store.get(interview_id)
    if not now.awaits_reply or now.turns[-1].seq != pending:
        st.rerun()
    runtime.workers.wake(interview_id)
    st.html(markup.speaking())
    if (datetime.now(UTC) - since).total_seconds() > LONG_WAIT:
        st.html(
            markup.note(
                "This takes longer than usual. Your answer is stored: you may wait, or close this page and come back."
            )
        )


def _failed(desk: Desk, error: InterviewerError, place: st.delta_generator.DeltaGenerator) -> None:
    def again() -> None:
        desk.failed = None

    with place.container(key="failed"):
        frame.problem(error)
        st.button("Try again", on_click=again)


# --- one place to answer --------------------------------------------------------------------------------------


def _answering(runtime: Runtime, interview: Interview, desk: Desk, *, first: bool) -> None:
    """Buttons and the place to answer.

    ``first``: this is the session's first run. A page that outlived its server may begin one by sending something;
    the new server has no callback for it yet, so what it sent is taken up here.
    """
    store, kit = runtime.store, interview.setup.kit

    def canned(label: str, intent: Intent, *, main: bool = False, says: str = "") -> None:
        pressed = st.button(
            label,
            key=f"say-{intent}",
            type="primary" if main else "secondary",
            on_click=turns.send_canned,
            args=(store, desk, intent, says),
        )
        if first and pressed:
            turns.send_canned(store, desk, intent, says)
            st.rerun()

    with st.bottom:
        _kept(runtime, desk, st.empty())
        with st.container(key="drafts"):  # always there: what is below keeps its place, and a recording goes on
            spoken.drafts(runtime, interview, desk)
        with st.container(key="chips"):
            last = interview.turns[-1].move
            chips = st.empty()
            if last is not None and last.kind is MoveKind.CONFIRM:
                with chips.container(horizontal=True, gap="small"):
                    canned("Yes, end the interview", Intent.CONFIRM, main=True)
                    canned("No, go on", Intent.DENY)
            else:
                with chips.container(horizontal=True, gap="small"):
                    if interview.setup.mode is Mode.PRACTICE:
                        canned("Hint", Intent.HINT)
                    canned("I don't know", Intent.DONT_KNOW)
                    if kit is None:
                        canned("Say it differently", Intent.REPHRASE)
                    else:  # in the same words, which are the same for everyone; “Say it again” is the voice's
                        canned("Repeat it", Intent.REPHRASE, says="Could you say that again, please?")
                    canned("Skip", Intent.SKIP)
                    if kit is None or kit.pausing is Pausing.COUNTED:
                        st.button("Pause", key="pause", on_click=turns.pause, args=(store, desk))
                    canned("End", Intent.STOP)
        if spoken.is_on():
            spoken.row(runtime, interview, desk)
        widget = f"answer-{interview.id}"
        typed = st.chat_input("Your answer", key=widget, on_submit=turns.send_typed, args=(store, desk, widget))
        if first and typed:
            turns.send(store, desk, typed)
            st.rerun()


def _kept(runtime: Runtime, desk: Desk, place: st.delta_generator.DeltaGenerator, *, again: bool = True) -> None:
    """What could not be sent, word for word, and why."""
    if desk.problem is None:
        return
    with place.container(key="kept"):
        frame.problem(desk.problem)
        if not desk.unsent:
            return
        widget = f"kept-{desk.interview_id}-{desk.version}"
        st.text_area("Not sent yet", value=desk.unsent, key=widget, height=120)
        with st.container(horizontal=True):
            if again:
                st.button(
                    "Send it again",
                    key="send-again",
                    type="primary",
                    on_click=turns.send_again,
                    args=(runtime.store, desk, widget),
                )
            st.button("Discard it", key="discard", on_click=turns.discard, args=(desk,))


def _paused(runtime: Runtime, interview: Interview, desk: Desk) -> None:
    with st.bottom:
        _kept(runtime, desk, st.empty())
        with st.container(key="resting"):
            waits = "the interview waits under “Past interviews”"
            if interview.setup.kit is not None:
                waits = "the link that you were sent leads back here. The pause is counted"
            st.html(
                '<div class="rest"><h2>Paused</h2><p>The clock stands still, and everything you said is stored. '
                f"You may close this page; {waits}.</p></div>"
            )
            st.button(
                "Resume", key="resume", type="primary", on_click=turns.resume, args=(runtime.store, desk), shortcut=None
            )


def _ended(runtime: Runtime, interview: Interview, desk: Desk) -> None:
    if interview.setup.kit is not None:
        _kept(runtime, desk, st.empty(), again=False)
        spoken.left(runtime, interview)
        return
    answered = sum(exchange.status is ExchangeStatus.CLOSED for exchange in interview.exchanges)
    planned = len(interview.plan)
    with st.bottom:
        _kept(runtime, desk, st.empty(), again=False)
        spoken.left(runtime, interview)
        with st.container(key="resting"):
            st.html(
                '<div class="rest"><h2>The interview is over</h2>'
                f"<p>You went through {answered} of {planned} {'question' if planned == 1 else 'questions'}. "
                "Thank you; take a breath before you read on.</p></div>"
            )
            grading_status(runtime, interview.id)
            if st.button("Open the report", key="open-report", type="primary"):
                places.to_report(interview.id)
