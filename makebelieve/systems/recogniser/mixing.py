"""Mixing: pairs of training items become one, and so do their labels. Partners are neighbours in the shuffled batch.

Neighbours, and not a permutation of the batch, so that a batch split over processes is mixed as a whole one would be,
as long as each process has an even number of items.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Mix = Literal["none", "mixup", "cutmix"]

TRIES = 8  # of Jöhnk's method; that none is taken has a chance below 1e-5 at any strength in (0, 1]
DRAWS = 2 * TRIES + 2


def numbers(n: int, generator: torch.Generator) -> Tensor:
    """What one step's mixing needs, as `run.noise`: (n, DRAWS) uniform in [0, 1)."""
    return torch.rand(n, DRAWS, generator=generator, device=generator.device)


def shares(u: Tensor, strength: float) -> Tensor:
    """(n,) draws of Beta(strength, strength) from uniforms (n, DRAWS): Jöhnk (1964), one accepted of several tries.

    With x = u^(1/a) and y = v^(1/a), x / (x + y) is Beta(a, a) given that x + y ≤ 1.
    """
    x, y = (u[:, :TRIES].clamp_min(1e-12) ** (1 / strength), u[:, TRIES : 2 * TRIES] ** (1 / strength))
    first = (x + y <= 1).float().argmax(1, keepdim=True)  # the first try that is taken; try 0 where none is
    x, y = x.gather(1, first)[:, 0], y.gather(1, first)[:, 0]
    return x / (x + y)


def partners(x: Tensor) -> Tensor:
    """Rows of x (n, …) with neighbours exchanged: 1, 0, 3, 2, …; a last one without a neighbour stays."""
    places = torch.arange(len(x), device=x.device)
    swapped = places + 1 - 2 * (places % 2)
    return x[swapped.clamp_max(len(x) - 1)]


def mixup(x: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """share · x + (1 − share) · partner (Zhang et al. 2018), with the share (n,) that is left of each label."""
    kept = share.view(-1, *[1] * (x.ndim - 1)).to(x.dtype)
    return kept * x + (1 - kept) * partners(x), share


def cutmix(x: Tensor, share: Tensor, centre: Tensor) -> tuple[Tensor, Tensor]:
    """A box of the partner's picture laid on x (Yun et al. 2019, eq. 1 and 2), with the share of x's pixels left.

    Args:
        x: (n, c, h, w).
        share: (n,): 1 − share is the box's area before it is cut at the border.
        centre: (n, 2) in [0, 1): of the box, down and across.
    """
    h, w = x.shape[-2:]
    half = (1 - share).sqrt() / 2
    inside = []
    for length, middle in ((h, centre[:, 0]), (w, centre[:, 1])):
        low, high = ((middle + sign * half) * length for sign in (-1, 1))
        at = torch.arange(length, device=x.device)
        inside.append((at >= low.round()[:, None]) & (at < high.round()[:, None]))
    box = inside[0][:, :, None] & inside[1][:, None, :]
    return torch.where(box[:, None], partners(x), x), 1 - box.float().mean((1, 2))


def mixed(x: Tensor, u: Tensor, mix: Mix, strength: float) -> tuple[Tensor, Tensor]:
    """x (n, …) mixed with its partners by u of `numbers`, and the share (n,) of each item's own label."""
    share = shares(u, strength)
    return mixup(x, share) if mix == "mixup" else cutmix(x, share, u[:, 2 * TRIES :])
