"""Disagreements: answers on which people, or people and the machine, part; to look at, talk over and settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from interviewer.calibration.disagreements import Disagreement, Item, queue
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.kit import Kit, KitVersion
from interviewer.domain.question import Question
from interviewer.domain.rating import Comment, KeptAnswer
from interviewer.kits.agreement import counting, rewritten
from interviewer.runtime import Runtime
from interviewer.ui import both_sides, frame, kit_head, markup, places, settling
from interviewer.ui.when import count, zone

AT_ONCE = 20
"""Disagreements shown before one asks for more."""

OPEN, PEOPLE, MACHINE, SETTLED = "To look at", "People with people", "People with machine", "Settled"


@dataclass(frozen=True)
class Work:
    """What the page is about: the queue, and everything around it."""

    kit: Kit
    versions: Sequence[KitVersion]
    queue: Sequence[Disagreement]
    rated: int
    raters: Mapping[str, str]
    candidates: Mapping[str, str]
    comments: Mapping[Item, Sequence[Comment]]
    kept: Sequence[KeptAnswer]
    reworded: frozenset[Item]

    def question(self, one: Disagreement) -> Question:
        return self.versions[-1].content.questions[one.exchange - 1].question


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "disagreements")
    frame.style("disagreements")
    st.title("Disagreements", anchor=False)
    work = _work(runtime, kit)
    if not work.rated:
        _empty(kit)
        return
    with st.container(key="disagreements"):
        if not work.queue:
            answers = count(work.rated, "answer")
            st.html(f'<p class="lead">Everybody agrees: people and machine, on {answers} that people rated.</p>')
            return
        shown = _chosen(work)
        with st.container(key="disagreements-queue", gap=None):
            _queue(runtime, work, shown)


def _work(runtime: Runtime, kit: Kit) -> Work:
    store = runtime.store
    versions = store.kits.versions(kit.id)
    raters = store.ratings.raters(kit.id)
    planned = len(versions[-1].content.questions) if versions else 0
    submitted = [one for one in counting(raters, store.ratings.of(kit.id)) if one.exchange <= planned]
    ratings = [rewritten(versions, one) for one in submitted]
    grades: dict[Item, Grade | Ungraded] = {}
    for interview_id in dict.fromkeys(rating.interview_id for rating in ratings):
        grades |= {(interview_id, number): grade for number, grade in store.grades(interview_id).items()}
    asked = versions[-1].content.questions if versions else ()
    words = {
        place: {criterion.id: criterion.text for criterion in one.question.rubric.criteria}
        for place, one in enumerate(asked, 1)
    }
    show = st.session_state.get(f"names-{kit.id}", False)
    invitations = store.kits.invitations(kit.id)
    return Work(
        kit=kit,
        versions=versions,
        queue=queue(ratings, grades, store.ratings.decisions(kit.id), words),
        rated=len({(rating.interview_id, rating.exchange) for rating in ratings}),
        raters={rater.id: f"{rater.name} (from a file)" if rater.imported else rater.name for rater in raters},
        candidates={
            one.interview_id: one.label if show else f"Candidate {place:02}"
            for place, one in enumerate(invitations, 1)
            if one.interview_id is not None
        },
        comments=store.ratings.comments(kit.id),
        kept=store.ratings.kept_answers(kit.id),
        reworded=frozenset(
            (before.interview_id, before.exchange)
            for before, after in zip(submitted, ratings, strict=True)
            if before.verdicts != after.verdicts
        ),
    )


def _empty(kit: Kit) -> None:
    st.html(
        '<p class="lead">Here will be the answers on which people part from each other or from the machine, the '
        "largest disagreement first: with both sides, a place to talk it over, and a way to settle it.</p>"
        '<p class="plain">It begins when somebody has finished their practice round and rated an answer.</p>'
    )
    st.page_link(places.rate(), label="Go to the rating room", query_params={"id": kit.id})


# --- the queue ---------------------------------------------------------------------------------------------------


def _chosen(work: Work) -> list[Disagreement]:
    unsettled = [one for one in work.queue if one.decision is None]
    groups = {
        OPEN: unsettled,
        PEOPLE: [one for one in unsettled if one.among_people],
        MACHINE: [one for one in unsettled if one.with_machine],
        SETTLED: [one for one in work.queue if one.decision is not None],
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="disagreements-top"):
        name = st.segmented_control(
            "Show",
            list(groups),
            default=OPEN,
            required=True,
            format_func=lambda name: f"{name} ({len(groups[name])})",
            key=f"show-{work.kit.id}",
            on_change=_close,
            label_visibility="collapsed",
            wrap=True,
        )
        st.toggle("Show candidates’ names", key=f"names-{work.kit.id}")
    opened = st.query_params.get("answer")
    # What is open stays where it is when it is settled, so that one can go on with it.
    shown = [one for one in work.queue if one in groups[name] or _address(one) == opened]
    if not shown:
        st.html(markup.note("There is none of this kind." if name != OPEN else "All of them are settled."))
    return shown


def _queue(runtime: Runtime, work: Work, shown: Sequence[Disagreement]) -> None:
    most = st.session_state.setdefault(f"most-{work.kit.id}", AT_ONCE)
    opened = st.query_params.get("answer")
    for place, one in enumerate(shown):
        if place >= most and _address(one) != opened:
            continue
        who = f"{work.candidates.get(one.interview_id, 'A candidate')}, question {one.exchange}"
        address = _address(one)
        with st.container(key=f"parted-{address}", horizontal=True, vertical_alignment="center"):
            st.html(both_sides.row(who, one))
            if address == opened:
                st.button("Close", key=f"close-{address}", on_click=_close, help=f"Close {markup.label(who)}")
            else:
                st.button(
                    "Open", key=f"open-{address}", on_click=_open, args=(address,), help=f"Open {markup.label(who)}"
                )
        if address == opened:
            with st.container(key="opened"):
                _opened(runtime, work, one)
    if len(shown) > most and st.button(f"Show {len(shown) - most} more", key="more", type="tertiary"):
        st.session_state[f"most-{work.kit.id}"] = len(shown)
        st.rerun()


def _address(one: Disagreement) -> str:
    return f"{one.interview_id}-{one.exchange}"


def _open(address: str) -> None:
    st.query_params["answer"] = address


def _close() -> None:
    st.query_params.pop("answer", None)


# --- one of them -------------------------------------------------------------------------------------------------


def _opened(runtime: Runtime, work: Work, one: Disagreement) -> None:
    question = work.question(one)
    interview = runtime.store.get(one.interview_id)
    turns = interview.turns_of(one.exchange)
    now = datetime.now(UTC)
    st.html(both_sides.said(turns, one.grade))
    st.html(both_sides.sides(question, one, work.raters, _machine(one.grade)))
    if one.item in work.reworded:
        st.html(
            markup.note(
                "Some verdicts were given on criteria that were reworded or taken out since; they are not compared."
            )
        )
    if written := both_sides.remarks(one.ratings, work.raters):
        st.html(written)
    settling.talk(runtime.store, one, work.comments.get(one.item, ()), now, zone())
    settling.settle(runtime.store, one, question, now, zone())
    if one.decision is not None:
        kept = next((answer for answer in work.kept if (answer.interview_id, answer.exchange) == one.item), None)
        settling.keep(runtime.store, work.kit.id, one, question, turns, kept)


def _machine(grade: Grade | None) -> str:
    if grade is None:
        return "The machine"
    model = grade.provenance.model
    return "The offline model" if model == "offline" else model
