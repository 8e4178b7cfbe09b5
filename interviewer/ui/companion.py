"""What only a browser can do for the conversation; without it everything still works.

* The newest words stay in view, until one scrolls up to read.
* A screen reader is told each reply once, whole, and not word by word.
* The place to answer has the focus, where there is a keyboard.
* What is being typed survives a reload, a closed connection and a killed server: it is kept in the tab's session
  storage until the store has it, and put back where it was typed. A sent text that never arrived comes back too.
* After a lost connection the page is drawn afresh, so that the new server knows it before anything is sent.
"""

from __future__ import annotations

import streamlit as st

from interviewer.domain.interview import Interview
from interviewer.domain.words import Speaker

_HTML = '<div class="told" role="status" aria-live="polite"></div>'

_CSS = ".told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }"

_JS = """
const NEAR = 160;      // pixels from the end that still count as reading the end
const LOST = 5000;     // milliseconds after which a sent text that the store does not have is put back
const BEAT = 250;
const drafts = {
  get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
  set: (key, draft) => {
    try { draft ? sessionStorage.setItem(key, JSON.stringify(draft)) : sessionStorage.removeItem(key); } catch {}
  },
};
const place = () => document.querySelector('[data-testid="stChatInputTextArea"]');
const write = (area, text) => {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

export default function ({ data, parentElement, setTriggerValue }) {
  // Streamlit calls this again with new data, and the function that it returned only when all is over.
  parentElement.stop?.();
  const key = `interviewer-draft-${data.id}`;
  const told = parentElement.querySelector(".told");
  const main = document.querySelector('[data-testid="stMain"]');
  const talk = document.querySelector(".st-key-conversation");
  const moved = told.dataset.seq !== String(data.seq);
  const first = told.dataset.seq === undefined;

  // What the page keeps as unsent lives in the server's session, which a reload ends: then it becomes the draft.
  const aside = `${key}-kept`;
  const kept = drafts.get(aside);
  if (first && kept && !data.kept && kept.text.trim() !== data.said.trim()) {
    const typed = drafts.get(key)?.text;
    drafts.set(key, { text: typed && typed !== kept.text ? `${kept.text}\n\n${typed}` : kept.text, seq: data.seq });
  }
  drafts.set(aside, data.kept ? { text: data.kept } : null);

  // The draft: gone once the store, or the box for unsent texts, has it.
  const area = place();
  const draft = drafts.get(key);
  if (draft) {
    const stored = draft.text.trim() === data.said.trim() || draft.text.trim() === data.kept.trim();
    const left = draft.seq < data.seq && !(area && area.value === draft.text);
    if (stored || (left && !first)) drafts.set(key, null);
  }
  const typed = (event) => {
    if (event.target !== place()) return;
    empty = 0;  // also where it is sent before the next beat: what was pasted is not put back as if it were lost
    drafts.set(key, event.target.value ? { text: event.target.value, seq: data.seq } : null);
  };
  document.addEventListener("input", typed, true);
  // Once, as soon as there is a place to answer; not over something that one is using.
  let wanted = moved && matchMedia("(pointer: fine)").matches;
  const focus = () => {
    if (!wanted || !place()) return;
    wanted = false;
    const here = document.activeElement;
    const free = !here || here === document.body || here.closest(".st-key-chips, .st-key-resting, main:focus");
    if (free) place().focus({ preventScroll: true });
  };
  let empty = first ? LOST : 0;  // a page that was just opened need not wait
  let connected = true;
  const watch = setInterval(() => {
    const app = document.querySelector('[data-testid="stApp"]')?.dataset ?? {};
    const idle = app.testScriptState === "notRunning" && app.testConnectionState === "CONNECTED";
    // A new server knows nothing of this page until the page has been drawn once more.
    if (!connected && app.testConnectionState === "CONNECTED") setTriggerValue("back", Date.now());
    connected = app.testConnectionState === "CONNECTED";
    const now = place(), kept = drafts.get(key);
    focus();
    if (!idle || !now || !kept) return;
    empty = now.value ? 0 : empty + BEAT;
    if (empty >= LOST) { write(now, kept.text); empty = 0; }
  }, BEAT);

  if (moved) {
    if (!first) told.textContent = data.reply;
    told.dataset.seq = String(data.seq);
  }
  focus();

  // The end in view.
  let following = true;
  const scrolled = () => { following = main.scrollHeight - main.scrollTop - main.clientHeight < NEAR; };
  const down = () => { if (following) main.scrollTop = main.scrollHeight; };
  const observer = new MutationObserver(down);
  const sizes = new ResizeObserver(down);  // the place to answer grows with what is typed into it
  if (main && talk) {
    if (!first && data.reply) scrolled();  // only one's own turn takes one back to the end
    requestAnimationFrame(down);
    main.addEventListener("scroll", scrolled, { passive: true });
    observer.observe(talk, { childList: true, subtree: true, characterData: true });
    const bottom = document.querySelector('[data-testid="stBottom"]');
    if (bottom) sizes.observe(bottom);
    sizes.observe(talk);
  }
  parentElement.stop = () => {
    clearInterval(watch);
    observer.disconnect();
    sizes.disconnect();
    document.removeEventListener("input", typed, true);
    main?.removeEventListener("scroll", scrolled);
  };
  return parentElement.stop;
}
"""

_companion = st.components.v2.component("interviewer_companion", html=_HTML, css=_CSS, js=_JS)


def companion(interview: Interview, kept: str) -> None:
    """Mounts it. ``kept`` is what the page itself holds as unsent."""
    said = [turn.text for turn in interview.turns if turn.speaker is Speaker.CANDIDATE]
    last = interview.turns[-1]
    with st.container(key="companion"):
        _companion(
            key="companion-of-the-talk",
            data={
                "id": interview.id,
                "seq": interview.next_seq,
                "said": said[-1] if said else "",
                "kept": kept,
                "reply": last.text if last.speaker is Speaker.INTERVIEWER else "",
            },
            on_back_change=lambda: None,
        )
