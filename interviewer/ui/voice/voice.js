// @ts-check
/** The voice of this tab: one for all mounts, which come and go. It listens only when it is told to. */
import { makeAble } from "./able.js";
import { makeCheck } from "./checking.js";
import { makeDelivery } from "./delivering.js";
import { HANDHELD, makeHearing, recogniser } from "./hearing.js";
import { choices, choose, tab } from "./keeping.js";
import { makeMeter, refusal } from "./meter.js";
import { recorder } from "./recorder.js";
import { makeSpeaking } from "./speaking.js";
import { makeView } from "./view.js";

const BEAT = 100;        // milliseconds
const LEAVING = 700;     // milliseconds that a mount may be gone before all is put to rest
const COUNTED = 3;       // seconds: the end of the silence, which is counted down

/** @typedef {import("./messages.js").Told} Told */
/** @typedef {import("./hearing.js").Said} Said */
/** @typedef {{ trigger: (name: string, value: unknown) => void, state: (name: string, value: unknown) => void }} Page */
/** @typedef {Said & { seq: number, why: string }} Aside */

const makeVoice = () => {
  /** @type {Told | null} */
  let told = null;
  /** @type {Page | null} */
  let page = null;
  /** @type {ReturnType<typeof makeView> | null} */
  let view = null;
  /** @type {ParentNode | null} */
  let home = null;
  /** @type {ReturnType<typeof makeDelivery> | null} */
  let delivery = null;
  /** @type {Aside | null} */
  let aside = null;
  /** @type {import("./view.js").Word | null} */
  let word = null;
  /** @type {import("./messages.js").VoiceState["opened"]} */
  let opened = null;
  /** @type {number | null} */
  let countdown = null;
  /** @type {number | null} */
  let level = null;
  let asking = false, installing = false, awake = false, recording = false, status = "";
  let asked = 0, sound = 0, seq = 0, spoke = 0, beat = 0, leaving = 0, drawing = 0;

  const meter = makeMeter();
  const changed = () => { drawing ||= requestAnimationFrame(draw); };
  const speaking = makeSpeaking(changed, () => { if (told && spoke === told.seq) setAsked(Date.now()); });
  const check = makeCheck(changed);
  const able = makeAble(() => {
    if (word === "denied" && able.microphone === "granted") word = null;
    report();
    changed();
  });
  const hearing = makeHearing(() => { keepLive(); changed(); }, (said, trouble) => finished(said, trouble));

  // --- what is remembered ---------------------------------------------------------------------------------

  /** @param {string} what */
  const key = (what) => `interviewer-voice-${what}-${told?.interview}`;
  /** @param {number} at */
  const setAsked = (at) => { asked = at; tab.set(key("asked"), { what: question(), at }); };
  /** What there is to be answered: it changes with the reply's last sentence that is known. */
  const question = () => `${told?.seq} ${told?.lines.at(-1)?.id ?? ""}`;
  /** @param {Aside | null} some */
  const setAside = (some) => { aside = some; tab.set(key("aside"), some); changed(); };
  /** Every word, as it comes: a reload finds it. */
  const keepLive = () => {
    if (told?.checking || !hearing.on) return;
    const text = `${hearing.final} ${hearing.interim}`.trim();
    if (text) tab.set(key("aside"), { text, seq, seconds: hearing.seconds, first: hearing.first, why: "Not sent yet:" });
  };
  const silence = () => choices.silence ?? told?.silence ?? 0;
  const hears = () => (told?.hears === "browser" && able.known && able.recognised === "none" ? "none" : told?.hears ?? "none");

  // --- listening ------------------------------------------------------------------------------------------

  /** @param {Said} said @param {number} turn */
  const deliver = (said, turn) => {
    const first = said.first === null || !asked ? null : Math.max(0, (said.first - asked) / 1000);
    delivery?.add({
      seq: turn, text: said.text, seconds: said.seconds, first_word: first, language: choices.language,
      local: able.local,
    });
  };
  /** @param {Said} said @param {import("./hearing.js").Trouble | null} trouble */
  const finished = (said, trouble) => {
    if (told?.checking) {
      check.understood = said.text;
      return;
    }
    meter.close();
    pulse();
    tab.set(key("aside"), null);
    if (trouble) word = trouble;
    else if (!said.text && !cancelled) word = "quiet";
    status = said.text && !trouble && !cancelled ? `Stopped. Understood: ${said.text}` : "Stopped.";
    if (said.text && (trouble || cancelled)) {
      setAside({ ...said, seq, why: trouble ? "This was understood:" : "Not sent:" });
    } else if (said.text) {
      deliver(said, seq);
    }
    cancelled = false;
  };
  let cancelled = false;

  /** Opens the meter; the reason why it could not, or null. */
  const measure = async () => {
    try {
      await meter.open();
      if (able.microphone !== "granted") able.look();
      return null;
    } catch (error) {
      return refusal(error);
    } finally {
      pulse();
    }
  };
  const listen = () => {
    if (!told || hearing.on) return;
    if (!able.local && !choices.agreed) {
      asking = true;
      return changed();
    }
    speaking.stop();
    word = null;
    status = "Listening.";
    seq = told.seq;
    sound = 0;
    const before = aside;
    aside = null;
    hearing.start({ language: choices.language, local: able.local, said: before });
    if (before) keepLive();
    if (HANDHELD) return pulse();
    measure().then((trouble) => {
      if (!hearing.on) meter.close();
      else if (trouble === "denied" || trouble === "missing") hearing.halt(trouble);
    });
  };
  const done = () => hearing.done(Date.now());
  const cancel = () => {
    cancelled = true;
    hearing.halt(null);
  };

  /** The silence after which one is done: any sound or word begins it anew. @param {number} last @param {() => void} end */
  const wait = (last, end) => {
    const limit = silence();
    const left = limit && last ? limit - (Date.now() - last) / 1000 : Infinity;
    countdown = left <= Math.min(COUNTED, limit - 1) ? Math.max(1, Math.ceil(left)) : null;
    if (left <= 0) {
      countdown = null;
      end();
    }
  };
  const listensBeside = () => {
    const now = recorder.records;
    if (now && !recording) {
      recording = true;
      speaking.stop();
      sound = 0;
      word = null;
      if (told && asked) opened = { seq: told.seq, seconds: Math.max(0, Date.now() - asked) / 1000 };
      report();
      measure().then(() => { if (!recording) meter.close(); });
    } else if (!now && recording) {
      recording = false;
      countdown = null;
      meter.close();
    }
  };
  const tick = () => {
    if (hears() === "recorder" && !told?.checking) listensBeside();
    const reading = meter.read();
    level = reading?.level ?? null;
    if (reading?.sound) sound = Date.now();
    if (hearing.on && !hearing.ending && !told?.checking) {
      const last = hearing.word && Math.max(hearing.word, sound);
      wait(last, () => hearing.done(last));
    } else if (recording) {
      wait(sound, recorder.end);
    } else {
      countdown = null;
    }
    if (hearing.on || check.on || reading || recording) draw();
    pulse();
  };
  /** The beat runs only while there is something to follow. */
  const pulse = () => {
    const runs = awake && (hearing.on || check.on || meter.stream !== null || recording || told?.hears === "recorder");
    if (runs && !beat) beat = window.setInterval(tick, BEAT);
    if (runs || !beat) return;
    clearInterval(beat);
    beat = 0;
    level = countdown = null;
    changed();
  };

  // --- the check ------------------------------------------------------------------------------------------

  const tryOut = async () => {
    if (hears() === "browser" && !able.local && !choices.agreed && !declined) {
      asking = true;
      return changed();
    }
    speaking.stop();
    word = null;
    const trouble = await measure();
    if (trouble || !meter.stream || !awake) {
      meter.close();
      word = trouble;
      return changed();
    }
    status = "Listening.";
    check.start(meter.stream, () => {
      status = "Stopped.";
      meter.close();
      hearing.done(Date.now());
      pulse();
    });
    if (hears() === "browser" && !declined) {
      hearing.start({ language: choices.language, local: able.local, said: null });
    }
    pulse();
  };
  let declined = false;

  // --- the page -------------------------------------------------------------------------------------------

  const report = () => {
    /** @type {import("./messages.js").VoiceState} */
    const state = {
      secure: window.isSecureContext,
      microphone: able.microphone,
      recognition: able.recognised === "downloadable" ? "vendor" : able.recognised,
      speech: "speechSynthesis" in window,
      voices: speaking.voices.length,
      opened,
    };
    if (able.known && awake && JSON.stringify(state) !== reported) page?.state("state", state);
    reported = JSON.stringify(state);
  };
  let reported = "";

  const lines = () => (told?.lines ?? []).map((line) => ({ ...line, id: `${told?.interview}/${line.id}` }));
  const maySpeak = () => choices.on && !document.hidden && !hearing.on && !recording && !check.on;
  const takeSays = () => {
    const here = /** @type {any} */ (window);
    const ours = (here.interviewerSays ?? []).filter((/** @type {any} */ line) => line.interview === told?.interview);
    here.interviewerSays = [];
    offer(ours.map((/** @type {any} */ line) => ({ ...line, id: `${line.interview}/${line.id}` })));
  };
  /** @param {import("./messages.js").Line[]} some */
  const offer = (some) => {
    const may = maySpeak();
    if (may && some.length && told) spoke = told.seq;
    speaking.offer(some, may);
  };

  const draw = () => {
    cancelAnimationFrame(drawing);
    drawing = 0;
    if (!told || !view) return;
    const none = hears() === "none" && !told.checking;
    const late = delivery?.late ? "later" : null;
    const sayable = told.lines.length > 0 && (speaking.voices.length > 0 || told.lines.some((line) => line.sound));
    view.draw({
      hears: hears(), recognition: able.recognised, listening: hearing.on && !told.checking, ending: hearing.ending,
      final: hearing.final, interim: hearing.interim, level, seconds: hearing.seconds, countdown,
      word: !window.isSecureContext ? "insecure" : none ? (told.settings ? "none" : "unheard") : word ?? late ?? (speaking.waits && sayable ? "waits" : null),
      asking, installing, aside, speaking: speaking.on, sayable, voices: speaking.voices, silence: silence(),
      check: told.checking ? { on: check.on, clip: check.clip, understood: check.understood } : null, status,
    });
  };

  const acts = {
    speak: () => {
      if (told?.checking) check.on ? check.stop() : tryOut();
      else hearing.on ? done() : listen();
    },
    cancel,
    agree: () => { asking = false; choose({ agreed: true }); acts.speak(); },
    decline: () => { asking = false; changed(); if (told?.checking) { declined = true; tryOut(); } },
    install: async () => {
      installing = true;
      changed();
      try {
        await recogniser().install({ langs: [choices.language], processLocally: true });
      } catch { /* then it stays as it is */ }
      installing = false;
      await able.look();
      if (able.local) { asking = false; acts.speak(); }
    },
    use: () => {
      const said = aside;
      setAside(null);
      if (said && told) deliver(said, told.seq);
    },
    discard: () => setAside(null),
    hush: () => speaking.stop(),
    again: () => { if (told) spoke = told.seq; speaking.again(lines()); },
    checked: () => {
      page?.trigger("checked", true);
      check.end();
      meter.close();
      pulse();
    },
  };

  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyS") {
      event.preventDefault();
      if (event.repeat) return;
      if (hears() === "recorder" && !told?.checking) recorder.records ? recorder.end() : recorder.begin();
      else if (window.isSecureContext && (told?.checking || hears() === "browser")) acts.speak();
    } else if (event.key === "Escape" && !event.defaultPrevented && hearing.on && !told?.checking && !view?.optionsOpen) {
      event.preventDefault();
      cancel();
    }
  };
  /** @param {Event} event */
  const typed = (event) => {
    const there = event.composedPath()[0];
    if (event.isTrusted && (there instanceof HTMLTextAreaElement)) speaking.stop();
  };
  const hid = () => { if (document.hidden) speaking.stop(); };
  /** @type {[EventTarget, string, any][]} */
  const ears = [
    [document, "keydown", pressed], [document, "input", typed], [document, "visibilitychange", hid],
    [window, "interviewer-says", takeSays],
  ];
  const synthesis = /** @type {any} */ (window).speechSynthesis;
  if (synthesis?.addEventListener) ears.push([synthesis, "voiceschanged", () => { report(); changed(); }]);
  const wake = () => {
    if (awake) return;
    awake = true;
    for (const [target, name, ear] of ears) target.addEventListener(name, ear, true);
    able.look();
  };
  const rest = () => {
    awake = false;
    for (const [target, name, ear] of ears) target.removeEventListener(name, ear, true);
    cancelled = true;
    hearing.halt(null);
    cancelled = recording = asking = declined = false;
    speaking.stop();
    check.end();
    meter.close();
    delivery?.rest();
    delivery = told = page = view = home = null;
    pulse();
  };

  /** @param {Told} now */
  const hear = (now) => {
    const other = told?.interview !== now.interview;
    const before = question();
    if (other && told) {
      cancelled = hearing.on;
      hearing.halt(null);
    }
    told = now;
    if (other) {
      delivery?.rest();
      delivery = makeDelivery(
        now.interview,
        (heard) => page?.trigger("heard", heard),
        changed,
        (heard) => setAside({ text: heard.text, seq: heard.seq, seconds: heard.seconds, first: null, why: "This could not be stored:" }),
      );
      delivery.pump();
      aside = tab.get(key("aside"));
      word = null;
      status = "";
    }
    if (other || question() !== before) {
      const known = tab.get(key("asked"));
      if (known?.what === question()) asked = known.at;
      else if (!speaking.on && !hearing.on && !recording) setAsked(Date.now());
    }
    delivery?.taken(now.taken);
  };

  return {
    /** @param {Told} now @param {ParentNode} root @param {Page} itsPage */
    mount: (now, root, itsPage) => {
      clearTimeout(leaving);
      page = itsPage;
      if (home !== root) {
        home = root;
        view = makeView(root, acts, (some) => {
          choose(some);
          if (some.on === false) speaking.stop();
          if (some.language) able.look();
          changed();
        });
      }
      hear(now);
      reported = JSON.stringify(now.state);
      wake();
      if (able.known) report();
      offer(lines());
      takeSays();
      pulse();
      draw();
    },
    /** @param {ParentNode} root */
    unmount: (root) => {
      if (home === root) leaving = window.setTimeout(rest, LEAVING);
    },
  };
};

const voice = makeVoice();

/** @param {{ data: Told, parentElement: ParentNode, setTriggerValue: Page["trigger"], setStateValue: Page["state"] }} mount */
export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  voice.mount(data, parentElement, { trigger: setTriggerValue, state: setStateValue });
  return () => voice.unmount(parentElement);
}
