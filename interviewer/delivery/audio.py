"""A recording's bytes as samples."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interviewer.errors import InterviewerError

if TYPE_CHECKING:
    from soundfile import SoundFile

MAX_SECONDS = 30 * 60
"""A longer recording is refused: it is held in memory as a whole."""

WORKING_RATE = 16_000
"""Hz; what is sampled at a multiple of it is brought down near to it, for speech needs no more."""

_BLOCK_SECONDS = 5
_MOST_CHANNELS = 32
_RATES = (4_000, 384_000)  # Hz; beyond them a header lies
_UNKNOWN = b"\xff\xff\xff\xff"


class AudioError(InterviewerError):
    """Bytes that cannot be heard as sound."""

    remedy = "Record the answer again, or type it."


@dataclass(frozen=True)
class Samples:
    """Sound in memory: ``values`` is a vector of float32 from -1 to 1, one channel; ``rate`` in Hz, above 0."""

    values: npt.NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.values) / self.rate


def read(audio: bytes, media_type: str = "") -> Samples:
    """The sound in a WAV, FLAC, OGG (Vorbis, Opus), MP3 or AIFF file, its channels averaged.

    What a file is, is seen from its bytes; ``media_type`` only names it in errors. A file that breaks off, or whose
    header promises more than there is, gives what is there. Raises AudioError for what cannot be decoded (WebM and MP4
    among it), for no sound at all, and for more than MAX_SECONDS.
    """
    if not audio:
        raise AudioError("The recording is empty.")
    # Imported here because it loads a C library, which most runs of the program never need.
    try:
        import soundfile
    except OSError as error:
        raise AudioError("Sound cannot be decoded on this machine.", "Reinstall the package “soundfile”.") from error
    try:
        with soundfile.SoundFile(io.BytesIO(_with_length(audio))) as file:
            rate, step = file.samplerate, max(1, file.samplerate // WORKING_RATE)
            if not _RATES[0] <= rate <= _RATES[1] or not 1 <= file.channels <= _MOST_CHANNELS:
                raise AudioError("The recording's header makes no sense.")
            parts = list(_blocks(file, step))
    except soundfile.LibsndfileError as error:
        kind = f" ({media_type})" if media_type else ""
        raise AudioError(f"The recording{kind} cannot be decoded.") from error
    values = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not len(values):
        raise AudioError("The recording holds no sound.")
    return Samples(values, rate // step) if rate % step == 0 else _at_whole_rate(values, rate / step)


def _with_length(audio: bytes) -> bytes:
    """A WAV file whose writer left the length at 0, as one that streams does, with "until the end" instead."""
    place = audio.find(b"data", 12, 4096)
    if audio[:4] != b"RIFF" or place < 0 or audio[place + 4 : place + 8] != bytes(4) or len(audio) <= place + 8:
        return audio
    return audio[:4] + _UNKNOWN + audio[8 : place + 4] + _UNKNOWN + audio[place + 8 :]


def _blocks(file: SoundFile, step: int) -> Iterator[npt.NDArray[np.float32]]:
    """The file in one channel, the mean of each ``step`` neighbours; what it claims as its length is not believed."""
    size = file.samplerate * _BLOCK_SECONDS // step * step or step
    frames = 0
    while len(block := _next_block(file, size)):
        frames += len(block)
        if frames > MAX_SECONDS * file.samplerate:
            raise AudioError(
                f"The recording is longer than {MAX_SECONDS // 60} minutes.", "Record a shorter answer, or type it."
            )
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
        whole = len(mono) // step * step
        if whole:
            yield np.clip(mono[:whole].reshape(-1, step).mean(axis=1, dtype=np.float32), -1.0, 1.0)


def _next_block(file: SoundFile, size: int) -> npt.NDArray[np.float32]:
    """At most ``size`` frames; none at the end, and none where a damaged file cannot be read any further."""
    import soundfile

    try:
        block: npt.NDArray[np.float32] = file.read(size, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        if file.tell() == 0:
            raise
        return np.zeros((0, file.channels), np.float32)
    return block


def _at_whole_rate(values: npt.NDArray[np.float32], rate: float) -> Samples:
    """The samples at the nearest whole rate, so that a time is a number of samples divided by it exactly."""
    whole = round(rate)
    places = np.arange(int(len(values) * whole / rate)) * (rate / whole)
    return Samples(np.interp(places, np.arange(len(values)), values).astype(np.float32), whole)
