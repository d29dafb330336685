"""Ways from one point to another."""

from __future__ import annotations

import torch
from torch import Tensor

from makebelieve.latent.laws import whole
from makebelieve.ops import linspace


def ways(starts: Tensor, ends: Tensor, steps: int, *, spherical: bool) -> Tensor:
    """Points between each start and its end, both included: (rows, latent) twice to (rows · steps, latent), row by row.

    Args:
        starts: (rows, latent).
        ends: (rows, latent).
        steps: points a way, at least 2.
        spherical: along the great circle (Shoemake 1985; White 2016), which keeps the length that Gaussian points
            have, else in a line.

    Raises:
        OptionError: fewer than 2 steps.
    """
    steps = whole(steps, 2, "latent.steps")
    return torch.cat([linspace(a, b, steps, spherical) for a, b in zip(starts, ends, strict=True)])
