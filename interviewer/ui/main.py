"""The page registry, nothing else. “interviewer run” hands this file to Streamlit; app.py calls it from a checkout."""

from __future__ import annotations

import logging

import streamlit as st

from interviewer.ui import frame, markup, places

log = logging.getLogger(__name__)


def main() -> None:
    """One run of the app: frame, navigation, and the page that was asked for."""
    frame.begin()
    frame.dress()
    try:
        by_link_only = frame.for_candidates()
    except Exception:  # nothing is opened to anybody before it is known to whom
        log.exception("the settings cannot be read")
        st.html(markup.problem(str(frame.OURS), frame.OURS.remedy))
        return
    if by_link_only:
        st.navigation(places.candidates_pages(), position="top").run()
    else:
        st.navigation(places.all_pages(), position="top").run()


if __name__ == "__main__":
    main()
