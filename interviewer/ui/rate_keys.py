"""Rating by keyboard; without it everything still works by mouse, Tab and arrow keys.

* Keys for the verdict of the criterion that is marked, a digit for the band, further ones to move and to send.
  They do nothing while one types, and can be switched off, since some people's aids type letters of their own.
* A new answer begins at its top, with the focus on its first open criterion; a screen reader is told which it is.
* A comment is sent whenever one pauses, so that a closed tab takes none of it along.
"""

from __future__ import annotations

import streamlit as st

from interviewer.domain.words import Verdict

LETTERS = {Verdict.MET: "M", Verdict.PARTIAL: "P", Verdict.MISSING: "N", Verdict.CONTRADICTED: "X"}

_HTML = '<div class="told" role="status" aria-live="polite"></div>'

_CSS = ".told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }"

_JS = """
const PAUSE = 800;  // milliseconds without a key until a comment is sent
const SOON = 5000;  // milliseconds for which a wish to submit is remembered
const BEAT = 50, PATIENCE = 100;
const groups = () => [...document.querySelectorAll('[class*="st-key-criterion-"], .st-key-band')];
const radios = (group) => [...(group?.querySelectorAll('input[type="radio"]') ?? [])];
const picked = (group) => radios(group).find((radio) => radio.checked);
const holds = (node) => groups().findIndex((group) => group.contains(node));
const button = (name) => document.querySelector(`.st-key-${name} button:not([disabled])`);
const writing = (node) => node instanceof Element
  && (node.isContentEditable || node.matches("textarea, select, [role=combobox], [role=textbox]")
      || (node.matches("input") && !["radio", "checkbox", "button"].includes(node.type)));
const send = (area) => {
  const key = { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
  area.dispatchEvent(new KeyboardEvent("keydown", key));  // what Streamlit takes for “apply”; the caret stays
};

export default function ({ data, parentElement }) {
  // Streamlit calls this again with new data, and the function that it returned only when all is over.
  parentElement.stop?.();
  const told = parentElement.querySelector(".told");
  const main = document.querySelector('[data-testid="stMain"]');
  const fresh = told.dataset.item !== data.item;
  let here = fresh ? 0 : Number(told.dataset.here ?? 0);

  const mark = (index) => {
    const all = groups();
    here = Math.max(0, Math.min(index, all.length - 1));
    told.dataset.here = String(here);
    all.forEach((group, at) => { at === here ? group.dataset.current = "" : delete group.dataset.current; });
    return all[here];
  };
  const go = (index) => {
    const group = mark(index);
    (picked(group) ?? radios(group)[0])?.focus({ preventScroll: true });
    group?.scrollIntoView({ block: "nearest" });
  };
  const waiting = new Map();
  const store = (area) => { clearTimeout(waiting.get(area)); waiting.delete(area); send(area); };
  // What was just chosen may not have reached the server: its button opens a moment later.
  let sending = 0;
  const submit = () => {
    [...waiting.keys()].forEach(store);
    const area = document.activeElement;
    if (area?.matches("textarea")) send(area);
    clearInterval(sending);
    const all = groups(), until = Date.now() + SOON;
    const click = () => {
      const same = told.dataset.item === data.item && all.every(picked);
      const ready = same && button("send");
      if (ready || !same || Date.now() > until) clearInterval(sending);
      if (ready) ready.click();
    };
    sending = setInterval(click, BEAT);
    click();
  };
  const choose = (group, index) => {
    const radio = radios(group)[index];
    if (!radio) return false;
    if (!radio.checked) radio.click();
    return true;
  };

  const pressed = (event) => {
    // What this script itself sends to a text is not a key that somebody pressed.
    if (!event.isTrusted || event.altKey || event.isComposing || document.querySelector('[role="dialog"]')) return;
    const key = event.key.toLowerCase(), node = event.target;
    const take = () => { event.preventDefault(); event.stopPropagation(); };
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { take(); submit(); return; }
    if (!data.keys || event.ctrlKey || event.metaKey || event.shiftKey || writing(node)) return;
    const all = groups();
    if (!all.length) return;
    if (event.key === "Enter") {
      if (!node.closest("button, a, summary, [role=button]")) { take(); submit(); }
    } else if (key === "j") { take(); go(here + 1); }
    else if (key === "k") { take(); go(here - 1); }
    else if (key === "s") { const skip = button("skip"); if (skip) { take(); skip.click(); } }
    else if (/^[1-5]$/.test(key)) {
      take();
      const band = all.length - 1;
      go(band);
      choose(all[band], data.bands.indexOf(Number(key)));
    } else if (data.letters.includes(key) && here < all.length - 1) {
      take();
      if (choose(all[here], data.letters.indexOf(key))) go(here + 1);
    }
  };
  const focused = (event) => { const index = holds(event.target); if (index >= 0) mark(index); };
  const typed = (event) => {
    const area = event.target;
    if (!area.matches?.(".st-key-remark textarea")) return;
    clearTimeout(waiting.get(area));
    if (event.type === "compositionend" || !event.isComposing) waiting.set(area, setTimeout(store, PAUSE, area));
  };
  const leaving = () => { if (document.visibilityState === "hidden") [...waiting.keys()].forEach(store); };
  const watched = [["keydown", pressed], ["focusin", focused], ["input", typed], ["compositionend", typed],
    ["visibilitychange", leaving]];
  for (const [name, heard] of watched) document.addEventListener(name, heard, true);

  // The answer is drawn after this is mounted: once it is there, one begins at its top.
  let tries = 0, timer = 0;
  const begin = () => {
    const all = groups();
    const app = document.querySelector('[data-testid="stApp"]')?.dataset ?? {};
    if (app.testScriptState !== "notRunning" && ++tries < PATIENCE) {
      timer = setTimeout(begin, BEAT);
      return;
    }
    const open = all.findIndex((group) => !picked(group));
    const first = open < 0 ? 0 : open;
    mark(first);
    if (told.textContent !== data.told) told.textContent = data.told;
    if (main) main.scrollTop = 0;
    const node = document.activeElement;
    if (matchMedia("(pointer: fine)").matches && !writing(node)) {
      const goal = all.length ? picked(all[first]) ?? radios(all[first])[0] : button("ways-on");
      goal?.focus({ preventScroll: true });
    }
  };
  told.dataset.item = data.item;
  if (fresh && data.item) begin();
  else mark(here);
  parentElement.stop = () => {
    clearTimeout(timer);
    [...waiting.values()].forEach(clearTimeout);
    for (const [name, heard] of watched) document.removeEventListener(name, heard, true);
  };
  return parentElement.stop;
}
"""

_keys = st.components.v2.component("interviewer_rate_keys", html=_HTML, css=_CSS, js=_JS)


def keys(item: str, told: str, *, on: bool, verdicts: list[Verdict], bands: list[int]) -> None:
    """Mounts it. ``item`` names the answer in view, ``told`` is what a screen reader is told when that changes; ``on``:
    single keys do something. ``verdicts`` and ``bands`` are in the order in which they stand on the page."""
    with st.container(key="rate-keys"):
        _keys(
            key="keys-of-the-rating-room",
            data={
                "item": item,
                "told": told,
                "keys": on,
                "letters": [LETTERS[verdict].lower() for verdict in verdicts],
                "bands": bands,
            },
        )
