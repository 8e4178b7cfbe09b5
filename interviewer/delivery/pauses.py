"""Where in a recording somebody speaks, by energy: speech stands out of the noise that was there all along.

In short overlapping frames the energy in six bands of frequency is compared with that band's own noise, which is taken
from the quietest tenth of the frames around (minimum statistics: R. Martin, "Noise power spectral density estimation
based on optimal smoothing and minimum statistics", IEEE Transactions on Speech and Audio Processing 9(5), 2001, in a
much simpler form). A frame is heard where one band stands clear of its noise and is not far below how loud the speech
is. The detectors on offer as libraries were tried and place a pause's ends less exactly (docs/delivery.md).
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from interviewer.delivery.audio import Samples
from interviewer.domain.speech import Pause

LEAST_PAUSE = 0.25
"""Seconds; a shorter silence belongs to articulation (Goldman-Eisler 1968)."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_FRAME = 0.025  # seconds
_HOP = 0.005
_BANDS = ((150, 450), (450, 900), (900, 1800), (1800, 3000), (3000, 4500), (4500, 7500))  # Hz; mains hum lies below
_CLEAR = 8.0  # dB above the band's noise
_SURE = 12.0  # dB above the band's noise, somewhere in a stretch of speech
_FAR_BELOW = 36.0  # dB below how loud the speech is
_QUIETEST = 10  # percent of the frames that noise is taken from
_AROUND = 15.0  # seconds to either side
_NOTHING = -75.0  # dB of full scale; what is below is silence, whatever else there is
_MUTED = -110.0  # dB; a microphone switched off, or noise taken out by the browser: says nothing of the noise
_SOME_MUTED = 0.02  # of the frames
_STEADY = 5.0  # dB between the quietest twentieth and fifth: noise keeps within it
_DIP = 0.06  # seconds; a shorter dip is part of a sound
_CLICK = 0.05  # seconds; a shorter sound is no speech: a key, a mouse
_CLOSURE = 0.12  # seconds; so long may the mouth be closed within a word
_SOME_SPEECH = 0.2  # seconds
_AT_ONCE = 4096  # frames, to bound memory


def pauses(samples: Samples, at_least: float = LEAST_PAUSE) -> tuple[Pause, ...]:
    """The silences between speech of at least so many seconds, in order; not what is before the first or after the last
    sound of speech."""
    runs = _runs(samples)
    return tuple(
        Pause(start=before[1], end=after[0]) for before, after in pairwise(runs) if after[0] - before[1] >= at_least
    )


def spoke(samples: Samples) -> tuple[float, float] | None:
    """When speech begins and when it ends, in seconds from the beginning; None where there is none."""
    runs = _runs(samples)
    return (runs[0][0], runs[-1][1]) if runs else None


def leading_silence(samples: Samples) -> float:
    """Seconds before the first sound of speech; the whole length where there is none."""
    found = spoke(samples)
    return samples.seconds if found is None else found[0]


def voiced_seconds(samples: Samples) -> float:
    """Seconds in which something is said, without the silences between."""
    return sum(end - start for start, end in _runs(samples))


def silent(samples: Samples) -> bool:
    """Whether nothing in it sounds like speech: digital silence, a steady hum, a steady noise, single clicks."""
    return not _runs(samples)


def _runs(samples: Samples) -> list[tuple[float, float]]:
    """The stretches of speech as (start, end) in seconds; none where they are too little to be speech."""
    levels = _levels(samples)
    if not len(levels):
        return []
    heard, surely = _heard(levels)
    edges = np.flatnonzero(np.diff(heard.astype(np.int8), prepend=0, append=0))
    runs = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    runs = _without_chance(_joined(runs, _DIP / _HOP), surely)
    # A frame is heard as soon as part of it is: its middle is nearest to where the sound begins or ends.
    half = (_FRAME - _HOP) / 2
    if sum(end - start for start, end in runs) * _HOP < _SOME_SPEECH:
        return []
    return [(start * _HOP + half, min(end * _HOP + half, samples.seconds)) for start, end in runs]


def _levels(samples: Samples) -> Floats:
    """The energy of each frame in each band, in dB of full scale: shape (frames, bands)."""
    size, hop = max(2, round(_FRAME * samples.rate)), _HOP * samples.rate
    count = int((len(samples.values) - size) / hop) + 1 if len(samples.values) >= size else 0
    frequencies = np.fft.rfftfreq(size, 1 / samples.rate)
    bands = [(frequencies >= low) & (frequencies < high) for low, high in _BANDS]
    bands = [band for band in bands if band.any()]
    window = np.hanning(size)
    scale = 2 / (size * float(np.sum(window**2)))
    levels = np.empty((count, len(bands)))
    for first in range(0, count, _AT_ONCE):
        starts = np.round(np.arange(first, min(first + _AT_ONCE, count)) * hop).astype(np.int64)
        frames = samples.values[starts[:, None] + np.arange(size)]
        power = np.abs(np.fft.rfft(frames * window)) ** 2 * scale
        for place, band in enumerate(bands):
            energy = np.asarray(power[:, band].sum(axis=1), dtype=np.float64)
            levels[first : first + len(starts), place] = 10 * np.log10(energy + 1e-15)
    return levels


def _heard(levels: Floats) -> tuple[Flags, Flags]:
    """Which frames hold a sound that stands out, and which of them by more than noise ever does."""
    above = np.column_stack([levels[:, band] - _noise(levels[:, band]) for band in range(levels.shape[1])])
    clear = (above > _CLEAR) & (levels > _NOTHING)
    if not clear.any():
        nowhere: Flags = np.zeros(len(levels), dtype=bool)
        return nowhere, nowhere
    loudest = np.where(clear, levels, -np.inf).max(axis=1)
    reference = float(np.percentile(loudest[np.isfinite(loudest)], 90))
    heard: Flags = loudest > reference - _FAR_BELOW
    surely: Flags = heard & ((above > _SURE) & clear).any(axis=1)
    return heard, surely


def _noise(levels: Floats) -> Floats:
    """The level of the noise around each frame; it may change slowly.

    Where the microphone was muted, or the browser took the noise out, the quietest of what is left is either noise,
    which keeps to a level, or the soft parts of speech, which do not: those are no noise.
    """
    step = round(1 / _HOP)
    around = round(_AROUND / _HOP)
    sounding = levels > _MUTED
    floor = np.full(len(levels), _MUTED)
    for first in range(0, len(levels), step):
        near = slice(max(0, first - around), first + step + around)
        known = levels[near][sounding[near]]
        if not len(known):
            continue
        low, quiet, high = np.percentile(known, (_QUIETEST / 2, _QUIETEST, 2 * _QUIETEST))
        muted = 1 - len(known) / len(levels[near])
        if muted < _SOME_MUTED or high - low < _STEADY:
            floor[first : first + step] = quiet
    return floor


def _joined(runs: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Runs with less than ``gap`` frames between them become one."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _without_chance(runs: list[tuple[int, int]], surely: Flags) -> list[tuple[int, int]]:
    """The runs without those that a click or chance made: very short, or nowhere sure, and standing alone. What follows
    a word closely is its last consonant."""
    kept: list[tuple[int, int]] = []
    for place, (start, end) in enumerate(runs):
        before = start - runs[place - 1][1] if place else math.inf
        after = runs[place + 1][0] - end if place + 1 < len(runs) else math.inf
        speech = end - start >= _CLICK / _HOP and surely[start:end].any()
        if speech or min(before, after) <= _CLOSURE / _HOP:
            kept.append((start, end))
    return kept
