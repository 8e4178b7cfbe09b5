// @ts-check
/** What is remembered: by the browser (choices) and by the tab (words on their way). Works without either. */

/** @param {() => Storage} storage */
const keeper = (storage) => ({
  /** @param {string} key */
  get: (key) => {
    try { return JSON.parse(storage().getItem(key) ?? "null"); } catch { return null; }
  },
  /** @param {string} key @param {unknown} value  null forgets */
  set: (key, value) => {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, JSON.stringify(value));
    } catch { /* private windows may refuse */ }
  },
});

export const tab = keeper(() => sessionStorage);
const browser = keeper(() => localStorage);
const CHOICES = "interviewer-voice";

export const LANGUAGES = {
  "en-AU": "Australia", "en-CA": "Canada", "en-GB": "Great Britain", "en-IN": "India", "en-IE": "Ireland",
  "en-NZ": "New Zealand", "en-ZA": "South Africa", "en-US": "United States",
};

/**
 * Everything that the candidate chose, in this browser.
 * `silence` is null until it was chosen; `agreed`: the browser's vendor may hear.
 */
export const choices = {
  on: true,
  voice: "",
  rate: 1,
  /** @type {number | null} */
  silence: null,
  language: navigator.language in LANGUAGES ? navigator.language : "en-GB",
  agreed: false,
  ...browser.get(CHOICES),
};

/** @param {Partial<typeof choices>} some */
export const choose = (some) => browser.set(CHOICES, Object.assign(choices, some));
