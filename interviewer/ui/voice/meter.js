// @ts-check
/** How loud it is at the microphone. */

const QUIETEST = -65;  // dBFS shown as nothing
const LOUDEST = -10;   // dBFS shown as full
const ABOVE = 0.15;    // of the scale: as much above the room's own noise is a sound
const NOISIEST = 0.4;  // of the scale: a room is never taken to be louder
const RISE = 0.003;    // of the scale, per reading: how fast a louder room is believed

export const makeMeter = () => {
  /** @type {{ stream: MediaStream, context: AudioContext, analyser: AnalyserNode } | null} */
  let open = null;
  let turn = 0;
  let room = 0.25;
  const samples = new Float32Array(1024);

  const close = () => {
    turn += 1;
    open?.stream.getTracks().forEach((track) => track.stop());
    open?.context.close().catch(() => {});
    open = null;
  };
  return {
    close,
    get stream() { return open?.stream ?? null; },
    /** Opens the microphone; throws what the browser throws. Nothing stays open if it was closed meanwhile. */
    open: async () => {
      close();
      const mine = turn;
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (mine !== turn) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = samples.length;
      context.createMediaStreamSource(stream).connect(analyser);
      open = { stream, context, analyser };
      room = 0.25;
    },
    /** `level` from 0 to 1, and whether that is a sound rather than the room; null while it is closed. */
    read: () => {
      if (!open) return null;
      open.analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
      const decibels = 10 * Math.log10(power + 1e-12);
      const level = Math.min(1, Math.max(0, (decibels - QUIETEST) / (LOUDEST - QUIETEST)));
      room = Math.min(room + RISE, level, NOISIEST);
      return { level, sound: level > room + ABOVE };
    },
  };
};

/** @param {unknown} error @returns {"denied" | "missing" | "busy"} what getUserMedia's refusal means */
export const refusal = (error) => {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotAllowedError" || name === "SecurityError" ? "denied" : "busy";
};
