"""How well delivery is measured: on labelled sentences, on transcripts with known times, on sound with known gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interviewer.delivery.audio import WORKING_RATE, Samples
from interviewer.delivery.fillers import fillers
from interviewer.delivery.measure import delivery_of
from interviewer.delivery.pauses import pauses
from interviewer.domain.question import Value
from interviewer.domain.speech import Spoken, Transcript, Word

Sound = npt.NDArray[np.float32]

SYLLABLES = 4
"""A second, in bursts."""

NEAR = 0.05
"""Seconds that an end of a pause may be off."""


class LabelledSentence(Value):
    """A sentence in which somebody marked the fillers: ``fillers`` are (start, end) in code points."""

    text: str
    fillers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FillerFigures:
    """A filler is found where both of its ends agree with the label's."""

    sentences: int
    labelled: int
    found: int
    false: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        total = self.labelled + self.found + self.false
        return 2 * self.found / total if total else 1.0


@dataclass(frozen=True)
class PauseFigures:
    """``errors`` are seconds that an end was found too late, two for each gap that was found; ``extra`` counts pauses
    where there is no gap."""

    gaps: int
    missed: int
    extra: int
    errors: tuple[float, ...]

    @property
    def near(self) -> float:
        """The share of ends, of all gaps, that were found within NEAR seconds."""
        return sum(abs(error) <= NEAR for error in self.errors) / (2 * self.gaps) if self.gaps else 1.0

    @property
    def median(self) -> float:
        return float(np.median(np.abs(self.errors))) if self.errors else 0.0

    @property
    def worst(self) -> float:
        return max(map(abs, self.errors), default=0.0)


def filler_figures(sentences: Sequence[LabelledSentence]) -> FillerFigures:
    labelled = found = false = 0
    for sentence in sentences:
        marked = set(sentence.fillers)
        said = {(filler.start, filler.end) for filler in fillers(sentence.text)}
        labelled += len(marked)
        found += len(marked & said)
        false += len(said - marked)
    return FillerFigures(len(sentences), labelled, found, false)


def timed(words: Sequence[str], seconds: float, lead: float = 0.0) -> Spoken:
    """A transcript whose words follow each other evenly, from ``lead`` on for so many seconds."""
    step = seconds / len(words)
    placed = tuple(
        Word(text=word, start=lead + place * step, end=lead + (place + 1) * step) for place, word in enumerate(words)
    )
    return Spoken(
        turn=1, transcript=Transcript(text=" ".join(words), words=placed, by="timed", seconds=lead + seconds + 1)
    )


def pace_errors(paces: Iterable[float], words: int = 120) -> list[float]:
    """How far off words per minute are, as a share, on answers spoken at known paces."""
    said = ["variance"] * words
    errors = []
    for pace in paces:
        measured = delivery_of(timed(said, words * 60 / pace, lead=2.5), 1, 5).words_per_minute
        errors.append(abs((measured or 0.0) / pace - 1))
    return errors


def burst(seconds: float, pitch: float, seed: int) -> Sound:
    """A sound with a voice's harmonics and syllables but no words, of an effective level of 0.1."""
    rng = np.random.default_rng(seed)
    at = np.arange(round(seconds * WORKING_RATE)) / WORKING_RATE
    wave = np.zeros(len(at))
    for harmonic in range(1, int(4000 / pitch)):
        near = sum(np.exp(-(((harmonic * pitch - formant) / 250) ** 2)) for formant in (500, 1500, 2500))
        wave += (0.05 + near) * np.sin(2 * np.pi * harmonic * pitch * at + rng.uniform(0, 2 * np.pi))
    syllable = (at * SYLLABLES).astype(int)
    loudness = rng.uniform(0.3, 1.0, int(syllable[-1]) + 1)[syllable]
    wave *= loudness * (0.55 + 0.45 * np.cos(2 * np.pi * SYLLABLES * at))
    return np.asarray(0.1 * wave / np.sqrt(np.mean(wave**2)), dtype=np.float32)


def _silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * WORKING_RATE), np.float32)


def spliced(
    phrases: Sequence[Sound], gaps: Sequence[float], snr: float | None, seed: int
) -> tuple[Samples, list[tuple[float, float]]]:
    """Phrases with silences of known length between them, half a second before and after, and white noise so many dB
    below the speech over all of it (None for none); with the gaps' (start, end) in seconds."""
    parts: list[Sound] = [_silence(0.5)]
    truth = []
    for place, phrase in enumerate(phrases):
        parts.append(phrase)
        if place < len(phrases) - 1:
            start = sum(map(len, parts)) / WORKING_RATE
            parts.append(_silence(gaps[place]))
            truth.append((start, sum(map(len, parts)) / WORKING_RATE))
    sound = np.concatenate([*parts, _silence(0.5)])
    if snr is not None:
        level = float(np.sqrt(np.mean(np.concatenate(list(phrases)) ** 2))) * 10 ** (-snr / 20)
        sound = sound + np.random.default_rng(seed).normal(0, level, len(sound)).astype(np.float32)
    return Samples(sound.astype(np.float32), WORKING_RATE), truth


def pause_figures(cases: Iterable[tuple[Samples, list[tuple[float, float]]]]) -> PauseFigures:
    gaps = missed = extra = 0
    errors: list[float] = []
    for samples, truth in cases:
        found = [(pause.start, pause.end) for pause in pauses(samples)]
        used = set()
        for start, end in truth:
            near = [pause for pause in found if pause[1] > start and pause[0] < end]
            if not near:
                missed += 1
                continue
            best = min(near, key=lambda pause: abs(pause[0] - start) + abs(pause[1] - end))
            used.add(best)
            errors += [best[0] - start, best[1] - end]
        gaps += len(truth)
        extra += len(found) - len(used)
    return PauseFigures(gaps, missed, extra, tuple(errors))


def trimmed(sound: Sound) -> Sound:
    """Without what is more than 30 dB below the sound's effective level at either end: where speech begins and ends."""
    size = WORKING_RATE // 200
    levels = np.sqrt(np.mean(sound[: len(sound) // size * size].reshape(-1, size) ** 2, axis=1))
    loud = np.flatnonzero(levels > 10 ** (-30 / 20) * np.sqrt(np.mean(sound[sound != 0] ** 2)))
    cut = sound[loud[0] * size : (loud[-1] + 1) * size]
    return np.asarray(0.1 * cut / np.sqrt(np.mean(cut**2)), dtype=np.float32)


def shuffled_gaps(count: int, seed: int) -> list[float]:
    """So many gaps of 0.3 to 3 s in an order of their own."""
    choice = (0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
    order = np.random.default_rng(seed).permutation(len(choice))
    return [choice[int(order[place % len(choice)])] for place in range(count)]


def bursts(seed: int) -> list[Sound]:
    """Eight bursts of a voice, of 2 to 8 whole syllables each."""
    rng = np.random.default_rng(seed)
    pitch = float(rng.uniform(90, 240))
    return [burst(int(rng.integers(2, 9)) / SYLLABLES, pitch, seed * 10 + place) for place in range(8)]
