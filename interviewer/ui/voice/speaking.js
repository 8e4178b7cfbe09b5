// @ts-check
/** The interviewer's lines aloud, one after the other, each once in this tab. Nothing here ever waits for ever. */
import { choices, tab } from "./keeping.js";

const SPOKEN = "interviewer-voice-spoken";
const REMEMBERED = 300;   // lines
const PIECE = 200;        // characters; Chrome falls silent in longer ones
const TO_START = 3000;    // milliseconds within which a voice must have begun
const PER_LETTER = 130;   // milliseconds at rate 1, about twice as long as people take
const GRACE = 4000;       // milliseconds

/** @typedef {import("./messages.js").Line} Line */
/** @typedef {{ line: Line, text: string }} Part */

/** @param {string} text @returns {string[]} pieces short enough, cut at commas, or else between words */
export const inPieces = (text) => {
  const pieces = [];
  let rest = text;
  while (rest.length > PIECE) {
    const head = rest.slice(0, PIECE);
    const comma = Math.max(head.lastIndexOf(", "), head.lastIndexOf("; "), head.lastIndexOf(": ")) + 1;
    const cut = comma > 40 ? comma : Math.max(head.lastIndexOf(" "), 0) || PIECE;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest ? [...pieces, rest] : pieces;
};

/**
 * @param {() => void} changed  told of every change of what can be read here
 * @param {() => void} over  told when all has been said, or was stopped
 */
export const makeSpeaking = (changed, over) => {
  const synthesis = window.speechSynthesis;
  /** @type {Part[]} */
  let queue = [];
  /** @type {(() => void) | null} */
  let halt = null;
  let mute = 0;
  let waits = false;
  /** @type {Set<string>} */
  const spoken = new Set(tab.get(SPOKEN) ?? []);
  /** @param {Line} line */
  const mark = (line) => {
    spoken.add(line.id);
    tab.set(SPOKEN, [...spoken].slice(-REMEMBERED));
  };

  const next = () => {
    halt = null;
    const part = queue.shift();
    if (part) play(part);
    else over();
    changed();
  };
  const clear = () => {
    queue.forEach((part) => mark(part.line));
    queue = [];
    halt?.();
    halt = null;
  };
  /** The browser wants a click first, or has no voice that sounds. @param {boolean} click */
  const giveUp = (click) => {
    waits = click;
    clear();
    next();
  };

  /** @param {Part} part */
  const play = (part) => {
    mark(part.line);
    let ended = false;
    let watchdog = 0;
    /** @type {() => void} */
    let silence = () => {};
    const finish = () => {
      if (ended) return;
      ended = true;
      clearTimeout(watchdog);
      silence();
    };
    /** @param {(() => void)=} then */
    const end = (then = next) => {
      if (ended) return;
      finish();
      then();
    };
    /** @param {number} milliseconds @param {() => void=} then */
    const within = (milliseconds, then) => {
      clearTimeout(watchdog);
      watchdog = window.setTimeout(() => end(then), milliseconds);
    };
    halt = finish;
    const takes = (part.text.length * PER_LETTER) / choices.rate + GRACE;

    const utter = () => {
      if (!synthesis || typeof SpeechSynthesisUtterance === "undefined") return end(() => giveUp(false));
      try {
        const utterance = new SpeechSynthesisUtterance(part.text);
        const voice = synthesis.getVoices().find((one) => one.voiceURI === choices.voice);
        if (voice) utterance.voice = voice;
        utterance.lang = voice ? voice.lang : choices.language;
        utterance.rate = choices.rate;
        utterance.onstart = () => { mute = 0; waits = false; within(takes); };
        utterance.onend = () => end();
        utterance.onerror = (event) => end(event.error === "not-allowed" ? () => giveUp(true) : undefined);
        silence = () => {
          utterance.onstart = utterance.onend = utterance.onerror = null;
          synthesis.cancel();
        };
        within(TO_START, () => { mute += 1; if (mute > 1) giveUp(false); else next(); });
        synthesis.resume();
        synthesis.speak(utterance);
      } catch {
        end();
      }
    };
    const sound = () => {
      const bytes = Uint8Array.from(atob(part.line.sound), (letter) => letter.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes], { type: part.line.media_type }));
      const audio = new Audio(url);
      audio.playbackRate = choices.rate;
      silence = () => { audio.onended = audio.onerror = null; audio.pause(); URL.revokeObjectURL(url); };
      let failed = false;
      const instead = () => {
        if (ended || failed) return;
        failed = true;
        silence();
        utter();
      };
      audio.onended = () => end();
      audio.onerror = instead;
      audio.onplaying = () => {
        waits = false;
        within(isFinite(audio.duration) ? (audio.duration * 1000) / choices.rate + GRACE : takes);
      };
      within(takes);
      audio.play().catch((error) => (error.name === "NotAllowedError" ? end(() => giveUp(true)) : instead()));
    };
    try { part.line.sound ? sound() : utter(); } catch { utter(); }
  };

  /** @param {Line[]} lines */
  const enqueue = (lines) => {
    for (const line of lines) {
      const texts = line.sound ? [line.said] : inPieces(line.said);
      queue.push(...texts.map((text) => ({ line, text })));
    }
    if (!halt && queue.length) next();
    changed();
  };

  return {
    get on() { return halt !== null; },
    /** The browser lets nothing sound before the first click. */
    get waits() { return waits; },
    get voices() {
      try { return synthesis?.getVoices() ?? []; } catch { return []; }
    },
    /** Says those that were not said yet; where it may not, they count as said. @param {Line[]} lines @param {boolean} may */
    offer: (lines, may) => {
      const fresh = lines.filter(({ id }) => !spoken.has(id) && !queue.some((part) => part.line.id === id));
      if (may) enqueue(fresh);
      else fresh.forEach(mark);
    },
    /** @param {Line[]} lines */
    again: (lines) => {
      clear();
      waits = false;
      mute = 0;
      enqueue(lines);
    },
    stop: () => {
      if (!halt) return;
      clear();
      next();
    },
  };
};
