"""What time does to a film: grain, scratches along its run, dust; drawn from numbers that are handed in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

MOST = 16  # scratches, and specks, in one picture of training
LINE, SPECK = 5, 5  # numbers that place one


@dataclass(frozen=True)
class Wear:
    """Spoils pictures (n, c, h, w) in [0, 1]; what comes out is in [0, 1] too.

    Args:
        noise: deviation of Gaussian noise on every value.
        scratches: vertical lines in 100 pixels of width, in the mean.
        dust: specks in 100 × 100 pixels, in the mean.
    """

    noise: float = 25 / 255
    scratches: float = 0.0
    dust: float = 0.0

    @property
    def draws(self) -> int:
        """Numbers that a picture needs, uniform in [0, 1)."""
        return MOST * ((LINE + 1) * bool(self.scratches) + (SPECK + 1) * bool(self.dust))

    def __call__(self, x: Tensor, normal: Tensor | None, uniform: Tensor) -> Tensor:
        """Wears x by N(0, 1) of its shape (None for no noise) and by uniform numbers (n, draws)."""
        if self.scratches:
            lines, uniform = uniform[:, : MOST * (LINE + 1)], uniform[:, MOST * (LINE + 1) :]
            x = _scratched(x, lines.view(len(x), MOST, LINE + 1), self.scratches * x.shape[-1] / 100)
        if self.dust:
            x = _dusty(x, uniform.view(len(x), MOST, SPECK + 1), self.dust * x.shape[-1] * x.shape[-2] / 1e4)
        if normal is not None:
            x = torch.add(x, normal, alpha=self.noise)
        return x.clamp(0, 1)


def _scratched(x: Tensor, u: Tensor, mean: float) -> Tensor:
    """Thin lines, bright or dark, a little aslant, over some stretch of the height."""
    there, place, lean, width, shade, start = u.unsqueeze(3).unsqueeze(4).unbind(2)  # (n, MOST, 1, 1)
    h, w = x.shape[-2:]
    rows, columns = _places(x)
    at = place * w + (lean - 0.5) * 0.06 * (rows - h / 2)
    line = torch.exp(-(((columns - at) / (0.4 + 0.8 * width)) ** 2))
    stretch = (rows >= (start * 2 - 1) * h) & (rows <= (start * 2) * h)
    return _laid_over(x, line * stretch * _chosen(there, mean), shade)


def _dusty(x: Tensor, u: Tensor, mean: float) -> Tensor:
    """Round and longish specks with soft edges, of 0.7 to 3 pixels across their short side."""
    there, row, column, size, turn, shade = u.unsqueeze(3).unsqueeze(4).unbind(2)
    h, w = x.shape[-2:]
    rows, columns = _places(x)
    down, right = rows - row * h, columns - column * w
    cos, sin = (turn * math.pi).cos(), (turn * math.pi).sin()
    long, short = (cos * right + sin * down) / (1 + turn), cos * down - sin * right
    speck = torch.sigmoid(3 * (0.7 + 2.3 * size**2 - (long**2 + short**2).sqrt()))
    return _laid_over(x, speck * _chosen(there, mean), shade)


def _places(x: Tensor) -> tuple[Tensor, Tensor]:
    """Middles of rows (h, 1) and of columns (w,)."""
    h, w = x.shape[-2:]
    return torch.arange(h, device=x.device).view(-1, 1) + 0.5, torch.arange(w, device=x.device) + 0.5


def _chosen(u: Tensor, mean: float) -> Tensor:
    """Which of the MOST are there, so that `mean` are in the mean."""
    return u < min(mean / MOST, 1.0)


def _laid_over(x: Tensor, masks: Tensor, shade: Tensor) -> Tensor:
    """Each mask (n, MOST, h, w) laid over in its shade, (n, MOST, 1, 1): bright above ½, dark below, never mid-grey."""
    ink = torch.where(shade > 0.5, 0.5 + 0.5 * shade, 0.5 * shade)
    cover = masks.sum(1, keepdim=True)
    colour = (masks * ink).sum(1, keepdim=True) / cover.clamp(min=1e-6)
    return x + (cover.clamp(max=0.9)) * (colour - x)
