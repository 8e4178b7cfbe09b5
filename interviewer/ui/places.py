"""Where one can go: the pages, their addresses, and the ways between them.

A page's code is imported when it is first opened, so that the first page does not wait for the charts of another,
and after the runtime is made, so that “Getting ready…” is on the screen meanwhile.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NoReturn
from urllib.parse import unquote, urlsplit

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


@frame.page
def _kits() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.kits import draw

    draw(runtime)


@frame.page
def _kit() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.kit import draw

    draw(runtime)


@frame.page
def _results() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.results import draw

    draw(runtime)


@frame.page
def _rate() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.rate import draw

    draw(runtime)


@frame.page
def _agreement() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.agreement import draw

    draw(runtime)


@frame.page
def _disagreements() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.disagreements import draw

    draw(runtime)


@frame.page
def _workshop() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.workshop import draw

    draw(runtime)


@frame.page
def _stability() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.stability import draw

    draw(runtime)


@frame.page
def _join() -> None:
    runtime = frame.runtime()
    from interviewer.ui.screens.join import draw

    draw(runtime)


@frame.page
def _by_link() -> None:
    from interviewer.ui.screens.join import by_link_only

    by_link_only()


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


def kits() -> Page:
    return st.Page(_kits, title="Kits", url_path="kits")


def kit() -> Page:
    return st.Page(_kit, title="Kit", url_path="kit", visibility="hidden")


def results() -> Page:
    return st.Page(_results, title="Results", url_path="results", visibility="hidden")


def rate() -> Page:
    return st.Page(_rate, title="Rating room", url_path="rate", visibility="hidden")


def agreement() -> Page:
    return st.Page(_agreement, title="Agreement", url_path="agreement", visibility="hidden")


def disagreements() -> Page:
    return st.Page(_disagreements, title="Disagreements", url_path="disagreements", visibility="hidden")


def workshop() -> Page:
    return st.Page(_workshop, title="Rubrics", url_path="workshop", visibility="hidden")


def stability() -> Page:
    return st.Page(_stability, title="Stability", url_path="stability", visibility="hidden")


def join() -> Page:
    return st.Page(_join, title="Interview", url_path="join", visibility="hidden")


def all_pages() -> list[Page]:
    return [
        *(practise(), questions(), past(), kits(), settings(), how(), interview(), report()),
        *(kit(), results(), rate(), agreement(), disagreements(), workshop(), stability(), join()),
    ]


def candidates_pages() -> list[Page]:
    """What a process for candidates opens: the first is all there is without a link.

    Whatever else an address names is that same page: Streamlit would speak of pages that don't exist.
    """
    start = st.Page(_by_link, title="Interview", url_path="by-link", default=True, visibility="hidden")
    pages = [start, join(), interview()]
    if other := _other_address({"", "by-link", *(page.url_path for page in pages)}):
        pages.append(st.Page(_by_link, title="Interview", url_path=other, visibility="hidden"))
    return pages


def _other_address(known: Set[str]) -> str:
    """What the address named when this tab was opened, where that is no page; remembered, since Streamlit forgets."""
    named = unquote(urlsplit(st.context.url or "").path).rstrip("/").rpartition("/")[2].strip()
    if named not in known:
        st.session_state["other-address"] = named
    return str(st.session_state.get("other-address", ""))


def to_interview(interview_id: str) -> NoReturn:
    st.switch_page(interview(), query_params={"id": interview_id})


def to_report(interview_id: str) -> NoReturn:
    st.switch_page(report(), query_params={"id": interview_id})


def to_kit(kit_id: str) -> NoReturn:
    st.switch_page(kit(), query_params={"id": kit_id})
