// @ts-check
/** The microphone check: a few seconds of sound to be played back, and what the browser understood of them. */

const SECONDS = 4;

/** @typedef {ReturnType<typeof import("./meter.js").makeMeter>} Meter */

/** @param {() => void} changed */
export const makeCheck = (changed) => {
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let clip = "";
  let timer = 0;
  const forget = () => {
    if (clip) URL.revokeObjectURL(clip);
    clip = "";
  };
  return {
    get on() { return recorder !== null; },
    /** The address of what was recorded, empty before. */
    get clip() { return clip; },
    /** What was understood; the page's core fills it in. */
    understood: "",
    /** Records from an open microphone; ``over`` is told when it has ended. @param {MediaStream} stream @param {() => void} over */
    start(stream, over) {
      forget();
      this.understood = "";
      /** @type {Blob[]} */
      const parts = [];
      const mine = (recorder = new MediaRecorder(stream));
      mine.ondataavailable = (event) => parts.push(event.data);
      mine.onstop = () => {
        clearTimeout(timer);
        if (recorder !== mine) return;
        recorder = null;
        clip = URL.createObjectURL(new Blob(parts, { type: mine.mimeType }));
        over();
        changed();
      };
      mine.start();
      timer = window.setTimeout(() => this.stop(), SECONDS * 1000);
      changed();
    },
    stop: () => { if (recorder?.state === "recording") recorder.stop(); },
    /** Nothing of it is kept. */
    end: () => {
      const mine = recorder;
      recorder = null;
      if (mine?.state === "recording") mine.stop();
      clearTimeout(timer);
      forget();
    },
  };
};
