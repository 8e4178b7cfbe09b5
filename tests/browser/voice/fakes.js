// Stands in for what a browser hears and says, where the tests cannot: `fake` is their handle.
{
  const fake = window.fake = {
    local: "unavailable", speech: "well", refuse: "", lasts: 150,
    starts: 0, stops: 0, aborts: 0, spoken: [], ended: [], cancelled: 0, live: null, settings: null,
    ...window.fakeSettings,
  };

  class Recognition {
    static async available() { return fake.local; }
    static async install() { fake.local = "available"; return true; }
    start() {
      fake.starts += 1;
      fake.live = this;
      this.results = [];
      fake.settings = { lang: this.lang, continuous: this.continuous, local: this.processLocally ?? false };
      if (fake.refuse) setTimeout(() => this.fail(fake.refuse), 20);
    }
    stop() { fake.stops += 1; setTimeout(() => this.end(), 30); }
    abort() { fake.aborts += 1; this.end(); }
    end() {
      if (fake.live !== this) return;
      fake.live = null;
      this.onend?.();
    }
    fail(error) { this.onerror?.({ error }); this.end(); }
    hear(text, isFinal) {
      const last = this.results.at(-1);
      if (last && !last.isFinal) this.results.pop();
      const result = [{ transcript: text, confidence: 0.9 }];
      result.isFinal = isFinal;
      this.results.push(result);
      this.onresult?.({ results: this.results, resultIndex: this.results.length - 1 });
    }
  }
  fake.hear = (text) => fake.live.hear(text, true);
  fake.guess = (text) => fake.live.hear(text, false);
  delete window.webkitSpeechRecognition;
  delete window.SpeechRecognition;
  if (fake.local !== "none") window.SpeechRecognition = Recognition;

  const voices = fake.speech === "none" ? [] : [
    { voiceURI: "anna", name: "Anna", lang: "de-DE", localService: true },
    { voiceURI: "kate", name: "Kate", lang: "en-GB", localService: true },
    { voiceURI: "sam", name: "Sam", lang: "en-US", localService: false },
  ];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  let saying = null, timer = 0;
  const finish = (utterance) => {
    if (saying !== utterance) return;
    saying = null;
    fake.ended.push(utterance.text);
    utterance.onend?.();
  };
  Object.defineProperty(window, "speechSynthesis", { configurable: true, value: {
    getVoices: () => voices,
    addEventListener() {}, removeEventListener() {}, resume() {},
    cancel() { clearTimeout(timer); fake.cancelled += 1; saying = null; },
    speak(utterance) {
      if (fake.speech === "refused") { setTimeout(() => utterance.onerror?.({ error: "not-allowed" }), 10); return; }
      fake.spoken.push(utterance.text);
      fake.as = { voice: utterance.voice?.voiceURI ?? "", rate: utterance.rate };
      if (fake.speech === "mute") return;
      saying = utterance;
      setTimeout(() => utterance.onstart?.(), 5);
      if (fake.speech !== "endless") timer = setTimeout(() => finish(utterance), fake.lasts);
    },
  } });

  const streams = [];
  const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (real) {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (fake.microphone) throw new DOMException("no", fake.microphone);
      const stream = await real(wanted);
      streams.push(stream);
      return stream;
    };
  }
  fake.open = () => streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === "live").length;
  fake.opened = () => streams.length;
}
