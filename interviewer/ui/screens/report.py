"""The report: a letter first, then question by question, then what to do next."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import altair as alt
import streamlit as st

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.report import QuestionReport, Report, TopicScore
from interviewer.errors import InterviewerError, UsageError
from interviewer.report import FORMATS, Format, wording
from interviewer.runtime import Runtime
from interviewer.ui import delivery, frame, letter, markup, places, task
from interviewer.ui.grading import grade_again, grading_status, regrading
from interviewer.ui.looking_back import looking_back
from interviewer.ui.when import moment, zone


def draw(runtime: Runtime) -> None:
    interview_id = st.query_params.get("id", "")
    if not interview_id:
        raise UsageError("This address names no interview.", "Open the report of one of your past interviews.")
    if runtime.store.get(interview_id).setup.kit is not None:
        raise UsageError(
            "This interview belongs to whoever asked for it, so there is no report of it here.",
            "They find it under “Kits”, with its results.",
        )
    report = runtime.report(interview_id)
    when = moment(report.created_at, datetime.now(UTC), zone())
    st.html(letter.opening(report, when))
    grading_status(runtime, interview_id)
    regrading(runtime, interview_id)
    if waiting := frozenset(question.number for question in report.questions if question.retrying):
        _watch_retries(runtime, interview_id, waiting)
    if scale := letter.scale(report.overall):
        st.html(scale)
    _actions(runtime, report)
    _topics(report.topics)
    if report.questions:
        st.header("Question by question", anchor=False)
    for question in report.questions:
        _question(runtime, report, question)
    if report.delivery is not None:
        delivery.how_it_sounded(report, report.delivery, zone())
    if report.competencies:
        st.header("What employers look for", anchor=False)
        st.html(letter.looked_for(report))
    if report.reflections:
        looking_back(runtime.store, interview_id, report.reflections)
    if report.study or report.advice:
        st.header("What to do next", anchor=False)
        st.html(letter.next_steps(report))
    st.header("How this was graded", anchor=False)
    st.html(letter.how_graded(report))


# --- actions --------------------------------------------------------------------------------------------------


def _actions(runtime: Runtime, report: Report) -> None:
    with st.container(horizontal=True, key="report-actions"):
        if report.finished:
            if st.button("Practise again", key="again", type="primary"):
                _again(runtime, report.interview_id)
        elif st.button("Go on with the interview", key="go-on", type="primary"):
            places.to_interview(report.interview_id)
        for name, form in FORMATS.items():
            st.download_button(
                form.label,
                data=partial(_written, form, runtime, report.interview_id),  # with the notes as they are by then
                file_name=form.file_name(report),
                mime=form.mime,
                key=f"download-{name}",
                icon=":material/download:",
                on_click="ignore",
                help=f"Download the report as {form.label}",
            )


def _written(form: Format, runtime: Runtime, interview_id: str) -> bytes:
    return form.render(runtime.report(interview_id)).encode("utf-8")


def _again(runtime: Runtime, interview_id: str) -> None:
    """A new interview with the same set-up and, where they were not fixed, a new draw of questions."""
    setup = runtime.store.get(interview_id).setup
    seed = random.SystemRandom().randrange(2**31)
    places.to_interview(runtime.interviewer.start(setup.model_copy(update={"seed": seed})))


@st.fragment(run_every=5.0)
@frame.part
def _watch_retries(runtime: Runtime, interview_id: str, waiting: frozenset[int]) -> None:
    """Draws the report afresh once a grade that failed has been tried again."""
    again = {question.number for question in runtime.report(interview_id).questions if question.retrying}
    if again != waiting:
        st.rerun()


# --- the topics -----------------------------------------------------------------------------------------------


def _topics(topics: Sequence[TopicScore]) -> None:
    if len(topics) < 2:
        return
    st.header("By topic", anchor=False)
    rows = [{"topic": t.title, "score": t.score, "said": f"{wording.points(t.score)} of 5"} for t in topics]
    ink = "#e9e5dc" if st.context.theme.type == "dark" else "#24221f"  # a chart's canvas does not see the style sheet
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "score:Q",
            scale=alt.Scale(domain=[0, 5.6], nice=False),
            axis=alt.Axis(values=[0, 1, 2, 3, 4, 5], title=None, domain=False, ticks=False),
        ),
        y=alt.Y(
            "topic:N",
            sort=None,
            axis=alt.Axis(title=None, labelLimit=190, labelFontSize=13, labelColor=ink, domain=False, ticks=False),
        ),
    )
    bars = base.mark_bar(height=14, cornerRadiusEnd=3)
    words = base.mark_text(align="left", dx=6, fontSize=13, color=ink).encode(text="said:N")
    st.altair_chart(
        (bars + words).properties(height=34 * len(topics) + 24),
        alt="Mean score by topic, out of 5. " + "; ".join(f"{row['topic']}: {row['said']}" for row in rows) + ".",
    )


# --- question by question -------------------------------------------------------------------------------------


def _question(runtime: Runtime, report: Report, question: QuestionReport) -> None:
    result = wording.result(question) or ("still open" if question.status.value == "open" else "being graded")
    title = f"**{question.number}. {markup.label(question.topic_title)}** · {markup.label(result)}"
    with st.expander(title, expanded=question.number == 1, key=f"question-{question.number}"):
        st.html(letter.question(question))
        if question.task:
            st.html(task.folded(question.task))
        if question.status.value != "open":
            _mend(runtime, report, question)
        st.html(letter.sample(question) + letter.transcript(question))
        delivery.recordings(runtime, report, question)


def _offline(grade: object) -> bool:
    """Whether it was the offline model that gave no grade: then there is nobody else to ask."""
    return isinstance(grade, Ungraded) and grade.provenance is not None and grade.provenance.model.startswith("offline")


def _mend(runtime: Runtime, report: Report, question: QuestionReport) -> None:
    """What one can do about a grade: dispute a verdict, or have an ungraded answer graded again."""
    if isinstance(question.grade, Ungraded):
        grade_again(runtime, report.interview_id, question.number, offline_too=not _offline(question.grade))
    if not isinstance(question.grade, Grade):
        return
    texts = {v.criterion: f"{v.verdict.label.capitalize()}: {v.text}" for v in question.grade.verdicts}
    with (
        st.popover("Dispute a verdict", key=f"dispute-{question.number}", type="tertiary", icon=":material/flag:"),
        st.form(f"dispute-form-{question.number}-{len(question.disputes)}", border=False),
    ):
        criterion = st.selectbox("Which verdict?", list(texts), format_func=lambda name: texts[name])
        comment = st.text_area("What does it overlook?", max_chars=4000, height=100)
        st.html(markup.note("Your words are kept beside the grade; the grade itself stays as it is."))
        problem = st.container()  # above the button, where it is in view however small the window is
        if st.form_submit_button("Dispute it", type="primary"):
            try:
                runtime.store.dispute(report.interview_id, question.number, str(criterion), comment)
            except InterviewerError as error:
                with problem:
                    frame.problem(error)
            else:
                st.rerun()
