"""Batch transforms of signals, sounds and series, before pictures are made of them; and bands masked in pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.data import augment
from makebelieve.data.augment import BatchTransform
from makebelieve.errors import OptionError

_BANK = 1 << 17  # starts of the noise to choose from


@dataclass(frozen=True)
class RandomSpeed:
    """Plays faster or slower by up to the share `amount`, about the middle; pitch goes with it, as on a record."""

    amount: float = 0.1
    draws = 1

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        speed = 1 + self.amount * (2 * u - 1)  # (n, 1)
        middle = (x.shape[-1] - 1) / 2
        i = torch.arange(x.shape[-1], device=x.device, dtype=torch.float32)
        return interpolated(x, middle + (i - middle) * speed)


@dataclass(frozen=True)
class RandomNoise:
    """Adds white noise; its standard deviation is up to `amount` of the signal's, drawn evenly in decibels over 40."""

    amount: float = 0.1
    draws = 2

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        noise = _noise(math.prod(x.shape[1:]), x.device)
        starts = (u[:, 0] * _BANK).to(torch.int64)
        level = self.amount * 10 ** (-2 * u[:, 1])  # amplitude: from −40 dB up to 0 dB of `amount`
        level = level.view(-1, *[1] * (x.ndim - 1)) * x.std(-1, keepdim=True, correction=0)
        return torch.addcmul(x, noise.index_select(0, starts).view(x.shape), level)


@dataclass(frozen=True)
class RandomShift:
    """Moves earlier or later by up to the share `amount` of the length; what comes in is silence."""

    amount: float = 0.1
    draws = 1

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        reach = self.amount * x.shape[-1]
        moved = ((2 * u - 1) * reach).round()  # (n, 1)
        return interpolated(x, torch.arange(x.shape[-1], device=x.device) - moved)


@dataclass(frozen=True)
class RandomWarp:
    """Stretches time here and squeezes it there, smoothly; both ends stay.

    Time t in [0, 1] is read at ``t + a sin(pi t) / pi + b sin(2 pi t) / (2 pi)`` with ``|a| + |b|`` at most `amount`,
    so that it runs forward at a speed from 1 − amount to 1 + amount.
    """

    amount: float = 0.2
    draws = 2

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        last = x.shape[-1] - 1
        a, b = (self.amount * (u - 0.5)).unsqueeze(2).unbind(1)  # (n, 1) each
        t = torch.linspace(0, 1, last + 1, device=x.device) * math.pi
        moved = a * t.sin() / math.pi + b * (2 * t).sin() / (2 * math.pi)
        places = torch.arange(last + 1, device=x.device, dtype=torch.float32) + moved * last
        return interpolated(x, places.clamp(0, last))


@dataclass(frozen=True)
class RandomBend:
    """Multiplies a signal by a smooth curve around 1, and adds a slope: up to `amount` of its standard deviation."""

    amount: float = 0.1
    draws = 3

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        t = torch.linspace(-1, 1, x.shape[-1], device=x.device)
        waves = torch.stack([(math.pi * t / 2).sin(), (math.pi * t).cos(), t])  # (3, length)
        curves = self.amount * (2 * u - 1).unsqueeze(2) * waves  # (n, 3, length)
        shape = (len(x), *[1] * (x.ndim - 2), x.shape[-1])
        bend, slope = curves[:, :2].mean(1).view(shape), curves[:, 2].view(shape)
        middle = x.mean(-1, keepdim=True)
        return middle + (x - middle) * (1 + bend) + slope * x.std(-1, keepdim=True, correction=0)


@dataclass(frozen=True)
class RandomMask:
    """Blacks out one band of rows and one of columns, each up to the share `amount` of the picture.

    Source:
        Time and frequency masking of Park et al., "SpecAugment", Interspeech 2019 (arXiv:1904.08779).
    """

    amount: float = 0.15
    draws = 4

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        n, _, h, w = x.shape
        rows, columns = self._band(u[:, :2], h), self._band(u[:, 2:], w)
        return x.masked_fill(rows.view(n, 1, h, 1) | columns.view(n, 1, 1, w), 0)

    def _band(self, u: Tensor, size: int) -> Tensor:
        """(n, size): where the band lies."""
        wide = (u[:, :1] * (self.amount * size + 1)).floor()
        start = (u[:, 1:] * (size - wide + 1)).floor()
        i = torch.arange(size, device=u.device)
        return (i >= start) & (i < start + wide)


def interpolated(x: Tensor, places: Tensor) -> Tensor:
    """x (n, ..., length) read at `places` (n, m), counted in samples, linearly; 0 outside.

    Returns:
        (n, ..., m).
    """
    around = F.pad(x, (1, 2))  # zeros: sample i is at i + 1
    places = places.clamp(-1, x.shape[-1]) + 1
    here = places.to(torch.int64)
    share = (places - here).view(len(x), *[1] * (x.ndim - 2), -1)
    index = here.view(share.shape).expand(*x.shape[:-1], -1)
    return torch.lerp(around.gather(-1, index), around.gather(-1, index + 1), share)


@lru_cache(maxsize=4)
def _noise(size: int, device: torch.device) -> Tensor:
    """(`_BANK`, size), a view: windows onto one stretch of normal noise, the same in every process."""
    generator = torch.Generator().manual_seed(_BANK)
    return torch.randn(_BANK + size - 1, generator=generator).to(device).unfold(0, size, 1)


def random_speed(amount: float = 0.1) -> RandomSpeed:
    """Play sounds faster or slower by up to the share `amount`, in (0, 0.5]; pitch goes along."""
    return RandomSpeed(_share("random_speed", amount, 0.5))


def random_noise(amount: float = 0.1) -> RandomNoise:
    """Add white noise of up to `amount`, in (0, 10], of the signal's own standard deviation."""
    return RandomNoise(_share("random_noise", amount, 10))


def random_shift(amount: float = 0.1) -> RandomShift:
    """Move sounds earlier or later by up to the share `amount`, in (0, 1], of their length."""
    return RandomShift(_share("random_shift", amount, 1))


def random_warp(amount: float = 0.2) -> RandomWarp:
    """Stretch and squeeze the time of series smoothly, by up to `amount`, in (0, 0.9], of its speed."""
    return RandomWarp(_share("random_warp", amount, 0.9))


def random_bend(amount: float = 0.1) -> RandomBend:
    """Bend and tilt series smoothly, by up to `amount`, in (0, 1], of their standard deviation."""
    return RandomBend(_share("random_bend", amount, 1))


def random_mask(amount: float = 0.15) -> RandomMask:
    """Black out a band of rows and one of columns of pictures, each up to the share `amount`, in (0, 1]."""
    return RandomMask(_share("random_mask", amount, 1))


def _share(name: str, amount: float, most: float) -> float:
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not 0 < amount <= most:
        raise OptionError("signals.amount", name=name, amount=amount, most=most)
    return float(amount)


def split(transforms: Sequence[BatchTransform]) -> tuple[list[BatchTransform], list[BatchTransform]]:
    """Those of signals, and those of pictures, each in their order."""
    signals = (RandomSpeed, RandomNoise, RandomShift, RandomWarp, RandomBend)
    return [t for t in transforms if isinstance(t, signals)], [t for t in transforms if not isinstance(t, signals)]


def as_json(transforms: Sequence[BatchTransform]) -> list[dict[str, Any]] | None:
    """`augment.as_json`, which knows the transforms of this file too."""
    out: list[dict[str, Any]] = []
    for transform in transforms:
        match transform:
            case RandomSpeed():
                told = [{"random_speed": asdict(transform)}]
            case RandomNoise():
                told = [{"random_noise": asdict(transform)}]
            case RandomShift():
                told = [{"random_shift": asdict(transform)}]
            case RandomWarp():
                told = [{"random_warp": asdict(transform)}]
            case RandomBend():
                told = [{"random_bend": asdict(transform)}]
            case RandomMask():
                told = [{"random_mask": asdict(transform)}]
            case _:
                told = augment.as_json([transform]) or []
        if not told:
            return None
        out += told
    return out


def from_json(transform: BatchTransform | Mapping[str, Any]) -> BatchTransform:
    """`augment.from_json`, which knows the transforms of this file too."""
    match transform:
        case {"random_speed": options}:
            return random_speed(**options)
        case {"random_noise": options}:
            return random_noise(**options)
        case {"random_shift": options}:
            return random_shift(**options)
        case {"random_warp": options}:
            return random_warp(**options)
        case {"random_bend": options}:
            return random_bend(**options)
        case {"random_mask": options}:
            return random_mask(**options)
    return augment.from_json(transform)
