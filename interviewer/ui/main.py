"""The page registry, nothing else. “interviewer run” hands this file to Streamlit; app.py calls it from a checkout."""

from __future__ import annotations

import streamlit as st

from interviewer.ui import frame, places


def main() -> None:
    """One run of the app: frame, navigation, and the page that was asked for."""
    frame.begin()
    frame.dress()
    st.navigation(places.all_pages(), position="top").run()


if __name__ == "__main__":
    main()
