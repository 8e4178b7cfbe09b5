// @ts-check
/** Streamlit's own recorder, which stands beside this component: whether it records, and its one button. */

const BUTTON = '.st-key-recorder [data-testid="stAudioInputActionButton"]';

/** @param {string} label @returns {HTMLButtonElement | null} */
const button = (label) => document.querySelector(`${BUTTON}[aria-label="${label}"]`);

export const recorder = {
  get records() { return button("Stop recording") !== null; },
  begin: () => button("Record")?.click(),
  end: () => button("Stop recording")?.click(),
};
