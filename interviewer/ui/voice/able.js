// @ts-check
/** What this browser can do for the voice, and what it may. */
import { recognition } from "./hearing.js";
import { choices } from "./keeping.js";

/** @param {() => void} changed  told whenever any of it may have changed */
export const makeAble = (changed) => {
  /** @type {Awaited<ReturnType<typeof recognition>>} */
  let recognised = "none";
  /** @type {import("./messages.js").VoiceState["microphone"]} */
  let microphone = "unknown";
  let known = false;
  /** @type {PermissionStatus | null} */
  let permission = null;

  const look = async () => {
    recognised = await recognition(choices.language);
    try {
      const name = /** @type {PermissionName} */ ("microphone");
      permission ??= Object.assign(await navigator.permissions.query({ name }), { onchange: look });
      microphone = permission.state === "prompt" ? "unknown" : permission.state;
      const devices = await navigator.mediaDevices.enumerateDevices();
      if (!devices.some((device) => device.kind === "audioinput")) microphone = "missing";
    } catch { /* then it shows when it is opened */ }
    known = true;
    changed();
  };
  return {
    look,
    /** Whether anyone has looked yet. */
    get known() { return known; },
    get recognised() { return recognised; },
    get local() { return recognised === "local"; },
    get microphone() { return microphone; },
  };
};
