// @ts-check
/** Hands one sentence to the voice of this tab: mounts come and go while a reply is being streamed. */

/** @param {{ data: import("./messages.js").Line & { interview: string } }} mount */
export default function ({ data }) {
  const here = /** @type {any} */ (window);
  (here.interviewerSays ??= []).push(data);
  window.dispatchEvent(new Event("interviewer-says"));
}
