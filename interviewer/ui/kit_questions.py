"""The questions of a kit's draft: chosen from the bank or written, ordered, given reasons, follow-ups and rubrics."""

from __future__ import annotations

import streamlit as st

from interviewer.domain.kit import MAX_KIT_TEXT, MAX_QUESTIONS, KitQuestion, Probing
from interviewer.domain.question import Question
from interviewer.domain.words import Format, Stage
from interviewer.kits import building
from interviewer.runtime import Runtime
from interviewer.ui import frame, listing, markup, places, rubric_editor, selection, study
from interviewer.ui.kit_desk import Desk
from interviewer.ui.listing import Wanted
from interviewer.ui.when import count

FOUND = 8
"""Questions of the bank that a search shows here."""

LONGEST_PROMPT = 600
LONGEST_LIST = 6_000

_WHY = "Why it belongs to the job"
_WHY_HELP = "One or two sentences: what somebody in this job does that this question shows. Candidates do not see it."


def draw(runtime: Runtime, desk: Desk) -> None:
    """The section of the questions."""
    content = desk.content
    if content.questions and content.own_questions == 0:
        st.html(
            markup.note(
                "All of these are from the bank, which is public: anybody can read its questions and rubrics, also "
                "before an interview. A question that you write yourself is known to nobody."
            )
        )
    for number, one in enumerate(content.questions, start=1):
        _question(runtime, desk, number, one)
    if len(content.questions) >= MAX_QUESTIONS:
        st.html(markup.note(f"A kit holds {MAX_QUESTIONS} questions at most."))
        return
    ways = ["Choose from the bank", "Write your own"]
    key = desk.field("adding", None)
    way = st.segmented_control("Add a question", ways, key=key)
    if way == ways[0]:
        _from_bank(runtime, desk)
    elif way == ways[1]:
        _own(desk, key)


# --- one question ---------------------------------------------------------------------------------------------


def _question(runtime: Runtime, desk: Desk, number: int, one: KitQuestion) -> None:
    question = one.question
    with st.container(key=f"kit-question-{question.id}"):
        _bar(desk, number, one)
        if not one.from_bank:
            _own_words(desk, one)
        key = desk.field("why", one.why, question.id)
        st.text_area(
            f"{_WHY} (question {number})",
            key=key,
            help=_WHY_HELP,
            placeholder=_WHY_HELP,
            height=80,
            max_chars=MAX_KIT_TEXT,
            on_change=_changed,
            args=(desk, question.id, key, "why"),
        )
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"kit-how-{question.id}"):
            key = desk.field("minutes-for", question.minutes, question.id)
            st.number_input(
                "Minutes",
                1,
                60,
                key=key,
                step=1,
                width=130,
                on_change=_changed,
                args=(desk, question.id, key, "minutes"),
            )
            _follow_ups(desk, one)
        _rubric(runtime, desk, one)


def _bar(desk: Desk, number: int, one: KitQuestion) -> None:
    question = one.question
    last = len(desk.content.questions)
    with st.container(key=f"kit-bar-{question.id}", horizontal=True, gap="small"):
        kind = "From the bank" if one.from_bank else "Your own"
        facts = f"{kind} · {question.stage.label} · {question.seniority.label}"
        st.html(
            f'<div class="kit-prompt"><span>Question {number} of {last} · {facts}</span>'
            f"<b>{markup.escaped(question.prompt)}</b></div>"
        )
        with st.container(key=f"kit-do-{question.id}", horizontal=True, gap=None, width="content"):
            steps = (("up", -1, "arrow_upward", number == 1), ("down", 1, "arrow_downward", number == last))
            for name, step, icon, off in steps:
                st.button(
                    f"Move question {number} {name}",
                    key=f"kit-{name}:{question.id}",
                    type="tertiary",
                    icon=f":material/{icon}:",
                    disabled=off,
                    on_click=_move,
                    args=(desk, question.id, step),
                )
            if st.button(
                f"Take question {number} out",
                key=f"kit-out:{question.id}",
                type="tertiary",
                icon=":material/close:",
            ):
                if one.from_bank and not one.why and _is_the_banks(one):
                    _take_out(desk, question.id)
                    st.rerun()
                _confirm(desk, one, number)


def _is_the_banks(one: KitQuestion) -> bool:
    """Whether nothing was changed in it, so that taking it out loses nothing that somebody wrote."""
    bank = frame.runtime().bank.questions.get(one.question.id)
    return bank is not None and bank.hash == one.question.hash


@st.dialog("Take this question out?")
@frame.part
def _confirm(desk: Desk, one: KitQuestion, number: int) -> None:
    own = "" if one.from_bank else " You wrote it yourself, and it is in no other place unless another kit has it."
    st.html(
        f'<p class="plain">Question {number}, “{markup.escaped(one.question.prompt)}”, is taken out of this draft, '
        f"with the reason why it belongs to the job and what you changed in its rubric.{own}</p>"
    )
    with st.container(horizontal=True):
        if st.button("Take it out", key="delete-for-good", on_click=_take_out, args=(desk, one.question.id)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _take_out(desk: Desk, question_id: str) -> None:
    rubric_editor.forget(_editor(desk, question_id))
    desk.change(questions=tuple(one for one in desk.content.questions if one.question.id != question_id))


def _move(desk: Desk, question_id: str, step: int) -> None:
    order = list(desk.content.questions)
    place = next((n for n, one in enumerate(order) if one.question.id == question_id), None)
    if place is not None and 0 <= place + step < len(order):
        order[place], order[place + step] = order[place + step], order[place]
        desk.change(questions=tuple(order))


def _changed(desk: Desk, question_id: str, key: str, name: str) -> None:
    """Takes a field of a question over; an emptied prompt stays what it was until something is typed."""
    value = st.session_state.get(key)
    if value is None:
        return

    def change(one: KitQuestion) -> KitQuestion:
        if name == "why":
            return one.model_copy(update={"why": value.strip()})
        if name == "probes":
            return one.model_copy(update={"probes": _in_order(one, value)})
        typed = " ".join(value.split()) if name == "prompt" else value.strip() if isinstance(value, str) else value
        if not typed:
            return one
        return building.with_question(one, one.question.model_copy(update={name: typed}))

    desk.change_question(question_id, change)


def _in_order(one: KitQuestion, chosen: list[str]) -> tuple[str, ...]:
    """The chosen follow-ups in the rubric's order, whichever was clicked first."""
    return tuple(probe for probe in building.probes_of(one.question) if probe in chosen)


def _follow_ups(desk: Desk, one: KitQuestion) -> None:
    question = one.question
    words = {c.id: c.probe for c in question.rubric.criteria if c.probe}
    if desk.content.probing is Probing.NONE:
        st.html(markup.note("No follow-ups: this kit asks none (see the terms)."))
    elif not words:
        st.html(markup.note("No follow-up is written in its rubric."))
    else:
        key = desk.field(f"probes-{'-'.join(words)}", list(one.probes), question.id)
        st.multiselect(
            "Follow-ups, asked of everyone in the rubric's order",
            list(words),
            format_func=lambda probe: words.get(probe) or "",
            key=key,
            placeholder="None",
            on_change=_changed,
            args=(desk, question.id, key, "probes"),
        )


def _own_words(desk: Desk, one: KitQuestion) -> None:
    question = one.question
    key = desk.field("prompt", question.prompt, question.id)
    st.text_area(
        "The question, word for word as everyone hears it",
        key=key,
        height=80,
        max_chars=LONGEST_PROMPT,
        on_change=_changed,
        args=(desk, question.id, key, "prompt"),
    )
    if not (st.session_state.get(key) or "").strip():
        st.html(markup.note("A question needs words; until there are some, the last ones stay."))
    with st.expander("A sample answer", key=f"kit-sample-{question.id}"):
        key = desk.field("sample", question.sample_answer, question.id)
        st.text_area(
            "What a strong answer says; candidates of a kit never see it",
            key=key,
            height=110,
            max_chars=LONGEST_LIST,
            on_change=_changed,
            args=(desk, question.id, key, "sample_answer"),
        )


# --- its rubric -----------------------------------------------------------------------------------------------


def _editor(desk: Desk, question_id: str) -> str:
    return f"{desk.id}-{question_id}"


def _rubric(runtime: Runtime, desk: Desk, one: KitQuestion) -> None:
    question = one.question
    opened = f"kit-rubric-open:{question.id}"
    criteria = count(len(question.rubric.criteria), "criterion").replace("criterions", "criteria")
    with st.container(key=f"kit-rubric-{question.id}"):
        if not st.session_state.get(opened):
            st.html(rubric_in_view(question, f"The rubric: {criteria}"))
            st.button("Change the rubric", key=f"change-rubric:{question.id}", on_click=_turn, args=(opened, True))
            return
        st.html('<h4 class="rubric-part">The rubric</h4>')
        made, _ = rubric_editor.edit(_editor(desk, question.id), question, runtime.linter)
        st.button(
            "Done with the rubric",
            key=f"rubric-done:{question.id}",
            on_click=_turn,
            args=(opened, False),
            disabled=made is None,
        )
        if made is not None and made.rubric != question.rubric:
            changed = building.with_question(one, made)
            if not one.probes and not building.probes_of(question):
                changed = changed.model_copy(update={"probes": building.default_probes(made)})
            desk.change_question(question.id, lambda _: changed)
            st.rerun()


def rubric_in_view(question: Question, title: str) -> str:
    """The rubric in words, folded away behind its title."""
    items = "".join(
        f"<li>{markup.escaped(one.text)} <small>{one.kind.value}, weight {one.weight:g}, "
        f"{count(len(one.statements), 'statement')}</small>"
        + (f"<small>Follow-up: {markup.escaped(one.probe)}</small>" if one.probe else "")
        + "</li>"
        for one in question.rubric.criteria
    )
    mistakes = "".join(f"<li>{markup.escaped(one.beliefs[0])}</li>" for one in question.rubric.misconceptions)
    wrong = f"<p>What is often mistaken:</p><ul>{mistakes}</ul>" if mistakes else ""
    return (
        f'<details class="fold kit-rubric"><summary>{markup.escaped(title)}</summary><ol>{items}</ol>{wrong}</details>'
    )


def _turn(name: str, on: bool) -> None:
    st.session_state[name] = on


# --- adding ---------------------------------------------------------------------------------------------------


def _from_bank(runtime: Runtime, desk: Desk) -> None:
    bank, there = runtime.bank, {one.question.id for one in desk.content.questions}
    aside = [question for question in selection.chosen(bank) if question.id not in there]
    if aside:
        st.button(
            f"Add the {count(len(aside), 'question')} that you put aside",
            key="add-aside",
            on_click=_add_all,
            args=(desk, aside),
        )
    query = st.text_input(
        "Search the bank",
        key="kit-search",
        type="search",
        live="200ms",
        max_chars=300,
        placeholder="Search by what it is about",
        label_visibility="collapsed",
    )
    if not query or not query.strip():
        st.html(
            markup.note(
                f"{len(bank.questions)} questions are there. Look through them under “Questions” and put some aside "
                "with “Add”, or search here."
            )
        )
        return
    with st.spinner("Reading the questions for the first time; this takes a few seconds."):
        found = listing.search(runtime, query.strip(), Wanted())
    if not found.fits:
        st.html('<p class="found">Nothing fits well; these are the nearest.</p>')
    for question in found.questions[:FOUND]:
        with st.container(key=f"kit-hit-{question.id}", horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.page_link(places.questions(), label=markup.label(question.prompt), query_params={"id": question.id})
                st.html(study.line(question, bank))
            st.button(
                "Added" if question.id in there else "Add",
                key=f"kit-add:{question.id}",
                disabled=question.id in there,
                help=markup.heard(f"Add: {question.prompt}"),
                on_click=_add_all,
                args=(desk, [question]),
            )


def _add_all(desk: Desk, questions: list[Question]) -> None:
    """Adds questions of the bank at the end, each once, as many as there is room for."""
    there = {one.question.id for one in desk.content.questions}
    new = [
        KitQuestion(question=question, probes=building.default_probes(question))
        for question in questions
        if question.id not in there
    ]
    desk.change(questions=(*desk.content.questions, *new)[:MAX_QUESTIONS])
    for question in questions:
        selection.take_out(question.id)


def _own(desk: Desk, adding: str) -> None:
    """Where a question of one's own begins. What it lacks can be added to it afterwards, in the list."""
    with st.container(key="kit-own"):
        st.text_area(
            "The question, word for word as everyone hears it",
            key="own-prompt",
            height=80,
            max_chars=LONGEST_PROMPT,
            placeholder="One question, as you would say it",
        )
        st.text_area(
            "What you look for in an answer, one thing a line",
            key="own-looked-for",
            height=120,
            max_chars=LONGEST_LIST,
            placeholder="Says that …\nNames …\nExplains why …",
            help="Each line becomes a criterion. Add other wordings, weights and follow-ups to it afterwards.",
        )
        with st.container(horizontal=True, key="kit-own-facts"):
            st.number_input("Minutes", 1, 60, 5, key="own-minutes", step=1, width=130)
            st.selectbox("Part of the interview", list(Stage), index=1, format_func=lambda s: s.label, key="own-stage")
            st.selectbox(
                "Kind of answer",
                list(building.OWN_FORMATS),
                format_func=_FORMATS.__getitem__,
                key="own-format",
                help="A question that wants code needs a task in writing; choose one from the bank.",
            )
        if problem := st.session_state.pop("own-problem", ""):
            st.html(markup.problem(problem, "Nothing is lost; add it and try again."))
        st.button("Add this question", key="own-add", type="primary", on_click=_add_own, args=(desk, adding))


_FORMATS = {
    Format.CONCEPT: "Explains something",
    Format.SCENARIO: "Decides in a situation",
    Format.DESIGN: "Designs something",
    Format.EXPERIENCE: "Tells of something done",
}


def _add_own(desk: Desk, adding: str) -> None:
    state = st.session_state
    prompt = " ".join((state.get("own-prompt") or "").split())
    criteria = building.looked_for((state.get("own-looked-for") or "").splitlines())
    if not prompt or not criteria:
        state["own-problem"] = (
            "The question has no words yet." if not prompt else "It does not say yet what to look for in an answer."
        )
        return
    question = building.own_question(
        building.own_id(prompt, {one.question.id for one in desk.content.questions}),
        prompt,
        criteria,
        minutes=int(state.get("own-minutes") or 5),
        stage=state.get("own-stage") or Stage.THEORY,
        format=state.get("own-format") or Format.CONCEPT,
        seniority=desk.content.seniority,
    )
    desk.change(questions=(*desk.content.questions, KitQuestion(question=question, from_bank=False)))
    state[f"kit-rubric-open:{question.id}"] = True
    for name in ("own-prompt", "own-looked-for"):
        state[name] = ""
    state[adding] = None
