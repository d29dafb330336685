"""From sounds to log-mel spectrograms, a whole batch at once, on whatever device the sounds are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from makebelieve.errors import OptionError

_FINEST = 8  # times the window, that a Fourier transform may be: finer ones only draw the same more smoothly


@dataclass(frozen=True)
class LogMel:
    """The power of a sound by time and pitch, in decibels below its loudest place, as a picture in [0, 1].

    The power spectrogram (Hann window, zeros outside the sound) is summed under triangles that stand at equal steps of
    Slaney's mel scale and have area one; then ``1 + 10 log10(power / loudest) / reach``, cut off at 0. A silent sound
    is black. Low pitches are at the bottom, time runs to the right.

    Source:
        Slaney, "Auditory Toolbox", Technical Report 1998-010, Interval Research Corporation: linear below 1 kHz, above
        it logarithmic. Triangles, area and windows as in librosa's `melspectrogram` by default.

    Args:
        rate: samples a second.
        mels: triangles, that is rows of the picture.
        window: samples of a window.
        hop: samples from window to window, that is to the next column.
        fft: samples of a Fourier transform, the window filled up with zeros.
        reach: decibels from white to black.
    """

    rate: int
    mels: int
    window: int
    hop: int
    fft: int
    reach: float

    def __call__(self, x: Tensor) -> Tensor:
        """(n, samples) float32 to (n, 1, mels, 1 + samples // hop)."""
        power = self.power(x)
        loudest = power.amax((1, 2), keepdim=True).clamp_min(1e-20)
        floor = 10 ** (-self.reach / 10)
        decibels = 10 * (power / loudest).clamp_min(floor).log10()
        return (1 + decibels / self.reach).clamp(0, 1).flip(1).unsqueeze(1)

    def power(self, x: Tensor) -> Tensor:
        """(n, samples) float32 to (n, mels, 1 + samples // hop), lowest pitch first, before the logarithm."""
        hann, filters = _tables(self.rate, self.mels, self.window, self.fft, x.device)
        spectrum = torch.stft(
            x, self.fft, self.hop, self.window, hann, center=True, pad_mode="constant", return_complex=True
        )
        return filters @ (spectrum.real.square() + spectrum.imag.square())


def log_mel(rate: int, mels: int, window: float, hop: float, reach: float) -> LogMel:
    """`LogMel` for windows and hops in seconds, its transform long enough that no triangle is empty.

    Raises:
        OptionError: a value is out of range, or so many triangles have no room.
    """
    if isinstance(mels, bool) or not isinstance(mels, int) or not 1 <= mels <= 512:
        raise OptionError("audio.mels", mels=mels)
    if isinstance(reach, bool) or not isinstance(reach, (int, float)) or not 10 <= reach <= 120:
        raise OptionError("audio.reach", reach=reach)
    for name, seconds in (("window", window), ("hop", hop)):
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 2 / rate <= seconds <= 1:
            raise OptionError("audio.seconds_range", name=name, given=seconds, least=f"{2 / rate:.2g}", most=1)
    samples = round(window * rate)
    fft = 1 << math.ceil(math.log2(samples))
    while (mel_filters(rate, mels, fft).max(1) == 0).any():
        fft *= 2
        if fft > _FINEST * samples:
            raise OptionError("audio.mels_many", mels=mels, window=window, rate=rate)
    return LogMel(rate, mels, samples, max(1, round(hop * rate)), fft, float(reach))


def mel_filters(rate: int, mels: int, fft: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(mels, fft // 2 + 1): triangles of area one over the frequencies of a Fourier transform."""
    frequencies = np.linspace(0, rate / 2, fft // 2 + 1)
    corners = _hertz(np.linspace(0, _mel(rate / 2), mels + 2))
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = np.minimum((frequencies - low) / (middle - low), (high - frequencies) / (high - middle)).clip(0)
    return np.asarray(triangles * 2 / (high - low))


_LINEAR = 200 / 3  # hertz a mel below 1 kHz, which is 15 mel
_STEP = math.log(6.4) / 27  # of the logarithm, a mel, above


def _mel(hertz: float) -> float:
    return hertz / _LINEAR if hertz < 1000 else 15 + math.log(hertz / 1000) / _STEP


def _hertz(mel: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.where(mel < 15, mel * _LINEAR, 1000 * np.exp((np.maximum(mel, 15) - 15) * _STEP))


@lru_cache(maxsize=16)
def _tables(rate: int, mels: int, window: int, fft: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The window and the triangles on a device."""
    filters = torch.from_numpy(mel_filters(rate, mels, fft)).to(device, torch.float32)
    return torch.hann_window(window, device=device), filters
