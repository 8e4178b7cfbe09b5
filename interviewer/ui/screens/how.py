"""How it works: what it does, who grades, where data is kept, and its limits."""

from __future__ import annotations

import streamlit as st

from interviewer.errors import InterviewerError
from interviewer.ui import frame, markup, places

_TEXT = """
#### What happens in an interview

The interviewer asks one question at a time from a bank with rubrics. It listens, and asks about the part that is
still missing. When something you say is not so, it asks you to look at it again. If you don't know, it makes the
step smaller once, and then moves on. You may ask for a hint (in practice), for other words, or for a pause, by
button or in your own words; ending asks once whether you mean it.

In practice you can also ask for something else: “something harder”, “more on recommendation”. And where the next
question is not fixed, it follows how you are doing: a little harder after good answers, a little easier after others.

#### How you are graded

Each question has a rubric: a few things that a good answer shows. Each of them is judged *met*, *partial*,
*missing* or *contradicted*, and only your own words count as evidence: the report shows them highlighted.
The score goes from 0 to 5 and is worked out from the verdicts by fixed rules. Where a verdict is doubtful, the
report shows a range instead of pretending to be sure, and you can dispute any verdict: what you say is kept
beside the grade. How fluently you speak never enters it.

#### Who grades

Every report names its grader. Without a model of your own that is the offline model: it compares what you said with
statements that people make when they know the point. It reads wording, not minds: an unusual but right answer may be
missed, and a familiar phrase in a wrong argument may pass. Take its grades as a careful reader's first impression,
not as a verdict about you.

Under “Settings” you can name a language model of your own, at OpenAI or anywhere that speaks its language, also on
this machine. It then listens, phrases what the interviewer says, and grades. The questions, probes and hints stay the
bank's, and its grades pass the same checks: a point without your own words for it earns nothing, and neither do words
that have nothing to do with it. When it cannot be reached, the scripted interviewer goes on and says so, and what
could not be graded is tried again later.

#### When you talk

“Talk aloud”, on the interview's page, lets the interviewer speak and you answer by voice. Your words are understood by
the browser (its maker may hear them; the page says so before the first time) or by a transcription model that you named
under “Settings”. You correct what was understood before you send it, and only that text is graded. The sound is kept
only if you say so. The report shows pace, fillers and pauses beside stated conventions and your own past; none of that
enters a grade, and nobody judges your accent or your nerves.

#### Where your data is kept

In one database file on this machine. With the offline model nothing is sent anywhere. A model of your own is sent
what you say, with the question and its rubric, and nothing else; the pages name where it is. No usage statistics are
collected. Deleting an interview under “Past interviews” takes it out of the file for good.
"""


def draw() -> None:
    st.title("How it works", anchor=False)
    with st.container(key="prose"):
        st.markdown(_TEXT)
        try:
            runtime = frame.runtime()
            st.html(markup.note(f"Your data folder: {runtime.settings.data_dir}"))
            for notice in runtime.notices():
                st.html(markup.note(notice))
        except InterviewerError as error:  # this page explains; it must open even where nothing else does
            frame.problem(error)
    st.page_link(places.practise(), label="Practise an interview", icon=":material/arrow_forward:")
