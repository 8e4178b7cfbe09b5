"""Scoring stored answers from a page: by which model, with progress, and so that it can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import streamlit as st

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Interview, InterviewStatus
from interviewer.domain.kit import KitContent
from interviewer.errors import UnknownInterview
from interviewer.grading import grade
from interviewer.models.base import GradeRequest, ModelInfo
from interviewer.runtime import Runtime
from interviewer.ui import markup, who
from interviewer.ui.when import count

T = TypeVar("T")

Judge = Callable[[GradeRequest], Grade | Ungraded]


@dataclass(frozen=True)
class Scorer:
    """Somebody who can score an answer."""

    info: ModelInfo
    judge: Judge

    @property
    def name(self) -> str:
        return "the offline model" if self.info.offline else f"{self.info.name} at {who.where(self.info)}"

    def calls(self, number: int) -> str:
        """What so many grades take, in a sentence."""
        if self.info.offline:
            return "The offline model does it: it costs nothing, and nothing leaves this machine."
        return (
            f"That takes up to {count(number, 'call')} of {self.name}. The answers are sent there, with the question "
            "and the rubric."
        )


def scorers(runtime: Runtime) -> list[Scorer]:
    """The offline model, and the real one that is connected, if there is one."""
    found = [Scorer(runtime.offline.info, partial(grade, runtime.offline))]
    model = runtime.model
    if not model.info.offline:
        found.append(Scorer(model.info, partial(grade, model, key=runtime.key)))
    return found


def chosen(runtime: Runtime, key: str, about: str) -> Scorer:
    """The scorer that is to do ``about``: the offline model, unless another one is there and chosen."""
    found = scorers(runtime)
    if len(found) == 1:
        return found[0]
    place = st.radio(
        f"Who {about}",
        range(len(found)),
        format_func=lambda place: markup.label(found[place].name[:1].upper() + found[place].name[1:]),
        key=key,
        horizontal=True,
    )
    return found[place or 0]


def stored(runtime: Runtime, kit_id: str) -> list[Interview]:
    """The interviews of a kit, oldest first; those that are over are read from the store once in a session."""
    kept: dict[str, Interview] = st.session_state.setdefault(f"stored:{kit_id}", {})
    found = []
    for interview_id in runtime.store.kits.interviews(kit_id):
        if interview_id not in kept:
            try:
                interview = runtime.store.get(interview_id)
            except UnknownInterview:  # deleted since the list was made
                continue
            if interview.status is not InterviewStatus.ENDED:
                found.append(interview)
                continue
            kept[interview_id] = interview
        found.append(kept[interview_id])
    there = {interview.id for interview in found}
    for gone in [interview_id for interview_id in kept if interview_id not in there]:
        del kept[gone]
    return found


def short(content: KitContent, number: int, most: int = 70) -> str:
    """A question of a kit in one line."""
    prompt = " ".join(content.questions[number - 1].question.prompt.split())
    return f"{number}. {prompt if len(prompt) <= most else prompt[: most - 1].rstrip() + '…'}"


# --- one thing after the other, with a bar ------------------------------------------------------------------


def start(key: str) -> None:
    """A callback: the next run goes through what is to be done."""
    st.session_state[f"{key}-on"] = True


def stop(key: str) -> None:
    st.session_state[f"{key}-on"] = False


def running(key: str) -> bool:
    return bool(st.session_state.get(f"{key}-on"))


def go_through(key: str, todo: Sequence[T], step: Callable[[T], None], doing: str) -> None:
    """While ``running``: does one thing after the other, with a bar and a button that stops it, and draws afresh.

    What ``step`` has kept stays when somebody stops, or changes something else on the page meanwhile.
    """
    if not running(key):
        return
    with st.container(key=f"{key}-progress"):
        bar = st.progress(0.0, text=f"{doing} …")
        st.button("Stop", key=f"{key}-stop", icon=":material/stop:", on_click=stop, args=(key,))
    try:
        for place, one in enumerate(todo):
            bar.progress(place / len(todo), text=f"{doing}: {place + 1} of {len(todo)} …")
            step(one)
    except Exception:
        stop(key)  # or every further run would run into the same
        raise
    stop(key)
    st.rerun()
