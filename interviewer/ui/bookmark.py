"""Where one was in the list of questions, kept by the browser; without it everything still works.

* Opening a question begins at its top; coming back, the list is where it was, with the focus on the same question.
* A screen reader is told how many questions are there, each time that the number changes.
"""

from __future__ import annotations

import streamlit as st

_HTML = '<div class="told" role="status" aria-live="polite"></div>'

_CSS = ".told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }"

_JS = """
const VIEW = "interviewer-view", BEAT = 50, PATIENCE = 40;
const kept = {
  get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch {} },
};

export default function ({ data, parentElement }) {
  // Streamlit calls this again with new data, and the function that it returned only when all is over.
  parentElement.stop?.();
  const told = parentElement.querySelector(".told");
  if (told.textContent !== data.told) told.textContent = data.told;
  const main = document.querySelector('[data-testid="stMain"]');
  const place = (view) => `interviewer-place-${view}`;
  const before = kept.get(VIEW);
  kept.set(VIEW, data.view);
  // A click comes before anything is drawn anew; scrolling may be the browser's own doing, while it is.
  const leaving = () => { if (main) kept.set(place(data.view), String(main.scrollTop)); };
  document.addEventListener("click", leaving, true);

  let tries = 0, waiting = 0;
  const stay = () => { tries = PATIENCE; };
  if (main && before !== null && before !== data.view) {
    const goal = data.view === "list" ? Number(kept.get(place("list")) ?? 0) : 0;
    const target = () => data.view === "list"
      ? document.querySelector(`.st-key-hit-${CSS.escape(before)} a`) : document.querySelector(".study h1");
    const settle = () => {
      const here = document.activeElement;
      const free = !here || here === document.body || !here.isConnected;
      if (free) target()?.focus({ preventScroll: true });
      if (Math.abs(main.scrollTop - goal) > 1) main.scrollTop = goal;
      if (++tries >= PATIENCE) return;
      const app = document.querySelector('[data-testid="stApp"]')?.dataset ?? {};
      if (app.testScriptState === "notRunning" && Math.abs(main.scrollTop - goal) <= 1 && target()) return;
      waiting = setTimeout(settle, BEAT);
    };
    settle();
    for (const kind of ["wheel", "touchmove", "keydown"]) addEventListener(kind, stay, { once: true, passive: true });
  }
  parentElement.stop = () => {
    clearTimeout(waiting);
    document.removeEventListener("click", leaving, true);
    for (const kind of ["wheel", "touchmove", "keydown"]) removeEventListener(kind, stay);
  };
  return parentElement.stop;
}
"""

_bookmark = st.components.v2.component("interviewer_bookmark", html=_HTML, css=_CSS, js=_JS)


def bookmark(view: str, told: str) -> None:
    """Mounts it. ``view`` is “list” or a question's ID, ``told`` what a screen reader is told of it."""
    with st.container(key="bookmark"):
        _bookmark(key="bookmark-of-the-questions", data={"view": view, "told": told})
