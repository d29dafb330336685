"""What a denoiser is to clean: its pictures are spoiled anew at every step, by numbers of the run's own generator."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from makebelieve.training.recipe import NoiseLaw

Corruption = Literal["gaussian", "salt_and_pepper", "masking"]

LEVELS = 2**16


@lru_cache(maxsize=1)
def _quantiles() -> Tensor:
    """Φ⁻¹((i + ½) / 2¹⁶) for i = −2¹⁵ … 2¹⁵ − 1, counted from −2¹⁵: (65,536,)."""
    middles = (torch.arange(LEVELS, dtype=torch.float64) + 0.5) / LEVELS
    table: Tensor = torch.special.ndtri(middles).float()
    return table


def numbers(corruption: Corruption, pixels: int) -> NoiseLaw:
    """The law of what `spoil` takes, shape (n, pixels): N(0, 1) for Gaussian noise, else uniform in (0, 1).

    Drawing one such number costs a CPU as much as all arithmetic on a pixel of a small network. There one draw of 64
    bits serves four pixels: each has 65,536 equally likely values, Gaussian ones the quantiles up to ±4.3.

    Args:
        corruption: see `spoil`.
        pixels: c · h · w of a picture.
    """

    def fast(n: int, generator: torch.Generator) -> Tensor:
        words = torch.empty((n * pixels + 3) // 4, dtype=torch.int64).random_(-(2**63), None, generator=generator)
        levels = words.view(torch.int16)[: n * pixels].int().add_(LEVELS // 2)
        if corruption == "gaussian":
            return _quantiles().index_select(0, levels).view(n, pixels)
        return levels.float().add_(0.5).div_(LEVELS).view(n, pixels)

    def law(n: int, generator: torch.Generator) -> Tensor:
        if generator.device.type == "cpu":
            return fast(n, generator)
        draw = torch.randn if corruption == "gaussian" else torch.rand
        return draw(n, pixels, generator=generator, device=generator.device)

    return law


def spoil(x: Tensor, drawn: Tensor, noise: float, corruption: Corruption) -> Tensor:
    """Pictures (n, c, h, w) in [0, 1] with noise, in [0, 1].

    "gaussian" adds N(0, noise²) to each value and clips to [0, 1], as textbooks do with a "noise factor";
    "salt_and_pepper" sets a share `noise` of the values to 0 or to 1, as likely; "masking" sets that share to 0
    (both: Vincent et al. 2010, section 3.3).

    Args:
        x: the pictures, dense in memory.
        drawn: numbers of the law of `numbers`, (n, pixels).
        noise: a deviation, or a share in [0, 1].
        corruption: which.
    """
    drawn = drawn.as_strided(x.shape, x.stride(), drawn.storage_offset())
    if corruption == "gaussian":
        return torch.add(x, drawn, alpha=noise).clamp_(0, 1)
    if corruption == "masking":
        return x * (drawn >= noise)
    salted = torch.where(drawn < noise, 1.0, x)
    return salted.masked_fill_(drawn < noise / 2, 0.0)
