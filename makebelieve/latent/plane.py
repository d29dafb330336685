"""The latent plane: a regular grid that shows each region as often as the prior visits it."""

from __future__ import annotations

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.latent.laws import whole


def plane(side: int, latent: int, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """(side², latent): points whose entries `axes` are the inverse Gaussian CDF of a regular grid over (0, 1)².

    Row by row as a picture has them: the first axis grows to the right, the second upwards; all other entries are 0.
    Source: Kingma & Welling 2014, figure 4.

    Args:
        side: points a side, from 2.
        latent: size of z.
        axes: two different entries of z; the one entry twice where z has only one.

    Raises:
        OptionError: fewer than 2 points a side, or an axis that z does not have.
    """
    side = whole(side, 2, "latent.side")
    if len(axes) != 2 or not all(0 <= axis < latent for axis in axes) or (axes[0] == axes[1] and latent > 1):
        raise OptionError("latent.axes", given=axes, latent=latent)
    quantiles = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    values = torch.special.ndtri(quantiles).float()
    z = torch.zeros(side, side, latent)
    z[:, :, axes[1]] = values.flip(0)[:, None]
    z[:, :, axes[0]] = values[None, :]
    return z.reshape(side * side, latent)
