"""The rubric workshop: change a rubric as a draft, see what that does to stored answers, and only then publish it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interviewer.domain.kit import Kit, KitContent, KitStatus, KitVersion
from interviewer.domain.question import Question
from interviewer.domain.rating import RubricDraft
from interviewer.errors import InterviewerError, UsageError
from interviewer.grading.exchange import finished
from interviewer.interview.kit_setup import probes_of
from interviewer.kits.building import changed, same_for_all, with_question
from interviewer.runtime import Runtime
from interviewer.ui import frame, kit_head, letter, markup, places, rubric_editor
from interviewer.ui import workshop_parts as parts
from interviewer.ui import workshop_scores as scores
from interviewer.ui.scoring import short, stored
from interviewer.ui.when import count, moment, zone

_SAID = "workshop-said"
_PROBLEM = "workshop-problem"
_WANTING = "workshop-note-wanting"


def draw(runtime: Runtime) -> None:
    kit = kit_head.head(runtime, "workshop")
    frame.style("workshop")
    st.title("Rubrics", anchor=False)
    if kit.status is KitStatus.DRAFT:
        st.html(
            '<p class="lead">While a kit is a draft, its rubrics are written on the kit’s own page. Once it is open, '
            "this is where a rubric is changed: as a draft, tried on the answers that there are, and published when "
            "the difference is what you want.</p>"
        )
        st.page_link(places.kit(), label="Go on building the kit", query_params={"id": kit.id})
        return
    if said := st.session_state.pop(_SAID, ""):
        st.html(f'<p class="workshop-said" role="status">{markup.escaped(said)}</p>')
    if (problem := st.session_state.pop(_PROBLEM, None)) is not None:
        frame.problem(problem)
    versions = runtime.store.kits.versions(kit.id)
    number = _question(runtime, kit)
    draft = runtime.store.rubrics.draft(kit.id, number)
    if draft is None:
        _published(runtime, kit, number)
    else:
        _draft(runtime, kit, versions, draft)
    _history(runtime, kit, versions, number)


def _question(runtime: Runtime, kit: Kit) -> int:
    """Which of the kit's questions it is about; the address keeps it."""
    drafts = {draft.number for draft in runtime.store.rubrics.drafts(kit.id)}
    numbers = range(1, len(kit.content.questions) + 1)
    # The labels say where a draft is, and a box whose labels change forgets what was chosen: it is another one then.
    name = f"workshop-question:{kit.id}:{sorted(drafts)}"
    asked = st.query_params.get("q", "")
    if name not in st.session_state:
        first = min(drafts, default=1)
        st.session_state[name] = int(asked) if asked.isdecimal() and int(asked) in numbers else first

    def named(number: int) -> str:
        return short(kit.content, number) + (" (draft)" if number in drafts else "")

    number: int = st.selectbox("Question", numbers, format_func=named, key=name)
    if asked != str(number):
        st.query_params["q"] = str(number)
    return number


def _published(runtime: Runtime, kit: Kit, number: int) -> None:
    question = kit.content.questions[number - 1].question
    st.html(parts.rubric(question))
    st.html(
        markup.note(
            "What counts now stays as it is until you publish a draft, and every grade keeps the rubric that it was "
            "made with."
        )
    )
    if st.button("Change this rubric", key="begin-draft", type="primary", icon=":material/edit:"):
        runtime.store.rubrics.begin(kit.id, number, question)
        st.rerun()


# --- a draft ------------------------------------------------------------------------------------------------


def _draft(runtime: Runtime, kit: Kit, versions: list[KitVersion], draft: RubricDraft) -> None:
    place = kit.content.questions[draft.number - 1]
    published = place.question
    st.header("The draft", anchor=False)
    st.html(
        f'<p class="prompt-line">{markup.escaped(published.prompt)}</p>'
        + markup.note("Changes are kept as a draft at once. Nothing counts before you publish it.")
    )
    if draft.base != published.rubric.hash:
        st.html(
            markup.note(
                "Since this draft was begun, another rubric was published for the question. The draft is compared "
                "with that one, and would replace it."
            )
        )
    question = _edited(runtime, kit, draft)
    different = changed(published.rubric, question.rubric)
    with st.container(key="draft-changes"):
        if different:
            st.html('<h3 class="aside">What is changed</h3>' + parts.changes(different.sentences()))
        else:
            st.html(markup.note("So far the draft says what the published rubric says."))
    refused = same_for_all(kit.content, _content(kit, draft.number, question))
    if refused:
        st.html(
            markup.problem(
                "This draft cannot be published: it changes what candidates hear.",
                " ".join(refused) + " To ask something else, copy the kit and build a new one.",
            )
        )
    if different:
        current = draft.model_copy(update={"question": question})
        ready = scores.draw(runtime, kit, current, published, versions)
    else:
        ready = None
    with st.container(key="draft-actions", horizontal=True):
        if ready is not None and not refused:
            publish = st.button(
                "Publish …",
                key="publish",
                type="primary",
                icon=":material/publish:",
                on_click=scores.before_publishing,
                args=(kit.id,),
            )
            if publish or scores.publishing(kit.id):
                _publish_when_scored(runtime, kit, ready)
        if st.button("Discard the draft", key="discard", type="tertiary", icon=":material/delete:"):
            _discard(runtime, draft)


def _content(kit: Kit, number: int, question: Question) -> KitContent:
    """The kit's content with ``question`` at its place."""
    questions = list(kit.content.questions)
    questions[number - 1] = with_question(questions[number - 1], question)
    return kit.content.model_copy(update={"questions": tuple(questions)})


def _edited(runtime: Runtime, kit: Kit, draft: RubricDraft) -> Question:
    """Draws the editor and stores what comes of it at once; gives the question as it is stored or typed.

    The editor goes on from what this tab knew last, so that what is typed in it outlives a change in another tab.
    """
    key, name = f"draft-{draft.id}", f"workshop-known:{draft.id}"
    known: Question = st.session_state.setdefault(name, draft.question)
    fixed = probes_of(kit.content)[draft.number - 1]
    made, _ = rubric_editor.edit(key, known, runtime.linter, fixed_probes=fixed)
    if made is None:
        st.html(letter.saved(False))
        return known
    if made == known:
        if known != draft.question:  # changed in another tab, and nothing was typed in this one
            rubric_editor.forget(key)
            st.session_state[name] = draft.question
            st.rerun()
        st.html(letter.saved(False))
        return known
    try:
        runtime.store.rubrics.save(draft.id, made, known.hash)
    except UsageError as error:
        _elsewhere(runtime, draft, made, key, name, error)
        return made
    st.session_state[name] = made
    st.html(letter.saved(True))
    return made


def _elsewhere(
    runtime: Runtime, draft: RubricDraft, made: Question, key: str, name: str, error: InterviewerError
) -> None:
    """The draft was changed in another tab: what was typed here stays until somebody chooses."""

    def take_theirs() -> None:
        rubric_editor.forget(key)
        st.session_state[name] = draft.question

    def keep_mine() -> None:
        try:
            runtime.store.rubrics.save(draft.id, made, draft.question.hash)
            st.session_state[name] = made
        except InterviewerError as again:
            st.session_state[_PROBLEM] = again

    st.html(markup.problem(str(error), "What you typed here is kept: choose which of the two is to stay."))
    with st.container(horizontal=True, key="draft-elsewhere"):
        st.button("Keep what is typed here", key="keep-mine", on_click=keep_mine)
        st.button("Take the other tab’s", key="take-theirs", on_click=take_theirs)


@st.dialog("Discard this draft?")
@frame.part
def _discard(runtime: Runtime, draft: RubricDraft) -> None:
    st.html(
        '<p class="plain">The changes of this draft are gone for good. The published rubric and all grades stay as '
        "they are.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Discard for good", key="delete-for-good", on_click=_do_discard, args=(runtime, draft)):
            st.rerun()
        if st.button("Keep it", key="keep"):
            st.rerun()


def _do_discard(runtime: Runtime, draft: RubricDraft) -> None:
    try:
        runtime.store.rubrics.discard(draft.id)
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    rubric_editor.forget(f"draft-{draft.id}")
    st.session_state[_SAID] = "The draft is discarded."


# --- publishing ---------------------------------------------------------------------------------------------


def _publish_when_scored(runtime: Runtime, kit: Kit, ready: scores.Ready) -> None:
    """Opens the dialog once every stored answer has been scored under the draft.

    The scoring that the button begins draws the page afresh when it is through. Whoever comes here with answers that
    lack a grade has stopped it.
    """
    scores.asked(kit.id)
    if not ready.missing:
        _publish(runtime, kit, ready)


@st.dialog("Publish this rubric?")
@frame.part
def _publish(runtime: Runtime, kit: Kit, ready: scores.Ready) -> None:
    answers = count(len(ready.grades), "stored answer")
    by = markup.escaped(ready.scorer.name)
    version = (kit.version or 0) + 1
    lines = [
        f"The kit gets version {version}. Who begins from now on is graded by the new rubric.",
        f"{answers[:1].upper()}{answers[1:]} {'gets' if len(ready.grades) == 1 else 'get'} the grade that "
        f"{by} has just given under it. The old grades are kept, each with the rubric that it was made with.",
        "What candidates hear does not change: the same questions in the same words and order.",
        "Interviews that are still running go on as they began; what is answered in them from now on is graded by the "
        "new rubric, too.",
        "People’s ratings and decisions stay, and stand above the machine’s grades as before.",
    ]
    if ready.ungraded:
        lines.append(f"{count(ready.ungraded, 'answer')} could not be graded, and will say why.")
    if ready.others:
        lines.append(
            f"{count(ready.others, 'answer')} had a grade by {markup.escaped(ready.by_others)}; the newest grade will "
            f"be by {by}."
        )
    items = "".join(f"<li>{line}</li>" for line in lines)
    st.html(f'<ul class="plain what-happens">{items}</ul>')
    st.text_area(
        "What is changed, and why",
        key="publish-note",
        max_chars=2000,
        placeholder="The raters agreed that a worked example is not needed …",
    )
    with st.container(horizontal=True):
        asked = st.button(
            "Publish", key="publish-now", type="primary", on_click=_do_publish, args=(runtime, kit, ready)
        )
        if asked and not st.session_state.get(_WANTING):
            st.rerun()
        if st.button("Not yet", key="not-yet"):
            st.rerun()
    if st.session_state.pop(_WANTING, False):
        st.html(markup.problem("Please say what is changed, and why.", "It stands in the kit’s history."))


def _do_publish(runtime: Runtime, kit: Kit, ready: scores.Ready) -> None:
    note = str(st.session_state.get("publish-note") or "").strip()
    if not note:
        st.session_state[_WANTING] = True
        return
    try:
        draft = runtime.store.rubrics.draft(kit.id, ready.draft.number)
        same = draft is not None and draft.question.hash == ready.draft.question.hash
        if draft is None or not same or runtime.store.kits.get(kit.id).version != kit.version:
            raise UsageError(
                "The draft or the kit was changed meanwhile in another tab, so nothing was published.",
                "Look at it as it is now, and publish that.",
            )
        number = runtime.store.rubrics.publish(draft.id, note, ready.grades, seen=ready.draft.question.hash)
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    _grade_the_late(runtime, kit, ready)
    rubric_editor.forget(f"draft-{draft.id}")
    st.session_state.pop("publish-note", None)
    st.session_state[_SAID] = f"Published: the kit is at version {number} now."


def _grade_the_late(runtime: Runtime, kit: Kit, ready: scores.Ready) -> None:
    """Answers that came while the note was being written are graded by the new rubric like all the others."""
    graded = {interview_id for interview_id, _, _ in ready.grades}
    for one in stored(runtime, kit.id):
        if one.id not in graded and finished(one, ready.draft.number) is not None:
            runtime.workers.regrade(one.id, ready.draft.number)


# --- history ------------------------------------------------------------------------------------------------


def _history(runtime: Runtime, kit: Kit, versions: list[KitVersion], number: int) -> None:
    st.header("Versions", anchor=False)
    newest = versions[-1]
    now, where = datetime.now(UTC), zone()
    before: dict[int, KitVersion] = {one.number: one for one in versions}
    for one in reversed(versions):
        earlier = before.get(one.number - 1)
        what = _what_changed(earlier, one)
        with st.container(key=f"version-{one.number}", horizontal=True, vertical_alignment="center"):
            here = _here(earlier, one, number)
            st.html(
                f'<div class="version"><b>Version {one.number}</b> <span>{moment(one.at, now, where)}'
                f"{' · counts now' if one is newest else ''}{here}</span>"
                + (f"<p>{markup.escaped(one.note)}</p>" if one.note else "")
                + (f'<p class="quiet-line">{markup.escaped(what)}</p>' if what else "")
                + "</div>"
            )
            if one.content.hash != newest.content.hash and st.button(
                "Roll back …", key=f"roll-back-{one.number}", help=f"Make version {one.number} count again"
            ):
                _roll_back(runtime, kit, one, newest)


def _rubrics(version: KitVersion) -> list[str]:
    return [one.question.rubric.hash for one in version.content.questions]


def _differing(one: KitVersion, other: KitVersion) -> list[int]:
    """The questions whose rubrics differ between two versions."""
    pairs = zip(_rubrics(one), _rubrics(other), strict=False)
    return [number for number, (a, b) in enumerate(pairs, start=1) if a != b]


def _what_changed(earlier: KitVersion | None, version: KitVersion) -> str:
    if earlier is None:
        return ""
    numbers = _differing(earlier, version)
    return _of_questions(numbers) if numbers else ""


def _of_questions(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers))
    return f"Changed: the rubric of question {named}" if len(numbers) == 1 else f"Changed: the rubrics of {named}"


def _here(earlier: KitVersion | None, version: KitVersion, number: int) -> str:
    """Whether a version changed the rubric that the page is about."""
    if earlier is None or number not in _differing(earlier, version):
        return ""
    return " · changed this rubric"


@st.dialog("Roll back?")
@frame.part
def _roll_back(runtime: Runtime, kit: Kit, version: KitVersion, newest: KitVersion) -> None:
    if refused := same_for_all(newest.content, version.content):
        st.html(markup.problem("This version cannot count again: it changes what candidates hear.", " ".join(refused)))
        return
    numbers = _differing(newest, version)
    many = "The rubric of question" if len(numbers) == 1 else "The rubrics of questions"
    st.html(
        '<ul class="plain what-happens">'
        f"<li>{many} {', '.join(map(str, numbers))} will be as in version {version.number}, "
        f"and the kit gets version {newest.number + 1}.</li>"
        "<li>Nothing is graded anew: answers get back the newest grade that they have by that rubric. An answer that "
        "was never graded by it keeps its grade of now.</li>"
        "<li>No version and no grade is lost; this can be taken back in the same way.</li></ul>"
    )
    st.text_area("Why", key="roll-back-note", max_chars=2000)
    with st.container(horizontal=True):
        asked = st.button(
            f"Roll back to version {version.number}",
            key="roll-back-now",
            type="primary",
            on_click=_do_roll_back,
            args=(runtime, kit, version),
        )
        if asked and not st.session_state.get(_WANTING):
            st.rerun()
        if st.button("Leave it as it is", key="leave-it"):
            st.rerun()
    if st.session_state.pop(_WANTING, False):
        st.html(markup.problem("Please say why.", "It stands in the kit’s history."))


def _do_roll_back(runtime: Runtime, kit: Kit, version: KitVersion) -> None:
    note = str(st.session_state.get("roll-back-note") or "").strip()
    if not note:
        st.session_state[_WANTING] = True
        return
    try:
        made = runtime.store.rubrics.roll_back(kit.id, version.number, note)
    except InterviewerError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state.pop("roll-back-note", None)
    st.session_state[_SAID] = f"Version {version.number} counts again, as version {made}."
