"""Bringing answers and ratings in from files: looked at line by line before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from interviewer.calibration.lines import Problem
from interviewer.contracts import Results
from interviewer.domain.kit import Kit
from interviewer.domain.rating import Rating
from interviewer.errors import InterviewerError
from interviewer.kits import importing
from interviewer.kits.importing import AnswersFile, Brought, RatingsFile
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup
from interviewer.ui.markup import escaped
from interviewer.ui.when import count

SHOWN = 50
"""Lines that are shown one by one, of problems as of what is to be brought in."""

ANSWERS, RATINGS = "Answers", "Ratings"

_DONE = "brought-in"
_ROUND = "import-round"


def draw(runtime: Runtime, kit: Kit, found: Results, shown: Results) -> None:
    """The part of the page on files. ``found`` are the results as they are, ``shown`` as the page shows them."""
    if done := st.session_state.pop(_DONE, ""):
        st.html(f'<p class="note" role="status">{escaped(done)}</p>')
    with st.expander("Answers or ratings from CSV or JSON lines", icon=":material/upload_file:"):
        kind = st.segmented_control("What is in the file", [ANSWERS, RATINGS], default=ANSWERS, key="import-kind")
        if kind == RATINGS:
            _ratings(runtime, kit, found, shown)
        elif kind == ANSWERS:
            _answers(runtime, kit, found)


def _file(kind: str) -> bytes | None:
    turn = st.session_state.get(_ROUND, 0)
    file = st.file_uploader(
        f"File of {kind.lower()}",
        type=["csv", "tsv", "txt", "jsonl", "ndjson", "json"],
        key=f"import-{kind}-{turn}",
        max_upload_size=importing.MOST_BYTES // 1024 // 1024,
    )
    return None if file is None else file.getvalue()


def _over(said: str) -> None:
    """Says what was done, and takes the file away."""
    st.session_state[_DONE] = said
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


# --- answers ------------------------------------------------------------------------------------------------


def _answers(runtime: Runtime, kit: Kit, found: Results) -> None:
    questions = [one.question for one in kit.content.questions]
    st.html(
        '<p class="plain">One line for each answer, with the columns <b>candidate</b> (a name or code), '
        "<b>question</b> (its number in this kit, or its ID) and <b>answer</b>. Each candidate becomes an interview "
        "that is over, marked as brought in, and is graded like any other. It is yours to know that these people "
        "agreed to it.</p>"
    )
    st.download_button(
        "A file to fill in",
        data=importing.answers_template(questions),
        file_name="answers.csv",
        mime="text/csv",
        key="answers-template",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
    content = _file(ANSWERS)
    if content is None:
        return
    with st.spinner("Reading the file …"):
        read = importing.read_answers(content, questions, found)
    told = [f"{count(len(read.repeated), 'line')} said twice: taken once"] if read.repeated else []
    told += [f"{count(len(read.present), 'line')} already here: left as they are"] if read.present else []
    told += [f"{count(read.empty, 'line')} without an answer: left out"] if read.empty else []
    _looked_at(read.problems, told)
    if read.candidates:
        st.html(_answers_preview(read, len(questions)))
    what = f"{count(read.answers, 'answer')} of {count(len(read.candidates), 'candidate')}"
    if _agreed(read.problems, bool(read.answers), what, ANSWERS):
        _store_answers(runtime, kit.id, read.candidates, what)


def _answers_preview(read: AnswersFile, questions: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escaped(one.candidate)}</th><td>{len(one.answers)} of {questions}</td>'
        f"<td>{escaped(_beginning(one))}</td></tr>"
        for one in read.candidates[:SHOWN]
    )
    more = len(read.candidates) - SHOWN
    return (
        '<div class="results-scroll" role="region" aria-label="What is in the file" tabindex="0">'
        '<table class="results"><thead><tr><th scope="col">Candidate</th><th scope="col">Answers</th>'
        f'<th scope="col">The first one</th></tr></thead><tbody>{rows}</tbody></table></div>'
        + (markup.note(f"And {count(more, 'more candidate')}.") if more > 0 else "")
    )


def _beginning(one: Brought) -> str:
    place, text = next(iter(one.answers.items()))
    words = " ".join(text.split())
    return f"{place}: {words if len(words) <= 120 else words[:118] + '…'}"


def _store_answers(runtime: Runtime, kit_id: str, candidates: Sequence[Brought], what: str) -> None:
    bar = st.progress(0.0, text=f"Bringing in {what} …")
    for done, one in enumerate(candidates, 1):
        try:
            interview_id = runtime.store.kits.bring_in(
                kit_id, one.candidate, one.answers, model=runtime.model.info.name
            )
        except InterviewerError as error:
            frame.problem(
                type(error)(
                    f"“{one.candidate}” and whoever comes after could not be brought in: {error}",
                    error.remedy or "What was brought in before stays; choose the same file again for the rest.",
                )
            )
            return
        runtime.workers.wake(interview_id)
        bar.progress(done / len(candidates), text=f"Bringing in {what} …")
    _over(f"{what} brought in. The grades are being made.")


# --- ratings ------------------------------------------------------------------------------------------------


def _ratings(runtime: Runtime, kit: Kit, found: Results, shown: Results) -> None:
    st.html(
        '<p class="plain">One line for each score, as “interviewer calibrate” reads them: <b>item</b> (the candidate, '
        "a slash, and the question’s number or ID, such as <b>Ada/2</b>), <b>rater</b>, <b>score</b> and, for one "
        "criterion, <b>criterion</b>. A whole answer has a band from 1 to 5, a criterion one of met, partial, missing "
        "and contradicted. Raters from a file are marked as such: nobody knows how they rated.</p>"
    )
    st.download_button(
        "A file to fill in",
        data=importing.ratings_template(found),
        file_name="ratings.csv",
        mime="text/csv",
        key="ratings-template",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
    content = _file(RATINGS)
    if content is None:
        return
    with st.spinner("Reading the file …"):
        store = runtime.store
        read = importing.read_kit_ratings(
            content,
            found,
            store.kits.versions(kit.id),
            store.ratings.raters(kit.id),
            store.ratings.of(kit.id),
        )
    told = [f"{count(read.present, 'answer')} rated just so already: left as they are"] if read.present else []
    told += [f"{count(read.changed, 'rating')} from an earlier file completed or replaced"] if read.changed else []
    told += [f"{count(read.machine, 'line')} of a machine left out: people's ratings only"] if read.machine else []
    told += [f"{count(read.not_rated, 'line')} without a score left out"] if read.not_rated else []
    _looked_at(read.problems, told)
    if read.ratings:
        st.html(_ratings_preview(read, shown))
    raters = len({one.rater for one in read.ratings})
    what = f"ratings of {count(len(read.ratings), 'answer')} by {count(raters, 'rater')}"
    if _agreed(read.problems, bool(read.ratings), what, RATINGS):
        _store_ratings(runtime, kit.id, read.ratings, what)


def _ratings_preview(read: RatingsFile, shown: Results) -> str:
    names = {one.interview: one.candidate for one in shown.candidates}
    rows = "".join(
        f'<tr><th scope="row">{escaped(one.rater)}</th>'
        f"<td>{escaped(names.get(one.interview_id, ''))}, question {one.exchange}</td>"
        f"<td>{'–' if one.band is None else one.band}</td>"
        f"<td>{escaped('; '.join(f'{name}: {verdict.label}' for name, verdict in one.verdicts.items()))}</td></tr>"
        for one in read.ratings[:SHOWN]
    )
    more = len(read.ratings) - SHOWN
    return (
        '<div class="results-scroll" role="region" aria-label="What is in the file" tabindex="0">'
        '<table class="results"><thead><tr><th scope="col">Rater</th><th scope="col">Answer</th>'
        f'<th scope="col">Band</th><th scope="col">Verdicts</th></tr></thead><tbody>{rows}</tbody></table></div>'
        + (markup.note(f"And ratings of {count(more, 'more answer')}.") if more > 0 else "")
    )


def _store_ratings(runtime: Runtime, kit_id: str, ratings: Sequence[Rating], what: str) -> None:
    with st.spinner(f"Bringing in {what} …"):
        try:
            runtime.store.ratings.bring_in(kit_id, ratings)
        except InterviewerError as error:
            frame.problem(error)
            return
    _over(f"{what[:1].upper()}{what[1:]} brought in. They stand above the machine’s grades.")


# --- both ---------------------------------------------------------------------------------------------------


def _looked_at(problems: Sequence[Problem], told: Sequence[str]) -> None:
    if told:
        st.html(markup.note(f"{'. '.join(told)}."))
    if not problems:
        return
    items = "".join(
        f"<li><b>Line {one.line:,}:</b> {escaped(one.wrong)}. {escaped(one.remedy)}</li>" for one in problems[:SHOWN]
    )
    more = len(problems) - SHOWN
    rest = f"<li>And {count(more, 'more line')}.</li>" if more > 0 else ""
    st.html(
        f'<div class="problem import-problems" role="alert"><p>{count(len(problems), "line")} cannot be used. Nothing '
        f"is stored yet.</p><ul>{items}{rest}</ul></div>"
    )


def _agreed(problems: Sequence[Problem], any_good: bool, what: str, kind: str) -> bool:
    """Whether what is good is to be brought in now. With lines that cannot be used, only if one says so."""
    if not any_good:
        if not problems:
            st.html(markup.note("There is nothing new in this file."))
        return False
    without = True
    if problems:
        without = st.checkbox(f"Leave {count(len(problems), 'line')} out and take the rest", key=f"import-{kind}-rest")
    return st.button(f"Bring in {what}", type="primary", disabled=not without, key=f"import-{kind}-now")
