"""A spoken answer: how much of the wait from the end of speech to the interviewer's first sound is ours.

The endpoint that hears and speaks is the fake one, with a fixed delay for each call; everything else is the program's
own: storing, reading the sound, the reply, cutting it into sentences. The candidate sends what was understood at once.
"""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.table import heading, milliseconds, row
from interviewer.domain.interview import Setup
from interviewer.domain.speech import Transcript
from interviewer.models.openai.fake import Delays, FakeServer
from interviewer.runtime import Runtime
from interviewer.settings import Settings
from interviewer.ui.voice import sentences, spoken_text

TURNS = 12
DELAY = 0.3
"""Seconds that the endpoint takes to understand a recording, and as many to make a sentence into sound."""

SECONDS = 30
"""The length of a recorded answer."""

SAID = "I would look at the confusion matrix first, and then at what each kind of error costs."
RATE = 16_000

Found = TypeVar("Found")


def main(folder: Path, settings: Settings) -> None:
    heading(f"A spoken answer of {SECONDS} s: from its end to the first sound; the endpoint takes {DELAY:.1f} s a call")
    with FakeServer(key="", delays=Delays(first=DELAY)) as server:
        server.hears(SAID, again=True)
        runtime = Runtime(
            Settings(
                data_dir=folder,
                weights_dir=settings.weights_path,
                knowledge_dir=settings.knowledge_dir,
                use_model=False,
                audio_base_url=server.url,
                transcribe_model="fake-ear",
                speech_model="fake-mouth",
            )
        )
        runtime.start()
        interview = runtime.interviewer.start(Setup(questions=TURNS, max_probes=1, seed=7))
        runtime.interviewer.prepare(runtime.store.get(interview).plan)
        took = [_answer(runtime, interview, number) for number in range(TURNS)][1:]  # the first opens connections
        runtime.workers.close()
    heard, replied, sounded = (list(column) for column in zip(*took, strict=True))
    row(f"{len(took)} answers, nothing else going on", "p50", "p95")
    row("from the end of speech to the first sound", *milliseconds([sum(one) for one in took]))
    row("  ours of that", *milliseconds([sum(one) - 2 * DELAY for one in took]))
    row("    until it is understood", *milliseconds([seconds - DELAY for seconds in heard]))
    row("    until the reply begins", *milliseconds(replied))
    row("    until its first sentence sounds", *milliseconds([seconds - DELAY for seconds in sounded]))


def _answer(runtime: Runtime, interview_id: str, number: int) -> tuple[float, float, float]:
    """Seconds until a recording is understood, until the reply has its first sentence, and until that has a sound."""
    store, workers = runtime.store, runtime.workers
    sound = _recording(number)
    seq = store.get(interview_id).next_seq
    began = time.perf_counter()
    kept = store.record(interview_id, seq, f"bench-{number}", sound, "audio/wav")
    workers.wake(interview_id)
    heard = _once(lambda: next(r.heard for r in store.open_recordings(interview_id) if r.number == kept.number))
    assert isinstance(heard, Transcript), heard
    understood = time.perf_counter()
    store.accept(interview_id, seq, f"bench-text-{number}", heard.text, kept.number)
    workers.wake(interview_id)
    live = workers.live(interview_id, seq)
    said = ""
    for piece in live.follow() if live is not None else ():
        said += piece
        if len(sentences(said)) > 1:
            break
    first = (sentences(said) or sentences(_once(lambda: _reply(runtime, interview_id, seq))))[0]
    replied = time.perf_counter()
    aloud = spoken_text(first)
    runtime.sounding.ask(interview_id, [aloud])
    _once(lambda: runtime.sounding.made(aloud).done or None)
    sounded = time.perf_counter()
    _once(lambda: _reply(runtime, interview_id, seq))
    return understood - began, replied - understood, sounded - replied


def _reply(runtime: Runtime, interview_id: str, seq: int) -> str | None:
    turns = runtime.store.get(interview_id).turns
    return turns[seq].text if len(turns) > seq else None


def _once(look: Callable[[], Found | None]) -> Found:
    while (found := look()) is None:
        time.sleep(0.002)
    return found


def _recording(number: int) -> bytes:
    """Syllables of a buzz with pauses, as a WAV file; no two are the same."""
    at = np.arange(SECONDS * RATE) / RATE
    buzz = sum(np.sin(2 * np.pi * (120 + number) * n * at) / n for n in range(1, 12))
    voice = buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)) * ((at % 5) < 4)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((voice * 6_000).astype("<i2").tobytes())
    return out.getvalue()
