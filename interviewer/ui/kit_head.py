"""The head of every page about one kit: its name, and the ways between its pages."""

from __future__ import annotations

import streamlit as st

from interviewer.domain.kit import Kit, KitStatus
from interviewer.errors import UsageError
from interviewer.runtime import Runtime
from interviewer.ui import frame, markup, places

STATUS = {
    KitStatus.DRAFT: "Draft: nobody can take it yet",
    KitStatus.OPEN: "Open: whoever has a link can take it",
    KitStatus.CLOSED: "Closed: no interview begins any more",
}


def head(runtime: Runtime, here: str) -> Kit:
    """Draws the head for the kit that the address names, and gives the kit. ``here`` is the page's own url path.

    Raises UsageError for an address without a kit, UnknownKit.
    """
    kit_id = st.query_params.get("id", "")
    if not kit_id:
        raise UsageError("This address names no kit.", "Open “Kits” and choose one.")
    kit = runtime.store.kits.get(kit_id)
    frame.style("kit")
    st.html(
        f'<p class="kit-name"><b>{markup.escaped(kit.content.title or "A kit without a title")}</b>'
        f"<span>{STATUS[kit.status]}</span></p>"
    )
    ways = {
        "kit": (places.kit(), "Kit"),
        "results": (places.results(), "Results"),
        "rate": (places.rate(), "Rating room"),
        "agreement": (places.agreement(), "Agreement"),
        "disagreements": (places.disagreements(), "Disagreements"),
        "workshop": (places.workshop(), "Rubrics"),
        "stability": (places.stability(), "Stability"),
    }
    with st.container(key="kit-ways", horizontal=True, gap="small"):
        for path, (page, label) in ways.items():
            if path == here:
                st.html(f'<span class="here" aria-current="page">{label}</span>', width="content")
            else:
                st.page_link(page, label=label, query_params={"id": kit.id})
    return kit
