"""Turns of the offline model, from the submitted answer to the stored reply: alone, and among fifty interviews."""

from __future__ import annotations

import resource
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.table import heading, milliseconds, row
from interviewer.bank import load_calibration
from interviewer.domain.interview import InterviewStatus, Setup
from interviewer.runtime import Runtime
from interviewer.settings import Settings

ALONE = 40
INTERVIEWS = 50
LOAD_SECONDS = 90.0
TURNS_A_MINUTE = 1.0


def main(folder: Path, settings: Settings) -> None:
    runtime = Runtime(
        Settings(data_dir=folder, weights_dir=settings.weights_path, knowledge_dir=settings.knowledge_dir)
    )
    runtime.start()
    answers = [answer.text for one in load_calibration(runtime.bank).values() for answer in one.answers]
    rng = np.random.default_rng(11)
    heading("Turns: from the submitted answer to the stored reply, offline model")
    row("", "p50", "p95")

    interviews = [_begin(runtime, seed) for seed in range(4)]
    alone = []
    for number in range(ALONE):
        place = number % len(interviews)
        interviews[place] = _renewed(runtime, interviews[place], number)
        alone.append(_turn(runtime, interviews[place], str(rng.choice(answers))))
    row(f"alone, {ALONE} turns", *milliseconds(alone))

    loaded = _under_load(runtime, answers, rng)
    row(f"{INTERVIEWS} interviews, each a turn a minute at random ({len(loaded)} turns)", *milliseconds(loaded))

    reports = []
    for interview in interviews:
        runtime.workers.wait(interview)
        began = time.perf_counter()
        runtime.report(interview)
        reports.append(time.perf_counter() - began)
    row("a report, once graded", *milliseconds(reports))
    scale = 1024 if sys.platform != "darwin" else 1024**2
    row("peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale:.0f} MiB")
    runtime.workers.close()


def _under_load(runtime: Runtime, answers: list[str], rng: np.random.Generator) -> list[float]:
    """Each interview's turns come at random (a Poisson process), bounded in time; all stop by themselves."""
    taken: list[float] = []
    lock = threading.Lock()
    interviews = [_begin(runtime, 100 + seed) for seed in range(INTERVIEWS)]
    for interview in interviews:
        runtime.workers.wait(interview)
    arrivals = {
        interview: [at for at in np.cumsum(rng.exponential(60 / TURNS_A_MINUTE, 10)) if at < LOAD_SECONDS]
        for interview in interviews
    }
    said = {interview: [str(rng.choice(answers)) for _ in times] for interview, times in arrivals.items()}
    began = time.perf_counter()

    def candidate(interview: str) -> None:
        for at, text in zip(arrivals[interview], said[interview], strict=True):
            time.sleep(max(0.0, began + at - time.perf_counter()))
            if runtime.store.get(interview).status is InterviewStatus.ENDED:
                return
            seconds = _turn(runtime, interview, text)
            with lock:
                taken.append(seconds)

    threads = [threading.Thread(target=candidate, args=(interview,)) for interview in interviews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _begin(runtime: Runtime, seed: int) -> str:
    interview = runtime.begin(Setup(questions=8, seed=seed))
    runtime.workers.wait(interview)
    return interview


def _renewed(runtime: Runtime, interview: str, seed: int) -> str:
    ended = runtime.store.get(interview).status is InterviewStatus.ENDED
    return _begin(runtime, 1000 + seed) if ended else interview


def _turn(runtime: Runtime, interview: str, text: str) -> float:
    seq = runtime.store.get(interview).next_seq
    began = time.perf_counter()
    runtime.store.submit(interview, seq, f"bench-{seq}-{datetime.now(UTC).timestamp()}", text)
    runtime.workers.wake(interview)
    live = runtime.workers.live(interview, seq)
    if live is not None:
        for _ in live.follow():
            pass
    while runtime.store.get(interview).awaits_reply:
        time.sleep(0.002)
    return time.perf_counter() - began
