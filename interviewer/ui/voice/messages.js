// @ts-check
/**
 * What passes between the page and this component; messages.py has the same, checked.
 *
 * @typedef {{ id: string, said: string, media_type: string, sound: string }} Line
 *   One sentence of the interviewer's; `sound` is Base64, empty where the browser is to speak.
 * @typedef {{
 *   interview: string, seq: number, hears: "recorder" | "browser" | "none", lines: Line[], silence: number,
 *   checking: boolean, settings: boolean, taken: string[], state: VoiceState | null,
 * }} Told  What Python says; `taken` are the utterances that it has, `state` is what it last heard of us, `settings` says
 *   whether whoever speaks may change them.
 * @typedef {{
 *   id: string, seq: number, text: string, words: [], seconds: number, first_word: number | null,
 *   language: string, local: boolean,
 * }} Heard  One utterance; seconds all.
 * @typedef {{
 *   secure: boolean, microphone: "unknown" | "granted" | "denied" | "missing",
 *   recognition: "none" | "local" | "vendor", speech: boolean, voices: number,
 *   opened: { seq: number, seconds: number } | null,
 * }} VoiceState
 */
export {};
