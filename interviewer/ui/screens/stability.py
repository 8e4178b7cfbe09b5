"""Stability: how much grades depend on grading once more, and on names, fillers and politeness."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from interviewer.calibration.perturb import CHANGES
from interviewer.calibration.raters import FEWEST
from interviewer.calibration.stability import (
    REPEATS,
    Invariance,
    Item,
    Repeated,
    Spread,
    Tried,
    as_json,
    calls,
    drawn,
    invariance,
    repeat,
    spread,
    vary,
    worst,
)
from interviewer.domain.grade import Grade
from interviewer.domain.kit import Kit
from interviewer.grading.exchange import answered, exchange_request
from interviewer.runtime import Runtime
from interviewer.ui import frame, kit_head, markup, scoring
from interviewer.ui import stability_parts as parts
from interviewer.ui.scoring import Scorer
from interviewer.ui.when import count

SIZES = (20, 50, 100)
"""How many answers one may try, where there are more."""

SHOWN = 10

_KEY = "stability-run"


Step = tuple[Item, str | None]
"""An answer, and the change to try on it; None to grade it again as it is."""


@dataclass
class Run:
    """What was tried in this tab: with which scorer, on which answers, and what came of it so far."""

    scorer: Scorer
    items: list[Item]
    repeated: list[Repeated] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    figures: tuple[Spread, list[Invariance]] | None = None

    @property
    def left(self) -> list[Step]:
        """What is still to be done, answer by answer, so that what is there is complete whenever one stops."""
        wanted = [(item, change) for item in self.items for change in (None, *CHANGES)]
        return wanted[len(self.repeated) + len(self.tried) :]

    @property
    def complete(self) -> int:
        """How many answers everything was tried on."""
        return len(self.tried) // len(CHANGES)

    @property
    def through(self) -> tuple[list[Repeated], list[Tried]]:
        """What is there of the answers that everything was tried on."""
        return self.repeated[: self.complete], self.tried[: self.complete * len(CHANGES)]

    def step(self, one: Step) -> None:
        item, change = one
        self.figures = None
        if change is None:
            self.repeated.append(repeat(item, self.scorer.judge))
            return
        again = self.repeated[-1]
        before = next(iter(again.graded), again.grades[0])
        self.tried.append(vary(item, before, self.scorer.judge, change))


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "stability")
    frame.style("workshop")
    frame.style("stability")
    st.title("Stability", anchor=False)
    st.html(
        '<p class="lead">A grade should depend on what was said, and on nothing else. Here the answers to this kit '
        "are graded again as they are, and then with changes that mean nothing: fillers, politeness, a name, other "
        "punctuation.</p>"
    )
    items = _items(runtime, kit)
    if not items:
        st.html(
            '<p class="plain">There are no answers to this kit yet. Once candidates have answered, or answers were '
            "brought in on the page “Results”, this page can try them.</p>"
        )
        return
    name = f"stability:{kit.id}"
    run: Run | None = st.session_state.get(name)
    _begin(runtime, kit, items, name, run)
    run = st.session_state.get(name)
    if run is not None:
        scoring.go_through(_KEY, run.left, run.step, "Grading")
        if run.complete:
            _results(kit, run)


def _items(runtime: Runtime, kit: Kit) -> list[Item]:
    """The answers to a kit, to be graded by the rubrics that count now."""
    questions = [one.question for one in kit.content.questions]
    return [
        Item(interview.id, number, exchange_request(interview, number, question))
        for interview in scoring.stored(runtime, kit.id)
        for number, question in enumerate(questions, start=1)
        if answered(interview, number)
    ]


def _begin(runtime: Runtime, kit: Kit, items: list[Item], name: str, run: Run | None) -> None:
    """What to try, what that takes, and the button."""
    scorer = scoring.chosen(runtime, "stability-scorer", "grades them")
    sizes = [size for size in SIZES if size < len(items)] + [len(items)]
    size = sizes[0]
    if len(sizes) > 1:
        size = (
            st.segmented_control(
                "Answers to try",
                sizes,
                default=sizes[0],
                format_func=lambda one: f"All {one}" if one == len(items) else str(one),
                key=f"stability-size:{kit.id}",
                required=True,
            )
            or sizes[0]
        )
    if scoring.running(_KEY) and run is not None:
        return
    grades = calls(size)
    st.html(
        markup.note(
            f"Each answer is graded {REPEATS} times as it is and once with each of {len(CHANGES)} changes: "
            f"{count(grades, 'grade')} in all. {scorer.calls(grades)} Nothing of it is stored, and no stored grade "
            "changes."
        )
    )
    if said := _other_graders(runtime, items, scorer):
        st.html(markup.note(said))

    def begin() -> None:
        st.session_state[name] = Run(scorer, drawn(items, size))
        scoring.start(_KEY)

    with st.container(key="stability-begin", horizontal=True):
        st.button(
            f"Try {count(size, 'answer')}",
            key="try",
            type="primary" if run is None else "secondary",
            icon=":material/play_arrow:",
            on_click=begin,
        )
        if run is not None and run.left:
            st.button(f"Go on with the {len(run.left)} left", key="try-on", on_click=scoring.start, args=(_KEY,))


def _other_graders(runtime: Runtime, items: Sequence[Item], scorer: Scorer) -> str:
    """Whether the grades that count were made by somebody else than who is tried."""
    names: set[str] = set()
    for interview_id in dict.fromkeys(item.interview_id for item in items):
        for grade in runtime.store.grades(interview_id).values():
            if isinstance(grade, Grade):
                names.add(grade.provenance.model)
    others = sorted(names - {scorer.info.name})
    if not others:
        return ""
    told = ", ".join("the offline model" if other == "offline" else other for other in others)
    return f"Grades that count here were made by {told}; what is tried now says nothing about these."


def _results(kit: Kit, run: Run) -> None:
    repeated, tried = run.through
    if run.figures is None:
        with st.spinner("Counting …"):
            run.figures = (spread(repeated), invariance(tried))
    repeats, changes = run.figures
    candidates = len({one.item.interview_id for one in repeated})
    if run.left:
        told = f"Stopped after {run.complete} of {count(len(run.items), 'answer')}; the figures are of these."
        st.html(markup.note(told))
    st.html(
        f'<p class="plain" role="status">{count(len(repeated), "answer")} of {count(candidates, "candidate")}, '
        f"graded by {markup.escaped(run.scorer.name)} (version {markup.escaped(run.scorer.info.version)}), by the "
        "rubrics that count now.</p>"
    )
    if candidates < FEWEST:
        st.html(
            markup.note(
                f"The figures are of these answers alone: to say anything of the next ones, it takes {FEWEST} "
                f"candidates, and here there are {candidates}."
            )
        )
    st.header("Graded once more", anchor=False)
    st.html(parts.repeated(repeats, offline=run.scorer.info.offline))
    st.header("Said or written differently", anchor=False)
    st.html(parts.changes(changes, repeats, offline=run.scorer.info.offline))
    _cases(run)
    st.header("What this does not show", anchor=False)
    st.html(parts.LIMITS)
    st.download_button(
        "Download the figures (JSON)",
        data=partial(_written, run),
        file_name=f"stability-{kit.id}.json",
        mime="application/json",
        key="stability-download",
        icon=":material/download:",
        on_click="ignore",
    )


def _written(run: Run) -> bytes:
    told = as_json(run.scorer.info, *run.through)
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _cases(run: Run) -> None:
    """The answers that moved furthest, to be read side by side."""
    repeated, tried = run.through
    found = worst(tried, SHOWN)
    st.html('<h3 class="aside">What moved furthest</h3>')
    if not found:
        st.html('<p class="plain">No score moved under any of the changes.</p>')
        return
    place = {(one.item.interview_id, one.item.exchange): n for n, one in enumerate(repeated, start=1)}
    st.html("".join(parts.case(f"Answer {place[one.item.interview_id, one.item.exchange]}", one) for one in found))
