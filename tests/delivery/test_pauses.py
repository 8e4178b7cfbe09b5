"""Pauses are found where they are, within 50 ms, in noise as well; what is no speech is silent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from interviewer.delivery.audio import Samples
from interviewer.delivery.evaluation import NEAR, burst, bursts, pause_figures, shuffled_gaps, spliced
from interviewer.delivery.pauses import leading_silence, pauses, silent, spoke, voiced_seconds

RATE = 16_000
RNG = np.random.default_rng(7)
AT = np.arange(10 * RATE) / RATE


def sound(values: npt.NDArray[np.float64]) -> Samples:
    return Samples(values.astype(np.float32), RATE)


@pytest.mark.parametrize("snr", [None, 40, 20], ids=["clean", "40 dB", "20 dB"])
def test_every_gap_is_found_within_50_ms_and_nothing_else(snr: float | None) -> None:
    figures = pause_figures(spliced(bursts(seed), shuffled_gaps(7, seed), snr, seed) for seed in range(4))
    assert (figures.gaps, figures.missed, figures.extra) == (28, 0, 0)
    assert figures.worst <= NEAR


def test_a_gap_shorter_than_asked_for_is_no_pause() -> None:
    phrases = [burst(1, 120, seed) for seed in range(3)]
    samples, _ = spliced(phrases, [0.15, 0.6], None, 1)
    assert [round(pause.seconds, 1) for pause in pauses(samples)] == [0.6]
    assert len(pauses(samples, at_least=0.12)) == 2
    assert pauses(samples, at_least=1) == ()


def test_silence_before_and_after_is_no_pause() -> None:
    samples, _ = spliced([burst(1.5, 150, 3)], [], 30, 1)
    assert pauses(samples) == ()
    assert leading_silence(samples) == pytest.approx(0.5, abs=NEAR)
    assert spoke(samples) == pytest.approx((0.5, 2.0), abs=NEAR)
    assert voiced_seconds(samples) == pytest.approx(1.5, abs=2 * NEAR)


def test_a_muted_microphone_does_not_make_room_noise_into_speech() -> None:
    samples, _ = spliced([burst(1, 150, seed) for seed in range(4)], [1.0, 1.0, 1.0], 20, 1)
    muted = samples.values.copy()
    muted[: RATE // 3] = 0
    assert len(pauses(Samples(muted, RATE))) == 3


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(10 * RATE),
        0.1 * np.sin(2 * np.pi * 50 * AT) + 0.05 * np.sin(2 * np.pi * 150 * AT),
        0.05 * RNG.standard_normal(10 * RATE),
        1e-4 * RNG.standard_normal(10 * RATE),
        np.where(np.arange(10 * RATE) % RATE < 80, 0.5, 0.0),
        np.zeros(5),
        np.zeros(0),
    ],
    ids=["digital silence", "hum", "noise", "faint noise", "clicks", "five samples", "nothing"],
)
def test_what_is_no_speech_is_silent(values: npt.NDArray[np.float64]) -> None:
    samples = sound(values)
    assert silent(samples)
    assert pauses(samples) == ()
    assert spoke(samples) is None
    assert leading_silence(samples) == samples.seconds


def test_ten_minutes_of_noise_are_silent() -> None:
    assert silent(sound(0.02 * RNG.standard_normal(600 * RATE)))


def test_a_short_word_in_a_long_silence_is_heard() -> None:
    samples, _ = spliced([burst(0.5, 180, 5)], [], 25, 2)
    around = np.zeros(10 * RATE, np.float32)
    assert not silent(Samples(np.concatenate([around, samples.values, around]), RATE))


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_times_are_seconds_at_any_rate(rate: int) -> None:
    samples, [(start, end)] = spliced([burst(1, 150, 1), burst(1, 150, 2)], [0.8], 40, 1)
    places = np.arange(int(samples.seconds * rate)) * RATE / rate
    other = Samples(np.interp(places, np.arange(len(samples.values)), samples.values).astype(np.float32), rate)
    [pause] = pauses(other)
    assert (pause.start, pause.end) == pytest.approx((start, end), abs=NEAR)
