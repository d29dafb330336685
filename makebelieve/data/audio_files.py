"""From a sound file, or the samples of a sound, to samples of one rate and one length."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.decode import Item
from makebelieve.data.load import in_threads
from makebelieve.errors import DataError, MissingExtraError
from makebelieve.messages import say

SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".au")
Wave = np.ndarray[Any, np.dtype[np.float32]]


def soundfile() -> ModuleType:
    """The package soundfile.

    Raises:
        MissingExtraError: it, or the library it stands on, isn't installed.
    """
    try:
        return import_module("soundfile")
    except (ImportError, OSError) as error:  # OSError: the package is there, libsndfile isn't
        raise MissingExtraError("audio.extra_missing") from error


def read_sound(file: str | Path | bytes, rate: int, samples: int) -> Tensor:
    """(samples,) float32: a file, or its bytes, mixed down, at `rate`; the middle of it where it is longer.

    Of a long file only that middle is read.

    Raises:
        OSError, ValueError: it can't be read as a sound, or there is no sound in it.
    """
    package = soundfile()
    try:
        with package.SoundFile(io.BytesIO(file) if isinstance(file, bytes) else str(file)) as sound:
            wanted = -(-samples * sound.samplerate // rate)
            if sound.frames > wanted:
                sound.seek((sound.frames - wanted) // 2)
            wave = sound.read(min(wanted, sound.frames), dtype="float32", always_2d=True)
            own = sound.samplerate
    except (package.SoundFileError, TypeError) as error:  # TypeError: a format without a head, such as .raw
        raise OSError(str(error)) from error
    return fitted(wave, own, rate, samples)


def fitted(wave: Any, own: int, rate: int, samples: int) -> Tensor:
    """(samples,) float32 of a sound (k,) or (k, channels) at the rate `own`: mixed down, resampled, cut or padded.

    It stands in the middle, zeros at both sides; of a longer one the middle is kept.

    Raises:
        ValueError: another shape, fewer than two samples, values that aren't finite, or silence.
    """
    wave = np.asarray(wave, dtype=np.float32)
    if wave.ndim not in (1, 2):
        raise ValueError(say("audio.shape", shape=wave.shape))
    wave = wave if wave.ndim == 1 else wave.mean(1)
    if len(wave) < 2:
        raise ValueError(say("audio.short", n=len(wave)))
    if not np.isfinite(wave).all():
        raise ValueError(say("audio.nan"))
    if wave.min() == wave.max():
        raise ValueError(say("audio.silent"))
    wave = resampled(wave, own, rate)
    spare = samples - len(wave)
    if spare < 0:
        wave = wave[-spare // 2 :][:samples]
    out = torch.zeros(samples)
    start = max(spare, 0) // 2
    out[start : start + len(wave)] = torch.from_numpy(np.ascontiguousarray(wave))
    return out


def resampled(wave: Wave, own: int, rate: int) -> Wave:
    """(k,) at `own` samples a second to (ceil(k rate / own),) at `rate`, without what would alias.

    The Fourier coefficients below both halves of the rates are kept; zeros are put around, so that the end of a sound
    does not run into its start.
    """
    if own == rate:
        return wave
    length = -(-len(wave) * rate // own)
    step = np.gcd(own, rate)  # a padded length that is a multiple of own / step has a whole length at the new rate
    unit = own // step
    around = -(-(len(wave) + 2 * unit) // unit) * unit
    padded = np.zeros(around)
    padded[unit : unit + len(wave)] = wave
    count = around // unit * (rate // step)
    coefficients = np.fft.rfft(padded)[: min(around, count) // 2 + 1]
    out = np.fft.irfft(coefficients, count) * (count / around)
    start = rate // step  # where the sample `unit` has gone
    return np.asarray(out[start : start + length], dtype=np.float32)


def usual(paths: Sequence[str]) -> tuple[int, float]:
    """The commonest rate of files, and the seconds that 95 % of them fit into, from their heads.

    Raises:
        DataError: none of them is a sound.
    """
    package = soundfile()

    def head(i: int) -> tuple[int, int] | None:
        try:
            found = package.info(paths[i])
        except (package.SoundFileError, TypeError):
            return None  # reading it will tell
        return int(found.samplerate), int(found.frames)

    heads = [got for got in in_threads(head, len(paths)) if got is not None and got[1] > 1]
    if not heads:
        raise DataError("audio.no_sounds", n=len(paths), first=paths[0])
    rates = Counter(rate for rate, _ in heads)
    seconds = sorted(frames / rate for rate, frames in heads)
    return min(rates, key=lambda rate: (-rates[rate], rate)), seconds[int(0.95 * (len(seconds) - 1))]


@dataclass(frozen=True)
class SoundFile:
    """x of a block: the file that an item names, as (samples,) float32."""

    rate: int
    samples: int

    def __call__(self, item: Item) -> Tensor:
        return read_sound(str(item.where), self.rate, self.samples)

    def check(self, item: Item) -> None:
        """Raise what reading would for files that are no sounds or empty, without decoding them."""
        package = soundfile()
        try:
            frames = package.info(str(item.where)).frames
        except (package.SoundFileError, TypeError) as error:
            raise OSError(str(error)) from error
        if frames < 2:
            raise ValueError(say("audio.short", n=frames))


@dataclass(frozen=True)
class SoundRows:
    """x of a block: rows of samples as the program has them, at `rate`."""

    rows: Sequence[Any]
    rate: int
    samples: int

    def __call__(self, item: Item) -> Tensor:
        row = int(item.where)
        try:
            return fitted(self.rows[row], self.rate, self.rate, self.samples)
        except ValueError as error:
            raise DataError("audio.row", row=row, why=str(error)) from error
