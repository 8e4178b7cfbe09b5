// @ts-check
/** What is seen of it: the whole row drawn anew from what is the case, whenever that changes. */
import { LANGUAGES, choices } from "./keeping.js";

const STEPS = 5;  // of the meter, where motion is not wanted

/**
 * @typedef {"insecure" | "none" | "unheard" | "denied" | "missing" | "network" | "language" | "busy" | "quiet" | "later" | "waits"} Word
 * @typedef {{
 *   hears: "recorder" | "browser" | "none", recognition: "none" | "vendor" | "downloadable" | "local",
 *   listening: boolean, ending: boolean, final: string, interim: string, level: number | null, seconds: number,
 *   countdown: number | null, word: Word | null, asking: boolean, installing: boolean,
 *   aside: { text: string, why: string } | null,
 *   speaking: boolean, sayable: boolean, voices: SpeechSynthesisVoice[], silence: number,
 *   check: { on: boolean, clip: string, understood: string } | null, status: string,
 * }} Shown
 */

/** @type {Record<Word, string>} */
const WORDS = {
  insecure: "Browsers open the microphone only on HTTPS pages and on this very machine. Until this page is opened so, type your answers.",
  none: "Recording works here, but nothing can understand it yet: name a transcription model under Settings, or open this page "
    + "in a browser with speech recognition, such as Chrome, Edge or Safari. Typing always works.",
  unheard: "This browser cannot turn speech into words. Type your answers, or open this page in one with speech recognition, "
    + "such as Chrome, Edge or Safari.",
  denied: "The microphone is blocked for this page. Allow it in the browser, at the sign beside the address, and try again. "
    + "You can type meanwhile.",
  missing: "No microphone was found. Plug one in, or check the system’s sound settings, and try again. You can type meanwhile.",
  network: "The browser’s speech recognition needs its maker’s servers and cannot reach them. What it understood is kept. "
    + "You can try again, or type.",
  language: "The browser cannot understand this English. Choose another one under “Voice”, or type.",
  busy: "The microphone could not be opened; another program may be using it. Try again, or type.",
  quiet: "No words were understood. Speak again, closer to the microphone, or type.",
  later: "What you said is not stored yet. It is kept here and is sent again by itself.",
  waits: "The browser makes no sound before a first click: press “Say it again” to hear the interviewer.",
};

const MAKER = "Here the browser turns speech into words, and its maker may hear: what you say may be sent to their servers.";

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {ParentNode} root @returns {Record<string, any>} the elements that have a name */
const partsOf = (root) =>
  Object.fromEntries([...root.querySelectorAll("[data-part]")].map((one) => [/** @type {HTMLElement} */ (one).dataset.part, one]));

/**
 * @param {ParentNode} root
 * @param {Record<string, () => void>} acts  by the name of their button
 * @param {(some: Partial<typeof choices>) => void} chosen
 */
export const makeView = (root, acts, chosen) => {
  const part = partsOf(root);
  for (const [name, act] of Object.entries(acts)) part[name].onclick = act;
  for (const [tag, place] of Object.entries(LANGUAGES)) part.language.add(new Option(place, tag));
  part.on.onchange = () => chosen({ on: part.on.checked });
  part.voices.onchange = () => chosen({ voice: part.voices.value });
  part.rate.oninput = () => chosen({ rate: Number(part.rate.value) });
  part.language.onchange = () => chosen({ language: part.language.value });
  part.silence.onchange = () => chosen({ silence: Number(part.silence.value) });

  const options = part.options;
  part.open.onclick = () => options.togglePopover?.();
  options.addEventListener("beforetoggle", (/** @type {any} */ event) => {
    const open = event.newState === "open";
    part.open.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const { top, bottom, right } = part.open.getBoundingClientRect();
    options.style.right = `${Math.max(16, innerWidth - right)}px`;
    const above = top > innerHeight / 2;
    options.style.bottom = above ? `${innerHeight - top + 8}px` : "auto";
    options.style.top = above ? "auto" : `${bottom + 8}px`;
  });

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @param {string} name @param {string} text */
  const write = (name, text) => { if (part[name].textContent !== text) part[name].textContent = text; };
  /** @param {string} name @param {unknown} shown */
  const show = (name, shown) => { part[name].hidden = !shown; };
  let listed = "";
  let asking = false;

  return {
    get optionsOpen() { return options.matches(":popover-open"); },
    /** @param {Shown} is */
    draw: (is) => {
      const held = /** @type {any} */ (root).activeElement;
      const { check } = is;
      const browser = is.hears === "browser" || check !== null;
      const busy = is.listening || check?.on;
      show("speak", !is.asking && is.word !== "insecure" && (check !== null || is.hears === "browser"));
      part.speak.disabled = is.ending;
      part.speak.setAttribute("aria-pressed", String(Boolean(busy)));
      const begin = check ? (check.clip ? "Try again" : "Start the check") : is.aside ? "Go on speaking" : "Speak";
      const name = busy ? (check ? "That is enough" : "Done") : begin;
      write("speakName", name);
      write("speakSign", busy ? "check" : "mic");
      part.speak.classList.toggle("main", !check?.clip && (!is.aside || is.listening));
      part.speak.title = busy ? `${name} (Alt+S)` : `${name} (Alt+S); nothing listens before`;
      show("cancel", is.listening && !check);
      show("caption", is.listening && (is.final || is.interim));
      write("final", is.final);
      write("interim", is.interim);
      if (is.listening) part.caption.scrollTop = part.caption.scrollHeight;

      show("levels", is.level !== null || is.listening);
      show("meter", is.level !== null);
      const level = still.matches ? Math.round((is.level ?? 0) * STEPS) / STEPS : (is.level ?? 0);
      part.meter.style.setProperty("--level", level.toFixed(2));
      part.meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
      write("elapsed", is.listening && !check && is.countdown === null ? clock(is.seconds) : "");
      show("countdown", is.countdown !== null);
      write("countdown", is.countdown === null ? "" : `Done in ${is.countdown}`);

      show("word", is.word && !is.asking);
      write("word", is.word ? WORDS[is.word] : "");
      show("asking", is.asking);
      write("asked", `${MAKER} ${is.recognition === "downloadable"
        ? "It can also be done on this device, once that is installed; then nothing leaves it." : "Typing sends nothing there."}`);
      show("install", is.recognition === "downloadable");
      part.install.disabled = is.installing;
      write("install", is.installing ? "Installing…" : "Install it on this device");
      show("aside", is.aside && !is.listening);
      write("asideWhy", is.aside?.why ?? "");
      write("asideText", is.aside?.text ?? "");

      show("hush", is.speaking);
      show("again", is.sayable && !is.speaking && !busy && is.level === null);
      if (document.activeElement !== part.on) part.on.checked = choices.on;
      part.rate.value = String(choices.rate);
      write("rateShown", `× ${choices.rate.toFixed(1)}`);
      part.language.value = choices.language;
      part.silence.value = String(is.silence);
      const english = is.voices.filter((voice) => /^en\b/i.test(voice.lang));
      const all = [...english, ...is.voices.filter((voice) => !english.includes(voice))];
      const list = all.map((voice) => voice.voiceURI).join("\n");
      if (list !== listed || !part.voices.options.length) {
        listed = list;
        part.voices.replaceChildren(new Option(all.length ? "The browser’s choice" : "This browser has no voice", ""));
        for (const voice of all) {
          part.voices.add(new Option(voice.name + (voice.localService ? "" : " (made online)"), voice.voiceURI));
        }
      }
      part.voices.value = all.some((voice) => voice.voiceURI === choices.voice) ? choices.voice : "";
      show("languageRow", browser && is.recognition !== "none");
      show("silenceRow", is.hears !== "none");
      show("keys", is.hears !== "none");
      show("hearsNote", browser && is.recognition !== "none");
      write("hearsNote", is.recognition === "local" ? "Your speech is understood on this device." : MAKER);

      show("check", check);
      write("lead", check?.on ? "Say a sentence: the bar should move with your voice."
        : check?.clip ? "Play it back. If you hear yourself clearly, all is well."
          : "A few seconds to see whether you can be heard. Nothing of it is kept.");
      show("understood", check && (check.on ? is.final || is.interim : check.understood));
      write("understood", check?.on ? `${is.final} ${is.interim}`.trim() : `Understood: ${check?.understood ?? ""}`);
      show("clip", check?.clip && !check.on);
      const clip = check?.clip ?? "";
      if ((part.clip.getAttribute("src") ?? "") !== clip) {
        if (clip) part.clip.src = clip;
        else part.clip.removeAttribute("src");
      }
      show("checked", check && !check.on && !is.asking);
      write("checked", check?.clip ? "I hear myself" : "Skip the check");
      part.checked.classList.toggle("main", Boolean(check?.clip));
      write("status", is.status);
      // Who went by keyboard is never left without a place.
      if (is.asking && !asking) part.agree.focus();
      else if (held?.closest("[hidden]")) {
        [held === part.hush ? part.again : held === part.again ? part.hush : part.speak, part.speak, part.open].find((one) => !one.hidden)?.focus();
      }
      asking = is.asking;
    },
  };
};
