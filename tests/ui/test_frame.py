"""What every page shares."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from interviewer.ui import frame


def test_a_run_draws_at_the_top_wherever_its_thread_drew_before() -> None:
    """Streamlit leaves a thread in a fragment's place when something is clicked while the fragment is being drawn."""
    within = (*get_default_dg_stack_value(), st.container())
    before = context_dg_stack.set(within)
    try:
        frame.begin()
        assert context_dg_stack.get() == get_default_dg_stack_value() != within
    finally:
        context_dg_stack.reset(before)
