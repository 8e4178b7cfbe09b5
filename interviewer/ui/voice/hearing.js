// @ts-check
/**
 * The browser's speech recognition, kept going: browsers end it after some silence or a minute, a person thinks longer.
 */

const LAST_WORDS = 1500;  // milliseconds for the recognition to finish what it was at
const SHORT = 1000;       // milliseconds: recognition that ends sooner was in trouble
const SLOWEST = 4000;     // milliseconds between attempts
const ATTEMPTS = 4;       // without network
// Where one microphone cannot be opened twice, and where results of a continuous recognition repeat themselves.
export const HANDHELD = /Android|iPhone|iPad/.test(navigator.userAgent);

/** @returns {any} the browser's, or undefined */
export const recogniser = () =>
  /** @type {any} */ (window).SpeechRecognition ?? /** @type {any} */ (window).webkitSpeechRecognition;

/** @param {string} language @returns {Promise<"none" | "vendor" | "downloadable" | "local">} */
export const recognition = async (language) => {
  const Recogniser = recogniser();
  if (!Recogniser) return "none";
  try {
    const found = await Recogniser.available({ langs: [language], processLocally: true });
    return found === "available" ? "local" : found === "unavailable" ? "vendor" : "downloadable";
  } catch {
    return "vendor";
  }
};

/** @typedef {"denied" | "missing" | "network" | "language" | "busy"} Trouble */
/** @typedef {{ text: string, seconds: number, first: number | null }} Said
 *  `first` is when the first word came (milliseconds since 1970). */
/** @type {Record<string, Trouble>} */
const TROUBLES = {
  "not-allowed": "denied", "service-not-allowed": "denied", "audio-capture": "missing", "language-not-supported": "language",
};

/** @param {...string} parts */
const joined = (...parts) => parts.join(" ").replace(/\s+/g, " ").trim();

/**
 * @param {() => void} changed
 * @param {(said: Said, trouble: Trouble | null) => void} finished  what was said and, where it was not the candidate
 *   who ended it, why
 */
export const makeHearing = (changed, finished) => {
  /** @type {any} */
  let recogniser_ = null;
  let wanted = false, on = false, local = false, language = "";
  let before = "", final = "", interim = "";
  let opened = 0, word = 0, earlier = 0, quick = 0, offline = 0, timer = 0;
  /** @type {number | null} */
  let first = null;

  const drop = () => {
    clearTimeout(timer);
    const old = recogniser_;
    recogniser_ = null;
    if (!old) return;
    old.onresult = old.onerror = old.onend = null;
    try { old.abort(); } catch { /* it was over */ }
  };
  /** @param {Trouble | null} trouble @param {number} until */
  const conclude = (trouble, until) => {
    if (!on) return;
    drop();
    on = wanted = false;
    const said = { text: joined(before, final, interim), seconds: earlier + Math.max(0, until - opened) / 1000, first };
    before = final = interim = "";
    finished(said, trouble);
    changed();
  };

  const begin = () => {
    const began = Date.now();
    const mine = (recogniser_ = new (recogniser())());
    mine.continuous = !HANDHELD;
    mine.interimResults = true;
    mine.lang = language;
    if (local) mine.processLocally = true;
    /** @param {any} event */
    mine.onresult = (event) => {
      final = interim = "";
      for (const result of event.results) {
        if (result.isFinal) final = joined(final, result[0].transcript);
        else interim = joined(interim, result[0].transcript);
      }
      word = Date.now();
      quick = offline = 0;
      if (first === null && joined(final, interim)) first = word;
      changed();
    };
    /** @param {any} event */
    mine.onerror = (event) => {
      const trouble = TROUBLES[event.error];
      if (trouble) conclude(trouble, Date.now());
      else if (event.error === "network" && ++offline >= ATTEMPTS) conclude("network", Date.now());
    };
    mine.onend = () => {
      recogniser_ = null;
      // What was still uncertain when the browser gave up stays: nothing that was seen is lost.
      before = joined(before, final, interim);
      final = interim = "";
      if (!wanted) return conclude(null, stopped);
      quick = Date.now() - began < SHORT ? quick + 1 : 0;
      timer = window.setTimeout(begin, quick ? Math.min(125 * 2 ** quick, SLOWEST) : 0);
    };
    try { mine.start(); } catch { mine.onend(); }
  };
  let stopped = 0;

  return {
    get on() { return on; },
    get ending() { return on && !wanted; },
    get final() { return joined(before, final); },
    get interim() { return interim; },
    get opened() { return opened; },
    get seconds() { return earlier + (on ? (Date.now() - opened) / 1000 : 0); },
    get first() { return first; },
    /** When the last word came (milliseconds since 1970), 0 before the first one. */
    get word() { return word; },
    /** Begins to listen, or goes on where ``said`` had ended. @param {{ language: string, local: boolean, said: Said | null }} how */
    start: (how) => {
      if (on) return;
      ({ language, local } = how);
      before = how.said?.text ?? "";
      earlier = how.said?.seconds ?? 0;
      first = how.said?.first ?? null;
      final = interim = "";
      opened = Date.now();
      word = quick = offline = 0;
      on = wanted = true;
      begin();
      changed();
    },
    /** Ends with everything that was said; it lasted until ``until``. @param {number} until */
    done: (until) => {
      if (!on || !wanted) return;
      wanted = false;
      stopped = until;
      clearTimeout(timer);
      if (!recogniser_) return conclude(null, until);
      timer = window.setTimeout(() => conclude(null, until), LAST_WORDS);
      try { recogniser_.stop(); } catch { conclude(null, until); }
      changed();
    },
    /** Ends at once and gives what there is. @param {Trouble | null} trouble */
    halt: (trouble) => conclude(trouble, Date.now()),
  };
};
