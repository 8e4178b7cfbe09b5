// @ts-check
/**
 * Utterances on their way to the page. They stay in the tab until the page says that it has them: through a reload, a
 * lost connection, a killed server.
 */
import { tab } from "./keeping.js";

const AGAIN = 4000;   // milliseconds, longer with each attempt
const SENDINGS = 5;

/** @typedef {import("./messages.js").Heard} Heard */

/** Works without a secure context, where crypto.randomUUID is not there. */
const fresh = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} interview
 * @param {(heard: Heard) => void} send
 * @param {() => void} changed
 * @param {(heard: Heard) => void} returned  told of one that the page did not take
 */
export const makeDelivery = (interview, send, changed, returned) => {
  const key = `interviewer-voice-heard-${interview}`;
  /** @type {Heard[]} */
  let waiting = tab.get(key) ?? [];
  let attempts = 0, timer = 0;
  const keep = () => tab.set(key, waiting.length ? waiting : null);

  const pump = () => {
    clearTimeout(timer);
    const [first] = waiting;
    if (first && attempts >= SENDINGS) {
      waiting = waiting.slice(1);
      attempts = 0;
      keep();
      returned(first);
      return pump();
    }
    if (first) {
      send(first);
      attempts += 1;
      timer = window.setTimeout(pump, AGAIN * attempts);
    }
    changed();
  };
  return {
    /** Whether one has waited for longer than usual. */
    get late() { return attempts > 1; },
    pump,
    /** @param {Omit<Heard, "id" | "words">} heard */
    add: (heard) => {
      waiting = [...waiting, { id: fresh(), words: [], ...heard }];
      keep();
      if (waiting.length === 1) pump();
    },
    /** @param {string[]} ids */
    taken: (ids) => {
      const left = waiting.filter((heard) => !ids.includes(heard.id));
      if (left.length === waiting.length) return;
      waiting = left;
      attempts = 0;
      keep();
      pump();
    },
    rest: () => clearTimeout(timer),
  };
};
