"""``interviewer evaluate delivery``: how well it is measured how answers come across."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from interviewer.cli.common import console, note, print_json
from interviewer.cli.evaluate import AsJson
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.delivery.audio import Samples
    from interviewer.delivery.evaluation import FillerFigures, LabelledSentence, PauseFigures, Sound

SENTENCES = {name: f"delivery/fillers_{name}.jsonl" for name in ("development", "reported", "fresh")}
"""Written and labelled by others than the rules were. The rules were made on the first, the totals of the second looked
at meanwhile; the last came when they were done."""

PACES = (60, 90, 125, 150, 180, 210, 260)
NOISES = (None, 40, 20, 15)
"""Decibels by which the noise lies below the speech; None for none."""

SPEAKER = "espeak-ng"
PHRASES = (
    "batch normalisation keeps activations in range",
    "first I look at missing values",
    "dropout switches off random units",
    "my team moved the pipeline to production",
    "cross validation gives a better estimate",
    "the kernel maps points into a larger space",
    "so the variance shrinks",
    "then we measured it against users",
)
"""None of them was used to choose the detector's thresholds, nor were these voices."""

VOICES = ("en-gb-x-rp", "en-029", "en-us+f2", "en-gb+m7", "en-gb-x-gbcwmd+f4")
SPEEDS = (140, 180)


def command(as_json: AsJson = False) -> None:
    """How well fillers are found in sentences that somebody else labelled, how exact words per minute are on
    transcripts with known times, and where the ends of pauses are found in sound with known gaps.

    The sound is made by espeak-ng where it is installed, and of voice-like bursts. Needs a checkout.
    """
    from interviewer.delivery.evaluation import filler_figures, pace_errors

    fillers = {half: filler_figures(_sentences(name)) for half, name in SENTENCES.items()}
    pace = max(pace_errors(PACES))
    found = {(kind, noise): figures for kind, noise, figures in _pauses()}
    if as_json:
        print_json(
            {
                "fillers": {half: _content(one, "precision", "recall", "f1") for half, one in fillers.items()},
                "words_per_minute": {"paces": PACES, "worst_share": pace},
                "pauses": [
                    {"sound": kind, "snr_db": noise, **_content(one, "near", "median", "worst")}
                    for (kind, noise), one in found.items()
                ],
            }
        )
    else:
        _show(fillers, pace, found)


def _sentences(name: str) -> list[LabelledSentence]:
    from interviewer.delivery.evaluation import LabelledSentence
    from interviewer.records import read_jsonl
    from interviewer.resources import judged_file

    path = judged_file(name)
    if path is None:
        raise UsageError("There are no labelled sentences here.", f"Run this in a checkout (tests/{name}).")
    return read_jsonl(path, LabelledSentence)


def _pauses() -> Iterator[tuple[str, int | None, PauseFigures]]:
    from interviewer.delivery.evaluation import bursts, pause_figures, shuffled_gaps, spliced

    sounds = {"bursts": [bursts(seed) for seed in range(8)]}
    if shutil.which(SPEAKER):
        sounds["speech"] = [[_spoken(text, voice, speed) for text in PHRASES] for voice in VOICES for speed in SPEEDS]
    else:
        note(f"{SPEAKER} is not installed: pauses are measured on bursts alone.")
    for kind, made in sounds.items():
        for noise in NOISES:
            cases: list[tuple[Samples, list[tuple[float, float]]]] = [
                spliced(phrases, shuffled_gaps(len(phrases) - 1, seed), noise, seed)
                for seed, phrases in enumerate(made)
            ]
            yield kind, noise, pause_figures(cases)


@cache
def _spoken(text: str, voice: str, speed: int) -> Sound:
    """A phrase by espeak-ng, from its first sound to its last. Raises UsageError where it cannot speak."""
    import numpy as np

    from interviewer.delivery.audio import WORKING_RATE, read
    from interviewer.delivery.evaluation import trimmed

    try:
        made = subprocess.run(
            [SPEAKER, "-v", voice, "-s", str(speed), "--stdout", text], capture_output=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"{SPEAKER} could not speak: {error}.") from error
    samples = read(made.stdout, "audio/wav")
    places = np.arange(int(samples.seconds * WORKING_RATE)) * samples.rate / WORKING_RATE
    return trimmed(np.interp(places, np.arange(len(samples.values)), samples.values).astype(np.float32))


def _content(figures: Any, *derived: str) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(figures).items() if name != "errors"}
    return {**plain, **{name: getattr(figures, name) for name in derived}}


def _show(fillers: dict[str, FillerFigures], pace: float, found: dict[tuple[str, int | None], PauseFigures]) -> None:
    print("| sentences | number | fillers | precision | recall | F1 |")
    print("|---|---:|---:|---:|---:|---:|")
    for half, one in fillers.items():
        cells = f"{one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f}"
        print(f"| {half} | {one.sentences} | {one.labelled} | {cells} |")
    print()
    print("| sound | noise | gaps | missed | extra | ends within 50 ms | median error | worst |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for (kind, noise), figures in found.items():
        level = "none" if noise is None else f"{noise} dB below"
        cells = f"{figures.gaps} | {figures.missed} | {figures.extra} | {figures.near:.1%}"
        print(f"| {kind} | {level} | {cells} | {figures.median * 1000:.0f} ms | {figures.worst * 1000:.0f} ms |")
    out = console()
    out.print()
    out.print(f"Words per minute at {PACES[0]} to {PACES[-1]} a minute: at most {pace:.2%} off.", soft_wrap=True)
