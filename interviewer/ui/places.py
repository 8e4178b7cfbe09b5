"""Where one can go: the pages, their addresses, and the ways between them.

A page's code is imported when it is first opened, so that the first page does not wait for the charts of another,
and after the runtime is made, so that “Getting ready…” is on the screen meanwhile.
"""

from __future__ import annotations

from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

from interviewer.ui import frame


@frame.page
def _practise() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.practise import draw

    draw(runtime)


@frame.page
def _questions() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.questions import draw

    draw(runtime)


@frame.page
def _past() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.past import draw

    draw(runtime)


@frame.page
def _settings() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.settings import draw

    draw(runtime)


@frame.page
def _how() -> None:
    from interviewer.ui.screens.how import draw

    draw()


@frame.page
def _interview() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.interview import draw

    draw(runtime)


@frame.page
def _report() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.report import draw

    draw(runtime)


def practise() -> Page:
    return st.Page(_practise, title="Practise", url_path="practise", default=True)


def questions() -> Page:
    return st.Page(_questions, title="Questions", url_path="questions")


def past() -> Page:
    return st.Page(_past, title="Past interviews", url_path="past")


def settings() -> Page:
    return st.Page(_settings, title="Settings", url_path="settings")


def how() -> Page:
    return st.Page(_how, title="How it works", url_path="how")


def interview() -> Page:
    return st.Page(_interview, title="Interview", url_path="interview", visibility="hidden")


def report() -> Page:
    return st.Page(_report, title="Report", url_path="report", visibility="hidden")


def all_pages() -> list[Page]:
    return [practise(), questions(), past(), settings(), how(), interview(), report()]


def to_interview(interview_id: str) -> NoReturn:
    st.switch_page(interview(), query_params={"id": interview_id})


def to_report(interview_id: str) -> NoReturn:
    st.switch_page(report(), query_params={"id": interview_id})
