"""What every page shares: the one runtime of the process, the clothes, and the boundary that no stack trace crosses."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from interviewer.errors import (
    InterviewerError,
    KnowledgeError,
    ModelError,
    SetupError,
    UnknownInterview,
    UnknownKit,
    UsageError,
)
from interviewer.ui import markup

if TYPE_CHECKING:
    from interviewer.runtime import Runtime

log = logging.getLogger(__name__)

HERE = Path(__file__).parent

OURS = InterviewerError(
    "Something went wrong on this page.",
    "Your interviews are safe in the store. Reload the page; if it happens again, run “interviewer doctor”.",
)
THEIRS = InterviewerError(
    "Something went wrong on our side.",
    "Try it again in a while; if it happens again, tell whoever sent you the link.",
)
"""What a candidate is told instead of what only whoever runs the installation can mend."""

P = ParamSpec("P")


@st.cache_resource(show_spinner="Getting ready…")
def runtime() -> Runtime:
    """The parts of the program, made once per process. Raises InterviewerError; then the next run tries again."""
    from interviewer.runtime import Runtime  # slow to import: the page is on the screen by then

    made = Runtime()
    made.start()
    return made


@st.cache_resource(show_spinner=False)
def for_candidates() -> bool:
    """Whether this process opens interviews by link and nothing else; settled when it starts."""
    from interviewer.settings import Settings

    return Settings().pages == "candidates"


def dress() -> None:
    """Title, icon and styles. Comes first in every run."""
    st.set_page_config(page_title="Interviewer", page_icon=str(HERE / "assets" / "icon.svg"), layout="centered")
    st.html(HERE / "style.css")
    if theme := st.context.theme.type:
        # Dialogs and popovers stand outside of the app's element and would follow the system, not the theme.
        st.html(f"<style>:root {{ color-scheme: {'dark' if theme == 'dark' else 'light'}; }}</style>")


def style(name: str) -> None:
    """The styles of one page or of a few that belong together: ``styles/<name>.css``."""
    st.html(HERE / "styles" / f"{name}.css")


def page(body: Callable[[], None]) -> Callable[[], None]:
    """Draws a page; whatever goes wrong in it becomes a sentence that says what to do."""

    @functools.wraps(body)
    def guarded() -> None:
        try:
            body()
        except InterviewerError as error:
            _sorry(error, lost=isinstance(error, (UnknownInterview, UnknownKit)))
        except Exception:
            log.exception("the page %s failed", body.__name__.strip("_"))
            _sorry(OURS)

    return guarded


def begin() -> None:
    """Lets a run of the whole page draw at the top, wherever the thread drew before.

    Streamlit (1.67) uses a thread again when something is clicked while a fragment is being drawn, and leaves it in the
    fragment's place: without this, the next run would draw the whole page inside of that.
    """
    context_dg_stack.set(get_default_dg_stack_value())


def part(body: Callable[P, None]) -> Callable[P, None]:
    """The same boundary for a part that Streamlit draws by itself: a fragment, a dialog."""

    @functools.wraps(body)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            body(*args, **kwargs)
        except InterviewerError as error:
            problem(error)
        except Exception:
            log.exception("%s failed", body.__name__)
            problem(OURS)

    return guarded


def problem(error: InterviewerError) -> None:
    """An error as two calm sentences: what is the matter, and what to do."""
    if (error is OURS or isinstance(error, (SetupError, ModelError, KnowledgeError))) and for_candidates():
        # The installation's affair: its sentences may name paths and addresses, and its remedies aren't a candidate's.
        error = THEIRS
    st.html(markup.problem(str(error), error.remedy))


def _sorry(error: InterviewerError, *, lost: bool = False) -> None:
    from interviewer.ui import places

    if lost:
        st.title("Not found")
    if for_candidates():  # nothing of an employer's, and no way to their pages
        # Whatever else is wrong is the installation's affair, and its sentence may name paths or addresses.
        said = str(error if isinstance(error, UsageError) else OURS)
        problem(InterviewerError(said, "Open the link that you were sent once more, or ask whoever sent it."))
        return
    problem(error)
    with st.container(horizontal=True, key="ways-out"):
        if isinstance(error, UnknownKit):
            st.page_link(places.kits(), label="Kits")
        st.page_link(places.past(), label="Past interviews")
        st.page_link(places.practise(), label="Practise")
