"""A recording's bytes become samples, whatever wrote them; what cannot be heard is said in a sentence."""

from __future__ import annotations

import io
import struct

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from interviewer.delivery.audio import AudioError, Samples, read

RATE = 16_000


def tone(seconds: float = 1.0, rate: int = RATE) -> npt.NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def written(
    values: npt.NDArray[np.float32], rate: int = RATE, kind: str = "WAV", subtype: str | None = "PCM_16"
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, values, rate, format=kind, subtype=subtype)
    return file.getvalue()


def with_data_size(audio: bytes, size: int) -> bytes:
    place = audio.find(b"data") + 4
    return audio[:place] + struct.pack("<I", size) + audio[place + 4 :]


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_a_wav_file_is_read_at_any_depth(subtype: str) -> None:
    samples = read(written(tone(), subtype=subtype), "audio/wav")
    assert (samples.rate, samples.seconds) == (RATE, 1.0)
    assert samples.values.dtype == np.dtype(np.float32)
    assert samples.values == pytest.approx(tone(), abs=0.03)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None), ("AIFF", "PCM_16")]
)
def test_other_formats_are_known_by_their_bytes(kind: str, subtype: str | None) -> None:
    samples = read(written(tone(), kind=kind, subtype=subtype), "application/octet-stream")
    assert samples.seconds == pytest.approx(1.0, abs=0.1)
    assert float(np.sqrt(np.mean(samples.values**2))) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


def test_channels_are_averaged() -> None:
    left = tone()
    samples = read(written(np.stack([left, np.zeros_like(left)], axis=1)))
    assert samples.values == pytest.approx(left / 2, abs=1e-3)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_a_recording_keeps_its_length_at_any_rate(rate: int) -> None:
    samples = read(written(tone(2.5, rate), rate))
    assert samples.seconds == pytest.approx(2.5, abs=0.001)
    assert samples.rate < 2 * RATE


@pytest.mark.parametrize("claimed", [0, 10**6, 2**31 - 1, 2**32 - 1])
def test_a_length_that_the_header_makes_up_is_not_believed(claimed: int) -> None:
    assert read(with_data_size(written(tone()), claimed)).seconds == 1.0


def test_a_file_that_breaks_off_gives_what_is_there() -> None:
    audio = written(tone(2))
    assert read(audio[: len(audio) // 2]).seconds == pytest.approx(1.0, abs=0.01)


def test_what_is_not_a_number_is_silence() -> None:
    values = tone()
    values[100:200] = np.nan
    values[200:300] = np.inf
    heard = read(written(values, subtype="FLOAT")).values
    assert bool(np.isfinite(heard).all())
    assert float(np.abs(heard).max()) <= 1


@pytest.mark.parametrize(
    "audio",
    [
        b"",
        b"RIFF",
        b"hello, this is text",
        bytes(5000),
        b"\x1aE\xdf\xa3" + bytes(4000),  # how WebM begins
        written(tone())[:20],
        written(tone(0)),
    ],
    ids=["nothing", "four bytes", "text", "zeros", "webm", "half a header", "no samples"],
)
def test_what_cannot_be_heard_is_refused_with_what_to_do(audio: bytes) -> None:
    with pytest.raises(AudioError) as refused:
        read(audio, "audio/webm")
    assert str(refused.value).endswith(".")
    assert refused.value.remedy


@pytest.mark.parametrize("rate", [0, 1, 10**9])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    audio = written(tone())
    with pytest.raises(AudioError):
        read(audio[:24] + struct.pack("<I", rate) + audio[28:])


def test_more_than_half_an_hour_is_refused_before_all_of_it_is_in_memory() -> None:
    long = written(np.zeros(31 * 60 * 4000, np.float32), 4000, "FLAC")
    assert len(long) < 2_000_000
    with pytest.raises(AudioError, match="longer than 30 minutes"):
        read(long)


def test_seconds_are_samples_over_rate() -> None:
    assert Samples(np.zeros(24_000, np.float32), RATE).seconds == 1.5
